use lookback_protocol::expression::{Placeholders, Projection, Update};
use lookback_protocol::item_op::{Guard, delete, get, put, update as update_item};

use crate::{item, n, refusal, rules, s, stored, update};

#[test]
fn put_replaces_the_whole_item() {
    let old = item(&[("pk", s("p")), ("a", n(1))]);
    let new = item(&[("pk", s("p")), ("b", n(2))]);
    let key = put::admit(&rules(), &new).unwrap();
    assert_eq!(key, put::admit(&rules(), &old).unwrap());
    assert_eq!(
        put::apply(Some(&old), new.clone(), Guard::default()).unwrap(),
        new
    );
}

#[test]
fn put_needs_the_key() {
    assert_eq!(
        refusal(put::admit(&rules(), &item(&[("a", n(1))]))),
        "One or more parameter values were invalid: Missing the key pk in the item"
    );
}

#[test]
fn update_creates_an_absent_item_from_its_key() {
    assert_eq!(
        update(None, "SET a = :one").unwrap(),
        item(&[("a", n(1)), ("pk", s("p"))])
    );
    let key = item(&[("pk", s("p"))]);
    let nothing = update_item::apply(&rules(), None, &key, &Update::default(), Guard::default());
    assert_eq!(nothing.unwrap(), Some(key));
}

#[test]
fn an_update_that_only_takes_away_creates_nothing() {
    assert_eq!(stored(None, "REMOVE a, b"), Ok(None));
    assert_eq!(stored(None, "DELETE a :set"), Ok(None));
    assert!(stored(None, "REMOVE a SET b = :one").unwrap().is_some());
    let old = item(&[("a", n(1)), ("pk", s("p"))]);
    assert_eq!(
        stored(Some(&old), "REMOVE a"),
        Ok(Some(item(&[("pk", s("p"))])))
    );
}

#[test]
fn update_keeps_what_it_does_not_name() {
    let old = item(&[("a", n(1)), ("b", n(2)), ("pk", s("p"))]);
    assert_eq!(
        update(Some(&old), "SET a = :red").unwrap(),
        item(&[("a", s("red")), ("b", n(2)), ("pk", s("p"))])
    );
}

#[test]
fn update_leaves_the_key_alone() {
    for text in [
        "SET pk = :red",
        "REMOVE pk",
        "ADD pk :one",
        "SET a = :one, pk.x = :one",
        "DELETE pk :set",
    ] {
        assert_eq!(
            refusal(update(None, text)),
            "One or more parameter values were invalid: Cannot update attribute pk. This attribute is part of the key",
            "{text}"
        );
    }
}

#[test]
fn update_delete_and_get_take_exactly_the_key() {
    let wrong = item(&[("pk", s("p")), ("a", n(1))]);
    let texts = [
        refusal(update_item::admit(&rules(), &wrong, &Update::default())),
        refusal(delete::admit(&rules(), &wrong)),
        refusal(get::admit(&rules(), &wrong)),
    ];
    assert_eq!(
        texts,
        ["The provided key element does not match the schema"; 3]
    );
}

#[test]
fn deleting_nothing_succeeds() {
    assert!(!delete::apply(None, Guard::default()).unwrap());
    assert!(delete::apply(Some(&item(&[("pk", s("p"))])), Guard::default()).unwrap());
}

#[test]
fn get_gives_the_item_or_the_projected_part() {
    let there = item(&[("a", n(1)), ("pk", s("p"))]);
    assert_eq!(get::apply(None, None), None);
    assert_eq!(get::apply(Some(&there), None).unwrap().into_owned(), there);
    let projection = Projection::parse("a, b", &mut Placeholders::none()).unwrap();
    assert_eq!(
        get::apply(Some(&there), Some(&projection))
            .unwrap()
            .into_owned(),
        item(&[("a", n(1))])
    );
}
