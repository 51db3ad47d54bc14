//! What is written is sound by every rule, and what breaks a rule is told.

use lookback_formats::manifest::{FileEntry, Summary};
use lookback_formats::verify::{ETag, RecordRules, Shape, entry_faults, summary_faults};
use lookback_formats::{Format, Md5, part_etag};
use lookback_protocol::export::ExportLayout;
use serde_json::{Value, json};

use crate::bucket::{full, in_ion, incremental, order_changes, orders, unzipped, written};

fn summary(bucket: &crate::bucket::Bucket) -> Summary {
    Summary::read(bucket.ending("manifest-summary.json")).unwrap()
}

fn layout(summary: &Summary) -> ExportLayout {
    let id = summary.export_arn.rsplit('/').next().unwrap();
    let incremental = summary.kind().unwrap().is_incremental();
    ExportLayout::new(summary.s3_prefix.as_deref(), id, incremental)
}

#[test]
fn what_is_written_is_sound() {
    for (description, records) in [
        (full(2), orders()),
        (in_ion(full(2)), orders()),
        (incremental(3), order_changes()),
        (in_ion(incremental(3)), order_changes()),
    ] {
        let bucket = written(&description, &records);
        let summary = summary(&bucket);
        assert_eq!(summary_faults(&summary), Vec::<String>::new());
        let format = Format::from_name(&summary.output_format).unwrap();
        let entries = FileEntry::read_all(bucket.ending("manifest-files.json")).unwrap();
        for entry in &entries {
            let faults = entry_faults(entry, &layout(&summary), format);
            assert_eq!(faults, Vec::<String>::new());
        }
        let rules = RecordRules {
            format,
            shape: Shape::from(summary.kind().unwrap()),
            key: Some("pk".parse().unwrap()),
            images: true,
        };
        let files: Vec<String> = bucket.data().map(|(_, bytes)| unzipped(bytes)).collect();
        let lines = files.iter().flat_map(|text| text.lines());
        let scanned = lines.map(|line| rules.scan(line.as_bytes()).unwrap());
        assert_eq!(scanned.count(), records.len());
    }
}

/// The summary of an export with other members; null takes one away.
fn changed(incremental_export: bool, members: Value) -> Vec<String> {
    let description = if incremental_export {
        incremental(3)
    } else {
        full(2)
    };
    let records = if incremental_export {
        order_changes()
    } else {
        orders()
    };
    let bucket = written(&description, &records);
    let mut all: Value = serde_json::from_slice(bucket.ending("manifest-summary.json")).unwrap();
    for (name, value) in members.as_object().unwrap() {
        all[name] = value.clone();
    }
    all.as_object_mut().unwrap().retain(|name, value| {
        !value.is_null() || matches!(name.as_str(), "s3Prefix" | "s3SseKmsKeyId")
    });
    summary_faults(&Summary::read(all.to_string().as_bytes()).unwrap())
}

#[test]
fn a_summary_that_contradicts_itself_is_told() {
    for (incremental_export, members, told) in [
        (
            false,
            json!({"version": "2023-08-01"}),
            "version is 2023-08-01",
        ),
        (false, json!({"exportTime": null}), "exportTime is missing"),
        (
            false,
            json!({"exportType": "OTHER"}),
            "exportType is \"OTHER\"",
        ),
        (
            false,
            json!({"outputView": "NEW_IMAGE"}),
            "members of an incremental one",
        ),
        (
            false,
            json!({"endTime": "2020-01-01T00:00:00.000Z"}),
            "is before startTime",
        ),
        (
            false,
            json!({"exportTime": "2037-01-01T00:00:00.000Z"}),
            "before the exported time",
        ),
        (
            false,
            json!({"s3Prefix": null}),
            "manifestFilesS3Key is nightly/",
        ),
        (
            false,
            json!({"tableArn": "arn:x"}),
            "exportArn is none of the table",
        ),
        (false, json!({"outputFormat": "CSV"}), "outputFormat is CSV"),
        (
            false,
            json!({"s3SseAlgorithm": "NONE"}),
            "s3SseAlgorithm is NONE",
        ),
        (
            true,
            json!({"outputView": "NEW_IMAGES"}),
            "outputView is \"NEW_IMAGES\"",
        ),
        (true, json!({"outputView": null}), "outputView is missing"),
        (
            true,
            json!({"exportToTime": null}),
            "exportToTime is missing",
        ),
        (
            true,
            json!({"exportToTime": "2027-02-03T05:14:59.000Z"}),
            "15 minutes to 24 hours",
        ),
        (
            true,
            json!({"billedSizeBytes": 9_999_999}),
            "below the minimum",
        ),
        (
            true,
            json!({"exportTime": "2027-02-03T05:14:59.000Z"}),
            "with exportTime",
        ),
    ] {
        let faults = changed(incremental_export, members.clone());
        assert_eq!(faults.len(), 1, "{members}: {faults:?}");
        assert!(faults[0].contains(told), "{members}: {}", faults[0]);
    }
}

#[test]
fn a_full_summary_may_say_that_it_is_full() {
    let faults = changed(false, json!({"exportType": "FULL_EXPORT"}));
    assert_eq!(faults, Vec::<String>::new());
}

#[test]
fn an_entry_that_cannot_be_is_told() {
    let bucket = written(&full(2), &orders());
    let layout = layout(&summary(&bucket));
    let good = FileEntry::read_all(bucket.ending("manifest-files.json")).unwrap()[0].clone();
    let change = |change: &dyn Fn(&mut FileEntry)| {
        let mut entry = good.clone();
        change(&mut entry);
        entry_faults(&entry, &layout, Format::DynamoDbJson)
    };
    for (faults, told) in [
        (change(&|one| one.md5_checksum.push('=')), "md5Checksum"),
        (change(&|one| one.etag.push('x')), "etag"),
        (
            change(&|one| one.data_file_s3_key.insert(0, '/')),
            "dataFileS3Key is not",
        ),
        (
            change(&|one| one.data_file_s3_key = one.data_file_s3_key.replace(".json", ".ion")),
            "dataFileS3Key is not",
        ),
        (
            change(&|one| one.data_file_s3_key = one.data_file_s3_key.replace("data/", "data/x/")),
            "strange name",
        ),
    ] {
        assert_eq!(faults.len(), 1, "{faults:?}");
        assert!(faults[0].contains(told), "{}", faults[0]);
    }
}

#[test]
fn an_etag_follows_from_the_bytes_unless_there_were_several_parts() {
    let md5 = Md5::of("x");
    assert_eq!(ETag::fits(&part_etag(md5), md5), Some(true));
    assert_eq!(ETag::fits(&md5.to_hex(), md5), Some(true));
    assert_eq!(ETag::fits(&part_etag(Md5::of("y")), md5), Some(false));
    assert_eq!(
        ETag::fits(&md5.to_hex().replace('9', "8"), md5),
        Some(false)
    );
    assert_eq!(ETag::fits(&part_etag(md5).replace("-1", "-12"), md5), None);
}

fn told(shape: Shape, key: Option<&str>, line: &str) -> Result<(), String> {
    let rules = RecordRules {
        format: Format::DynamoDbJson,
        shape,
        key: key.map(|key| key.parse().unwrap()),
        images: false,
    };
    rules.scan(line.as_bytes()).map(drop)
}

#[test]
fn items_have_their_key() {
    let told = |key, line| told(Shape::Items, key, line).unwrap_err();
    let item = r#"{"Item":{"pk":{"S":"a"},"n":{"N":"1"},"m":{"M":{}},"e":{"S":""}}}"#;
    assert!(told(Some("other"), item).contains("the key attribute other is missing"));
    assert!(told(Some("pk,m"), item).contains("the key attribute m has the type M"));
    assert!(told(Some("e"), item).contains("the key attribute e is empty"));
    let change = r#"{"Metadata":{"WriteTimestampMicros":{"N":"5"}},"Keys":{"pk":{"S":"a"}}}"#;
    assert_eq!(told(None, change), "a change in a full export");
}

#[test]
fn an_item_has_at_most_400_kb() {
    let item = format!(
        r#"{{"Item":{{"pk":{{"S":"a"}},"t":{{"S":"{}"}}}}}}"#,
        "x".repeat(409_600)
    );
    let told = told(Shape::Items, None, &item).unwrap_err();
    assert_eq!(told, "the item has 409604 bytes, more than 400 KB");
}

#[test]
fn changes_fit_their_period_their_view_and_their_keys() {
    let shape = |view: &str| Shape::Changes {
        view: lookback_formats::manifest::View::from_name(view).unwrap(),
        from_us: 10,
        to_us: 20,
    };
    let both = shape("NEW_AND_OLD_IMAGES");
    let new = shape("NEW_IMAGE");
    let line = |us: i64, rest: &str| {
        format!(
            r#"{{"Metadata":{{"WriteTimestampMicros":{{"N":"{us}"}}}},"Keys":{{"pk":{{"S":"a"}}}}{rest}}}"#
        )
    };
    let image = |member: &str, pk: &str| format!(r#","{member}":{{"pk":{{"S":"{pk}"}}}}"#);
    let put = line(10, &image("NewImage", "a"));
    assert_eq!(told(both, None, &put), Ok(()));
    assert_eq!(told(new, Some("pk"), &put), Ok(()));
    assert_eq!(told(new, None, &line(19, "")), Ok(()));
    for (shape, key, line, what) in [
        (
            both,
            None,
            line(9, &image("NewImage", "a")),
            "outside of the period",
        ),
        (
            both,
            None,
            line(20, &image("NewImage", "a")),
            "outside of the period",
        ),
        (both, None, line(15, ""), "neither OldImage nor NewImage"),
        (
            new,
            None,
            line(15, &image("OldImage", "a")),
            "an OldImage in an export with NEW_IMAGE",
        ),
        (
            both,
            None,
            line(15, &image("OldImage", "b")),
            "OldImage has another pk",
        ),
        (
            both,
            None,
            line(15, &image("NewImage", "b")),
            "NewImage has another pk",
        ),
        (
            both,
            Some("id"),
            line(15, &image("NewImage", "a")),
            "Keys: the key attribute id is missing",
        ),
        (
            both,
            Some("pk,sk"),
            line(15, &image("NewImage", "a")),
            "Keys has other attributes",
        ),
        (
            both,
            None,
            r#"{"Item":{}}"#.to_owned(),
            "an item in an incremental export",
        ),
    ] {
        let told = told(shape, key, &line).unwrap_err();
        assert!(told.contains(what), "{line}: {told}");
    }
}
