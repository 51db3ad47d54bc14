//! KeyConditions, QueryFilter, ScanFilter and AttributesToGet (ITEM-020, ITEM-021).

use serde_json::{Value, json};

use crate::world::{World, invalid, key_schema, merged, plain};

/// `music` with the key (`pk`, `sk`) and three items of one collection.
fn ready() -> World {
    let mut aws = World::exact();
    let definition = |name: &str| json!({"AttributeName": name, "AttributeType": "S"});
    aws.table_with(
        "music",
        json!({
            "AttributeDefinitions": [definition("pk"), definition("sk")],
            "KeySchema": key_schema("pk", Some("sk")),
        }),
    );
    for (sk, x) in [("a", 1), ("b", 2), ("c", 3)] {
        aws.put("music", json!({"pk": "p", "sk": sk, "x": x}));
    }
    aws
}

fn eq(value: &str) -> Value {
    json!({"ComparisonOperator": "EQ", "AttributeValueList": [{"S": value}]})
}

fn query(members: Value) -> Value {
    merged(
        json!({"TableName": "music", "KeyConditions": {"pk": eq("p")}}),
        members,
    )
}

fn sort_keys(answer: &Value) -> Vec<String> {
    let items = answer["Items"].as_array().unwrap();
    let key = |item: &Value| plain(item)["sk"].as_str().unwrap().to_owned();
    items.iter().map(key).collect()
}

#[test]
fn key_conditions_look_up_a_stretch_of_a_collection() {
    let mut aws = ready();
    assert_eq!(
        sort_keys(&aws.ok("Query", query(json!({})))),
        ["a", "b", "c"]
    );
    for (operator, list, found) in [
        ("GE", json!([{"S": "b"}]), vec!["b", "c"]),
        ("LT", json!([{"S": "b"}]), vec!["a"]),
        ("BETWEEN", json!([{"S": "a"}, {"S": "b"}]), vec!["a", "b"]),
        ("BEGINS_WITH", json!([{"S": "c"}]), vec!["c"]),
    ] {
        let range = json!({"ComparisonOperator": operator, "AttributeValueList": list});
        let conditions = json!({"KeyConditions": {"pk": eq("p"), "sk": range}});
        assert_eq!(
            sort_keys(&aws.ok("Query", query(conditions))),
            found,
            "{operator}"
        );
    }
}

#[test]
fn key_conditions_have_the_form_that_a_key_can_be_looked_up_by() {
    let mut aws = ready();
    let mut refused =
        |conditions: Value| aws.refused("Query", query(json!({"KeyConditions": conditions})));
    let no_value = json!({"ComparisonOperator": "NULL"});
    let greater = json!({"ComparisonOperator": "GT", "AttributeValueList": [{"S": "a"}]});
    assert_eq!(
        refused(json!({"pk": eq("p"), "sk": no_value})),
        invalid("Attempted conditional constraint is not an indexable operation")
    );
    assert_eq!(
        refused(json!({"pk": greater})),
        invalid("Query key condition not supported")
    );
    assert_eq!(
        refused(json!({"sk": eq("a")})),
        invalid("Query condition missed key schema element: pk")
    );
    assert_eq!(
        refused(json!({"pk": eq("p"), "sk": eq("a"), "x": eq("b")})),
        invalid("Conditions can be of length 1 or 2 only")
    );
}

#[test]
fn filters_keep_what_meets_them() {
    let mut aws = ready();
    let one = json!({"x": {"ComparisonOperator": "GT", "AttributeValueList": [{"N": "1"}]}});
    let queried = aws.ok("Query", query(json!({"QueryFilter": one})));
    assert_eq!(
        (&queried["Count"], &queried["ScannedCount"]),
        (&json!(2), &json!(3))
    );
    let either = json!({
        "TableName": "music", "ConditionalOperator": "OR",
        "ScanFilter": {
            "x": {"ComparisonOperator": "EQ", "AttributeValueList": [{"N": "1"}]},
            "sk": eq("c"),
        },
    });
    assert_eq!(sort_keys(&aws.ok("Scan", either)), ["a", "c"]);
}

#[test]
fn a_query_filter_leaves_the_key_alone() {
    let mut aws = ready();
    assert_eq!(
        aws.refused("Query", query(json!({"QueryFilter": {"sk": eq("a")}}))),
        invalid(
            "QueryFilter can only contain non-primary key attributes: Primary key attribute: sk"
        )
    );
}

#[test]
fn named_attributes_are_all_that_is_read() {
    let mut aws = ready();
    let key = json!({"pk": {"S": "p"}, "sk": {"S": "a"}});
    let get = json!({"TableName": "music", "Key": key, "AttributesToGet": ["x", "absent"]});
    assert_eq!(aws.ok("GetItem", get)["Item"], json!({"x": {"N": "1"}}));
    let batch = json!({"RequestItems": {"music": {"Keys": [key], "AttributesToGet": ["sk"]}}});
    assert_eq!(
        aws.ok("BatchGetItem", batch)["Responses"]["music"],
        json!([{"sk": {"S": "a"}}])
    );
    let scan = json!({"TableName": "music", "AttributesToGet": ["sk"], "Limit": 1});
    assert_eq!(aws.ok("Scan", scan)["Items"], json!([{"sk": {"S": "a"}}]));
}

#[test]
fn an_attribute_is_named_once() {
    let mut aws = ready();
    let scan = json!({"TableName": "music", "AttributesToGet": ["b", "a", "b"]});
    assert_eq!(
        aws.refused("Scan", scan),
        invalid("One or more parameter values were invalid: Duplicate value in attribute name: b")
    );
}

#[test]
fn what_select_forbids_is_told_by_the_name_of_the_member() {
    let mut aws = ready();
    for (select, what) in [
        ("ALL_ATTRIBUTES", "ALL_ATTRIBUTES"),
        ("ALL_PROJECTED_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES"),
        ("COUNT", "only the Count"),
    ] {
        let text = format!("Cannot specify the AttributesToGet when choosing to get {what}");
        let members = json!({"Select": select, "AttributesToGet": ["x"]});
        let scan = merged(json!({"TableName": "music"}), members.clone());
        assert_eq!(aws.refused("Scan", scan), invalid(text.clone()));
        assert_eq!(
            aws.refused("Query", query(members)),
            invalid(format!("1 validation error detected: {text}"))
        );
    }
}

#[test]
fn key_conditions_go_with_other_expressions() {
    let mut aws = ready();
    let filter =
        json!({"FilterExpression": "x = :x", "ExpressionAttributeValues": {":x": {"N": "2"}}});
    assert_eq!(sort_keys(&aws.ok("Query", query(filter))), ["b"]);
}

#[test]
fn both_notations_in_one_read_are_refused() {
    let mut aws = ready();
    let prefix = "Can not use both expression and non-expression parameters in the same request: Non-expression \
                  parameters: ";
    let all = json!({
        "QueryFilter": {"x": eq("a")}, "ConditionalOperator": "AND",
        "KeyConditionExpression": "pk = :p", "FilterExpression": "x = :p", "ProjectionExpression": "x",
        "ExpressionAttributeValues": {":p": {"S": "p"}, ":unused": {"S": "p"}},
    });
    assert_eq!(
        aws.refused("Query", query(all)),
        invalid(format!(
            "{prefix}{{QueryFilter, ConditionalOperator, KeyConditions}} Expression parameters: \
             {{ProjectionExpression, FilterExpression, KeyConditionExpression}}"
        ))
    );
    let scan =
        json!({"TableName": "music", "ScanFilter": {"x": eq("a")}, "ProjectionExpression": "x"});
    assert_eq!(
        aws.refused("Scan", scan),
        invalid(format!(
            "{prefix}{{ScanFilter}} Expression parameters: {{ProjectionExpression}}"
        ))
    );
    let get = json!({
        "TableName": "music", "Key": {"pk": {"S": "p"}, "sk": {"S": "a"}},
        "AttributesToGet": ["x"], "ProjectionExpression": "x",
    });
    assert_eq!(
        aws.refused("GetItem", get),
        invalid(format!(
            "{prefix}{{AttributesToGet}} Expression parameters: {{ProjectionExpression}}"
        ))
    );
}

#[test]
fn placeholders_that_nothing_uses_are_told_before_operands_and_segments() {
    let mut aws = ready();
    let bad = json!({"x": {"ComparisonOperator": "EQ", "AttributeValueList": [{}]}});
    let faults = |filter: &str| json!({"ConditionalOperator": "OR", filter: bad, "ExpressionAttributeValues": {}});
    let scan = merged(
        json!({"TableName": "music", "Segment": 1}),
        faults("ScanFilter"),
    );
    let unused = "ExpressionAttributeValues can only be specified when using expressions:";
    assert_eq!(
        aws.refused("Scan", scan),
        invalid(format!("{unused} FilterExpression is null"))
    );
    assert_eq!(
        aws.refused("Query", query(faults("QueryFilter"))),
        invalid(format!(
            "{unused} FilterExpression and KeyConditionExpression are null"
        ))
    );
}

#[test]
fn a_segment_alone_is_told_before_values_and_expressions() {
    let mut aws = ready();
    let input = json!({
        "TableName": "music",
        "Segment": 1,
        "FilterExpression": "",
        "ExpressionAttributeNames": {},
        "ExpressionAttributeValues": {},
    });
    let wrong = "The TotalSegments parameter is required but was not present in the request when Segment parameter is \
                 present";
    assert_eq!(aws.refused("Scan", input), invalid(wrong));
}
