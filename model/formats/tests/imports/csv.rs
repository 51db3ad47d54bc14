//! CSV sources (IMPORT-032..035, VALIDATION-023, -024).

use serde_json::{Value, json};

use crate::source::{gzip, read};

fn csv(options: Value) -> Value {
    json!({
        "InputFormat": "CSV",
        "InputFormatOptions": {"Csv": options},
        "TableCreationParameters": {
            "TableName": "orders",
            "KeySchema": [],
            "AttributeDefinitions": [
                {"AttributeName": "pk", "AttributeType": "S"},
                {"AttributeName": "sk", "AttributeType": "N"},
                {"AttributeName": "bin", "AttributeType": "B"},
            ],
        },
    })
}

/// The example of the format's documentation: the quantity is no key, and so a string.
#[test]
fn columns_are_strings() {
    let object = "pk;qty;note\no-1;3;first\no-2;1;second\n";
    let read = read(csv(json!({"Delimiter": ";"})), object.as_bytes());
    let first = json!({"pk": {"S": "o-1"}, "qty": {"S": "3"}, "note": {"S": "first"}});
    assert_eq!(read.items[0], Some(first));
    assert_eq!(read.counts(), (2, 0));
    assert_eq!(read.bytes, object.len() as u64);
}

#[test]
fn key_attributes_have_their_declared_types() {
    let read = read(csv(json!({})), b"pk,sk,bin,SK\na,5,AP8=,5\n");
    let item = json!({
        "pk": {"S": "a"},
        "sk": {"N": "5"},
        "bin": {"B": "AP8="},
        "SK": {"S": "5"},
    });
    assert_eq!(read.items, [Some(item)]);
}

#[test]
fn a_key_that_is_no_number_leaves_its_row_out() {
    let read = read(csv(json!({})), b"pk,sk\na,x\nb,1\n");
    assert_eq!(read.counts(), (1, 1));
}

#[test]
fn with_a_header_list_the_first_line_is_data() {
    let options = json!({"HeaderList": ["pk", "v"]});
    let read = read(csv(options), b"pk,v\na,1\n");
    let items: Vec<Value> = read.items.into_iter().flatten().collect();
    let expected = [
        json!({"pk": {"S": "pk"}, "v": {"S": "v"}}),
        json!({"pk": {"S": "a"}, "v": {"S": "1"}}),
    ];
    assert_eq!(items, expected);
}

#[test]
fn every_documented_delimiter_separates() {
    for delimiter in [",", ";", ":", "|", "\t", " "] {
        let object = format!("pk{delimiter}v\na{delimiter}1\n");
        let read = read(csv(json!({"Delimiter": delimiter})), object.as_bytes());
        let item = json!({"pk": {"S": "a"}, "v": {"S": "1"}});
        assert_eq!(read.items, [Some(item)], "{delimiter:?}");
    }
}

/// Undocumented: quotes as everywhere, a row of another length ends its object.
#[test]
fn quotes_hold_delimiters_and_rows_must_have_all_columns() {
    let object = b"pk,v\n\"a,b\",\"say \"\"x\"\"\"\nc\nd,1\n";
    let read = read(csv(json!({})), object);
    let quoted = json!({"pk": {"S": "a,b"}, "v": {"S": "say \"x\""}});
    assert_eq!(read.items, [Some(quoted), None]);
}

#[test]
fn csv_may_be_compressed_too() {
    let mut members = csv(json!({}));
    members["InputCompressionType"] = json!("GZIP");
    assert_eq!(read(members, &gzip("pk\na\nb\n")).counts(), (2, 0));
}
