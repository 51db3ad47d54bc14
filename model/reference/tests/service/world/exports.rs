//! Short words for exports.

use std::collections::BTreeMap;

use lookback_protocol::export::ExportRecord;
use lookback_protocol::value::Item;
use lookback_protocol::wire::write_item;
use lookback_reference::{Buckets, Choices, DueExport, Service, Settings};
use serde_json::{Value, json};

use super::recovery::seconds;
use super::{ACCOUNT, HOME, Items, Refusal, START_US, World, merged, plain, text};

/// What a full export holds, or what an incremental one says of each key.
pub struct Exported {
    /// ExportDescription once it is written.
    pub description: Value,
    pub records: Vec<Value>,
}

/// An item as plain JSON.
fn plain_item(item: &Item) -> Value {
    let mut bytes = Vec::new();
    write_item(item, &mut bytes);
    plain(&serde_json::from_slice(&bytes).unwrap())
}

/// A record: `item`, or `keys`, `old`, `new` and `us`; members that are not there are left out.
fn plain_record(record: &ExportRecord) -> Value {
    match record {
        ExportRecord::Item(item) => plain_item(item),
        ExportRecord::Change(change) => {
            let image = |image: &Option<_>| image.as_deref().map(plain_item);
            let mut record =
                json!({"keys": plain_item(&change.keys), "us": change.write_timestamp_us});
            for (name, image) in [
                ("old", image(&change.old_image)),
                ("new", image(&change.new_image)),
            ] {
                if let Some(image) = image {
                    record[name] = image;
                }
            }
            record
        }
    }
}

/// The records that were handed out.
pub fn records(due: &DueExport) -> Vec<Value> {
    due.records().map(|record| plain_record(&record)).collect()
}

impl Exported {
    /// The items of a full export by the text of their key `pk`.
    pub fn items(&self) -> Items {
        let items = self.records.iter();
        items
            .map(|item| (text(&item["pk"]), item.clone()))
            .collect()
    }

    /// The records of an incremental export by the text of their key `pk`.
    pub fn changes(&self) -> BTreeMap<String, Value> {
        let records = self.records.iter();
        records
            .map(|record| (text(&record["keys"]["pk"]), record.clone()))
            .collect()
    }
}

/// The ARN of a table.
pub fn table_arn(table: &str) -> String {
    format!("arn:aws:dynamodb:{HOME}:{ACCOUNT}:table/{table}")
}

/// The members of an incremental export of a period, in microseconds.
pub fn period(from_us: i64, to_us: i64) -> Value {
    json!({
        "ExportType": "INCREMENTAL_EXPORT",
        "IncrementalExportSpecification": {
            "ExportFromTime": seconds(from_us),
            "ExportToTime": seconds(to_us),
        },
    })
}

/// The members of a full export of an instant.
pub fn export_at(us: i64) -> Value {
    json!({"ExportTime": seconds(us)})
}

fn export_input(table: &str, members: Value) -> Value {
    merged(
        json!({"TableArn": table_arn(table), "S3Bucket": "demo-bucket"}),
        members,
    )
}

impl World {
    /// A service whose exports are handed out to be written.
    pub fn served(choices: Choices) -> Self {
        let settings = Settings {
            choices,
            ..Settings::default()
        };
        let service = Service::new(settings.clone()).with_buckets(Buckets::Served);
        Self {
            service,
            ..Self::new(settings, START_US)
        }
    }

    /// ExportTableToPointInTime; the answer's ExportDescription.
    pub fn start_export(&mut self, table: &str, members: Value) -> Value {
        self.ok("ExportTableToPointInTime", export_input(table, members))["ExportDescription"]
            .take()
    }

    pub fn export_refused(&mut self, table: &str, members: Value) -> Refusal {
        self.refused("ExportTableToPointInTime", export_input(table, members))
    }

    pub fn describe_export(&mut self, arn: &str) -> Value {
        self.ok("DescribeExport", json!({"ExportArn": arn}))["ExportDescription"].take()
    }

    /// Exports, and waits until the export is over; its description.
    pub fn export(&mut self, table: &str, members: Value) -> Value {
        let description = self.start_export(table, members);
        let arn = text(&description["ExportArn"]);
        self.until_exported(&arn)
    }

    /// Moves the clock until an export is over; its description.
    pub fn until_exported(&mut self, arn: &str) -> Value {
        loop {
            let description = self.describe_export(arn);
            if description["ExportStatus"] != "IN_PROGRESS" {
                return description;
            }
            self.now_us = self.service.next_due(self.now_us).unwrap();
        }
    }

    /// Moves the clock until an export has come due.
    pub fn until_due(&mut self) -> DueExport {
        loop {
            if let Some(due) = self.service.next_due_export(self.now_us) {
                return due;
            }
            self.now_us = self.service.next_due(self.now_us).unwrap();
        }
    }

    /// Exports, reads what is handed out, and says that it was written.
    pub fn exported(&mut self, table: &str, members: Value) -> Exported {
        let arn = text(&self.start_export(table, members)["ExportArn"]);
        let due = self.until_due();
        assert_eq!(due.description.export_arn.as_deref(), Some(&*arn));
        let records = records(&due);
        self.service.export_written(&arn, Ok(()));
        Exported {
            description: self.describe_export(&arn),
            records,
        }
    }

    /// The ARNs that ListExports lists on one page.
    pub fn listed_exports(&mut self, input: Value) -> Vec<String> {
        let body = self.ok("ListExports", input);
        let summaries = body["ExportSummaries"].as_array().unwrap();
        summaries
            .iter()
            .map(|summary| text(&summary["ExportArn"]))
            .collect()
    }
}
