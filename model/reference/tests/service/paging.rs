//! Pages of Query and Scan.

use serde_json::{Value, json};

use crate::world::{World, invalid, merged, text};

/// Twelve items under `a` and three under `b`.
pub fn ready() -> World {
    let mut aws = World::exact();
    aws.indexed_table("music");
    for sk in 0..12 {
        aws.put(
            "music",
            json!({"pk": "a", "sk": sk, "genre": if sk % 2 == 0 { "jazz" } else { "soul" }, "year": 2000 - sk}),
        );
    }
    for sk in 0..3 {
        aws.put("music", json!({"pk": "b", "sk": sk}));
    }
    aws
}

pub fn query_a(members: Value) -> Value {
    merged(
        json!({
            "TableName": "music",
            "KeyConditionExpression": "pk = :p",
            "ExpressionAttributeValues": {":p": {"S": "a"}},
        }),
        members,
    )
}

/// The sort keys of all pages.
fn pages(aws: &mut World, operation: &str, mut input: Value) -> Vec<Vec<i64>> {
    let mut pages = Vec::new();
    loop {
        let body = aws.ok(operation, input.clone());
        let items = body["Items"].as_array().unwrap();
        pages.push(
            items
                .iter()
                .map(|item| text(&item["sk"]["N"]).parse().unwrap())
                .collect(),
        );
        match body.get("LastEvaluatedKey") {
            Some(key) => input["ExclusiveStartKey"] = key.clone(),
            None => return pages,
        }
        assert!(pages.len() < 100, "pages without end");
    }
}

#[test]
fn a_query_goes_through_one_collection_in_order() {
    let mut aws = ready();
    for limit in 1..=13 {
        let pages = pages(&mut aws, "Query", query_a(json!({"Limit": limit})));
        assert_eq!(pages.concat(), (0..12).collect::<Vec<_>>(), "{limit}");
    }
}

#[test]
fn a_query_goes_backwards() {
    let mut aws = ready();
    for limit in [1, 5, 12] {
        let input = query_a(json!({"Limit": limit, "ScanIndexForward": false}));
        assert_eq!(
            pages(&mut aws, "Query", input).concat(),
            (0..12).rev().collect::<Vec<_>>()
        );
    }
}

#[test]
fn a_query_of_a_range_stays_in_it() {
    let mut aws = ready();
    for forward in [true, false] {
        let input = query_a(json!({
            "KeyConditionExpression": "pk = :p AND sk BETWEEN :l AND :h",
            "ExpressionAttributeValues": {":p": {"S": "a"}, ":l": {"N": "3"}, ":h": {"N": "7"}},
            "Limit": 2,
            "ScanIndexForward": forward,
        }));
        let mut keys = pages(&mut aws, "Query", input).concat();
        if !forward {
            keys.reverse();
        }
        assert_eq!(keys, [3, 4, 5, 6, 7]);
    }
}

#[test]
fn the_limit_counts_items_before_the_filter() {
    let mut aws = ready();
    let input = query_a(json!({
        "FilterExpression": "genre = :g",
        "ExpressionAttributeValues": {":p": {"S": "a"}, ":g": {"S": "soul"}},
        "Limit": 1,
    }));
    let first = aws.ok("Query", input.clone());
    assert_eq!(
        (&first["Count"], &first["ScannedCount"]),
        (&json!(0), &json!(1))
    );
    assert!(
        first.get("LastEvaluatedKey").is_some(),
        "an empty page may go on"
    );
    assert_eq!(
        pages(&mut aws, "Query", input).concat(),
        [1, 3, 5, 7, 9, 11]
    );
}

#[test]
fn a_count_has_no_items() {
    let mut aws = ready();
    let body = aws.ok("Query", query_a(json!({"Select": "COUNT"})));
    assert_eq!(body, json!({"Count": 12, "ScannedCount": 12}));
}

#[test]
fn a_scan_visits_every_item_once() {
    let mut aws = ready();
    for limit in [1, 4, 15, 16] {
        let pages = pages(
            &mut aws,
            "Scan",
            json!({"TableName": "music", "Limit": limit}),
        );
        assert_eq!(pages.concat().len(), 15, "{limit}");
    }
}

#[test]
fn segments_of_a_scan_add_up() {
    let mut aws = World::exact();
    aws.table("music");
    for number in 0..50 {
        aws.put("music", json!({"pk": format!("{number}"), "sk": number}));
    }
    for total in [1, 2, 7] {
        let mut all = Vec::new();
        for segment in 0..total {
            let input = json!({"TableName": "music", "Segment": segment, "TotalSegments": total, "Limit": 3});
            all.extend(pages(&mut aws, "Scan", input).concat());
        }
        all.sort_unstable();
        assert_eq!(all, (0..50).collect::<Vec<_>>(), "{total}");
    }
}

#[test]
fn segments_come_in_pairs() {
    let mut aws = ready();
    for wrong in [
        json!({"Segment": 0}),
        json!({"TotalSegments": 2}),
        json!({"Segment": 2, "TotalSegments": 2}),
    ] {
        let input = merged(json!({"TableName": "music"}), wrong);
        assert_eq!(aws.refused("Scan", input).code, "ValidationException");
    }
}

#[test]
fn an_index_is_paged_in_the_order_of_its_key() {
    let mut aws = ready();
    for limit in [1, 5, 12] {
        let input = query_a(json!({"IndexName": "by-year", "Limit": limit}));
        assert_eq!(
            pages(&mut aws, "Query", input).concat(),
            (0..12).rev().collect::<Vec<_>>()
        );
    }
}

#[test]
fn entries_of_one_index_key_are_all_visited() {
    let mut aws = ready();
    for (limit, forward) in [(1, true), (1, false), (4, true), (6, false)] {
        let input = json!({
            "TableName": "music",
            "IndexName": "by-genre",
            "KeyConditionExpression": "genre = :g",
            "ExpressionAttributeValues": {":g": {"S": "jazz"}},
            "Limit": limit,
            "ScanIndexForward": forward,
        });
        let mut keys = pages(&mut aws, "Query", input).concat();
        keys.sort_unstable();
        assert_eq!(keys, [0, 2, 4, 6, 8, 10]);
    }
}

#[test]
fn the_cursor_of_an_index_has_both_keys() {
    let mut aws = ready();
    let body = aws.ok(
        "Scan",
        json!({"TableName": "music", "IndexName": "by-genre", "Limit": 1}),
    );
    let members: Vec<&String> = body["LastEvaluatedKey"]
        .as_object()
        .unwrap()
        .keys()
        .collect();
    assert_eq!(members, ["genre", "pk", "sk"]);
}

#[test]
fn a_page_ends_with_the_item_that_takes_it_over_a_megabyte() {
    let mut aws = World::exact();
    aws.table("music");
    for number in 0..5 {
        aws.put(
            "music",
            json!({"pk": format!("{number}"), "sk": number, "long": "x".repeat(300_000)}),
        );
    }
    let pages = pages(&mut aws, "Scan", json!({"TableName": "music"}));
    assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [4, 1]);
}

#[test]
fn a_deleted_item_is_a_position() {
    let mut aws = ready();
    let first = aws.ok("Query", query_a(json!({"Limit": 5})));
    aws.delete("music", json!({"pk": "a", "sk": 4}));
    let rest = query_a(json!({"ExclusiveStartKey": first["LastEvaluatedKey"]}));
    assert_eq!(
        pages(&mut aws, "Query", rest).concat(),
        (5..12).collect::<Vec<_>>()
    );
}

#[test]
fn cursors_that_are_no_keys_are_refused() {
    let mut aws = ready();
    let wrong = invalid("The provided starting key is invalid");
    for key in [
        json!({"pk": {"S": "a"}}),
        json!({"pk": {"S": "a"}, "sk": {"S": "1"}}),
    ] {
        assert_eq!(
            aws.refused(
                "Scan",
                json!({"TableName": "music", "ExclusiveStartKey": key})
            ),
            wrong
        );
    }
    let outside = query_a(json!({"ExclusiveStartKey": {"pk": {"S": "b"}, "sk": {"N": "1"}}}));
    assert!(
        aws.refused("Query", outside)
            .message
            .contains("outside query boundaries")
    );
}

#[test]
fn a_projected_index_shows_what_it_holds() {
    let mut aws = ready();
    let body = aws.ok(
        "Query",
        query_a(json!({"IndexName": "by-year", "Limit": 1})),
    );
    let members: Vec<&String> = body["Items"][0].as_object().unwrap().keys().collect();
    assert_eq!(members, ["pk", "sk", "year"]);
}

#[test]
fn a_global_index_is_never_read_consistently() {
    let mut aws = ready();
    let input = json!({"TableName": "music", "IndexName": "by-genre", "ConsistentRead": true});
    assert_eq!(
        aws.refused("Scan", input),
        invalid("Consistent reads are not supported on global secondary indexes")
    );
}

#[test]
fn an_unknown_index_is_named() {
    let mut aws = ready();
    assert_eq!(
        aws.refused(
            "Scan",
            json!({"TableName": "music", "IndexName": "by-nothing"})
        ),
        invalid("The table does not have the specified index: by-nothing")
    );
}

#[test]
fn a_filter_may_not_use_the_key() {
    let mut aws = ready();
    let input = query_a(json!({
        "FilterExpression": "sk > :s",
        "ExpressionAttributeValues": {":p": {"S": "a"}, ":s": {"N": "1"}},
    }));
    assert!(
        aws.refused("Query", input)
            .message
            .contains("non-primary key attributes")
    );
}

#[test]
fn the_cursor_of_a_page_that_stops_at_the_end_leads_to_an_empty_page() {
    let mut aws = ready();
    let last = aws.ok("Query", query_a(json!({"Limit": 12})));
    let cursor = &last["LastEvaluatedKey"];
    assert_eq!(cursor["sk"], json!({"N": "11"}));
    let rest = aws.ok("Query", query_a(json!({"ExclusiveStartKey": cursor})));
    assert_eq!(
        (&rest["Count"], rest.get("LastEvaluatedKey")),
        (&json!(0), None)
    );
}

#[test]
fn a_filter_sees_only_what_the_index_holds() {
    let mut aws = ready();
    let filtered = |name: &str| {
        query_a(
            json!({"IndexName": "by-year", "FilterExpression": format!("attribute_exists({name})")}),
        )
    };
    let wrong = "One or more parameter values were invalid: Secondary index by-year does not project one or more filter \
                 attributes: [genre]";
    assert_eq!(aws.refused("Query", filtered("genre")), invalid(wrong));
    assert_eq!(aws.ok("Query", filtered("sk"))["Count"], 12);
}

#[test]
fn a_bad_value_of_an_expression_is_named() {
    let mut aws = ready();
    let query = |value: Value| query_a(json!({"ExpressionAttributeValues": {":p": value}}));
    let about = "ExpressionAttributeValues contains invalid value:";
    let empty = format!(
        "{about} Supplied AttributeValue is empty, must contain exactly one of the supported datatypes for key :p"
    );
    assert_eq!(aws.refused("Query", query(json!({}))), invalid(&empty));
    let set = format!(
        "{about} One or more parameter values were invalid: An string set  may not be empty"
    );
    assert_eq!(
        aws.refused("Query", query(json!({"SS": []}))),
        invalid(&set)
    );
}
