//! Warm throughput: what a table and its global indexes were said to be ready for. Nothing is ever throttled for it, and
//! neither a backup nor a restore carries it (record 1.8).

use std::collections::BTreeMap;

use lookback_protocol::wire::index::GlobalSecondaryIndexUpdate;
use lookback_protocol::wire::table::{CreateTableInput, UpdateTableInput};
use lookback_protocol::wire::throughput::{
    GlobalSecondaryIndexWarmThroughputDescription, TableWarmThroughputDescription, WarmThroughput,
};

/// The warm throughput of a table and of its indexes, where it was set.
#[derive(Clone, Debug, Default)]
pub(crate) struct Warm {
    table: Option<WarmThroughput>,
    indexes: BTreeMap<String, WarmThroughput>,
}

impl Warm {
    /// What a CreateTable sets.
    pub fn from_create(input: &CreateTableInput) -> Self {
        let mut warm = Self::default();
        set(&mut warm.table, input.warm_throughput.as_ref());
        for index in input.global_secondary_indexes.iter().flatten() {
            warm.set_index(&index.index_name, index.warm_throughput.as_ref());
        }
        warm
    }

    /// What an UpdateTable changes.
    pub fn update(&mut self, input: &UpdateTableInput) {
        set(&mut self.table, input.warm_throughput.as_ref());
        for update in input.global_secondary_index_updates.iter().flatten() {
            let GlobalSecondaryIndexUpdate {
                update,
                create,
                delete,
            } = update;
            if let Some(update) = update {
                self.set_index(&update.index_name, update.warm_throughput.as_ref());
            }
            if let Some(create) = create {
                self.set_index(&create.index_name, create.warm_throughput.as_ref());
            }
            if let Some(delete) = delete {
                self.indexes.remove(&delete.index_name);
            }
        }
    }

    fn set_index(&mut self, name: &str, given: Option<&WarmThroughput>) {
        if given.is_some() {
            let mut warm = self.indexes.remove(name);
            set(&mut warm, given);
            self.indexes
                .extend(warm.map(|warm| (name.to_owned(), warm)));
        }
    }

    /// As a TableDescription tells it.
    pub fn describe(&self) -> Option<TableWarmThroughputDescription> {
        let warm = self.table.as_ref()?;
        Some(TableWarmThroughputDescription {
            read_units_per_second: warm.read_units_per_second,
            write_units_per_second: warm.write_units_per_second,
            status: Some("ACTIVE".to_owned()),
        })
    }

    /// As the description of an index tells it.
    pub fn describe_index(
        &self,
        name: &str,
    ) -> Option<GlobalSecondaryIndexWarmThroughputDescription> {
        let warm = self.indexes.get(name)?;
        Some(GlobalSecondaryIndexWarmThroughputDescription {
            read_units_per_second: warm.read_units_per_second,
            write_units_per_second: warm.write_units_per_second,
            status: Some("ACTIVE".to_owned()),
        })
    }
}

/// What is given replaces what was set; what is not given stays.
fn set(warm: &mut Option<WarmThroughput>, given: Option<&WarmThroughput>) {
    let Some(given) = given else { return };
    let before = warm.take().unwrap_or_default();
    *warm = Some(WarmThroughput {
        read_units_per_second: given.read_units_per_second.or(before.read_units_per_second),
        write_units_per_second: given
            .write_units_per_second
            .or(before.write_units_per_second),
    });
}
