//! What ImportTable, DescribeImport and ListImports refuse (IMPORT-003, -039..043, VALIDATION-022..025).

use lookback_reference::Throttling;
use serde_json::{Value, json};

use crate::world::{HOME, World, imported_table, invalid, merged, refusal, table_arn, text};

#[test]
fn csv_options_need_csv() {
    let options = json!({"InputFormatOptions": {"Csv": {"Delimiter": ";"}}});
    assert_eq!(
        World::exact().import_refused("music", options.clone()),
        invalid(
            "Invalid Request: Unsupported InputFormatOptions for the given input format: DYNAMODB_JSON."
        )
    );
    let csv = merged(options.clone(), json!({"InputFormat": "CSV"}));
    let description = World::exact().start_import("music", csv);
    assert_eq!(
        description["InputFormatOptions"],
        options["InputFormatOptions"]
    );
}

#[test]
fn options_formats_and_sources_have_shapes() {
    let mut aws = World::exact();
    let csv =
        |options: Value| json!({"InputFormat": "CSV", "InputFormatOptions": {"Csv": options}});
    for members in [
        csv(json!({"Delimiter": ";;"})),
        csv(json!({"Delimiter": "x"})),
        csv(json!({"HeaderList": []})),
        csv(json!({"HeaderList": ["a,b"]})),
        csv(json!({"HeaderList": [""]})),
        json!({"InputFormat": "XML"}),
        json!({"InputCompressionType": "BZIP2"}),
        json!({"S3BucketSource": {"S3Bucket": ""}}),
        json!({"S3BucketSource": {"S3Bucket": "demo-bucket", "S3KeyPrefix": "p".repeat(1_025)}}),
        json!({"ClientToken": "a$b"}),
    ] {
        let refused = aws.import_refused("music", members.clone());
        assert_eq!(refused.code, "ValidationException", "{members}");
    }
    assert!(aws.listed_imports(json!({})).is_empty());
}

/// IMPORT-040, record 5.3.
#[test]
fn table_parameters_are_judged_as_those_of_create_table() {
    let mut aws = World::exact();
    let provisioned = merged(imported_table("music"), json!({"BillingMode": null}));
    assert_eq!(
        aws.import_refused("music", json!({"TableCreationParameters": provisioned})),
        invalid(
            "One or more parameter values were invalid: ReadCapacityUnits and WriteCapacityUnits must both be \
             specified when BillingMode is PROVISIONED"
        )
    );
    let no_key = merged(imported_table("music"), json!({"AttributeDefinitions": []}));
    let refused = aws.import_refused("music", json!({"TableCreationParameters": no_key}));
    assert_eq!(refused.code, "ValidationException");
}

/// RATE-009.
#[test]
fn fifty_imports_run_at_once_where_documents_count() {
    let mut aws = World::throttled(Throttling::Documented);
    for number in 0..50 {
        aws.start_import(&format!("music-{number}"), json!({}));
    }
    let refused = aws.import_refused("music", json!({}));
    assert_eq!(refused.code, "LimitExceededException");
    aws.advance_s(60);
    aws.start_import("music", json!({}));
}

/// IMPORT-042.
#[test]
fn what_is_no_import_of_this_account_and_region_is_refused() {
    let mut aws = World::exact();
    let arn = text(&aws.start_import("music", json!({}))["ImportArn"]);
    let no_import = invalid("Invalid Import ARN");
    let unknown = format!("{}00000000", &arn[..arn.len() - 8]);
    let not_found = |text: &str| {
        refusal(
            "ImportNotFoundException",
            format!("Import not found: {text}"),
        )
    };
    for (wrong, expected) in [
        (table_arn("a-table-with-a-long-name"), no_import.clone()),
        (arn.replace("/music/", "/m/"), no_import.clone()),
        (arn.replace("/import/", "/export/"), no_import),
        (
            arn.replace("111122223333", "444455556666"),
            refusal("AccessDeniedException", "Access is denied"),
        ),
        (unknown.clone(), not_found(&unknown)),
        (
            arn.replace(HOME, "eu-west-3"),
            not_found("Invalid import arn"),
        ),
    ] {
        let refused = aws.refused("DescribeImport", json!({"ImportArn": wrong}));
        assert_eq!(refused, expected, "{wrong}");
    }
}

// --- ListImports (IMPORT-043, SURVIVAL-010, VALIDATION-014, -025)

/// A world with so many imports, and their ARNs, the newest first.
fn imports(count: usize) -> (World, Vec<String>) {
    let mut aws = World::exact();
    let mut arns = Vec::new();
    for number in 0..count {
        let table = format!("music-{}", (number * 7) % count);
        arns.insert(0, text(&aws.start_import(&table, json!({}))["ImportArn"]));
        aws.advance_ms(1);
    }
    (aws, arns)
}

#[test]
fn the_newest_come_first_ten_on_a_page() {
    let (mut aws, arns) = imports(12);
    let first = aws.ok("ListImports", json!({}));
    let listed = aws.listed_imports(json!({}));
    assert_eq!(listed, arns[..10]);
    let rest = json!({"NextToken": first["NextToken"], "PageSize": 25});
    assert_eq!(aws.listed_imports(rest.clone()), arns[10..]);
    assert_eq!(aws.ok("ListImports", rest).get("NextToken"), None);
}

#[test]
fn a_summary_has_what_a_list_needs() {
    let (mut aws, _) = imports(1);
    aws.advance_s(10);
    let body = aws.ok("ListImports", json!({}));
    let summary = body["ImportSummaryList"][0].as_object().unwrap();
    let members: Vec<&String> = summary.keys().collect();
    let expected = [
        "CloudWatchLogGroupArn",
        "EndTime",
        "ImportArn",
        "ImportStatus",
        "InputFormat",
        "S3BucketSource",
        "StartTime",
        "TableArn",
    ];
    assert_eq!(members, expected);
}

#[test]
fn imports_of_a_deleted_table_stay_in_its_list() {
    let (mut aws, arns) = imports(3);
    let of_table = json!({"TableArn": table_arn("music-0")});
    let expected = [arns[2].clone()];
    assert_eq!(aws.listed_imports(of_table.clone()), expected);
    aws.until_status("music-0", "ACTIVE");
    aws.start_drop("music-0");
    aws.until_status("music-0", "gone");
    assert_eq!(aws.listed_imports(of_table), expected);
}

#[test]
fn tokens_of_other_lists_are_refused() {
    let (mut aws, _) = imports(1);
    aws.recoverable_table_now("music");
    for _ in 0..2 {
        aws.start_export("music", json!({}));
    }
    let export = aws.ok("ListExports", json!({"MaxResults": 1}))["NextToken"].clone();
    for token in [text(&export), "0".repeat(112)] {
        assert_eq!(
            aws.refused("ListImports", json!({"NextToken": token})),
            invalid(format!(
                "Invalid Request: Provided nextToken is invalid: {token}"
            ))
        );
    }
    for wrong in [
        json!({"NextToken": "x"}),
        json!({"PageSize": 26}),
        json!({"PageSize": 0}),
    ] {
        assert_eq!(
            aws.refused("ListImports", wrong).code,
            "ValidationException"
        );
    }
}
