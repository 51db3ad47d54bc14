//! Warm throughput: what a table and its global indexes are ready for. Every table has it: the default of on-demand
//! tables, or the capacity that was provisioned, the highest that ever was (record 10.21). It never decreases (record
//! 10.23). Nothing is ever throttled for it, and neither a backup nor a restore carries it (record 1.8).

use std::collections::BTreeMap;

use lookback_protocol::error::ServiceError;
use lookback_protocol::wire::index::{GlobalSecondaryIndex, GlobalSecondaryIndexUpdate};
use lookback_protocol::wire::table::{CreateTableInput, UpdateTableInput};
use lookback_protocol::wire::throughput::{
    GlobalSecondaryIndexWarmThroughputDescription, TableWarmThroughputDescription, WarmThroughput,
};

use super::definition::{Billing, Definition, Throughput};

/// What a new on-demand table is ready for (record 10.21).
const ON_DEMAND: Throughput = Throughput {
    read: 12_000,
    write: 4_000,
};

/// The warm throughput of a table and of its global indexes.
#[derive(Clone, Debug)]
pub(crate) struct Warm {
    table: Level,
    indexes: BTreeMap<String, Level>,
}

/// What one table or index is ready for.
#[derive(Clone, Copy, Debug)]
struct Level {
    /// Units per second.
    units: Throughput,
    /// Whether CreateTable set it: only then it is told before the table is ACTIVE (record 10.22).
    given: bool,
    /// What a change of capacity or of the billing mode leads to, and when.
    capacity: Option<(Throughput, i64)>,
    /// What UpdateTable asked for, and when it is there: UPDATING until then (record 10.24).
    asked: Option<(Throughput, i64)>,
}

/// When what an UpdateTable changes is there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct WarmTimes {
    pub now_us: i64,
    /// The capacity or the billing mode is changed.
    pub updated_us: i64,
    /// The warm throughput that was asked for is there.
    pub warm_us: i64,
}

impl Warm {
    /// What a new table has for which nobody set anything.
    pub fn of(definition: &Definition) -> Self {
        let indexes = &definition.global_indexes;
        Self {
            table: Level::of(definition.billing, definition.throughput),
            indexes: indexes
                .iter()
                .map(|global| {
                    let level = Level::of(definition.billing, global.throughput);
                    (global.index.name.clone(), level)
                })
                .collect(),
        }
    }

    /// What a CreateTable sets.
    pub fn from_create(
        input: &CreateTableInput,
        definition: &Definition,
    ) -> Result<Self, ServiceError> {
        let mut warm = Self::of(definition);
        warm.table
            .begin("table", definition.billing, input.warm_throughput.as_ref())?;
        for index in input.global_secondary_indexes.iter().flatten() {
            warm.begin_index(index, definition.billing)?;
        }
        Ok(warm)
    }

    fn begin_index(
        &mut self,
        index: &GlobalSecondaryIndex,
        billing: Billing,
    ) -> Result<(), ServiceError> {
        let Some(level) = self.indexes.get_mut(&index.index_name) else {
            return Ok(());
        };
        let of = format!("index {}", index.index_name);
        level.begin(&of, billing, index.warm_throughput.as_ref())
    }

    /// What it is after an UpdateTable that makes the table `definition`.
    pub fn updated(
        &self,
        input: &UpdateTableInput,
        definition: &Definition,
        times: WarmTimes,
    ) -> Result<Self, ServiceError> {
        let mut warm = self.clone();
        warm.table
            .follow(definition.billing, definition.throughput, times);
        warm.table
            .ask("table", input.warm_throughput.as_ref(), times)?;
        warm.indexes.retain(|name, _| {
            let mut kept = definition.kept_global_indexes();
            kept.any(|global| global.index.name == *name)
        });
        for global in definition.kept_global_indexes() {
            warm.indexes
                .entry(global.index.name.clone())
                .or_insert_with(|| Level::of(definition.billing, global.throughput))
                .follow(definition.billing, global.throughput, times);
        }
        for update in input.global_secondary_index_updates.iter().flatten() {
            let GlobalSecondaryIndexUpdate { update, create, .. } = update;
            let asked = update
                .iter()
                .map(|update| (&update.index_name, &update.warm_throughput));
            let begun = create
                .iter()
                .map(|create| (&create.index_name, &create.warm_throughput));
            for (name, given) in asked.chain(begun) {
                if let Some(level) = warm.indexes.get_mut(name) {
                    level.ask(&format!("index {name}"), given.as_ref(), times)?;
                }
            }
        }
        Ok(warm)
    }

    /// As a TableDescription tells it.
    pub fn describe(&self, active: bool, now_us: i64) -> Option<TableWarmThroughputDescription> {
        let (units, status) = self.table.told(active, now_us)?;
        Some(TableWarmThroughputDescription {
            read_units_per_second: Some(units.read),
            write_units_per_second: Some(units.write),
            status: Some(status.to_owned()),
        })
    }

    /// As the description of an index tells it.
    pub fn describe_index(
        &self,
        name: &str,
        active: bool,
        now_us: i64,
    ) -> Option<GlobalSecondaryIndexWarmThroughputDescription> {
        let (units, status) = self.indexes.get(name)?.told(active, now_us)?;
        Some(GlobalSecondaryIndexWarmThroughputDescription {
            read_units_per_second: Some(units.read),
            write_units_per_second: Some(units.write),
            status: Some(status.to_owned()),
        })
    }
}

impl Level {
    fn of(billing: Billing, throughput: Throughput) -> Self {
        Self {
            units: ready_for(billing, throughput),
            given: false,
            capacity: None,
            asked: None,
        }
    }

    /// A CreateTable sets it: to no less than it is without that (record 10.23).
    fn begin(
        &mut self,
        of: &str,
        billing: Billing,
        given: Option<&WarmThroughput>,
    ) -> Result<(), ServiceError> {
        let Some(given) = given else { return Ok(()) };
        if let Some(member) = lowered(self.units, given) {
            let least = match (billing, member) {
                (Billing::PayPerRequest, _) => {
                    "initial throughput for OnDemand. See: https://docs.aws.amazon.com/amazondynamodb/latest/\
                     developerguide/on-demand-capacity-mode.html#on-demand-capacity-mode-initial"
                }
                (Billing::Provisioned, READ) => "ReadCapacityUnits of ProvisionedThroughput",
                (Billing::Provisioned, _) => "WriteCapacityUnits of ProvisionedThroughput",
            };
            return Err(ServiceError::invalid_parameter(format_args!(
                "Requested {member} for WarmThroughput for {of} is lower than {least}"
            )));
        }
        self.units = wanted(self.units, given);
        self.given = true;
        Ok(())
    }

    /// The capacity or the billing mode may have changed: it follows upwards, never downwards (record 10.21).
    fn follow(&mut self, billing: Billing, throughput: Throughput, times: WarmTimes) {
        self.units = self.now(times.now_us);
        let is_coming = |(_, due_us): &(Throughput, i64)| *due_us > times.now_us;
        self.asked = self.asked.filter(is_coming);
        self.capacity = Some((ready_for(billing, throughput), times.updated_us));
    }

    /// An UpdateTable asks for it; the last one that asks wins (record 10.24).
    fn ask(
        &mut self,
        of: &str,
        given: Option<&WarmThroughput>,
        times: WarmTimes,
    ) -> Result<(), ServiceError> {
        let Some(given) = given else { return Ok(()) };
        if let Some(member) = lowered(self.units, given) {
            return Err(ServiceError::invalid_parameter(format_args!(
                "Requested {member} for WarmThroughput for {of} is lower than current WarmThroughput, decreasing \
                 WarmThroughput is not supported"
            )));
        }
        let before = self.asked.map_or(self.units, |(units, _)| units);
        self.asked = Some((wanted(before, given), times.warm_us));
        Ok(())
    }

    fn now(&self, now_us: i64) -> Throughput {
        let is_due = |(_, due_us): &(Throughput, i64)| *due_us <= now_us;
        [self.capacity, self.asked]
            .into_iter()
            .flatten()
            .filter(is_due)
            .fold(self.units, |units, (more, _)| highest(units, more))
    }

    /// Nothing is told of what is not ACTIVE yet, but what CreateTable set.
    fn told(&self, active: bool, now_us: i64) -> Option<(Throughput, &'static str)> {
        let changing = !active || self.asked.is_some_and(|(_, due_us)| now_us < due_us);
        let status = if changing { "UPDATING" } else { "ACTIVE" };
        (active || self.given).then(|| (self.now(now_us), status))
    }
}

const READ: &str = "ReadUnitsPerSecond";
const WRITE: &str = "WriteUnitsPerSecond";

/// What capacity alone makes a table ready for.
fn ready_for(billing: Billing, throughput: Throughput) -> Throughput {
    match billing {
        Billing::PayPerRequest => ON_DEMAND,
        Billing::Provisioned => throughput,
    }
}

/// The first member that would be lowered.
fn lowered(units: Throughput, given: &WarmThroughput) -> Option<&'static str> {
    let lower = |given: Option<i64>, now: i64| given.is_some_and(|given| given < now);
    if lower(given.read_units_per_second, units.read) {
        Some(READ)
    } else if lower(given.write_units_per_second, units.write) {
        Some(WRITE)
    } else {
        None
    }
}

/// What is given replaces what was there; what is not given stays.
fn wanted(before: Throughput, given: &WarmThroughput) -> Throughput {
    Throughput {
        read: given.read_units_per_second.unwrap_or(before.read),
        write: given.write_units_per_second.unwrap_or(before.write),
    }
}

fn highest(one: Throughput, other: Throughput) -> Throughput {
    Throughput {
        read: one.read.max(other.read),
        write: one.write.max(other.write),
    }
}
