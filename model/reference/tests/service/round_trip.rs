//! Export, then import: the same items, through the bytes of both formats; the counts add up.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::Arc;

use lookback_formats::import::ImportSource;
use lookback_formats::laws::{ImportCounts, Table, formats_agree, imported, table_of};
use lookback_formats::manifest::{FileEntry, Summary};
use lookback_formats::{ExportPlan, Format, RecordReader, Sink, write_export};
use lookback_protocol::value::Item;
use lookback_reference::{Choices, Failure};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::world::{World, imported_table, merged, text};

/// A bucket in memory.
#[derive(Default)]
struct Bucket(BTreeMap<String, Vec<u8>>);

impl Sink for Bucket {
    fn put(
        &mut self,
        key: &str,
        write: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>,
    ) -> io::Result<()> {
        let mut bytes = Vec::new();
        write(&mut bytes)?;
        self.0.insert(key.to_owned(), bytes);
        Ok(())
    }
}

/// What a server does: writes an export that has come due; its description.
fn write_due(aws: &mut World, bucket: &mut Bucket) -> Value {
    let due = aws.until_due();
    let arn = due.description.export_arn.clone().unwrap();
    let plan = ExportPlan::new(&due.description, &due.key).unwrap();
    write_export(&plan, &due, bucket).unwrap();
    aws.service.export_written(&arn, Ok(()));
    aws.describe_export(&arn)
}

/// What a server does: reads the objects of an import that has come due; its description.
fn read_due(aws: &mut World, bucket: &Bucket) -> Value {
    let due = aws.until_import_due().description;
    let arn = due.import_arn.clone().unwrap();
    let source = due.s3_bucket_source.as_ref().unwrap();
    let prefix = source.s3_key_prefix.as_deref().unwrap_or_default();
    let objects = bucket.0.iter().filter(|(key, _)| key.starts_with(prefix));
    assert!(aws.service.open_import(&arn));
    let mut bytes = 0;
    for (_, object) in objects {
        let mut items = ImportSource::of(&due).unwrap().read(&**object);
        aws.service.import_items(&arn, &mut items);
        bytes += items.bytes();
    }
    aws.service.import_ended(&arn, Ok(bytes));
    aws.until_imported(&arn)
}

fn import_from(prefix: &str, format: &str, compression: &str) -> Value {
    json!({
        "S3BucketSource": {"S3Bucket": "demo-bucket", "S3KeyPrefix": prefix},
        "InputFormat": format,
        "InputCompressionType": compression,
    })
}

/// A table with so many items, exported in this format, and the folder of the export.
fn exported(items: usize, format: &str) -> (World, Bucket, Value, String) {
    let mut aws = World::served(Choices::exact());
    aws.recoverable_table("music");
    for number in 0..items {
        let item = json!({
            "pk": format!("k{number}"),
            "n": number * 100,
            "set": {"wire": {"NS": ["1", "2.5", "600"]}},
            "bytes": {"wire": {"B": "AP8="}},
            "list": [1, null, true, {"in ner": "x\"y\\z\n"}],
        });
        aws.put("music", item);
    }
    aws.start_export(
        "music",
        json!({"S3Prefix": "nightly", "ExportFormat": format}),
    );
    let mut bucket = Bucket::default();
    let description = write_due(&mut aws, &mut bucket);
    let manifest = text(&description["ExportManifest"]);
    let folder = manifest.strip_suffix("manifest-summary.json").unwrap();
    (aws, bucket, description.clone(), folder.to_owned())
}

#[test]
fn what_was_exported_is_imported_again() {
    for format in ["DYNAMODB_JSON", "ION"] {
        let (mut aws, bucket, export, folder) = exported(50, format);
        let members = import_from(&format!("{folder}data/"), format, "GZIP");
        aws.start_import("copy", members);
        let import = read_due(&mut aws, &bucket);
        assert_eq!(import["ImportStatus"], "COMPLETED", "{import}");
        let count = |description: &Value, name: &str| description[name].as_u64().unwrap();
        let counts = ImportCounts {
            exported: count(&export, "ItemCount"),
            processed: count(&import, "ProcessedItemCount"),
            imported: count(&import, "ImportedItemCount"),
            errors: count(&import, "ErrorCount"),
        };
        let (exported, scanned) = (aws.items("music"), aws.items("copy"));
        assert_eq!(imported(&exported, &scanned, counts), []);
    }
}

/// The items that the data files hold.
fn read_back(bucket: &Bucket, format: &str) -> Table<String, Arc<Item>> {
    let format = Format::from_name(format).unwrap();
    let files = bucket.0.iter().filter(|(key, _)| key.ends_with(".gz"));
    let records = files.flat_map(|(_, bytes)| RecordReader::new(&**bytes, format));
    let gathered = table_of(records.map(Result::unwrap), &"pk".parse().unwrap());
    assert_eq!(gathered.duplicates, Vec::<String>::new());
    assert_eq!(gathered.strangers, 0);
    gathered.found
}

#[test]
fn both_formats_hold_the_same_items() {
    let [json, ion] = ["DYNAMODB_JSON", "ION"].map(|format| {
        let (_, bucket, ..) = exported(50, format);
        read_back(&bucket, format)
    });
    assert_eq!(json.len(), 50);
    assert_eq!(formats_agree(&json, &ion), []);
}

/// EXPORT-FORMAT-017, -025.
#[test]
fn manifests_and_description_tell_the_same() {
    let (_, bucket, description, _) = exported(20, "DYNAMODB_JSON");
    let summary = &bucket.0[&text(&description["ExportManifest"])];
    let summary = Summary::read(summary).unwrap();
    let files = FileEntry::read_all(&bucket.0[&summary.manifest_files_s3_key]).unwrap();
    let items: u64 = files.iter().map(|file| file.item_count).sum();
    assert_eq!(items, summary.item_count);
    assert_eq!(json!(summary.item_count), description["ItemCount"]);
    assert_eq!(json!(summary.export_arn), description["ExportArn"]);
    let times = serde_json::to_value(&summary).unwrap();
    assert_eq!(times["exportTime"], times["startTime"]);
}

/// IMPORT-028: the folder of the export itself feeds the manifests to the parser; uncompressed, nothing is an item.
#[test]
fn the_export_folder_and_the_wrong_compression_fail() {
    let (mut aws, bucket, _, folder) = exported(8, "DYNAMODB_JSON");
    aws.start_import("root", import_from(&folder, "DYNAMODB_JSON", "GZIP"));
    let root = read_due(&mut aws, &bucket);
    assert_eq!(root["ImportStatus"], "FAILED");
    assert_eq!(root["ImportedItemCount"], 8);
    assert_eq!(root["ErrorCount"], 4, "four manifests and checksums");
    let data = format!("{folder}data/");
    aws.start_import("plain", import_from(&data, "DYNAMODB_JSON", "NONE"));
    let plain = read_due(&mut aws, &bucket);
    assert_eq!(plain["ImportStatus"], "FAILED");
    assert_eq!(plain["ImportedItemCount"], 0);
}

/// The same requests at the same instants write the same bytes.
#[test]
fn exports_are_the_same_to_the_byte() {
    let (_, one, ..) = exported(30, "ION");
    let (_, other, ..) = exported(30, "ION");
    assert_eq!(one.0, other.0);
}

/// A bucket that takes nothing more.
struct Full;

impl Sink for Full {
    fn put(
        &mut self,
        key: &str,
        _: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>,
    ) -> io::Result<()> {
        assert!(!key.contains("manifest"), "a manifest of what is not there");
        Err(io::Error::other("no space left"))
    }
}

#[test]
fn a_full_disk_fails_the_export_without_a_manifest() {
    let mut aws = World::served(Choices::exact());
    aws.recoverable_table("music");
    aws.start_export("music", json!({}));
    let due = aws.until_due();
    let arn = due.description.export_arn.clone().unwrap();
    let plan = ExportPlan::new(&due.description, &due.key).unwrap();
    let error = write_export(&plan, &due, &mut Full).unwrap_err();
    let failure = Failure::new("S3Unavailable", error.to_string());
    aws.service.export_written(&arn, Err(failure));
    let description = aws.describe_export(&arn);
    assert_eq!(description["ExportStatus"], "FAILED");
    assert_eq!(description["FailureMessage"], "no space left");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn any_table_comes_back(items in prop::collection::btree_map("[a-z]{1,4}", any::<i64>(), 0..30)) {
        for format in ["DYNAMODB_JSON", "ION"] {
            let mut aws = World::served(Choices::exact());
            aws.recoverable_table("music");
            for (pk, v) in &items {
                aws.put("music", json!({"pk": pk, "v": v}));
            }
            aws.start_export("music", json!({"ExportFormat": format}));
            let mut bucket = Bucket::default();
            write_due(&mut aws, &mut bucket);
            let parameters = json!({"TableCreationParameters": imported_table("copy")});
            let data: Vec<(String, Vec<u8>)> = bucket
                .0
                .into_iter()
                .filter(|(key, _)| key.ends_with(".gz"))
                .collect();
            let bucket = Bucket(data.into_iter().collect());
            let members = merged(import_from("AWSDynamoDB/", format, "GZIP"), parameters);
            aws.start_import("copy", members);
            let import = read_due(&mut aws, &bucket);
            prop_assert_eq!(&import["ProcessedItemCount"], &json!(items.len()));
            prop_assert_eq!(aws.items("copy"), aws.items("music"));
        }
    }
}
