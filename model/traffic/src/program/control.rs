//! Calls on tables, their settings and tags.

use serde_json::{Value, json};

use super::ProgramStep;
use super::tables::{TablePlan, set};
use super::writer::Writer;

impl Writer<'_> {
    /// A call that is about a table as a whole.
    pub fn control(&mut self, table: &TablePlan) -> ProgramStep {
        let name = if self.wild() {
            self.pick("${t}-none", &["", "ab", "a b", "${t}!"])
        } else {
            table.name
        };
        let named = json!({ "TableName": name });
        let arn = if table.name == super::FIRST_TABLE {
            "${t.arn}"
        } else {
            "${u.arn}"
        };
        let arn = if self.wild() {
            self.pick(
                "arn:aws:dynamodb:us-east-1:111122223333:table/none-at-all",
                &["", "x"],
            )
        } else {
            arn
        };
        match self.between(0, 15) {
            0..=2 => ProgramStep::new("DescribeTable", named),
            3..=4 => self.update_table(table, named),
            5 => ProgramStep::new("CreateTable", self.create_again(table)),
            6 => ProgramStep::new("DescribeTimeToLive", named),
            7 => {
                let mut body = named;
                let attribute = if self.wild() { "" } else { "expires" };
                set(
                    &mut body,
                    "TimeToLiveSpecification",
                    json!({ "Enabled": self.chance(800), "AttributeName": attribute }),
                );
                ProgramStep::new("UpdateTimeToLive", body)
            }
            8 => {
                let key = if self.wild() {
                    self.pick("", &["aws:x"])
                } else {
                    self.pick("team", &["cost"])
                };
                ProgramStep::new(
                    "TagResource",
                    json!({ "ResourceArn": arn, "Tags": [{ "Key": key, "Value": self.pick("a", &["b", ""]) }] }),
                )
            }
            9 => ProgramStep::new(
                "UntagResource",
                json!({ "ResourceArn": arn, "TagKeys": [self.pick("team", &["none"])] }),
            ),
            10..=11 => ProgramStep::new("ListTagsOfResource", json!({ "ResourceArn": arn })),
            12 => ProgramStep::new(
                "ListTables",
                json!({ "Limit": self.pick(1, &[100, 0, 101, -1]) }),
            ),
            13 => ProgramStep::new(
                "ListTables",
                json!({ "ExclusiveStartTableName": self.pick("${t}", &["", "a b"]) }),
            ),
            14 => ProgramStep::new("DescribeLimits", json!({})),
            _ => ProgramStep::new(
                "DeleteTable",
                json!({ "TableName": self.pick("${t}-none", &["a", "no such"]) }),
            ),
        }
    }

    fn update_table(&mut self, table: &TablePlan, mut body: Value) -> ProgramStep {
        let has = |name: &str| table.indexes.iter().any(|index| index.name == name);
        match self.between(0, 7) {
            0 if has("by-group") || self.wild() => set(
                &mut body,
                "GlobalSecondaryIndexUpdates",
                json!([{ "Delete": { "IndexName": "by-group" } }]),
            ),
            1..=2 => {
                set(
                    &mut body,
                    "AttributeDefinitions",
                    json!([{ "AttributeName": "name", "AttributeType": "S" }]),
                );
                let create = json!({
                    "IndexName": "by-name",
                    "KeySchema": [{ "AttributeName": "name", "KeyType": "HASH" }],
                    "Projection": { "ProjectionType": "ALL" },
                });
                set(
                    &mut body,
                    "GlobalSecondaryIndexUpdates",
                    json!([{ "Create": create }]),
                );
            }
            3 => set(&mut body, "BillingMode", "PAY_PER_REQUEST".into()),
            4 => {
                // On-demand tables have no throughput to change: the mode is changed along with it.
                if table.create.get("ProvisionedThroughput").is_none() && !self.wild() {
                    set(&mut body, "BillingMode", "PROVISIONED".into());
                }
                let units = if self.wild() {
                    self.pick(0, &[-1])
                } else {
                    self.pick(6, &[7, 5])
                };
                set(
                    &mut body,
                    "ProvisionedThroughput",
                    json!({ "ReadCapacityUnits": units, "WriteCapacityUnits": 6 }),
                );
            }
            5 => set(&mut body, "DeletionProtectionEnabled", false.into()),
            6 => set(
                &mut body,
                "TableClass",
                self.pick("STANDARD", &["STANDARD_INFREQUENT_ACCESS", "GOLD"])
                    .into(),
            ),
            _ => {}
        }
        ProgramStep::new("UpdateTable", body)
    }

    /// A table that is there already, or one that cannot be.
    fn create_again(&mut self, table: &TablePlan) -> Value {
        let mut body = table.create.clone();
        if self.chance(150) {
            return body;
        }
        set(&mut body, "TableName", "${t}-x".into());
        match self.between(0, 11) {
            0 => set(&mut body, "AttributeDefinitions", json!([])),
            1 => set(&mut body, "KeySchema", json!([])),
            2 => set(
                &mut body,
                "KeySchema",
                json!([{ "AttributeName": "pk", "KeyType": "RANGE" }]),
            ),
            3 => set(
                &mut body,
                "KeySchema",
                json!([{ "AttributeName": "pk", "KeyType": "HASH" }, { "AttributeName": "pk", "KeyType": "RANGE" }]),
            ),
            4 => set(
                &mut body,
                "AttributeDefinitions",
                json!([{ "AttributeName": "pk", "AttributeType": "BOOL" }]),
            ),
            5 => set(
                &mut body,
                "AttributeDefinitions",
                json!([{ "AttributeName": "other", "AttributeType": "S" }]),
            ),
            6 => set(
                &mut body,
                "BillingMode",
                self.pick("FREE", &["PROVISIONED"]).into(),
            ),
            7 => set(
                &mut body,
                "ProvisionedThroughput",
                json!({ "ReadCapacityUnits": self.pick(0, &[1, -1]), "WriteCapacityUnits": 1 }),
            ),
            8 => set(&mut body, "GlobalSecondaryIndexes", json!([])),
            9 => set(&mut body, "LocalSecondaryIndexes", json!([])),
            10 => set(&mut body, "TableName", self.pick("ab", &["", "a b"]).into()),
            _ => set(&mut body, "TableClass", "GOLD".into()),
        }
        body
    }
}
