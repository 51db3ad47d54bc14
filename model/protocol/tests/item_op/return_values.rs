use lookback_protocol::expression::{Placeholders, Update};
use lookback_protocol::item_op::ReturnValues;
use lookback_protocol::value::{AttributeValue, Item};

use crate::{item, n, refusal, s, values};

fn of(selection: ReturnValues, old: Option<&Item>, text: &str) -> Option<Item> {
    let values = values();
    let update = Update::parse(text, &mut Placeholders::new(None, Some(&values)).unwrap()).unwrap();
    let key = item(&[("pk", s("p"))]);
    let new = update.apply(old.unwrap_or(&key).clone()).unwrap().item;
    selection.of_updated(old, Some(&new), &update)
}

fn old() -> Item {
    item(&[
        ("a", n(1)),
        ("doc", AttributeValue::M(item(&[("x", n(1)), ("y", n(2))]))),
        ("pk", s("p")),
        ("z", n(0)),
    ])
}

#[test]
fn an_update_gives_back_what_was_asked_for() {
    let text = "SET a = :red, doc.x = :red, fresh = :one REMOVE z";
    let of = |selection| of(selection, Some(&old()), text);
    assert_eq!(of(ReturnValues::None), None);
    assert_eq!(of(ReturnValues::AllOld), Some(old()));
    assert_eq!(
        of(ReturnValues::UpdatedOld),
        Some(item(&[
            ("a", n(1)),
            ("doc", AttributeValue::M(item(&[("x", n(1))]))),
            ("z", n(0))
        ]))
    );
    assert_eq!(
        of(ReturnValues::UpdatedNew),
        Some(item(&[
            ("a", s("red")),
            ("doc", AttributeValue::M(item(&[("x", s("red"))]))),
            ("fresh", n(1))
        ]))
    );
    let new = of(ReturnValues::AllNew).unwrap();
    assert_eq!(
        (new.get("a"), new.get("z"), new.get("pk")),
        (Some(&s("red")), None, Some(&s("p")))
    );
}

#[test]
fn a_created_item_has_no_old_values() {
    assert_eq!(of(ReturnValues::AllOld, None, "SET a = :one"), None);
    assert_eq!(of(ReturnValues::UpdatedOld, None, "SET a = :one"), None);
    assert_eq!(
        of(ReturnValues::UpdatedNew, None, "SET a = :one"),
        Some(item(&[("a", n(1))]))
    );
}

#[test]
fn an_update_that_leaves_no_value_gives_back_nothing() {
    assert_eq!(of(ReturnValues::UpdatedNew, Some(&old()), "REMOVE a"), None);
}

#[test]
fn a_put_or_deletion_gives_back_the_old_item_or_nothing() {
    assert_eq!(ReturnValues::AllOld.of_replaced(Some(&old())), Some(old()));
    assert_eq!(ReturnValues::AllOld.of_replaced(None), None);
    assert_eq!(ReturnValues::None.of_replaced(Some(&old())), None);
    assert!(ReturnValues::AllOld.check_put_or_delete().is_ok());
    assert_eq!(
        refusal(ReturnValues::AllNew.check_put_or_delete()),
        "ReturnValues can only be ALL_OLD or NONE"
    );
}

#[test]
fn names_on_the_wire() {
    for name in ["NONE", "ALL_OLD", "UPDATED_OLD", "ALL_NEW", "UPDATED_NEW"] {
        assert!(ReturnValues::from_name(name).is_some(), "{name}");
    }
    assert_eq!(ReturnValues::from_name("all_old"), None);
}
