//! DynamoDB JSON and Ion: one item after the other (IMPORT-017..021, -028..031).

use serde_json::json;

use crate::source::{lines, read};

#[test]
fn each_line_is_an_item() {
    let object = lines(3);
    let read = read(json!({}), object.as_bytes());
    assert_eq!(read.counts(), (3, 0));
    assert_eq!(read.items[2], Some(json!({"pk": {"S": "k2"}})));
    assert_eq!(read.bytes, object.len() as u64);
}

/// Record 5.5.
#[test]
fn items_need_no_lines_of_their_own() {
    let object = lines(5).replace('\n', "");
    assert_eq!(read(json!({}), object.as_bytes()).counts(), (5, 0));
}

#[test]
fn blank_lines_are_nothing() {
    for object in ["", "\n", "  \n\t\n"] {
        let ion = json!({"InputFormat": "ION"});
        assert_eq!(read(json!({}), object.as_bytes()).counts(), (0, 0));
        assert_eq!(read(ion, object.as_bytes()).counts(), (0, 0));
    }
    let object = format!("\n{}\n \n{}", lines(1), lines(2));
    assert_eq!(read(json!({}), object.as_bytes()).counts(), (3, 0));
}

#[test]
fn what_is_no_item_ends_its_object() {
    for bad in [
        "x",
        "{",
        "5",
        "{}",
        "{\"Keys\":{}}",
        "{\"Item\":5}",
        "{\"Item\":{\"pk\":{\"S\":5}}}",
    ] {
        let object = format!("{}{bad}\n{}", lines(2), lines(4));
        assert_eq!(read(json!({}), object.as_bytes()).counts(), (2, 1), "{bad}");
    }
}

#[test]
fn a_value_that_cannot_be_leaves_its_item_out_alone() {
    for bad in [
        "{\"N\":\"x\"}",
        "{}",
        "{\"SS\":[]}",
        "{\"S\":\"a\",\"N\":\"1\"}",
    ] {
        let object = format!("{}{{\"Item\":{{\"pk\":{bad}}}}}\n{}", lines(2), lines(4));
        assert_eq!(read(json!({}), object.as_bytes()).counts(), (6, 1), "{bad}");
    }
}

/// IMPORT-029.
#[test]
fn a_line_of_an_incremental_export_is_no_item() {
    let line =
        "{\"Metadata\":{\"WriteTimestampMicros\":{\"N\":\"1\"}},\"Keys\":{\"pk\":{\"S\":\"a\"}}}\n";
    assert_eq!(read(json!({}), line.as_bytes()).counts(), (0, 1));
}

#[test]
fn ion_is_read_line_by_line() {
    let ion = json!({"InputFormat": "ION"});
    let object =
        "$ion_1_0 {Item:{pk:\"a\",v:1.5,s:$dynamodb_NS::[1.,2.]}}\n$ion_1_0 {Item:{pk:\"b\"}}";
    let read_in = read(ion.clone(), object.as_bytes());
    let first = json!({"pk": {"S": "a"}, "v": {"N": "1.5"}, "s": {"NS": ["1", "2"]}});
    assert_eq!(
        read_in.items,
        [Some(first), Some(json!({"pk": {"S": "b"}}))]
    );
    for (bad, counts) in [
        ("$ion_1_0 {Thing:{}}", (1, 1)),
        ("$ion_1_0 {", (1, 1)),
        ("$ion_1_0 {Item:{pk:$dynamodb_SS::[]}}", (2, 1)),
    ] {
        let object =
            format!("$ion_1_0 {{Item:{{pk:\"a\"}}}}\n{bad}\n$ion_1_0 {{Item:{{pk:\"c\"}}}}\n");
        assert_eq!(
            read(ion.clone(), object.as_bytes()).counts(),
            counts,
            "{bad}"
        );
    }
}
