//! What changes a table: writes, transactions, time to live.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{Run, name_of};
use crate::world::{Items, wire_item};

impl Run {
    /// A call that writes to one table: accepted exactly while the table can be written to.
    pub(super) fn write(
        &mut self,
        name: &str,
        operation: &str,
        input: Value,
        written: impl Fn(&Items) -> Vec<(String, Option<Value>)>,
    ) {
        match self.world.call(operation, input) {
            Ok(_) => {
                let incarnation = &mut self.incarnations[self.current[name]];
                let writes = written(incarnation.items());
                incarnation.write(self.world.now_us, writes);
                self.tally.writes += 1;
            }
            Err(refusal) => {
                assert_eq!(refusal.code, "ResourceNotFoundException");
                assert_ne!(self.world.status(name), "ACTIVE");
            }
        }
    }

    pub(super) fn transact(&mut self, writes: &[(usize, u8, Option<u8>)], fails: bool) {
        let writes: BTreeMap<(String, String), Option<u8>> = writes
            .iter()
            .map(|(table, key, value)| ((self.table(*table), name_of(*key)), *value))
            .collect();
        let item = |key: &str, value: u8| json!({"pk": key, "v": value});
        let mut members: Vec<Value> = writes
            .iter()
            .map(|((table, key), value)| match value {
                Some(value) => {
                    json!({"Put": {"TableName": table, "Item": wire_item(&item(key, *value))}})
                }
                None => json!({"Delete": {"TableName": table, "Key": {"pk": {"S": key}}}}),
            })
            .collect();
        let tables: BTreeSet<&String> = writes.keys().map(|(table, _)| table).collect();
        if fails {
            members.push(json!({"ConditionCheck": {
                "TableName": tables.first().unwrap(),
                "Key": {"pk": {"S": "never"}},
                "ConditionExpression": "attribute_exists(pk)",
            }}));
        }
        let input = json!({"TransactItems": members});
        match self.world.call("TransactWriteItems", input) {
            Ok(_) => {
                assert!(!fails, "the condition did not hold");
                for table in tables {
                    let incarnation = &mut self.incarnations[self.current[table]];
                    let writes = writes.iter().filter(|((name, _), _)| name == table);
                    let writes = writes
                        .map(|((_, key), value)| (key.clone(), value.map(|v| item(key, v))))
                        .collect();
                    incarnation.write(self.world.now_us, writes);
                }
                self.tally.transactions += 1;
            }
            Err(refusal) if refusal.code == "TransactionCanceledException" => {
                assert!(fails, "{refusal:?}");
                self.tally.cancelled_transactions += 1;
            }
            Err(refusal) => {
                assert_eq!(refusal.code, "ResourceNotFoundException");
                let statuses: Vec<String> = tables
                    .into_iter()
                    .map(|table| self.world.status(table))
                    .collect();
                assert!(
                    statuses.iter().any(|status| status != "ACTIVE"),
                    "{statuses:?}"
                );
            }
        }
    }

    pub(super) fn time_to_live(&mut self, name: &str, on: bool) {
        let specification = json!({"Enabled": on, "AttributeName": "ttl"});
        let input = json!({"TableName": name, "TimeToLiveSpecification": specification});
        if self.world.call("UpdateTimeToLive", input).is_ok() {
            let since_us = on.then_some(self.world.now_us);
            self.incarnations[self.current[name]].expires_since_us = since_us;
        }
    }
}
