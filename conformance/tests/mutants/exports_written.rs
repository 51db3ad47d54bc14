//! What exports write, gone wrong.

use serde_json::Value;

use crate::files::{Objects, lines, texts};
use crate::mutant::Mutant;

pub const MUTANTS: &[Mutant] = &[
    Mutant::of_files(
        "no-manifests",
        "EXPORT-FORMAT-002",
        "An export writes its data files and nothing else.",
        |objects| objects.retain(|key, _| key.ends_with(".gz")),
    ),
    Mutant::of_files(
        "checksums-as-the-guide-calls-them",
        "EXPORT-FORMAT-003",
        "Checksums lie in .checksum objects.",
        |objects| renamed(objects, ".md5", ".checksum"),
    ),
    Mutant::of_files(
        "a-start-with-bytes",
        "EXPORT-FORMAT-004",
        "_started holds a byte.",
        |objects| texts(objects, "_started", |_| "x".to_owned()),
    ),
    Mutant::of_files(
        "incremental-files-below-their-export",
        "EXPORT-FORMAT-006",
        "The data files of an incremental export lie in a folder of their own.",
        |objects| {
            let id = objects.keys().find_map(|key| key.strip_suffix("/_started"));
            let id = id.unwrap_or_default().to_owned();
            renamed(objects, "AWSDynamoDB/data/", &format!("{id}/data/"));
            texts(objects, "manifest-files.json", |text| {
                text.replace("AWSDynamoDB/data/", &format!("{id}/data/"))
            });
        },
    ),
    Mutant::of_files(
        "no-files-for-an-empty-table",
        "EXPORT-FORMAT-007",
        "An empty table has no data files.",
        |objects| {
            objects.retain(|key, _| !key.ends_with(".gz"));
            texts(objects, "manifest-files.json", |_| String::new());
        },
    ),
    Mutant::of_files(
        "md5s-of-something-else",
        "EXPORT-FORMAT-009",
        "md5Checksum is that of the bytes before compression.",
        |objects| {
            texts(objects, "manifest-files.json", |text| {
                text.replace("\"md5Checksum\":\"", "\"md5Checksum\":\"x")
            })
        },
    ),
    Mutant::of_files(
        "etags-of-one-piece",
        "EXPORT-FORMAT-010",
        "etag is that of an object put in one piece.",
        |objects| {
            texts(objects, "manifest-files.json", |text| {
                text.replace("-1\",\"dataFileS3Key", "\",\"dataFileS3Key")
            })
        },
    ),
    Mutant::of_files(
        "a-summary-with-a-line-feed",
        "EXPORT-FORMAT-012",
        "manifest-summary.json ends with a line feed.",
        |objects| texts(objects, "manifest-summary.json", |text| format!("{text}\n")),
    ),
    Mutant::of_files(
        "nulls-are-left-out",
        "EXPORT-FORMAT-014",
        "A summary leaves out what is null.",
        |objects| {
            texts(objects, "manifest-summary.json", |text| {
                text.replace("\"s3Prefix\":null,", "")
            })
        },
    ),
    Mutant::of_files(
        "times-in-seconds",
        "EXPORT-FORMAT-016",
        "Times of a summary have no milliseconds.",
        |objects| {
            texts(objects, "manifest-summary.json", |text| {
                let mut summary: Value = serde_json::from_str(text).unwrap();
                summary["startTime"] = "2026-01-01T00:00:00Z".into();
                summary.to_string()
            })
        },
    ),
    Mutant::of_files(
        "the-list-counts-nothing",
        "EXPORT-FORMAT-017",
        "manifest-files.json says 0 of each file.",
        |objects| {
            texts(objects, "manifest-files.json", |text| {
                text.replace("\"itemCount\":", "\"itemCount\":0,\"was\":")
            })
        },
    ),
    Mutant::of_files(
        "checksums-with-a-line-feed",
        "EXPORT-FORMAT-018",
        "A checksum ends with a line feed.",
        |objects| texts(objects, ".md5", |text| format!("{text}\n")),
    ),
    Mutant::of_files(
        "items-without-their-wrapping",
        "EXPORT-FORMAT-019",
        "A line is the item alone.",
        |objects| {
            lines(objects, |line| {
                let inner = line
                    .strip_prefix("{\"Item\":")
                    .and_then(|rest| rest.strip_suffix('}'));
                vec![inner.unwrap_or(line).to_owned()]
            })
        },
    ),
    Mutant::of_files(
        "sets-without-annotation",
        "EXPORT-FORMAT-024",
        "Sets in Ion are lists like any other.",
        |objects| lines(objects, |line| vec![line.replace("$dynamodb_SS::", "")]),
    ),
    Mutant::of_files(
        "a-record-for-each-write",
        "EXPORT-INCR-011",
        "A key that was written twice has two records.",
        |objects| lines(objects, |line| vec![line.to_owned(), line.to_owned()]),
    ),
    Mutant::of_files(
        "deletes-are-left-out",
        "EXPORT-INCR-014",
        "A key that is gone has no record.",
        |objects| {
            lines(objects, |line| {
                let there = line.contains("\"NewImage\"") || line.contains("\"Item\"");
                Vec::from_iter(there.then(|| line.to_owned()))
            })
        },
    ),
    Mutant::of_files(
        "times-of-writes-in-milliseconds",
        "EXPORT-INCR-017",
        "WriteTimestampMicros counts milliseconds.",
        |objects| {
            lines(objects, |line| {
                let mut record: Value = serde_json::from_str(line).unwrap();
                if let Some(at) = record.pointer_mut("/Metadata/WriteTimestampMicros/N") {
                    let micros: i64 = at.as_str().unwrap().parse().unwrap();
                    *at = (micros / 1000).to_string().into();
                }
                vec![record.to_string()]
            })
        },
    ),
    Mutant::of_files(
        "the-last-file-is-lost",
        "EXPORT-FULL-010",
        "One data file is listed and not there.",
        |objects| {
            let last = objects
                .iter()
                .rfind(|(key, object)| key.ends_with(".gz") && object.bytes.len() > 20);
            if let Some(key) = last.map(|(key, _)| key.clone()) {
                objects.remove(&key);
            }
        },
    ),
];

/// Gives objects other keys.
fn renamed(objects: &mut Objects, from: &str, to: &str) {
    for (key, object) in std::mem::take(objects) {
        objects.insert(key.replace(from, to), object);
    }
}
