//! Short words for imports.

use lookback_protocol::error::ServiceError;
use lookback_protocol::value::Item;
use lookback_protocol::wire::{WireItem, item_from_wire};
use lookback_reference::{DueImport, Failure};
use serde_json::{Value, json};

use super::{Refusal, World, key_schema, merged, text, wire_item};

/// TableCreationParameters of an on-demand table with the key `pk`.
pub fn imported_table(name: &str) -> Value {
    json!({
        "TableName": name,
        "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": key_schema("pk", None),
        "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
    })
}

fn import_input(table: &str, members: Value) -> Value {
    merged(
        json!({
            "ClientToken": format!("token-of-{table}"),
            "S3BucketSource": {"S3Bucket": "demo-bucket"},
            "InputFormat": "DYNAMODB_JSON",
            "TableCreationParameters": imported_table(table),
        }),
        members,
    )
}

/// An item as a source gives it.
pub fn source_item(item: Value) -> Item {
    let wire: WireItem = serde_json::from_value(wire_item(&item)).unwrap();
    item_from_wire(wire).unwrap()
}

/// A line that is no item.
pub fn no_item() -> ServiceError {
    ServiceError::validation("no item")
}

impl World {
    /// ImportTable; the answer's ImportTableDescription.
    pub fn start_import(&mut self, table: &str, members: Value) -> Value {
        self.ok("ImportTable", import_input(table, members))["ImportTableDescription"].take()
    }

    pub fn import_refused(&mut self, table: &str, members: Value) -> Refusal {
        self.refused("ImportTable", import_input(table, members))
    }

    pub fn describe_import(&mut self, arn: &str) -> Value {
        self.ok("DescribeImport", json!({"ImportArn": arn}))["ImportTableDescription"].take()
    }

    /// Moves the clock until an import is over; its description.
    pub fn until_imported(&mut self, arn: &str) -> Value {
        loop {
            let description = self.describe_import(arn);
            if description["ImportStatus"] != "IN_PROGRESS" {
                return description;
            }
            self.now_us = self.service.next_due(self.now_us).unwrap();
        }
    }

    /// Moves the clock until the source of an import is to be read.
    pub fn until_import_due(&mut self) -> DueImport {
        loop {
            if let Some(due) = self.service.next_due_import(self.now_us) {
                return due;
            }
            self.now_us = self.service.next_due(self.now_us).unwrap();
        }
    }

    /// Imports these items, and waits until the import is over; its description.
    pub fn imported(
        &mut self,
        table: &str,
        members: Value,
        items: Vec<Result<Item, ServiceError>>,
    ) -> Value {
        let arn = text(&self.start_import(table, members)["ImportArn"]);
        self.until_import_due();
        assert!(self.service.open_import(&arn));
        self.service.import_items(&arn, items);
        self.service.import_ended(&arn, Ok(1_000));
        self.until_imported(&arn)
    }

    /// An import whose source cannot be read at all; its description.
    pub fn unreadable_import(&mut self, table: &str) -> Value {
        let arn = text(&self.start_import(table, json!({}))["ImportArn"]);
        self.until_import_due();
        let failure = Failure::new("S3NoSuchBucket", "The specified bucket does not exist");
        self.service.import_ended(&arn, Err(failure));
        self.until_imported(&arn)
    }

    /// The ARNs that ListImports lists on one page.
    pub fn listed_imports(&mut self, input: Value) -> Vec<String> {
        let body = self.ok("ListImports", input);
        let summaries = body["ImportSummaryList"].as_array().unwrap();
        summaries
            .iter()
            .map(|summary| text(&summary["ImportArn"]))
            .collect()
    }
}
