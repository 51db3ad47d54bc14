//! ListExports (EXPORT-API-010..016, SURVIVAL-009, VALIDATION-014).

use serde_json::{Value, json};

use crate::world::{World, invalid, table_arn, table_input, text};

/// A table with so many exports, and their ARNs, the newest first.
fn world(exports: usize) -> (World, Vec<String>) {
    let mut aws = World::exact();
    aws.recoverable_table("music");
    let mut arns = Vec::new();
    for _ in 0..exports {
        arns.insert(0, text(&aws.start_export("music", json!({}))["ExportArn"]));
        aws.advance_ms(1);
    }
    (aws, arns)
}

/// All pages of a list, each with its length.
fn pages(aws: &mut World, mut input: Value) -> (Vec<String>, Vec<usize>) {
    let (mut arns, mut lengths) = (Vec::new(), Vec::new());
    loop {
        let body = aws.ok("ListExports", input.clone());
        let summaries = body["ExportSummaries"].as_array().unwrap();
        lengths.push(summaries.len());
        arns.extend(summaries.iter().map(|summary| text(&summary["ExportArn"])));
        match body.get("NextToken") {
            Some(token) => input["NextToken"] = token.clone(),
            None => return (arns, lengths),
        }
    }
}

/// EXPORT-API-010, -011.
#[test]
fn a_summary_has_arn_status_and_type() {
    let (mut aws, arns) = world(1);
    let body = aws.ok("ListExports", json!({}));
    let expected = json!([
        {"ExportArn": arns[0], "ExportStatus": "IN_PROGRESS", "ExportType": "FULL_EXPORT"},
    ]);
    assert_eq!(body, json!({"ExportSummaries": expected}));
}

/// EXPORT-API-012..014.
#[test]
fn the_newest_come_first_ten_on_a_page() {
    let (mut aws, arns) = world(21);
    let (listed, lengths) = pages(&mut aws, json!({}));
    assert_eq!(listed, arns);
    assert_eq!(lengths, [10, 10, 1]);
}

#[test]
fn a_page_that_ends_with_the_last_export_has_no_token() {
    let (mut aws, arns) = world(4);
    let input = json!({"MaxResults": 2, "TableArn": table_arn("music")});
    assert_eq!(pages(&mut aws, input), (arns, vec![2, 2]));
}

#[test]
fn exports_of_one_millisecond_are_in_order_too() {
    let mut aws = World::exact();
    aws.recoverable_table("music");
    let mut arns: Vec<String> = (0..12)
        .map(|_| text(&aws.start_export("music", json!({}))["ExportArn"]))
        .collect();
    arns.reverse();
    assert_eq!(pages(&mut aws, json!({"MaxResults": 5})).0, arns);
}

#[test]
fn pages_have_1_to_25_exports() {
    let (mut aws, _) = world(30);
    for wrong in [0, 26] {
        let refused = aws.refused("ListExports", json!({"MaxResults": wrong}));
        assert_eq!(refused.code, "ValidationException");
    }
    assert_eq!(pages(&mut aws, json!({"MaxResults": 25})).1, [25, 5]);
}

/// EXPORT-API-014: a token may go with another page length.
#[test]
fn a_token_is_a_position_and_not_a_request() {
    let (mut aws, arns) = world(5);
    let body = aws.ok("ListExports", json!({"MaxResults": 2}));
    let input =
        json!({"MaxResults": 3, "NextToken": body["NextToken"], "TableArn": table_arn("music")});
    assert_eq!(aws.listed_exports(input), arns[2..]);
}

#[test]
fn an_invented_token_is_refused() {
    let (mut aws, _) = world(1);
    for token in ["x".to_owned(), "0".repeat(112)] {
        let refused = aws.refused("ListExports", json!({"NextToken": token}));
        let text = format!("Invalid Request: Provided nextToken is invalid: {token}");
        assert_eq!(refused, invalid(text));
    }
}

#[test]
fn a_list_may_be_of_one_table() {
    let (mut aws, arns) = world(2);
    aws.recoverable_table_now("music-2");
    let other = text(&aws.start_export("music-2", json!({}))["ExportArn"]);
    let listed = |aws: &mut World, table| aws.listed_exports(json!({"TableArn": table_arn(table)}));
    assert_eq!(listed(&mut aws, "music"), arns);
    assert_eq!(listed(&mut aws, "music-2"), [other]);
    assert!(listed(&mut aws, "missing").is_empty());
    assert_eq!(aws.listed_exports(json!({})).len(), 3);
}

/// VALIDATION-008.
#[test]
fn a_bare_name_is_refused() {
    let (mut aws, _) = world(0);
    let refused = aws.refused("ListExports", json!({"TableArn": "music"}));
    assert_eq!(
        refused,
        invalid("One or more parameter values were invalid: tableArn is not a valid ARN")
    );
}

/// EXPORT-API-016, SURVIVAL-009.
#[test]
fn exports_of_a_deleted_table_are_described_and_not_listed_under_it() {
    let (mut aws, arns) = world(1);
    aws.until_exported(&arns[0]);
    aws.drop_recoverable("music");
    let of_table = json!({"TableArn": table_arn("music")});
    assert!(aws.listed_exports(of_table.clone()).is_empty());
    assert_eq!(aws.describe_export(&arns[0])["ExportStatus"], "COMPLETED");
    aws.ok("CreateTable", table_input("music", json!({})));
    aws.until_status("music", "ACTIVE");
    assert!(aws.listed_exports(of_table.clone()).is_empty());
    aws.switch_recovery("music", true, None);
    let next = text(&aws.start_export("music", json!({}))["ExportArn"]);
    assert_eq!(aws.listed_exports(of_table), [next]);
}
