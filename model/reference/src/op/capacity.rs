//! What a call consumed, as ReturnConsumedCapacity tells it.
//!
//! Counted as the documentation does: a read in blocks of 4 KB, a write in blocks of 1 KB, at least one; an eventually
//! consistent read half, a transactional call double; a write once more for each index entry that it changes, twice
//! where the entry moves.

use std::collections::BTreeMap;

use lookback_protocol::value::{Item, item_size_bytes};
use lookback_protocol::wire::capacity::{Capacity, ConsumedCapacity};

use crate::table::{Definition, Index};

const READ_BLOCK_BYTES: usize = 4 * 1024;
const WRITE_BLOCK_BYTES: usize = 1024;

/// How much of what was consumed an answer tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Detail {
    Nothing,
    Total,
    Indexes,
}

impl Detail {
    /// Reads ReturnConsumedCapacity; the shape admits no other names.
    pub fn read(name: Option<&str>) -> Self {
        match name {
            Some("TOTAL") => Self::Total,
            Some("INDEXES") => Self::Indexes,
            _ => Self::Nothing,
        }
    }

    /// Whether anything is told.
    pub fn is_told(self) -> bool {
        self != Self::Nothing
    }
}

/// What a block costs that is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    Eventual,
    Strong,
    Transactional,
}

impl Reading {
    /// What ConsistentRead asks for.
    pub fn consistent(consistent: Option<bool>) -> Self {
        if consistent == Some(true) {
            Self::Strong
        } else {
            Self::Eventual
        }
    }

    fn units_per_block(self) -> f64 {
        match self {
            Self::Eventual => 0.5,
            Self::Strong => 1.0,
            Self::Transactional => 2.0,
        }
    }

    /// What reading this many bytes costs.
    pub fn units(self, bytes: usize) -> f64 {
        blocks(bytes, READ_BLOCK_BYTES) * self.units_per_block()
    }
}

/// Whether the answer tells reads and writes apart: transactions do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Plain,
    TransactionRead,
    TransactionWrite,
}

/// What calls on one table consumed.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Consumption {
    table: f64,
    local: BTreeMap<String, f64>,
    global: BTreeMap<String, f64>,
}

impl Consumption {
    /// Something is read from the table itself.
    pub fn read(&mut self, units: f64) {
        self.table += units;
    }

    /// Something is read from an index of this table.
    pub fn read_index(&mut self, definition: &Definition, index: &Index, units: f64) {
        self.add_index(definition, &index.name, units);
    }

    /// An item is written that was there before, or is there after, or neither. `factor`: 2 in a transaction.
    pub fn write(
        &mut self,
        definition: &Definition,
        old: Option<&Item>,
        new: Option<&Item>,
        factor: f64,
    ) {
        let bytes = |item: Option<&Item>| item.map_or(0, item_size_bytes);
        self.table += factor * blocks(bytes(old).max(bytes(new)), WRITE_BLOCK_BYTES);
        for index in definition.indexes() {
            let units = index_write_units(definition, index, old, new);
            if units > 0.0 {
                self.add_index(definition, &index.name, factor * units);
            }
        }
    }

    fn add_index(&mut self, definition: &Definition, name: &str, units: f64) {
        let indexes = if definition.is_global(name) {
            &mut self.global
        } else {
            &mut self.local
        };
        *indexes.entry(name.to_owned()).or_default() += units;
    }

    /// The same as an answer tells it.
    pub fn to_wire(&self, table: &str, detail: Detail, kind: Kind) -> Option<ConsumedCapacity> {
        if !detail.is_told() {
            return None;
        }
        let of = |units: f64| Capacity {
            capacity_units: Some(units),
            read_capacity_units: (kind == Kind::TransactionRead).then_some(units),
            write_capacity_units: (kind == Kind::TransactionWrite).then_some(units),
        };
        let of_indexes = |indexes: &BTreeMap<String, f64>| {
            (detail == Detail::Indexes && !indexes.is_empty()).then(|| {
                let indexes = indexes.iter();
                indexes
                    .map(|(name, units)| (name.clone(), of(*units)))
                    .collect()
            })
        };
        let indexes = self.local.values().chain(self.global.values());
        let total = of(self.table + indexes.sum::<f64>());
        Some(ConsumedCapacity {
            table_name: Some(table.to_owned()),
            capacity_units: total.capacity_units,
            read_capacity_units: total.read_capacity_units,
            write_capacity_units: total.write_capacity_units,
            table: (detail == Detail::Indexes).then(|| of(self.table)),
            local_secondary_indexes: of_indexes(&self.local),
            global_secondary_indexes: of_indexes(&self.global),
            vector_indexes: None,
        })
    }
}

/// What several tables' calls consumed, by table.
#[derive(Clone, Debug, Default)]
pub(super) struct Consumptions(BTreeMap<String, Consumption>);

impl Consumptions {
    /// What calls on this table consumed.
    pub fn of(&mut self, table: &str) -> &mut Consumption {
        self.0.entry(table.to_owned()).or_default()
    }

    /// The same as an answer tells it, table by table.
    pub fn to_wire(&self, detail: Detail, kind: Kind) -> Option<Vec<ConsumedCapacity>> {
        detail.is_told().then(|| {
            let tables = self.0.iter();
            tables
                .filter_map(|(table, consumption)| consumption.to_wire(table, detail, kind))
                .collect()
        })
    }
}

/// The bytes of what an index holds of an item.
pub(super) fn entry_size_bytes(held: Option<&[&str]>, item: &Item) -> usize {
    let is_held = |name: &str| held.is_none_or(|held| held.contains(&name));
    item.iter()
        .filter(|(name, _)| is_held(name))
        .map(|(name, value)| name.len() + value.size_bytes())
        .sum()
}

fn blocks(bytes: usize, block_bytes: usize) -> f64 {
    let blocks = bytes.div_ceil(block_bytes).max(1);
    // An item has 400 blocks at most, a page some hundreds.
    u32::try_from(blocks).map_or(f64::MAX, f64::from)
}

/// What a write costs in an index: nothing where its entry stays as it is, double where it moves.
fn index_write_units(
    definition: &Definition,
    index: &Index,
    old: Option<&Item>,
    new: Option<&Item>,
) -> f64 {
    let held = definition.held_names(index);
    let held = held.as_deref();
    let entry = |item: Option<&Item>| {
        let item = item?;
        let key = index.schema.index_key_of_item(item)?;
        let units = blocks(entry_size_bytes(held, item), WRITE_BLOCK_BYTES);
        Some((key, item.clone(), units))
    };
    let is_same = |old: &Item, new: &Item| match held {
        None => old == new,
        Some(held) => held.iter().all(|name| old.get(*name) == new.get(*name)),
    };
    match (entry(old), entry(new)) {
        (None, None) => 0.0,
        (Some((_, _, units)), None) | (None, Some((_, _, units))) => units,
        (Some((old_key, old, old_units)), Some((new_key, new, new_units))) => {
            if old_key != new_key {
                old_units + new_units
            } else if is_same(&old, &new) {
                0.0
            } else {
                old_units.max(new_units)
            }
        }
    }
}
