//! The examples of the format's documentation, byte for byte where bytes are normative.

use std::io::BufReader;

use lookback_formats::manifest::{FileEntry, Summary};
use lookback_formats::{Format, Md5, RecordReader, part_etag};
use lookback_protocol::export::ExportRecord;
use lookback_protocol::value::AttributeValue;

use crate::bucket::{full, incremental, order_changes, orders, record, written};

const FULL_SUMMARY: &str = r#"{"version":"2020-06-30","exportArn":"arn:aws:dynamodb:eu-west-1:111122223333:table/Orders/export/01801627506789-0a1b2c3d","startTime":"2027-02-03T04:05:06.789Z","endTime":"2027-02-03T04:11:08.289Z","tableArn":"arn:aws:dynamodb:eu-west-1:111122223333:table/Orders","tableId":"0f0e0d0c-0b0a-4908-8706-050403020100","exportTime":"2027-02-03T04:05:06.789Z","s3Bucket":"demo-bucket","s3Prefix":"nightly","s3SseAlgorithm":"AES256","s3SseKmsKeyId":null,"manifestFilesS3Key":"nightly/AWSDynamoDB/01801627506789-0a1b2c3d/manifest-files.json","billedSizeBytes":0,"itemCount":2,"outputFormat":"DYNAMODB_JSON"}"#;
const INCREMENTAL_SUMMARY: &str = r#"{"version":"2023-08-01","exportArn":"arn:aws:dynamodb:eu-west-1:111122223333:table/Orders/export/01801632000000-4e5f6071","startTime":"2027-02-03T05:20:00.000Z","endTime":"2027-02-03T05:25:03.250Z","tableArn":"arn:aws:dynamodb:eu-west-1:111122223333:table/Orders","tableId":"0f0e0d0c-0b0a-4908-8706-050403020100","exportFromTime":"2027-02-03T05:00:00.000Z","exportToTime":"2027-02-03T05:15:00.000Z","s3Bucket":"demo-bucket","s3Prefix":"nightly","s3SseAlgorithm":"AES256","s3SseKmsKeyId":null,"manifestFilesS3Key":"nightly/AWSDynamoDB/01801632000000-4e5f6071/manifest-files.json","billedSizeBytes":10000000,"itemCount":3,"outputFormat":"DYNAMODB_JSON","outputView":"NEW_AND_OLD_IMAGES","exportType":"INCREMENTAL_EXPORT"}"#;
const FILES: &str = r#"{"itemCount":2,"md5Checksum":"QFjYCCShjXi7NjSvf7YcUQ==","etag":"421520f676262a98c182a8be64782cb2-1","dataFileS3Key":"nightly/AWSDynamoDB/01801627506789-0a1b2c3d/data/abcdefghij234567klmnopqrst.json.gz"}
{"itemCount":0,"md5Checksum":"FjvgqIxwymKf1RbbqtrZag==","etag":"7deb4078f238dd87d6af0538152c04e9-1","dataFileS3Key":"nightly/AWSDynamoDB/01801627506789-0a1b2c3d/data/zyxwvutsrq765432ponmlkjihg.json.gz"}
"#;
const ITEMS: &str = r#"{"Item":{"pk":{"S":"o-1"},"qty":{"N":"3"},"paid":{"BOOL":true}}}
{"Item":{"pk":{"S":"o-2"},"blob":{"B":"AP8="},"tags":{"SS":["x","y"]},"gone":{"NULL":true}}}
"#;
const ITEMS_GZ: &str = "1f8b08000000000000ffab56f22c49cd55b2aa562ac80691c14a564af9ba864ab53a4a85259520113fa08831885f909899021270f2f7f751b22a292a4dadadade5aac66a80114843524e7e12580350c831c0c216245692985e0c56065417ad54a1a4a354a9140b144fcfcf4b05db16ea836438004ac6a04c9e000000";
const CHANGES: &str = r#"{"Metadata":{"WriteTimestampMicros":{"N":"1801631400000123"}},"Keys":{"pk":{"S":"o-3"}},"NewImage":{"pk":{"S":"o-3"},"qty":{"N":"1"}}}
{"Metadata":{"WriteTimestampMicros":{"N":"1801631407000123"}},"Keys":{"pk":{"S":"o-1"}},"OldImage":{"paid":{"BOOL":true},"pk":{"S":"o-1"},"qty":{"N":"3"}},"NewImage":{"paid":{"BOOL":true},"pk":{"S":"o-1"},"qty":{"N":"4"}}}
{"Metadata":{"WriteTimestampMicros":{"N":"1801631409000123"}},"Keys":{"pk":{"S":"o-2"}},"OldImage":{"blob":{"B":"AP8="},"gone":{"NULL":true},"pk":{"S":"o-2"},"tags":{"SS":["x","y"]}}}
"#;
const ION: &str = r#"$ion_1_0 {Item:{pk:"o-2",qty:3.,ratio:1.25,paid:true,blob:{{AP8=}},tags:$dynamodb_SS::["x","y"],sizes:$dynamodb_NS::[1.,25d-1],parts:$dynamodb_BS::[{{AA==}},{{AQ==}}],list:["a",2.],map:{k:"v"}}}"#;

fn from_hex(hex: &str) -> Vec<u8> {
    let digits = hex.as_bytes().chunks(2);
    digits
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}

#[test]
fn summaries_are_the_documented_bytes() {
    let bucket = written(&full(2), &orders());
    let summary = bucket.ending("manifest-summary.json");
    assert_eq!(std::str::from_utf8(summary).unwrap(), FULL_SUMMARY);
    assert_eq!(
        bucket.ending("manifest-summary.md5"),
        b"Yt+3PFwG3SsYnHnG3TjEqQ=="
    );
    let bucket = written(&incremental(3), &order_changes());
    let summary = bucket.ending("manifest-summary.json");
    assert_eq!(std::str::from_utf8(summary).unwrap(), INCREMENTAL_SUMMARY);
    assert_eq!(
        bucket.ending("manifest-summary.md5"),
        b"XoLTPeka96oI2vaYC2xtsQ=="
    );
}

#[test]
fn summaries_are_read_as_they_are_written() {
    for text in [FULL_SUMMARY, INCREMENTAL_SUMMARY] {
        let summary = Summary::read(text.as_bytes()).unwrap();
        assert_eq!(summary.write(), text.as_bytes());
    }
}

/// EXPORT-FORMAT-015: later copies of the guide show it.
#[test]
fn a_full_summary_may_tell_its_type() {
    let told = FULL_SUMMARY.replace("}", r#","exportType":"FULL_EXPORT"}"#);
    let summary = Summary::read(told.as_bytes()).unwrap();
    assert_eq!(summary.export_type.as_deref(), Some("FULL_EXPORT"));
}

#[test]
fn the_list_of_data_files_is_the_documented_bytes() {
    let entries = FileEntry::read_all(FILES.as_bytes()).unwrap();
    assert_eq!(entries.len(), 2);
    assert_eq!(FileEntry::write_all(&entries), FILES.as_bytes());
    assert_eq!(Md5::of(FILES).to_base64(), "RMzzkb9hfhZXoY+2XM9dOw==");
}

#[test]
fn a_recorded_data_file_is_read_and_its_checksums_agree() {
    let compressed = from_hex(ITEMS_GZ);
    let entry = &FileEntry::read_all(FILES.as_bytes()).unwrap()[0];
    let md5 = Md5::of(&compressed);
    assert_eq!(md5.to_base64(), entry.md5_checksum);
    assert_eq!(part_etag(md5), entry.etag);
    let reader = RecordReader::new(BufReader::new(&*compressed), Format::DynamoDbJson);
    let records: Vec<ExportRecord> = reader.map(Result::unwrap).collect();
    assert_eq!(records, orders());
}

#[test]
fn the_documented_lines_are_the_documented_items() {
    let read = |line: &str| Format::DynamoDbJson.read_record(line.as_bytes()).unwrap();
    assert_eq!(ITEMS.lines().map(read).collect::<Vec<_>>(), orders());
    assert_eq!(
        CHANGES.lines().map(read).collect::<Vec<_>>(),
        order_changes()
    );
}

#[test]
fn changes_are_the_documented_bytes() {
    let mut lines = Vec::new();
    for change in order_changes() {
        Format::DynamoDbJson.write_record(&change, &mut lines);
    }
    assert_eq!(String::from_utf8(lines).unwrap(), CHANGES);
}

#[test]
fn the_documented_ion_is_the_documented_item() {
    let expected = record(serde_json::json!({
        "pk": {"S": "o-2"},
        "qty": {"N": "3"},
        "ratio": {"N": "1.25"},
        "paid": {"BOOL": true},
        "blob": {"B": "AP8="},
        "tags": {"SS": ["x", "y"]},
        "sizes": {"NS": ["1", "2.5"]},
        "parts": {"BS": ["AA==", "AQ=="]},
        "list": {"L": [{"S": "a"}, {"N": "2"}]},
        "map": {"M": {"k": {"S": "v"}}},
    }));
    assert_eq!(Format::Ion.read_record(ION.as_bytes()).unwrap(), expected);
}

#[test]
fn an_ion_null_is_the_null_value() {
    let line = b"$ion_1_0 {Item:{pk:\"a\",v:null}}";
    let ExportRecord::Item(item) = Format::Ion.read_record(line).unwrap() else {
        panic!("an item is expected");
    };
    assert_eq!(item.get("v"), Some(&AttributeValue::Null));
}
