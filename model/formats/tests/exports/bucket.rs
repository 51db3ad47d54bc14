//! A bucket in memory, and short words for items and descriptions.

use std::io::{self, Read as _, Write};
use std::sync::Arc;

use flate2::read::MultiGzDecoder;
use lookback_formats::{ExportPlan, Format, Sink, write_export};
use lookback_protocol::export::{Change, ExportRecord};
use lookback_protocol::key::{KeyAttribute, KeySchema, KeyType};
use lookback_protocol::value::Item;
use lookback_protocol::wire::export::ExportDescription;
use lookback_protocol::wire::{WireItem, item_from_wire};
use serde_json::{Value, json};

/// Objects in the order in which they were put.
#[derive(Default)]
pub struct Bucket(pub Vec<(String, Vec<u8>)>);

impl Sink for Bucket {
    fn put(
        &mut self,
        key: &str,
        write: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>,
    ) -> io::Result<()> {
        let mut bytes = Vec::new();
        write(&mut bytes)?;
        self.0.push((key.to_owned(), bytes));
        Ok(())
    }
}

impl Bucket {
    /// The bytes of the object whose key ends so.
    pub fn ending(&self, suffix: &str) -> &[u8] {
        let found = self.0.iter().find(|(key, _)| key.ends_with(suffix));
        &found.unwrap_or_else(|| panic!("no {suffix}")).1
    }

    /// The data files.
    pub fn data(&self) -> impl Iterator<Item = &(String, Vec<u8>)> {
        self.0.iter().filter(|(key, _)| key.ends_with(".gz"))
    }
}

/// What gzip holds.
pub fn unzipped(bytes: &[u8]) -> String {
    let mut text = String::new();
    MultiGzDecoder::new(bytes)
        .read_to_string(&mut text)
        .unwrap();
    text
}

pub fn item(attributes: Value) -> Arc<Item> {
    let wire: WireItem = serde_json::from_value(attributes).unwrap();
    Arc::new(item_from_wire(wire).unwrap())
}

pub fn record(attributes: Value) -> ExportRecord {
    ExportRecord::Item(item(attributes))
}

pub fn change(us: i64, pk: &str, old: Option<Value>, new: Option<Value>) -> ExportRecord {
    ExportRecord::Change(Change {
        write_timestamp_us: us,
        keys: (*item(json!({"pk": {"S": pk}}))).clone(),
        old_image: old.map(item),
        new_image: new.map(item),
    })
}

/// A key `pk`.
pub fn key() -> KeySchema {
    KeySchema {
        hash: KeyAttribute {
            name: "pk".to_owned(),
            kind: KeyType::S,
        },
        range: None,
    }
}

fn description(own: Value) -> ExportDescription {
    let mut all = json!({
        "TableArn": "arn:aws:dynamodb:eu-west-1:111122223333:table/Orders",
        "TableId": "0f0e0d0c-0b0a-4908-8706-050403020100",
        "ExportStatus": "COMPLETED",
        "S3Bucket": "demo-bucket",
        "S3Prefix": "nightly",
        "S3SseAlgorithm": "AES256",
        "ExportFormat": "DYNAMODB_JSON",
    });
    for (name, value) in own.as_object().unwrap() {
        all[name] = value.clone();
    }
    serde_json::from_value(all).unwrap()
}

/// The full export of the format's documentation: 2027-02-03T04:05:06.789Z.
pub fn full(items: i64) -> ExportDescription {
    description(json!({
        "ExportArn": "arn:aws:dynamodb:eu-west-1:111122223333:table/Orders/export/01801627506789-0a1b2c3d",
        "StartTime": 1_801_627_506.789,
        "EndTime": 1_801_627_868.289,
        "ExportTime": 1_801_627_506.789,
        "BilledSizeBytes": 0,
        "ItemCount": items,
    }))
}

/// The incremental one: of 2027-02-03T05:00:00Z to 05:15:00Z.
pub fn incremental(items: i64) -> ExportDescription {
    description(json!({
        "ExportArn": "arn:aws:dynamodb:eu-west-1:111122223333:table/Orders/export/01801632000000-4e5f6071",
        "StartTime": 1_801_632_000,
        "EndTime": 1_801_632_303.25,
        "BilledSizeBytes": 10_000_000,
        "ItemCount": items,
        "ExportType": "INCREMENTAL_EXPORT",
        "IncrementalExportSpecification": {
            "ExportFromTime": 1_801_630_800,
            "ExportToTime": 1_801_631_700,
            "ExportViewType": "NEW_AND_OLD_IMAGES",
        },
    }))
}

/// The two items of the documentation.
pub fn orders() -> Vec<ExportRecord> {
    vec![
        record(json!({"pk": {"S": "o-1"}, "qty": {"N": "3"}, "paid": {"BOOL": true}})),
        record(json!({
            "pk": {"S": "o-2"},
            "blob": {"B": "AP8="},
            "tags": {"SS": ["x", "y"]},
            "gone": {"NULL": true},
        })),
    ]
}

/// The three changes of the documentation.
pub fn order_changes() -> Vec<ExportRecord> {
    let order = |qty: &str| json!({"pk": {"S": "o-1"}, "qty": {"N": qty}, "paid": {"BOOL": true}});
    let gone = json!({
        "pk": {"S": "o-2"},
        "blob": {"B": "AP8="},
        "tags": {"SS": ["x", "y"]},
        "gone": {"NULL": true},
    });
    let new = json!({"pk": {"S": "o-3"}, "qty": {"N": "1"}});
    vec![
        change(1_801_631_400_000_123, "o-3", None, Some(new)),
        change(
            1_801_631_407_000_123,
            "o-1",
            Some(order("3")),
            Some(order("4")),
        ),
        change(1_801_631_409_000_123, "o-2", Some(gone), None),
    ]
}

/// All objects of an export.
pub fn written(description: &ExportDescription, records: &[ExportRecord]) -> Bucket {
    let plan = ExportPlan::new(description, &key()).unwrap();
    let mut bucket = Bucket::default();
    write_export(&plan, records, &mut bucket).unwrap();
    bucket
}

/// The same description with Ion.
pub fn in_ion(description: ExportDescription) -> ExportDescription {
    ExportDescription {
        export_format: Some(Format::Ion.name().to_owned()),
        ..description
    }
}
