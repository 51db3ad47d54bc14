//! Parameters from before expressions.

use serde_json::{Map, Value, json};

use super::value::Type;
use super::writer::Writer;

impl Writer<'_> {
    /// Conditions by attribute: ScanFilter, QueryFilter.
    pub fn conditions(&mut self) -> Value {
        let mut conditions = Map::new();
        for _ in 0..self.between(1, 2) {
            let (name, kind) = self.attribute();
            conditions.insert(name.to_owned(), self.comparison(kind));
        }
        conditions.into()
    }

    fn comparison(&mut self, kind: Type) -> Value {
        let operator = self.pick(
            "EQ",
            &[
                "NE",
                "IN",
                "LE",
                "LT",
                "GE",
                "GT",
                "BETWEEN",
                "NOT_NULL",
                "NULL",
                "CONTAINS",
                "NOT_CONTAINS",
                "BEGINS_WITH",
            ],
        );
        let operator = if self.wild() { "LIKE" } else { operator };
        let count = match operator {
            _ if self.wild() => self.between(0, 3),
            "NOT_NULL" | "NULL" => 0,
            "BETWEEN" => 2,
            "IN" => self.between(1, 3),
            _ => 1,
        };
        let kind = match operator {
            "CONTAINS" | "NOT_CONTAINS" => kind.member().unwrap_or(Type::S),
            "BEGINS_WITH" => {
                if kind == Type::B {
                    kind
                } else {
                    Type::S
                }
            }
            _ => kind,
        };
        let values: Vec<Value> = (0..count).map(|_| self.value(kind)).collect();
        if count == 0 && self.chance(700) {
            json!({ "ComparisonOperator": operator })
        } else {
            json!({ "ComparisonOperator": operator, "AttributeValueList": values })
        }
    }

    /// What attributes must be before a write: Expected.
    pub fn expected(&mut self) -> Value {
        let mut expected = Map::new();
        for _ in 0..self.between(1, 2) {
            let (name, kind) = self.attribute();
            let one = match self.between(0, 5) {
                0 => json!({ "Exists": false }),
                1 => json!({ "Value": self.value(kind) }),
                2 => json!({ "Exists": true, "Value": self.value(kind) }),
                3 if self.wild() => {
                    self.pick(json_empty as fn() -> Value, &[json_exists, json_both])()
                }
                _ => self.comparison(kind),
            };
            expected.insert(name.to_owned(), one);
        }
        expected.into()
    }

    /// What an update does to each attribute: AttributeUpdates.
    pub fn attribute_updates(&mut self) -> Value {
        let mut updates = Map::new();
        for _ in 0..self.between(1, 3) {
            let (name, kind) = self.attribute();
            let name = if self.wild() { "pk" } else { name };
            let update = match self.between(0, 5) {
                0 => json!({ "Action": "DELETE" }),
                1 if kind.member().is_some() => {
                    json!({ "Action": "DELETE", "Value": self.value(kind) })
                }
                2 if kind == Type::N
                    || kind == Type::L
                    || kind.member().is_some()
                    || self.wild() =>
                {
                    json!({ "Action": "ADD", "Value": self.value(kind) })
                }
                3 => json!({ "Value": self.value(kind) }),
                4 if self.wild() => json!({ "Action": "PUT" }),
                _ => json!({ "Action": "PUT", "Value": self.value(kind) }),
            };
            updates.insert(name.to_owned(), update);
        }
        updates.into()
    }

    /// KeyConditions that fit a key.
    pub fn key_conditions(&mut self, hash: (&str, Type), range: Option<(&str, Type)>) -> Value {
        let mut conditions = Map::new();
        let operator = if self.wild() { "LT" } else { "EQ" };
        let value = self.key_value(hash.1, 3);
        conditions.insert(
            hash.0.to_owned(),
            json!({ "ComparisonOperator": operator, "AttributeValueList": [value] }),
        );
        if let Some((name, kind)) = range.filter(|_| self.chance(600)) {
            let operator = self.pick("EQ", &["LE", "LT", "GE", "GT", "BETWEEN", "BEGINS_WITH"]);
            let operator = if self.wild() { "NE" } else { operator };
            let count = if operator == "BETWEEN" { 2 } else { 1 };
            let values: Vec<Value> = (0..count).map(|_| self.key_value(kind, 7)).collect();
            conditions.insert(
                name.to_owned(),
                json!({ "ComparisonOperator": operator, "AttributeValueList": values }),
            );
        }
        if self.wild() {
            conditions.insert("n".to_owned(), self.comparison(Type::N));
        }
        conditions.into()
    }

    /// AttributesToGet.
    pub fn attributes_to_get(&mut self) -> Value {
        let mut names: Vec<&str> = Vec::new();
        for _ in 0..self.between(1, 3) {
            let name = self.attribute().0;
            if !names.contains(&name) || self.wild() {
                names.push(name);
            }
        }
        names.into()
    }
}

fn json_empty() -> Value {
    json!({})
}

fn json_exists() -> Value {
    json!({ "Exists": true })
}

fn json_both() -> Value {
    json!({ "Exists": false, "Value": { "N": "1" } })
}
