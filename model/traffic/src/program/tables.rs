//! What the tables of a program look like.

use serde_json::{Map, Value, json};

use super::value::Type;
use super::writer::Writer;

/// An index as the grammar knows it.
#[derive(Clone, Debug)]
pub(super) struct IndexPlan {
    pub name: &'static str,
    pub is_global: bool,
    pub hash: (&'static str, Type),
    pub range: Option<(&'static str, Type)>,
}

/// A table as the grammar knows it.
#[derive(Clone, Debug)]
pub(super) struct TablePlan {
    /// What stands for its name.
    pub name: &'static str,
    pub hash: Type,
    pub range: Option<Type>,
    pub indexes: Vec<IndexPlan>,
    /// The CreateTable request.
    pub create: Value,
}

impl Writer<'_> {
    /// A table: every key type, local and global indexes with every projection.
    pub fn table(&mut self, name: &'static str) -> TablePlan {
        let hash = self.key_type();
        let range = self.chance(650).then(|| self.key_type());
        let mut indexes = Vec::new();
        if range.is_some() && self.chance(450) {
            indexes.push(IndexPlan {
                name: "by-order",
                is_global: false,
                hash: ("pk", hash),
                range: Some(("o", Type::N)),
            });
        }
        if self.chance(500) {
            let range = self.pick(
                None,
                &[
                    Some(("o", Type::N)),
                    Some(("h", Type::N)),
                    Some(("pk", hash)),
                ],
            );
            indexes.push(IndexPlan {
                name: "by-group",
                is_global: true,
                hash: ("g", Type::S),
                range,
            });
        }
        if self.chance(200) {
            indexes.push(IndexPlan {
                name: "by-number",
                is_global: true,
                hash: ("h", Type::N),
                range: None,
            });
        }
        let create = self.create(name, hash, range, &indexes);
        TablePlan {
            name,
            hash,
            range,
            indexes,
            create,
        }
    }

    fn key_type(&mut self) -> Type {
        self.pick(Type::S, &[Type::S, Type::N, Type::B])
    }

    fn create(
        &mut self,
        name: &str,
        hash: Type,
        range: Option<Type>,
        indexes: &[IndexPlan],
    ) -> Value {
        let mut keys = vec![("pk", hash)];
        keys.extend(range.map(|range| ("sk", range)));
        let mut body =
            json!({ "TableName": name, "KeySchema": key_schema("pk", range.map(|_| "sk")) });
        let (mut local, mut global) = (Vec::new(), Vec::new());
        let provisioned = self.chance(250);
        for index in indexes {
            keys.push(index.hash);
            keys.extend(index.range);
            let mut described = json!({
                "IndexName": index.name,
                "KeySchema": key_schema(index.hash.0, index.range.map(|(name, _)| name)),
                "Projection": self.projection_of_index(),
            });
            if index.is_global && provisioned {
                set(&mut described, "ProvisionedThroughput", throughput(2));
            }
            if index.is_global {
                &mut global
            } else {
                &mut local
            }
            .push(described);
        }
        let definitions: std::collections::BTreeMap<_, _> = keys
            .into_iter()
            .map(|(name, kind)| (name, kind.name()))
            .collect();
        let definitions: Vec<Value> = definitions
            .into_iter()
            .map(|(name, kind)| json!({ "AttributeName": name, "AttributeType": kind }))
            .collect();
        set(&mut body, "AttributeDefinitions", definitions.into());
        if !local.is_empty() {
            set(&mut body, "LocalSecondaryIndexes", local.into());
        }
        if !global.is_empty() {
            set(&mut body, "GlobalSecondaryIndexes", global.into());
        }
        if provisioned {
            set(&mut body, "ProvisionedThroughput", throughput(5));
            if self.chance(500) {
                set(&mut body, "BillingMode", "PROVISIONED".into());
            }
        } else {
            set(&mut body, "BillingMode", "PAY_PER_REQUEST".into());
        }
        self.settings(&mut body);
        body
    }

    fn projection_of_index(&mut self) -> Value {
        match self.between(0, 2) {
            0 => json!({ "ProjectionType": "ALL" }),
            1 => json!({ "ProjectionType": "KEYS_ONLY" }),
            _ => json!({ "ProjectionType": "INCLUDE", "NonKeyAttributes": ["n", "m"] }),
        }
    }

    /// Settings that have no effect on items.
    fn settings(&mut self, body: &mut Value) {
        if self.chance(60) {
            set(body, "Tags", json!([{ "Key": "team", "Value": "a" }]));
        }
        if self.chance(60) {
            set(
                body,
                "TableClass",
                self.pick("STANDARD", &["STANDARD_INFREQUENT_ACCESS"])
                    .into(),
            );
        }
        if self.chance(60) {
            set(body, "DeletionProtectionEnabled", false.into());
        }
        if self.chance(40) {
            set(
                body,
                "StreamSpecification",
                json!({ "StreamEnabled": true, "StreamViewType": "NEW_IMAGE" }),
            );
        }
        if self.chance(30) {
            set(body, "SSESpecification", json!({ "Enabled": false }));
        }
    }

    /// The primary key of an item: one of few.
    pub fn key(&mut self, table: &TablePlan) -> Map<String, Value> {
        let mut key = Map::new();
        key.insert("pk".to_owned(), self.key_value(table.hash, 3));
        if let Some(range) = table.range {
            key.insert("sk".to_owned(), self.key_value(range, 7));
        }
        if self.wild() {
            match self.between(0, 4) {
                0 => drop(key.remove("pk")),
                1 => drop(key.remove("sk")),
                2 => drop(key.insert("n".to_owned(), json!({ "N": "1" }))),
                3 => drop(key.insert("pk".to_owned(), self.wild_key_value())),
                _ => drop(key.insert("sk".to_owned(), self.wild_key_value())),
            }
        }
        key
    }

    /// One of `different` values of a key attribute.
    pub fn key_value(&mut self, kind: Type, different: u64) -> Value {
        let number = self.between(0, different.saturating_sub(1)) as usize;
        let of = |texts: [&'static str; 7]| texts.get(number).copied().unwrap_or("1");
        match kind {
            Type::N => json!({ "N": of(["1", "0", "-1", "0.5", "100", "1e2", "-20"]) }),
            Type::B => json!({ "B": of(["YQ==", "AA==", "/w==", "AAE=", "YWI=", "gA==", "YWE="]) }),
            _ => json!({ "S": of(["a", "b", "é", "ab", "B", "aa", "1"]) }),
        }
    }

    fn wild_key_value(&mut self) -> Value {
        match self.between(0, 4) {
            0 => json!({ "S": "" }),
            1 => json!({ "B": "" }),
            2 => json!({ "BOOL": true }),
            3 => json!({ "S": "k".repeat(self.pick(1024, &[1025, 2048, 2049])) }),
            _ => self.wild_value(),
        }
    }

    /// An item: its key, a few attributes, seldom one that an index cannot hold.
    pub fn item(&mut self, table: &TablePlan) -> Map<String, Value> {
        let mut item = self.key(table);
        for _ in 0..self.between(0, 6) {
            let (name, kind) = self.attribute();
            let value = if matches!(name, "g" | "h" | "o") && !self.chance(30) {
                self.key_value(kind, 4)
            } else {
                self.value(kind)
            };
            item.insert(name.to_owned(), value);
        }
        if self.wild() {
            let length = self.pick(0, &[300, 70_000]);
            item.insert("x".repeat(length), json!({ "N": "1" }));
        }
        item
    }
}

fn throughput(units: u32) -> Value {
    json!({ "ReadCapacityUnits": units, "WriteCapacityUnits": units })
}

fn key_schema(hash: &str, range: Option<&str>) -> Value {
    let mut schema = vec![json!({ "AttributeName": hash, "KeyType": "HASH" })];
    schema.extend(range.map(|range| json!({ "AttributeName": range, "KeyType": "RANGE" })));
    schema.into()
}

/// Sets a member of an object.
pub(super) fn set(body: &mut Value, name: &str, value: Value) {
    if let Some(members) = body.as_object_mut() {
        members.insert(name.to_owned(), value);
    }
}
