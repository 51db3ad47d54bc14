//! The settings of a table: what CreateTable sets, what a backup freezes, what a restore brings back.

use std::collections::BTreeMap;

use lookback_protocol::item_op::{IndexKey, ItemRules};
use lookback_protocol::key::{KeySchema, KeyType};
use lookback_protocol::wire::index::Projection;
use lookback_protocol::wire::table::{AttributeDefinition, KeySchemaElement, StreamSpecification};
use lookback_protocol::wire::throughput::{OnDemandThroughput, ProvisionedThroughput};

use crate::store::IndexStore;

/// How reads and writes are paid for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Billing {
    Provisioned,
    PayPerRequest,
}

impl Billing {
    /// The name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Provisioned => "PROVISIONED",
            Self::PayPerRequest => "PAY_PER_REQUEST",
        }
    }

    /// The mode of this name; the shape admits no other than these two.
    pub fn from_name(name: &str) -> Self {
        if name == "PAY_PER_REQUEST" {
            Self::PayPerRequest
        } else {
            Self::Provisioned
        }
    }
}

/// Provisioned capacity; 0/0 for on-demand tables (TABLE-006).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Throughput {
    pub read: i64,
    pub write: i64,
}

impl Throughput {
    pub fn to_wire(self) -> ProvisionedThroughput {
        ProvisionedThroughput {
            read_capacity_units: self.read,
            write_capacity_units: self.write,
        }
    }
}

impl From<&ProvisionedThroughput> for Throughput {
    fn from(wire: &ProvisionedThroughput) -> Self {
        Self {
            read: wire.read_capacity_units,
            write: wire.write_capacity_units,
        }
    }
}

/// Encryption with a key of KMS; a table without it uses the AWS owned key (TABLE-025).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Encryption {
    pub key_arn: String,
}

/// A secondary index.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Index {
    pub name: String,
    pub schema: KeySchema,
    pub projection: Projection,
}

/// A global index: an index with throughput and a life of its own.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct GlobalIndex {
    pub index: Index,
    pub throughput: Throughput,
    pub on_demand: Option<OnDemandThroughput>,
    /// For an index added by UpdateTable: CREATING and backfilling until then (TABLE-011).
    pub active_us: i64,
    /// For an index removed by UpdateTable: DELETING until then.
    pub gone_us: Option<i64>,
}

/// The settings of a table.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Definition {
    pub schema: KeySchema,
    pub local_indexes: Vec<Index>,
    pub global_indexes: Vec<GlobalIndex>,
    pub billing: Billing,
    pub throughput: Throughput,
    pub on_demand: Option<OnDemandThroughput>,
    pub stream: Option<StreamSpecification>,
    pub encryption: Option<Encryption>,
    /// STANDARD_INFREQUENT_ACCESS rather than STANDARD.
    pub infrequent_access: bool,
    pub deletion_protection: bool,
}

impl Definition {
    /// The names of the attributes that an index of this table holds; `None` for all.
    pub fn held_names<'a>(&'a self, index: &'a Index) -> Option<Vec<&'a str>> {
        if index.projection.projection_type.as_deref() == Some("ALL") {
            return None;
        }
        let keys = self.schema.attributes().chain(index.schema.attributes());
        let others = index.projection.non_key_attributes.iter().flatten();
        Some(
            keys.map(|attribute| attribute.name.as_str())
                .chain(others.map(String::as_str))
                .collect(),
        )
    }

    /// An empty store for an index of this table.
    pub fn index_store(&self, index: &Index) -> IndexStore {
        let held = self.held_names(index);
        let held = held.map(|names| names.into_iter().map(str::to_owned).collect());
        IndexStore::new(index.name.clone(), index.schema.clone(), held)
    }

    /// AttributeDefinitions: exactly the key attributes of the table and of its indexes (VALIDATION-026).
    pub fn attribute_definitions(&self) -> Vec<AttributeDefinition> {
        let mut kinds: BTreeMap<&str, KeyType> = BTreeMap::new();
        let indexes = self.indexes().map(|index| &index.schema);
        for attribute in std::iter::once(&self.schema)
            .chain(indexes)
            .flat_map(KeySchema::attributes)
        {
            kinds.insert(&attribute.name, attribute.kind);
        }
        kinds
            .into_iter()
            .map(|(name, kind)| AttributeDefinition {
                attribute_name: name.to_owned(),
                attribute_type: kind.name().to_owned(),
            })
            .collect()
    }

    /// What the keys of the table and of its indexes ask of every item.
    pub fn item_rules(&self) -> ItemRules {
        let indexes = self.indexes().map(|index| IndexKey {
            name: index.name.clone(),
            schema: index.schema.clone(),
        });
        ItemRules {
            key: self.schema.clone(),
            indexes: indexes.collect(),
        }
    }

    /// All indexes, local ones first.
    pub fn indexes(&self) -> impl Iterator<Item = &Index> {
        self.local_indexes
            .iter()
            .chain(self.global_indexes.iter().map(|global| &global.index))
    }

    /// The index of this name, unless it is being removed.
    pub fn index(&self, name: &str) -> Option<&Index> {
        self.local_indexes
            .iter()
            .chain(self.kept_global_indexes().map(|global| &global.index))
            .find(|index| index.name == name)
    }

    /// The global indexes that are not being removed (TABLE-011).
    pub fn kept_global_indexes(&self) -> impl Iterator<Item = &GlobalIndex> {
        self.global_indexes
            .iter()
            .filter(|global| global.gone_us.is_none())
    }

    /// Whether the index of this name was added by UpdateTable and is not filled yet (TABLE-011).
    pub fn is_backfilling(&self, name: &str, now_us: i64) -> bool {
        self.kept_global_indexes()
            .any(|global| global.index.name == name && now_us < global.active_us)
    }

    /// Whether the index of this name is a global one.
    pub fn is_global(&self, name: &str) -> bool {
        self.global_indexes
            .iter()
            .any(|global| global.index.name == name)
    }
}

/// A key schema on the wire.
pub(crate) fn key_schema_to_wire(schema: &KeySchema) -> Vec<KeySchemaElement> {
    schema
        .attributes()
        .zip(["HASH", "RANGE"])
        .map(|(attribute, role)| KeySchemaElement {
            attribute_name: attribute.name.clone(),
            key_type: role.to_owned(),
        })
        .collect()
}
