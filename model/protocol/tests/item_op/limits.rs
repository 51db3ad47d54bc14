use lookback_protocol::item_op::put;
use lookback_protocol::value::AttributeValue;

use crate::{item, refusal, rules, s, update};

/// A document of this many levels.
fn nested(levels: usize) -> AttributeValue {
    (1..levels).fold(s("x"), |inner, level| match level % 2 {
        0 => AttributeValue::L(vec![inner]),
        _ => AttributeValue::M(item(&[("a", inner)])),
    })
}

#[test]
fn an_item_has_at_most_400_kilobytes() {
    // Names and values count: "pk" + "p" + "a" are 4 bytes.
    let sized = |bytes: usize| item(&[("pk", s("p")), ("a", s(&"x".repeat(bytes - 4)))]);
    assert!(put::admit(&rules(), &sized(400 * 1024)).is_ok());
    assert_eq!(
        refusal(put::admit(&rules(), &sized(400 * 1024 + 1))),
        "Item size has exceeded the maximum allowed size"
    );
}

#[test]
fn an_updated_item_has_at_most_400_kilobytes() {
    assert_eq!(
        refusal(update(None, "SET a = :huge")),
        "Item size to update has exceeded the maximum allowed size"
    );
}

#[test]
fn documents_have_at_most_32_levels() {
    let deep = |levels| item(&[("pk", s("p")), ("a", nested(levels))]);
    assert!(put::admit(&rules(), &deep(32)).is_ok());
    assert_eq!(
        refusal(put::admit(&rules(), &deep(33))),
        "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit"
    );
}

#[test]
fn an_update_cannot_nest_deeper_either() {
    let old = item(&[
        ("a", AttributeValue::L(vec![nested(31)])),
        ("b", AttributeValue::L(vec![])),
        ("pk", s("p")),
    ]);
    assert!(update(Some(&old), "SET b[0] = a[0]").is_ok());
    assert_eq!(
        refusal(update(Some(&old), "SET b[0] = a")),
        "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit"
    );
}
