//! AttributeUpdates, Expected and ConditionalOperator of one write (ITEM-014, ITEM-015).

use lookback_protocol::error::ServiceError;
use lookback_protocol::expression::legacy::{LegacyWrite, WriteParameters};
use serde_json::{Value, json};

use crate::{item, n, s};

/// The parameters of a request.
fn parameters(request: Value) -> WriteParameters {
    let input: lookback_protocol::wire::item::UpdateItemInput =
        serde_json::from_value(request).unwrap();
    WriteParameters {
        attribute_updates: input.attribute_updates,
        expected: input.expected,
        conditional_operator: input.conditional_operator,
    }
}

fn read(request: Value) -> Result<LegacyWrite, ServiceError> {
    parameters(request).read(None, None)
}

#[test]
fn each_parameter_alone_is_given() {
    assert!(!parameters(json!({})).is_given());
    for request in [
        json!({"AttributeUpdates": {}}),
        json!({"Expected": {}}),
        json!({"ConditionalOperator": "AND"}),
    ] {
        assert!(parameters(request.clone()).is_given(), "{request}");
    }
}

#[test]
fn a_write_has_its_update_and_its_condition() {
    let write = read(json!({
        "AttributeUpdates": {"v": {"Action": "ADD", "Value": {"N": "2"}}},
        "Expected": {"v": {"Value": {"N": "1"}}, "w": {"Exists": false}},
        "ConditionalOperator": "OR",
    }))
    .unwrap();
    let before = item(&[("v", n("1")), ("w", s("x"))]);
    assert!(write.condition().unwrap().holds(Some(&before)));
    let after = write.update().apply(before).unwrap().item;
    assert_eq!(after, item(&[("v", n("3")), ("w", s("x"))]));
    assert!(!write.condition().unwrap().holds(Some(&after)));
}

#[test]
fn nothing_given_asks_for_nothing_and_changes_nothing() {
    for request in [json!({}), json!({"AttributeUpdates": {}, "Expected": {}})] {
        let write = read(request).unwrap();
        assert_eq!(write, LegacyWrite::default());
        assert!(write.condition().is_none());
        assert!(write.update().actions.is_empty());
    }
}

#[test]
fn expressions_besides_are_refused_by_their_names() {
    let all = json!({"AttributeUpdates": {}, "ConditionalOperator": "OR"});
    let refused = |update: Option<&str>, condition: Option<&str>| {
        let read = parameters(all.clone()).read(update, condition);
        read.unwrap_err().to_string()
    };
    assert_eq!(
        refused(Some("REMOVE x"), None),
        "ValidationException: Can not use both expression and non-expression parameters in the same request: \
         Non-expression parameters: {AttributeUpdates, ConditionalOperator} Expression parameters: {UpdateExpression}"
    );
    let both = refused(Some("REMOVE x"), Some("attribute_exists(pk)"));
    assert!(
        both.ends_with("{UpdateExpression, ConditionExpression}"),
        "{both}"
    );
}

#[test]
fn an_operator_alone_is_refused() {
    let refused = read(json!({"ConditionalOperator": "AND"})).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "ValidationException: ConditionalOperator cannot be used without Filter or Expected"
    );
}
