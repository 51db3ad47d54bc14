//! AttributeUpdates, Expected and ConditionalOperator (ITEM-014, ITEM-015).

use serde_json::{Value, json};

use crate::world::{Refusal, World, invalid, plain, refusal, wire_item};

fn ready(item: Value) -> World {
    let mut aws = World::exact();
    aws.table("music");
    aws.put("music", item);
    aws
}

fn updates(aws: &mut World, key: &str, updates: Value) -> Result<Value, Refusal> {
    aws.call(
        "UpdateItem",
        json!({
            "TableName": "music", "Key": {"pk": {"S": key}}, "AttributeUpdates": updates, "ReturnValues": "ALL_NEW",
        }),
    )
}

/// What a put under this Expected answers, joined by AND unless told otherwise.
fn expects(aws: &mut World, expected: Value) -> Result<Value, Refusal> {
    aws.call(
        "PutItem",
        json!({"TableName": "music", "Item": {"pk": {"S": "other"}}, "Expected": expected}),
    )
    .and_then(|_| {
        aws.call(
            "DeleteItem",
            json!({"TableName": "music", "Key": {"pk": {"S": "a"}}, "Expected": expected}),
        )
    })
}

#[test]
fn each_action_changes_one_attribute() {
    let item = json!({"pk": "a", "n": 7, "kept": 1, "gone": 2, "list": [1]});
    let mut aws = ready(item);
    let set = json!({"pk": "a", "set": {"SS": ["x", "y"]}});
    assert_eq!(set["pk"], "a");
    let changed = updates(
        &mut aws,
        "a",
        json!({
            "put": {"Value": {"S": "new"}},
            "n": {"Action": "ADD", "Value": {"N": "2"}},
            "gone": {"Action": "DELETE"},
            "list": {"Action": "ADD", "Value": {"L": [{"N": "2"}]}},
            "tags": {"Action": "ADD", "Value": {"SS": ["x", "y"]}},
        }),
    )
    .unwrap();
    assert_eq!(changed["Attributes"]["tags"], json!({"SS": ["x", "y"]}));
    let mut kept = changed["Attributes"].clone();
    kept.as_object_mut().unwrap().remove("tags");
    assert_eq!(
        plain(&kept),
        json!({"pk": "a", "n": 9, "kept": 1, "put": "new", "list": [1, 2]})
    );
    let less = json!({"tags": {"Action": "DELETE", "Value": {"SS": ["x", "absent"]}}});
    let less = updates(&mut aws, "a", less).unwrap();
    assert_eq!(less["Attributes"]["tags"], json!({"SS": ["y"]}));
}

#[test]
fn an_update_that_only_takes_away_makes_no_item() {
    let mut aws = ready(json!({"pk": "a"}));
    let legacy = updates(&mut aws, "none", json!({"x": {"Action": "DELETE"}})).unwrap();
    assert_eq!(legacy, json!({}));
    let expression =
        json!({"TableName": "music", "Key": {"pk": {"S": "none"}}, "UpdateExpression": "REMOVE x"});
    aws.ok("UpdateItem", expression);
    assert_eq!(aws.get("music", json!({"pk": "none"})), None);
    updates(&mut aws, "none", json!({})).unwrap();
    assert_eq!(
        aws.get("music", json!({"pk": "none"})),
        Some(json!({"pk": "none"}))
    );
}

#[test]
fn an_action_has_a_value_of_a_type_that_it_takes() {
    let mut aws = ready(json!({"pk": "a", "text": "x"}));
    let mut refused = |update: Value| updates(&mut aws, "a", json!({"text": update})).unwrap_err();
    let parameter =
        |text: &str| invalid(format!("One or more parameter values were invalid: {text}"));
    assert_eq!(
        refused(json!({"Action": "PUT"})),
        parameter("Only DELETE action is allowed when no attribute value is specified")
    );
    assert_eq!(
        refused(json!({"Action": "DELETE", "Value": {"S": "x"}})),
        parameter("DELETE action with value is not supported for the type S")
    );
    assert_eq!(
        refused(json!({"Action": "ADD", "Value": {"BOOL": true}})),
        parameter("ADD action is not supported for the type BOOL")
    );
    assert_eq!(
        refused(json!({"Action": "ADD", "Value": {"N": "1"}})),
        invalid("Type mismatch for attribute to update")
    );
    assert_eq!(
        updates(&mut aws, "a", json!({"pk": {"Value": {"S": "b"}}})).unwrap_err(),
        parameter("Cannot update attribute pk. This attribute is part of the key")
    );
}

#[test]
fn every_operator_is_met_by_what_it_describes() {
    let item = json!({"pk": "a", "n": 5, "s": "hello", "list": [1, 2]});
    let values = |list: &[Value]| Value::from(list.to_vec());
    let n = |value: i64| json!({"N": value.to_string()});
    let s = |value: &str| json!({"S": value});
    let cases = [
        ("n", "EQ", values(&[n(5)]), values(&[n(6)])),
        ("n", "NE", values(&[n(6)]), values(&[n(5)])),
        ("n", "LT", values(&[n(6)]), values(&[n(5)])),
        ("n", "LE", values(&[n(5)]), values(&[n(4)])),
        ("n", "GT", values(&[n(4)]), values(&[n(5)])),
        ("n", "GE", values(&[n(5)]), values(&[n(6)])),
        ("n", "IN", values(&[n(1), n(5)]), values(&[n(1), n(2)])),
        ("n", "BETWEEN", values(&[n(5), n(9)]), values(&[n(6), n(9)])),
        ("s", "BEGINS_WITH", values(&[s("he")]), values(&[s("lo")])),
        ("s", "CONTAINS", values(&[s("ell")]), values(&[s("x")])),
        ("list", "NOT_CONTAINS", values(&[n(3)]), values(&[n(2)])),
    ];
    for (name, operator, holds, fails) in cases {
        let expected = |list: &Value| json!({name: {"ComparisonOperator": operator, "AttributeValueList": list}});
        let delete = |aws: &mut World, list: &Value| {
            aws.call(
                "DeleteItem",
                json!({"TableName": "music", "Key": {"pk": {"S": "a"}}, "Expected": expected(list)}),
            )
        };
        let mut aws = ready(item.clone());
        let failed = refusal(
            "ConditionalCheckFailedException",
            "The conditional request failed",
        );
        assert_eq!(delete(&mut aws, &fails), Err(failed), "{operator}");
        assert_eq!(delete(&mut aws, &holds), Ok(json!({})), "{operator}");
    }
}

#[test]
fn what_is_absent_is_different_from_everything_and_contains_nothing() {
    let mut aws = ready(json!({"pk": "a"}));
    let mut met = |operator: &str, list: Value| {
        let expected =
            json!({"absent": {"ComparisonOperator": operator, "AttributeValueList": list}});
        let input = json!({"TableName": "music", "Item": {"pk": {"S": "a"}}, "Expected": expected});
        aws.call("PutItem", input).is_ok()
    };
    assert!(met("NULL", json!([])));
    assert!(!met("NOT_NULL", json!([])));
    assert!(met("NE", json!([{"N": "1"}])));
    assert!(!met("NOT_CONTAINS", json!([{"N": "1"}])));
}

#[test]
fn one_condition_of_several_is_enough_under_or() {
    let mut aws = ready(json!({"pk": "a", "x": 1, "y": 2}));
    let mut delete = |operator: &str| {
        aws.call(
            "DeleteItem",
            json!({
                "TableName": "music", "Key": {"pk": {"S": "a"}}, "ConditionalOperator": operator,
                "Expected": {"x": {"Value": {"N": "1"}}, "y": {"Exists": false}},
                "ReturnValues": "ALL_OLD",
            }),
        )
    };
    assert_eq!(
        delete("AND").unwrap_err().code,
        "ConditionalCheckFailedException"
    );
    assert_eq!(
        plain(&delete("OR").unwrap()["Attributes"]),
        json!({"pk": "a", "x": 1, "y": 2})
    );
}

#[test]
fn many_conditions_are_no_danger() {
    let mut aws = ready(json!({"pk": "a"}));
    let expected: serde_json::Map<String, Value> = (0..50_000)
        .map(|number| (format!("x{number}"), json!({"Exists": false})))
        .collect();
    let input = json!({"TableName": "music", "Item": {"pk": {"S": "a"}}, "Expected": expected});
    assert_eq!(aws.ok("PutItem", input), json!({}));
}

#[test]
fn members_of_expected_go_together_or_not() {
    let mut aws = ready(json!({"pk": "a"}));
    let cases = [
        (
            json!({"Exists": true, "ComparisonOperator": "LT"}),
            "Exists and ComparisonOperator cannot be used together for Attribute: a",
        ),
        (
            json!({"Value": {"S": "x"}, "AttributeValueList": []}),
            "Value and AttributeValueList cannot be used together for Attribute: a",
        ),
        (
            json!({"AttributeValueList": [{"S": "x"}]}),
            "AttributeValueList can only be used with a ComparisonOperator for Attribute: a",
        ),
        (
            json!({"ComparisonOperator": "LT"}),
            "Value or AttributeValueList must be used with ComparisonOperator: LT for Attribute: a",
        ),
        (
            json!({}),
            "Value must be provided when Exists is null for Attribute: a",
        ),
        (
            json!({"Exists": true}),
            "Value must be provided when Exists is true for Attribute: a",
        ),
        (
            json!({"Exists": false, "Value": {"S": "x"}}),
            "Value cannot be used when Exists is false for Attribute: a",
        ),
        (
            json!({"ComparisonOperator": "BETWEEN", "Value": {"S": "x"}}),
            "Invalid number of argument(s) for the BETWEEN ComparisonOperator",
        ),
        (
            json!({"ComparisonOperator": "NULL", "Value": {"S": "x"}}),
            "Invalid number of argument(s) for the NULL ComparisonOperator",
        ),
        (
            json!({"ComparisonOperator": "IN", "AttributeValueList": [{"S": "x"}, {"N": "1"}]}),
            "AttributeValues inside AttributeValueList must be of same type",
        ),
        (
            json!({"ComparisonOperator": "CONTAINS", "AttributeValueList": [{"L": []}]}),
            "ComparisonOperator CONTAINS is not valid for L AttributeValue type",
        ),
    ];
    for (entry, text) in cases {
        let text = format!("One or more parameter values were invalid: {text}");
        assert_eq!(
            expects(&mut aws, json!({"a": entry})),
            Err(invalid(text)),
            "{entry}"
        );
    }
    let backwards =
        json!({"ComparisonOperator": "BETWEEN", "AttributeValueList": [{"N": "2"}, {"N": "1"}]});
    let text = "The BETWEEN condition was provided a range where the lower bound is greater than the upper bound";
    assert_eq!(
        expects(&mut aws, json!({"a": backwards})),
        Err(invalid(text))
    );
}

#[test]
fn a_conditional_operator_joins_at_least_two() {
    let mut aws = ready(json!({"pk": "a"}));
    let mut put = |expected: Value| {
        let item = wire_item(&json!({"pk": "a"}));
        let input = json!({"TableName": "music", "Item": item, "ConditionalOperator": "AND", "Expected": expected});
        aws.refused("PutItem", input)
    };
    assert_eq!(
        put(json!({})),
        invalid("ConditionalOperator cannot be used without Filter or Expected")
    );
    let two =
        "ConditionalOperator can only be used when Filter or Expected has two or more elements";
    assert_eq!(put(json!({"a": {"Exists": false}})), invalid(two));
}

#[test]
fn both_notations_in_one_write_are_refused() {
    let mut aws = ready(json!({"pk": "a"}));
    let all = json!({
        "TableName": "music", "Key": {"pk": {"S": "a"}},
        "AttributeUpdates": {"x": {"Action": "DELETE"}},
        "Expected": {"x": {"Exists": false}},
        "ConditionalOperator": "AND",
        "UpdateExpression": "REMOVE x",
        "ConditionExpression": "attribute_exists(pk)",
    });
    assert_eq!(
        aws.refused("UpdateItem", all),
        invalid(
            "Can not use both expression and non-expression parameters in the same request: Non-expression \
             parameters: {AttributeUpdates, Expected, ConditionalOperator} Expression parameters: \
             {UpdateExpression, ConditionExpression}"
        )
    );
}

#[test]
fn placeholders_that_nothing_uses_are_told_before_keys_items_and_expectations() {
    let mut aws = ready(json!({"pk": "a"}));
    let faults = |item: &str| json!({"TableName": "music", item: {"pk": {}}, "Expected": {"x": {}}, "ExpressionAttributeValues": {}});
    let unused = "ExpressionAttributeValues can only be specified when using expressions:";
    for (operation, item, absent) in [
        ("PutItem", "Item", "ConditionExpression is null"),
        ("DeleteItem", "Key", "ConditionExpression is null"),
        (
            "UpdateItem",
            "Key",
            "UpdateExpression and ConditionExpression are null",
        ),
    ] {
        assert_eq!(
            aws.refused(operation, faults(item)),
            invalid(format!("{unused} {absent}")),
            "{operation}"
        );
    }
}
