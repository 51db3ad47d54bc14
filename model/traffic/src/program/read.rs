//! Query and Scan.

use serde_json::{Value, json};

use super::tables::{IndexPlan, TablePlan, set};
use super::words::Words;
use super::writer::Writer;
use super::{ProgramStep, Reading};

impl Writer<'_> {
    pub fn query(&mut self, table: &TablePlan) -> ProgramStep {
        let mut body = json!({ "TableName": table.name });
        let index = self.index(table, &mut body);
        let (hash, range) = match &index {
            Some(index) => (index.hash, index.range),
            None => (("pk", table.hash), table.range.map(|kind| ("sk", kind))),
        };
        let mut words = Words::default();
        if self.legacy() {
            set(&mut body, "KeyConditions", self.key_conditions(hash, range));
            if self.chance(400) {
                set(&mut body, "QueryFilter", self.conditions());
                if self.chance(400) {
                    self.conditional_operator(&mut body);
                }
            }
            if self.wild() {
                set(&mut body, "KeyConditionExpression", "pk = :v0".into());
            }
        } else {
            let text = self.key_condition(&mut words, hash, range);
            set(&mut body, "KeyConditionExpression", text.into());
            if self.chance(300) {
                set(
                    &mut body,
                    "FilterExpression",
                    self.condition(&mut words, 1).into(),
                );
            }
        }
        if self.chance(400) {
            set(&mut body, "ScanIndexForward", self.chance(400).into());
        }
        self.page(&mut body, table, index.as_ref(), words);
        let reading = match &index {
            Some(_) if body.get("ExclusiveStartKey").is_some() => Reading::Outcome,
            Some(_) if body.get("Limit").is_some() => Reading::Pages,
            _ => Reading::Whole,
        };
        ProgramStep::new("Query", body).read(reading)
    }

    pub fn scan(&mut self, table: &TablePlan) -> ProgramStep {
        let mut body = json!({ "TableName": table.name });
        let index = self.index(table, &mut body);
        let mut words = Words::default();
        if self.legacy() {
            set(&mut body, "ScanFilter", self.conditions());
            if self.chance(400) {
                self.conditional_operator(&mut body);
            }
            if self.wild() {
                set(&mut body, "FilterExpression", "attribute_exists(n)".into());
            }
        } else if self.chance(400) {
            set(
                &mut body,
                "FilterExpression",
                self.condition(&mut words, 2).into(),
            );
        }
        self.page(&mut body, table, index.as_ref(), words);
        if self.chance(150) {
            let total = if self.wild() {
                self.pick(0, &[-1, 1_000_001])
            } else {
                self.pick(1, &[2, 3, 4])
            };
            let segment = if self.wild() {
                self.pick(total, &[-1, 9])
            } else {
                0
            };
            set(&mut body, "TotalSegments", total.into());
            if !self.wild() {
                set(&mut body, "Segment", segment.into());
            }
        }
        let reading = if body.get("ExclusiveStartKey").is_some() {
            Reading::Outcome
        } else {
            Reading::Pages
        };
        ProgramStep::new("Scan", body).read(reading)
    }

    /// Reads an index, now and then, also one that is not there.
    fn index(&mut self, table: &TablePlan, body: &mut Value) -> Option<IndexPlan> {
        if self.wild() {
            set(
                body,
                "IndexName",
                self.pick("by-nothing", &["", "a b", "x"]).into(),
            );
            return None;
        }
        let count = table.indexes.len() as u64;
        if count == 0 || !self.chance(450) {
            return None;
        }
        let place = self.between(0, count - 1) as usize;
        let index = table.indexes.get(place).cloned()?;
        set(body, "IndexName", index.name.into());
        Some(index)
    }

    /// What Query and Scan have in common.
    fn page(
        &mut self,
        body: &mut Value,
        table: &TablePlan,
        index: Option<&IndexPlan>,
        mut words: Words,
    ) {
        let global = index.is_some_and(|index| index.is_global);
        if self.chance(300) && (!global || self.chance(80)) {
            set(body, "ConsistentRead", self.chance(600).into());
        }
        if self.chance(300) {
            let limit = if self.wild() {
                self.pick(0, &[-1, 2_147_483_647])
            } else {
                self.pick(1, &[2, 3, 5, 100])
            };
            set(body, "Limit", limit.into());
        }
        if self.chance(120) {
            let mut start = self.key(table);
            if let Some(index) = index {
                for (name, kind) in std::iter::once(index.hash).chain(index.range) {
                    let value = self.key_value(kind, 4);
                    start.entry(name).or_insert(value);
                }
            }
            set(body, "ExclusiveStartKey", start.into());
        }
        let uses_expressions =
            body.get("KeyConditions").is_none() && body.get("ScanFilter").is_none();
        if self.chance(200) && (uses_expressions || self.wild()) {
            let text = if global && !self.chance(100) {
                self.pick("pk", &["g", "h"]).to_owned()
            } else {
                self.projection(&mut words)
            };
            set(body, "ProjectionExpression", text.into());
        } else if !uses_expressions && self.chance(250) {
            set(body, "AttributesToGet", self.attributes_to_get());
        }
        if self.chance(150) {
            let is_projected =
                body.get("ProjectionExpression").is_some() || body.get("AttributesToGet").is_some();
            let usual = match (is_projected, index) {
                (true, _) => "SPECIFIC_ATTRIBUTES",
                (false, Some(_)) => self.pick("ALL_PROJECTED_ATTRIBUTES", &["COUNT"]),
                (false, None) => self.pick("COUNT", &["ALL_ATTRIBUTES"]),
            };
            let select = if self.wild() || self.chance(40) {
                self.pick(
                    "ALL_ATTRIBUTES",
                    &["ALL_PROJECTED_ATTRIBUTES", "SPECIFIC_ATTRIBUTES", "COUNT"],
                )
            } else {
                usual
            };
            let select = if self.wild() { "NOTHING" } else { select };
            set(body, "Select", select.into());
        }
        words.finish(self, body);
        self.capacity(body);
    }
}
