//! What is written is read again, in both formats, whatever the items.

use std::io::BufReader;
use std::sync::Arc;

use lookback_formats::{Format, RecordReader};
use lookback_protocol::export::{Change, ExportRecord};
use lookback_protocol::number::Number;
use lookback_protocol::value::{AttributeValue, Item};
use proptest::collection::{btree_map, btree_set, vec};
use proptest::prelude::*;

use crate::bucket::{full, in_ion, unzipped, written};

fn number() -> impl Strategy<Value = Number> {
    let spelled = (any::<bool>(), "[0-9]{1,38}", -120_i32..80).prop_filter_map(
        "in range",
        |(negative, digits, exponent)| {
            let sign = if negative { "-" } else { "" };
            Number::parse(&format!("{sign}{digits}e{exponent}")).ok()
        },
    );
    prop_oneof![any::<i64>().prop_map(Number::from), spelled]
}

/// No attribute has an empty name: what is read refuses it.
fn name() -> impl Strategy<Value = String> {
    any::<String>().prop_filter("a name", |name| !name.is_empty())
}

fn value() -> impl Strategy<Value = AttributeValue> {
    let leaf = prop_oneof![
        any::<String>().prop_map(AttributeValue::S),
        number().prop_map(AttributeValue::N),
        vec(any::<u8>(), 0..20).prop_map(AttributeValue::B),
        any::<bool>().prop_map(AttributeValue::Bool),
        Just(AttributeValue::Null),
        btree_set(any::<String>(), 1..4).prop_map(AttributeValue::Ss),
        btree_set(number(), 1..4).prop_map(AttributeValue::Ns),
        btree_set(vec(any::<u8>(), 0..8), 1..4).prop_map(AttributeValue::Bs),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(AttributeValue::L),
            btree_map(name(), inner, 0..4)
                .prop_map(|map| AttributeValue::M(map.into_iter().collect())),
        ]
    })
}

fn item() -> impl Strategy<Value = Item> {
    let name = prop_oneof![
        name(),
        Just("null".to_owned()),
        Just("$ion_1_0".to_owned()),
        Just("$10".to_owned()),
        "[a-z_]{1,5}",
    ];
    btree_map(name, value(), 0..6).prop_map(|map| map.into_iter().collect())
}

fn a_record() -> impl Strategy<Value = ExportRecord> {
    let image = || proptest::option::of(item().prop_map(Arc::new));
    let change = (any::<i64>(), item(), image(), image());
    prop_oneof![
        item().prop_map(|item| ExportRecord::Item(Arc::new(item))),
        change.prop_map(|(write_timestamp_us, keys, old_image, new_image)| {
            ExportRecord::Change(Change {
                write_timestamp_us,
                keys,
                old_image,
                new_image,
            })
        }),
    ]
}

proptest! {
    #[test]
    fn a_record_comes_back_from_both_formats(record in a_record()) {
        for format in [Format::DynamoDbJson, Format::Ion] {
            let mut line = Vec::new();
            format.write_record(&record, &mut line);
            let text = line.strip_suffix(b"\n").unwrap();
            prop_assert!(!text.contains(&b'\n'));
            let read = format.read_record(text);
            let shown = String::from_utf8_lossy(text);
            prop_assert_eq!(read.as_ref(), Ok(&record), "{}", shown);
        }
    }

    /// The law of formats: the JSON and the Ion export of one instant hold the same items.
    #[test]
    fn both_formats_hold_the_same_items(items in vec(item(), 0..20)) {
        let records: Vec<ExportRecord> = items
            .into_iter()
            .map(|item| ExportRecord::Item(Arc::new(item)))
            .collect();
        let count = i64::try_from(records.len()).unwrap();
        let read = |description, format| {
            let bucket = written(&description, &records);
            let mut read = Vec::new();
            for (_, bytes) in bucket.data() {
                let reader = RecordReader::new(BufReader::new(&**bytes), format);
                let of_file: Vec<ExportRecord> = reader.map(Result::unwrap).collect();
                assert_eq!(of_file.len(), unzipped(bytes).matches('\n').count());
                read.push(of_file);
            }
            read
        };
        let json = read(full(count), Format::DynamoDbJson);
        let ion = read(in_ion(full(count)), Format::Ion);
        prop_assert_eq!(json.iter().map(Vec::len).sum::<usize>(), records.len());
        prop_assert_eq!(json, ion);
    }
}
