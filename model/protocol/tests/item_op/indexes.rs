use lookback_protocol::item_op::put;

use crate::{item, n, refusal, rules, s, update};

#[test]
fn a_put_needs_index_keys_of_the_right_type() {
    insta::assert_snapshot!(refusal(put::admit(&rules(), &item(&[("pk", s("p")), ("genre", n(1))]))),
        @"One or more parameter values were invalid: Type mismatch for Index Key genre Expected: S Actual: N IndexName: by-genre");
    insta::assert_snapshot!(refusal(put::admit(&rules(), &item(&[("pk", s("p")), ("since", s("x"))]))),
        @"One or more parameter values were invalid: Type mismatch for Index Key since Expected: N Actual: S IndexName: by-genre");
    assert!(put::admit(&rules(), &item(&[("pk", s("p")), ("genre", s("jazz"))])).is_ok());
}

#[test]
fn a_put_needs_index_keys_that_are_not_empty() {
    insta::assert_snapshot!(refusal(put::admit(&rules(), &item(&[("pk", s("p")), ("genre", s(""))]))),
        @"One or more parameter values are not valid. A value specified for a secondary index key is not supported. The AttributeValue for a key attribute cannot contain an empty string value. IndexName: by-genre, IndexKey: genre");
}

#[test]
fn an_update_whose_text_shows_a_wrong_type_is_refused_like_a_put() {
    for text in [
        "SET genre = :one",
        "ADD genre :one",
        "SET genre = a + :one",
        "SET a = :one, genre = :one",
    ] {
        assert_eq!(
            refusal(update(None, text)),
            "One or more parameter values were invalid: Type mismatch for Index Key genre Expected: S Actual: N \
             IndexName: by-genre",
            "{text}"
        );
    }
}

#[test]
fn an_update_into_an_index_key_is_refused() {
    assert_eq!(
        refusal(update(None, "SET genre.a = :red")),
        "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: IndexKey: genre"
    );
}

#[test]
fn an_update_that_turns_out_to_write_a_wrong_index_key_is_refused() {
    let old = item(&[("a", n(1)), ("pk", s("p"))]);
    insta::assert_snapshot!(refusal(update(Some(&old), "SET genre = a")),
        @"The update expression attempted to update the secondary index key to unsupported type");
    insta::assert_snapshot!(refusal(update(Some(&old), "SET genre = :empty")),
        @"One or more parameter values are not valid. The update expression attempted to update a secondary index key to a value that is not supported. The AttributeValue for a key attribute cannot contain an empty string value.");
    insta::assert_snapshot!(refusal(update(Some(&old), "SET genre = :long")),
        @"The update expression attempted to update the secondary index key beyond allowed size limits");
}

#[test]
fn an_update_elsewhere_does_not_judge_index_keys_that_were_there() {
    let old = item(&[("genre", n(1)), ("pk", s("p"))]);
    assert!(update(Some(&old), "SET a = :one").is_ok());
    assert!(update(Some(&old), "REMOVE genre").is_ok());
}
