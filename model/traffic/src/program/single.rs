//! Calls on one item: PutItem, GetItem, UpdateItem, DeleteItem.

use serde_json::{Value, json};

use super::ProgramStep;
use super::tables::{TablePlan, set};
use super::words::Words;
use super::writer::Writer;

impl Writer<'_> {
    pub fn put(&mut self, table: &TablePlan) -> ProgramStep {
        let mut body = json!({ "TableName": table.name, "Item": self.item(table) });
        self.guard(&mut body, Words::default());
        self.returned(&mut body, &["ALL_OLD", "NONE"]);
        ProgramStep::new("PutItem", body)
    }

    pub fn delete(&mut self, table: &TablePlan) -> ProgramStep {
        let mut body = json!({ "TableName": table.name, "Key": self.key(table) });
        self.guard(&mut body, Words::default());
        self.returned(&mut body, &["ALL_OLD", "NONE"]);
        ProgramStep::new("DeleteItem", body)
    }

    pub fn update_item(&mut self, table: &TablePlan) -> ProgramStep {
        let mut body = json!({ "TableName": table.name, "Key": self.key(table) });
        let mut words = Words::default();
        if self.legacy() {
            set(&mut body, "AttributeUpdates", self.attribute_updates());
            if self.chance(300) {
                self.expect(&mut body);
            }
            if self.wild() {
                set(&mut body, "UpdateExpression", "REMOVE n".into());
            }
        } else {
            if !self.chance(30) {
                set(
                    &mut body,
                    "UpdateExpression",
                    self.update(&mut words, table).into(),
                );
            }
            self.guard(&mut body, words);
        }
        self.returned(
            &mut body,
            &["ALL_OLD", "NONE", "ALL_NEW", "UPDATED_OLD", "UPDATED_NEW"],
        );
        ProgramStep::new("UpdateItem", body)
    }

    pub fn get(&mut self, table: &TablePlan) -> ProgramStep {
        let mut body = json!({ "TableName": table.name, "Key": self.key(table) });
        self.get_options(&mut body);
        self.capacity(&mut body);
        ProgramStep::new("GetItem", body)
    }

    /// ConsistentRead and what is projected.
    pub fn get_options(&mut self, body: &mut Value) {
        if self.chance(500) {
            set(body, "ConsistentRead", self.chance(700).into());
        }
        if self.legacy() {
            set(body, "AttributesToGet", self.attributes_to_get());
            if !self.wild() {
                return;
            }
        }
        if self.chance(350) {
            let mut words = Words::default();
            set(
                body,
                "ProjectionExpression",
                self.projection(&mut words).into(),
            );
            words.finish(self, body);
        } else if self.wild() {
            set(body, "ExpressionAttributeNames", json!({ "#n": "n" }));
        }
    }

    /// The condition of a write, and what it names.
    fn guard(&mut self, body: &mut Value, mut words: Words) {
        let has_expression = body.get("UpdateExpression").is_some();
        if !has_expression && self.legacy() {
            self.expect(body);
            if !self.wild() {
                return;
            }
        }
        if self.chance(350) {
            set(
                body,
                "ConditionExpression",
                self.condition(&mut words, 2).into(),
            );
        }
        words.finish(self, body);
        if self.chance(200) {
            let when = self.pick("ALL_OLD", &["NONE"]);
            let when = if self.wild() { "ALL_NEW" } else { when };
            set(body, "ReturnValuesOnConditionCheckFailure", when.into());
        }
    }

    fn expect(&mut self, body: &mut Value) {
        set(body, "Expected", self.expected());
        if self.chance(300) {
            self.conditional_operator(body);
        }
    }

    /// AND or OR between conditions from before expressions.
    pub fn conditional_operator(&mut self, body: &mut Value) {
        let word = if self.wild() {
            "XOR"
        } else {
            self.pick("AND", &["OR"])
        };
        set(body, "ConditionalOperator", word.into());
    }

    fn returned(&mut self, body: &mut Value, usual: &[&'static str]) {
        if self.chance(500) {
            let name = self.pick("ALL_OLD", usual);
            let name = if self.wild() {
                self.pick("ALL_NEW", &["UPDATED_OLD", "all_old", "SOME", ""])
            } else {
                name
            };
            set(body, "ReturnValues", name.into());
        }
        self.capacity(body);
        self.metrics(body);
    }

    /// ReturnConsumedCapacity.
    pub fn capacity(&mut self, body: &mut Value) {
        if self.chance(150) {
            let name = self.pick("TOTAL", &["INDEXES", "NONE"]);
            let name = if self.wild() { "ALL" } else { name };
            set(body, "ReturnConsumedCapacity", name.into());
        }
    }

    /// ReturnItemCollectionMetrics.
    pub fn metrics(&mut self, body: &mut Value) {
        if self.chance(80) {
            let name = self.pick("SIZE", &["NONE"]);
            let name = if self.wild() { "COUNT" } else { name };
            set(body, "ReturnItemCollectionMetrics", name.into());
        }
    }
}
