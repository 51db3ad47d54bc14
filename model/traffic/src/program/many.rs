//! Batches and transactions.

use serde_json::{Map, Value, json};

use super::ProgramStep;
use super::tables::{TablePlan, set};
use super::words::Words;
use super::writer::Writer;

impl Writer<'_> {
    pub fn batch_get(&mut self, tables: &[TablePlan]) -> ProgramStep {
        let mut items = Map::new();
        for table in self.some(tables) {
            let keys = self.different(table, 1, 5);
            let mut one = json!({ "Keys": keys });
            self.get_options(&mut one);
            items.insert(table.name.to_owned(), one);
        }
        if self.wild() {
            items.insert(
                "${t}-none".to_owned(),
                json!({ "Keys": [{ "pk": { "S": "a" } }] }),
            );
        }
        let mut body = json!({ "RequestItems": items });
        self.capacity(&mut body);
        ProgramStep::new("BatchGetItem", body)
    }

    pub fn batch_write(&mut self, tables: &[TablePlan]) -> ProgramStep {
        let mut items = Map::new();
        for table in self.some(tables) {
            let keys = if self.wild() {
                self.different(table, 0, 30)
            } else {
                self.different(table, 1, 5)
            };
            let mut requests = Vec::new();
            for key in keys {
                requests.push(if self.chance(350) {
                    json!({ "DeleteRequest": { "Key": key } })
                } else {
                    let mut item = self.item(table);
                    if let Value::Object(key) = key {
                        item.extend(key);
                    }
                    json!({ "PutRequest": { "Item": item } })
                });
            }
            if self.wild() {
                requests.push(match self.between(0, 2) {
                    0 => json!({}),
                    1 => json!({ "PutRequest": {}, "DeleteRequest": {} }),
                    _ => json!({ "PutRequest": { "Item": self.item(table) } }),
                });
            }
            items.insert(table.name.to_owned(), requests.into());
        }
        let mut body = json!({ "RequestItems": items });
        self.capacity(&mut body);
        self.metrics(&mut body);
        ProgramStep::new("BatchWriteItem", body)
    }

    pub fn transact_get(&mut self, tables: &[TablePlan]) -> ProgramStep {
        let mut items = Vec::new();
        for table in self.some(tables) {
            for key in self.different(table, 1, 3) {
                let mut get = json!({ "TableName": table.name, "Key": key });
                if self.chance(300) {
                    let mut words = Words::default();
                    set(
                        &mut get,
                        "ProjectionExpression",
                        self.projection(&mut words).into(),
                    );
                    words.finish(self, &mut get);
                }
                items.push(json!({ "Get": get }));
            }
        }
        if self.wild() {
            items.push(json!({}));
        }
        let mut body = json!({ "TransactItems": items });
        self.capacity(&mut body);
        ProgramStep::new("TransactGetItems", body)
    }

    pub fn transact_write(&mut self, tables: &[TablePlan]) -> ProgramStep {
        let mut items = Vec::new();
        for table in self.some(tables) {
            for key in self.different(table, 1, 3) {
                let action = self.action(table, key);
                items.push(action);
            }
        }
        if self.wild() {
            match items.first().cloned() {
                Some(first) if self.chance(500) => items.push(first),
                _ => items.push(json!({})),
            }
        }
        let mut body = json!({ "TransactItems": items });
        if self.chance(200) {
            let token = self.pick("${t}-1", &["${t}-2", "${t}-3"]).to_owned();
            let token = if self.wild() { "x".repeat(37) } else { token };
            set(&mut body, "ClientRequestToken", token.into());
        }
        self.capacity(&mut body);
        self.metrics(&mut body);
        ProgramStep::new("TransactWriteItems", body)
    }

    /// Put, Update, Delete or ConditionCheck of one key.
    fn action(&mut self, table: &TablePlan, key: Value) -> Value {
        let mut words = Words::default();
        let mut one = json!({ "TableName": table.name });
        let kind = self.pick("Put", &["Update", "Delete", "ConditionCheck"]);
        if kind == "Put" {
            let mut item = self.item(table);
            if let Value::Object(key) = key {
                item.extend(key);
            }
            set(&mut one, "Item", item.into());
        } else {
            set(&mut one, "Key", key);
        }
        if kind == "Update" {
            set(
                &mut one,
                "UpdateExpression",
                self.update(&mut words, table).into(),
            );
        }
        if kind == "ConditionCheck" || self.chance(250) {
            let text = if self.chance(600) {
                self.pick(
                    "attribute_exists(pk)",
                    &["attribute_not_exists(n)", "attribute_not_exists(pk)"],
                )
                .to_owned()
            } else {
                self.condition(&mut words, 1)
            };
            set(&mut one, "ConditionExpression", text.into());
            if self.chance(300) {
                set(
                    &mut one,
                    "ReturnValuesOnConditionCheckFailure",
                    self.pick("ALL_OLD", &["NONE"]).into(),
                );
            }
        }
        words.finish(self, &mut one);
        json!({ kind: one })
    }

    /// One table, or both.
    fn some<'t>(&mut self, tables: &'t [TablePlan]) -> Vec<&'t TablePlan> {
        let count = tables.len() as u64;
        if self.chance(400) {
            return tables.iter().collect();
        }
        let place = self.between(0, count.saturating_sub(1)) as usize;
        tables.get(place).into_iter().collect()
    }

    /// Different keys, unless wild.
    fn different(&mut self, table: &TablePlan, least: u64, most: u64) -> Vec<Value> {
        let mut keys: Vec<Value> = Vec::new();
        for _ in 0..self.between(least, most) {
            let key = Value::Object(self.key(table));
            // 100 and 1e2 are one number.
            let twin = key.to_string().replace("1e2", "100");
            if !keys
                .iter()
                .any(|known| known.to_string().replace("1e2", "100") == twin)
                || self.wild()
            {
                keys.push(key);
            }
        }
        keys
    }
}
