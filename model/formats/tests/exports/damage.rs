//! Bytes that are no export: every error says where it is.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use lookback_formats::manifest::{FileEntry, Summary};
use lookback_formats::{Format, RecordReader};

fn zipped(text: &str) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(text.as_bytes()).unwrap();
    gzip.finish().unwrap()
}

/// The first error of a data file, and how many records came before it.
fn first_error(bytes: &[u8], format: Format) -> (usize, String) {
    let mut records = 0;
    for record in RecordReader::new(bytes, format) {
        match record {
            Ok(_) => records += 1,
            Err(error) => return (records, error.to_string()),
        }
    }
    panic!("no error after {records} records");
}

const GOOD: &str = "{\"Item\":{\"pk\":{\"S\":\"a\"}}}\n";

#[test]
fn a_bad_line_is_told_by_its_number() {
    for (bad, what) in [
        ("", "EOF"),
        ("{", "EOF"),
        ("{}", "neither an Item alone"),
        ("{\"Item\":{\"pk\":{\"N\":\"x\"}}}", "numeric"),
        ("{\"Item\":{\"pk\":{}}}", "Supplied AttributeValue is empty"),
        ("{\"Thing\":{}}", "unknown field"),
        ("{\"Keys\":{},\"Item\":{}}", "neither an Item alone"),
        (
            "{\"Metadata\":{},\"Keys\":{\"pk\":{\"S\":\"a\"}}}",
            "no number WriteTimestampMicros",
        ),
    ] {
        let file = zipped(&format!("{GOOD}{bad}\n{GOOD}"));
        let (before, error) = first_error(&file, Format::DynamoDbJson);
        assert_eq!(before, 1);
        assert!(error.starts_with("line 2: "), "{error}");
        assert!(error.contains(what), "{error}");
    }
}

#[test]
fn a_bad_ion_line_is_told_by_its_number() {
    for bad in [
        "{",
        "5",
        "$ion_1_0 {Item:5}",
        "$ion_1_0 {Item:{pk:{{AA==}},pk:{{AA==}}}}",
        "$ion_1_0 {Item:{pk:2e0}}",
        "$ion_1_0 {Item:{pk:$other::[1.]}}",
        "$ion_1_0 {Item:{pk:$dynamodb_SS::[1.]}}",
        "$ion_1_0 {Record:{Keys:{}}}",
        "$ion_1_0 {Item:{},Record:{}}",
    ] {
        let file = zipped(&format!("$ion_1_0 {{Item:{{pk:\"a\"}}}}\n{bad}\n"));
        let (before, error) = first_error(&file, Format::Ion);
        assert_eq!(before, 1, "{bad}");
        assert!(error.starts_with("line 2: "), "{error}");
    }
}

#[test]
fn the_last_line_ends_with_a_line_feed() {
    let file = zipped(GOOD.trim_end());
    let (_, error) = first_error(&file, Format::DynamoDbJson);
    assert_eq!(error, "line 1: the last line has no line feed at its end");
}

#[test]
fn a_data_file_that_is_cut_off_cannot_be_read() {
    let file = zipped(&GOOD.repeat(100));
    for length in [0, 5, file.len() / 2, file.len() - 1] {
        let (_, error) = first_error(&file[..length], Format::DynamoDbJson);
        assert!(error.starts_with("cannot be read: "), "{error}");
    }
}

#[test]
fn nothing_follows_an_error() {
    let file = zipped(&format!("{GOOD}x\n{GOOD}"));
    let results: Vec<_> = RecordReader::new(&*file, Format::DynamoDbJson).collect();
    assert_eq!(results.len(), 2);
}

#[test]
fn a_bad_list_of_data_files_is_told_by_its_line() {
    let good = "{\"itemCount\":0,\"md5Checksum\":\"m\",\"etag\":\"e\",\"dataFileS3Key\":\"k\"}\n";
    for bad in ["\n", "{}\n", "x\n", "{\"itemCount\":-1}\n", "{}"] {
        let error = FileEntry::read_all(format!("{good}{bad}").as_bytes()).unwrap_err();
        assert!(error.to_string().starts_with("line 2: "), "{error}");
    }
}

#[test]
fn a_bad_summary_says_what_is_missing() {
    let error = Summary::read(b"{\"version\":\"2020-06-30\"}").unwrap_err();
    assert!(
        error.to_string().contains("missing field `exportArn`"),
        "{error}"
    );
}
