use lookback_protocol::expression::Update;
use lookback_protocol::value::{AttributeValue, Item};

use crate::{item, list, map, n, refusal, request, s, sample, ss};

fn update(item: Item, text: &str) -> Result<Item, lookback_protocol::error::ServiceError> {
    let request = request();
    let update = Update::parse(text, &mut request.placeholders());
    update
        .unwrap_or_else(|error| panic!("{text}: {error}"))
        .apply(item)
        .map(|applied| applied.item)
}

/// What the sample item has at a top-level attribute after the update.
#[track_caller]
fn after(text: &str, attribute: &str) -> Option<AttributeValue> {
    update(sample(), text)
        .unwrap_or_else(|error| panic!("{text}: {error}"))
        .get(attribute)
        .cloned()
}

fn refused(text: &str) -> String {
    refusal(update(sample(), text))
}

#[test]
fn set_writes_top_level_and_nested_values() {
    assert_eq!(after("SET fresh = :one", "fresh"), Some(n("1")));
    assert_eq!(after("SET #num = :red", "num"), Some(s("red")));
    assert_eq!(after("SET #status = word", "status"), Some(s("banana")));
    assert_eq!(
        after("SET letters[1] = :one", "letters"),
        Some(list(&[s("a"), n("1"), n("3")]))
    );
    let info = after("SET info.deep.x = :ten, info.added = :red", "info").unwrap();
    let AttributeValue::M(info) = info else {
        panic!("{info:?}")
    };
    assert_eq!(info.get("added"), Some(&s("red")));
    assert_eq!(info.get("deep"), Some(&map(&[("x", n("10"))])));
}

#[test]
fn set_past_the_end_of_a_list_appends() {
    let expected = Some(list(&[s("a"), s("b"), n("3"), n("1"), n("10")]));
    assert_eq!(
        after("SET letters[9] = :ten, letters[7] = :one", "letters"),
        expected
    );
}

#[test]
fn set_computes_exactly() {
    assert_eq!(after("SET num = num + :one", "num"), Some(n("11")));
    assert_eq!(after("SET num = num - :hundred", "num"), Some(n("-90")));
    assert_eq!(after("SET num = (num + :one)", "num"), Some(n("11")));
    assert_eq!(after("SET num = (num) + (:one)", "num"), Some(n("11")));
}

#[test]
fn every_right_side_reads_the_item_as_it_was() {
    let item = update(
        sample(),
        "SET num = word, word = num, twin = flag REMOVE flag",
    )
    .unwrap();
    assert_eq!(item.get("num"), Some(&s("banana")));
    assert_eq!(item.get("word"), Some(&n("10")));
    assert_eq!(item.get("twin"), Some(&AttributeValue::Bool(true)));
    assert_eq!(item.get("flag"), None);
}

#[test]
fn if_not_exists_gives_the_value_or_the_operand() {
    assert_eq!(
        after("SET num = if_not_exists(num, :one) + :one", "num"),
        Some(n("11"))
    );
    assert_eq!(
        after("SET fresh = if_not_exists(fresh, :one) + :one", "fresh"),
        Some(n("2"))
    );
    assert_eq!(
        after(
            "SET fresh = if_not_exists(a, if_not_exists(b, num))",
            "fresh"
        ),
        Some(n("10"))
    );
}

#[test]
fn list_append_joins_two_lists() {
    assert_eq!(
        after("SET letters = list_append(letters, :list)", "letters"),
        Some(list(&[s("a"), s("b"), n("3"), s("z")]))
    );
    assert_eq!(
        after("SET letters = list_append(:list, letters)", "letters"),
        Some(list(&[s("z"), s("a"), s("b"), n("3")]))
    );
    assert_eq!(
        after(
            "SET fresh = list_append(if_not_exists(fresh, :list), :list)",
            "fresh"
        ),
        Some(list(&[s("z"), s("z")]))
    );
}

#[test]
fn remove_counts_indexes_as_they_were() {
    assert_eq!(
        after("REMOVE letters[0], letters[2]", "letters"),
        Some(list(&[s("b")]))
    );
    assert_eq!(
        after("REMOVE letters[0] SET letters[1] = :ten", "letters"),
        Some(list(&[n("10"), n("3")]))
    );
    assert_eq!(after("REMOVE num, nowhere, letters[99]", "num"), None);
}

#[test]
fn add_grows_numbers_and_sets_and_creates_them() {
    assert_eq!(after("ADD num :one", "num"), Some(n("11")));
    assert_eq!(after("ADD fresh :one", "fresh"), Some(n("1")));
    assert_eq!(after("ADD tags :set", "tags"), Some(ss(&["green", "red"])));
    assert_eq!(after("ADD fresh :set", "fresh"), Some(ss(&["red"])));
}

#[test]
fn delete_shrinks_sets_and_drops_empty_ones() {
    assert_eq!(after("DELETE tags :set", "tags"), Some(ss(&["green"])));
    assert_eq!(after("DELETE nowhere :set", "nowhere"), None);
    let item = item(&[("tags", ss(&["red"]))]);
    assert_eq!(update(item, "DELETE tags :set").unwrap().get("tags"), None);
}

#[test]
fn sections_combine_in_any_order() {
    let item = update(
        sample(),
        "REMOVE flag add num :one DELETE tags :set SET fresh = :one",
    )
    .unwrap();
    assert_eq!(item.get("flag"), None);
    assert_eq!(item.get("num"), Some(&n("11")));
    assert_eq!(item.get("tags"), Some(&ss(&["green"])));
    assert_eq!(item.get("fresh"), Some(&n("1")));
}

#[test]
fn updates_that_do_not_fit_the_item_are_refused() {
    let missing = "The provided expression refers to an attribute that does not exist in the item";
    assert_eq!(refused("SET fresh = nowhere"), missing);
    assert_eq!(refused("SET fresh = nowhere + :one"), missing);
    assert_eq!(refused("SET fresh = list_append(nowhere, :list)"), missing);
    let path = "The document path provided in the update expression is invalid for update";
    for text in [
        "SET nowhere.a = :one",
        "SET nowhere[0] = :one",
        "SET num.a = :one",
        "SET letters.a = :one",
        "SET info[0] = :one",
        "REMOVE nowhere.a",
        "REMOVE word[0]",
        "ADD nowhere.a :one",
        "DELETE nowhere.a :set",
    ] {
        assert_eq!(refused(text), path, "{text}");
    }
    let operand = "An operand in the update expression has an incorrect data type";
    for text in [
        "SET num = word + :one",
        "SET num = list_append(num, :list)",
        "ADD word :one",
        "ADD tags :one",
        "ADD num :set",
        "DELETE num :set",
        "DELETE nums :set",
    ] {
        assert_eq!(refused(text), operand, "{text}");
    }
}

#[test]
fn a_sum_out_of_range_is_refused() {
    let item = item(&[("num", n("9.9e125"))]);
    assert_eq!(
        refusal(update(item, "SET num = num + num")),
        "Number overflow. Attempting to store a number with magnitude larger than supported range"
    );
}

#[test]
fn an_update_knows_what_it_touches() {
    let request = request();
    let update = Update::parse(
        "SET a.b = :one REMOVE c[1] ADD #num :one",
        &mut request.placeholders(),
    )
    .unwrap();
    assert!(update.touches("a") && update.touches("c") && update.touches("num"));
    assert!(!update.touches("b") && !update.touches("#num"));
}
