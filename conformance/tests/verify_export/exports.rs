//! Exports in a folder, made of tables that are known.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use indicatif::ProgressBar;
use lookback_conformance::cli::NotMade;
use lookback_conformance::verify_export::place::S3;
use lookback_conformance::verify_export::{Options, Report, verify};
use lookback_formats::{ExportPlan, Format, Sink, write_export};
use lookback_protocol::export::{Change, ExportRecord};
use lookback_protocol::key::{KeyAttribute, KeySchema, KeyType};
use lookback_protocol::value::Item;
use lookback_protocol::wire::item_from_wire;
use serde_json::{Value, json};

/// 2027-02-03T05:00:00Z, in seconds.
pub const MIDNIGHT_S: i64 = 1_801_630_800;
pub const HOUR_S: i64 = 3_600;

/// A table: keys and what their items hold beside them.
pub type Table = BTreeMap<u32, u32>;

/// Objects as files.
struct Folder<'f>(&'f Path);

impl Sink for Folder<'_> {
    fn put(
        &mut self,
        key: &str,
        write: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>,
    ) -> io::Result<()> {
        let path = self.0.join(key);
        fs::create_dir_all(path.parent().unwrap())?;
        write(&mut fs::File::create(path)?)
    }
}

pub fn item(key: u32, value: u32) -> Arc<Item> {
    let wire = json!({
        "pk": {"S": format!("key {key}")},
        "value": {"N": value.to_string()},
        "tags": {"SS": ["x", "y"]},
    });
    Arc::new(item_from_wire(serde_json::from_value(wire).unwrap()).unwrap())
}

fn key_schema() -> KeySchema {
    KeySchema {
        hash: KeyAttribute {
            name: "pk".to_owned(),
            kind: KeyType::S,
        },
        range: None,
    }
}

/// Writes an export; its folder. `own`: the members of its description that it has not in common with others.
fn write(
    bucket: &Path,
    number: u32,
    format: Format,
    own: Value,
    records: &[ExportRecord],
) -> PathBuf {
    let id = format!("01801640000000-{number:08x}");
    let table = "arn:aws:dynamodb:eu-west-1:111122223333:table/Orders";
    let mut all = json!({
        "ExportArn": format!("{table}/export/{id}"),
        "TableArn": table,
        "TableId": "0f0e0d0c-0b0a-4908-8706-050403020100",
        "StartTime": MIDNIGHT_S + 240 * HOUR_S,
        "EndTime": MIDNIGHT_S + 241 * HOUR_S,
        "ExportStatus": "COMPLETED",
        "S3Bucket": "demo-bucket",
        "S3Prefix": "nightly",
        "S3SseAlgorithm": "AES256",
        "ExportFormat": format.name(),
        "ItemCount": records.len(),
        "BilledSizeBytes": 10_000_000,
    });
    for (name, value) in own.as_object().unwrap() {
        all[name] = value.clone();
    }
    let description = serde_json::from_value(all).unwrap();
    let plan = ExportPlan::new(&description, &key_schema()).unwrap();
    write_export(&plan, records, &mut Folder(bucket)).unwrap();
    bucket.join("nightly/AWSDynamoDB").join(id)
}

/// The full export of a table, so many hours after midnight.
pub fn full(bucket: &Path, number: u32, format: Format, hour: i64, table: &Table) -> PathBuf {
    let records = table.iter();
    let records = records.map(|(key, value)| ExportRecord::Item(item(*key, *value)));
    let records: Vec<ExportRecord> = records.collect();
    let own = json!({"ExportTime": MIDNIGHT_S + hour * HOUR_S});
    write(bucket, number, format, own, &records)
}

/// The incremental export of the hours between two tables, as DynamoDB JSON.
pub fn incremental(
    bucket: &Path,
    number: u32,
    view: &str,
    hours: (i64, i64),
    tables: (&Table, &Table),
) -> PathBuf {
    incremental_as(Format::DynamoDbJson, bucket, number, view, hours, tables)
}

/// The incremental export of the hours between two tables.
pub fn incremental_as(
    format: Format,
    bucket: &Path,
    number: u32,
    view: &str,
    hours: (i64, i64),
    tables: (&Table, &Table),
) -> PathBuf {
    let (before, after) = tables;
    let all = (0..1_000_u32).filter(|key| before.get(key) != after.get(key));
    let records = all.map(|key| {
        let image = |table: &Table| table.get(&key).map(|value| item(key, *value));
        ExportRecord::Change(Change {
            write_timestamp_us: (MIDNIGHT_S + hours.0 * HOUR_S + 7) * 1_000_000,
            keys: key_schema().key_attributes(&item(key, 0)),
            old_image: image(before).filter(|_| view == "NEW_AND_OLD_IMAGES"),
            new_image: image(after),
        })
    });
    let records: Vec<ExportRecord> = records.collect();
    let own = json!({
        "ExportType": "INCREMENTAL_EXPORT",
        "IncrementalExportSpecification": {
            "ExportFromTime": MIDNIGHT_S + hours.0 * HOUR_S,
            "ExportToTime": MIDNIGHT_S + hours.1 * HOUR_S,
            "ExportViewType": view,
        },
    });
    write(bucket, number, format, own, &records)
}

/// A table of so many items.
pub fn table(items: u32) -> Table {
    (0..items).map(|key| (key, key * 10)).collect()
}

/// What is verified unless a test says otherwise.
pub fn options(export: &Path) -> Options {
    Options {
        export: export.to_str().unwrap().to_owned(),
        incrementals: Vec::new(),
        against: None,
        key: Some("pk".parse().unwrap()),
        differences_max: 20,
        findings_max: 20,
        threads: NonZero::new(2).unwrap(),
        temp_dir: None,
        s3: S3::default(),
    }
}

/// Verifies on a runtime of its own.
pub fn verified(options: &Options) -> Result<Report, NotMade> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    verify(options, runtime.handle(), &ProgressBar::hidden())
}

/// The findings of a report in short: what was checked, the end of the object's name, the line.
pub fn found(report: &Report) -> Vec<(&'static str, String, Option<u64>)> {
    let findings = report.findings.iter();
    let short = findings.map(|finding| {
        let name = finding.object.rsplit('/').next().unwrap();
        (finding.check.name(), name.to_owned(), finding.line)
    });
    short.collect()
}

/// Every object of an export in a folder, by its path.
pub fn objects(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(objects(&path));
        } else {
            found.push(path);
        }
    }
    found.sort();
    found
}
