//! Every body of exports and imports, at the pace of the live service (records 4.1..4.23, 5.1..5.14).

use insta::assert_snapshot;
use lookback_reference::{Choices, Failure};
use serde_json::{Value, json};

use crate::world::{
    HOUR_US, SECOND_US, Script, World, imported_table, merged, no_item, period, source_item,
    table_arn, text,
};

fn world() -> World {
    let mut aws = World::served(Choices::typical());
    aws.recoverable_table("music");
    aws.put("music", json!({"pk": "a", "v": 1}));
    aws
}

fn export(members: Value) -> Value {
    merged(
        json!({"TableArn": table_arn("music"), "S3Bucket": "demo-bucket"}),
        members,
    )
}

fn import(members: Value) -> Value {
    merged(
        json!({
            "ClientToken": "token-1",
            "S3BucketSource": {"S3Bucket": "demo-bucket", "S3KeyPrefix": "in/"},
            "InputFormat": "DYNAMODB_JSON",
            "TableCreationParameters": imported_table("music"),
        }),
        members,
    )
}

#[test]
fn the_life_of_an_export() {
    let (mut script, mut aws) = (Script::default(), world());
    let sent = json!({"S3Prefix": "nightly", "ClientToken": "token-1"});
    let body = script.call(&mut aws, "ExportTableToPointInTime", export(sent));
    let arn = text(&body["ExportDescription"]["ExportArn"]);
    script.call(&mut aws, "ListExports", json!({}));
    script.note("its objects are written");
    aws.until_due();
    aws.service.export_written(&arn, Ok(()));
    script.call(&mut aws, "DescribeExport", json!({"ExportArn": arn}));
    let of_table = json!({"TableArn": table_arn("music")});
    script.call(&mut aws, "ListExports", of_table);
    assert_snapshot!(script.text());
}

#[test]
fn the_life_of_an_incremental_export() {
    let (mut script, mut aws) = (Script::default(), world());
    let from_us = aws.now_us - aws.now_us % SECOND_US + SECOND_US;
    aws.now_us = from_us + HOUR_US;
    aws.put("music", json!({"pk": "b", "v": 1}));
    aws.advance_s(1);
    let sent = merged(
        period(from_us, aws.now_us - aws.now_us % SECOND_US),
        json!({"ClientToken": "token-1", "ExportFormat": "ION"}),
    );
    let body = script.call(&mut aws, "ExportTableToPointInTime", export(sent));
    let arn = text(&body["ExportDescription"]["ExportArn"]);
    script.note("its objects are written");
    aws.until_due();
    aws.service.export_written(&arn, Ok(()));
    script.call(&mut aws, "DescribeExport", json!({"ExportArn": arn}));
    script.call(&mut aws, "ListExports", json!({}));
    assert_snapshot!(script.text());
}

#[test]
fn an_export_that_fails() {
    let (mut script, mut aws) = (Script::default(), world());
    let body = script.call(&mut aws, "ExportTableToPointInTime", export(json!({})));
    let arn = text(&body["ExportDescription"]["ExportArn"]);
    script.note("its bucket is not there");
    aws.until_due();
    let failure = Failure::new("S3NoSuchBucket", "The specified bucket does not exist");
    aws.service.export_written(&arn, Err(failure));
    script.call(&mut aws, "DescribeExport", json!({"ExportArn": arn}));
    script.call(&mut aws, "ListExports", json!({}));
    assert_snapshot!(script.text());
}

#[test]
fn the_life_of_an_import() {
    let mut script = Script::default();
    let mut aws = World::served(Choices::typical());
    let body = script.call(&mut aws, "ImportTable", import(json!({})));
    let arn = text(&body["ImportTableDescription"]["ImportArn"]);
    script.refused(&mut aws, "DescribeTable", json!({"TableName": "music"}));
    script.note("its source is found");
    aws.until_import_due();
    aws.service.open_import(&arn);
    script.call(&mut aws, "DescribeTable", json!({"TableName": "music"}));
    script.note("two items and a line that is none are read");
    let items = [
        Ok(source_item(json!({"pk": "a", "v": 1}))),
        Ok(source_item(json!({"pk": "b", "v": 2}))),
        Err(no_item()),
    ];
    aws.service.import_items(&arn, items);
    aws.service.import_ended(&arn, Ok(123));
    aws.until_status("music", "ACTIVE");
    script.call(&mut aws, "ListImports", json!({}));
    script.note("a moment later");
    aws.until_imported(&arn);
    script.call(&mut aws, "DescribeImport", json!({"ImportArn": arn}));
    let of_table = json!({"TableArn": table_arn("music")});
    script.call(&mut aws, "ListImports", of_table);
    assert_snapshot!(script.text());
}

#[test]
fn an_import_without_a_bucket() {
    let mut script = Script::default();
    let mut aws = World::served(Choices::typical());
    let csv = json!({
        "InputFormat": "CSV",
        "InputFormatOptions": {"Csv": {"Delimiter": ";", "HeaderList": ["pk", "v"]}},
        "InputCompressionType": "ZSTD",
    });
    let body = script.call(&mut aws, "ImportTable", import(csv));
    let arn = text(&body["ImportTableDescription"]["ImportArn"]);
    script.note("its bucket is not there");
    aws.until_import_due();
    let failure = Failure::new("S3NoSuchBucket", "The specified bucket does not exist");
    aws.service.import_ended(&arn, Err(failure));
    aws.until_imported(&arn);
    script.call(&mut aws, "DescribeImport", json!({"ImportArn": arn}));
    script.refused(&mut aws, "DescribeTable", json!({"TableName": "music"}));
    assert_snapshot!(script.text());
}

#[test]
fn the_recorded_refusals() {
    let (mut script, mut aws) = (Script::default(), world());
    aws.table("plain");
    let now_us = aws.now_us;
    let specification = period(now_us - HOUR_US, now_us)["IncrementalExportSpecification"].clone();
    for members in [
        json!({"TableArn": "music"}),
        json!({"TableArn": table_arn("missing")}),
        json!({"TableArn": table_arn("plain")}),
        json!({"TableArn": format!("{}/index/by-v", table_arn("music"))}),
        json!({"S3Prefix": ""}),
        json!({"S3BucketOwner": "nobody"}),
        json!({"ExportTime": now_us / SECOND_US + 60}),
        json!({"ExportTime": now_us / SECOND_US - 86_400}),
        json!({"ExportType": "INCREMENTAL_EXPORT"}),
        json!({"IncrementalExportSpecification": specification}),
        json!({"ExportType": "FULL_EXPORT", "IncrementalExportSpecification": specification}),
        json!({"ExportType": "INCREMENTAL_EXPORT", "IncrementalExportSpecification": {}}),
        period(now_us - HOUR_US, now_us),
        period(now_us, now_us + HOUR_US),
        period(now_us, now_us),
        json!({"S3SseKmsKeyId": "alias/x"}),
        json!({"FilterSpecification": {}}),
    ] {
        script.refused(&mut aws, "ExportTableToPointInTime", export(members));
    }
    let arn = format!("{}/export/01801627506789-0a1b2c3d", table_arn("music"));
    script.refused(&mut aws, "DescribeExport", json!({"ExportArn": arn}));
    let arn = arn.replace("/export/", "/import/");
    script.refused(&mut aws, "DescribeImport", json!({"ImportArn": arn}));
    script.refused(
        &mut aws,
        "DescribeImport",
        json!({"ImportArn": table_arn("music")}),
    );
    for members in [
        json!({}),
        json!({"ClientToken": null}),
        json!({"InputCompressionType": "BZIP2"}),
        json!({"InputFormatOptions": {"Csv": {"Delimiter": ";"}}}),
    ] {
        script.refused(&mut aws, "ImportTable", import(members));
    }
    assert_snapshot!(script.text());
}
