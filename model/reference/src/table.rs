//! One incarnation of a table: its identity, its settings, and the instants from which its status follows.

mod create;
mod definition;
mod describe;
mod encryption;
mod pitr;
mod tags;
mod ttl;
mod unserved;
mod warm;

use std::sync::Arc;

use lookback_protocol::item_op::ItemRules;

pub(crate) use create::{
    GLOBAL_INDEXES_MAX, attribute_kinds, index, index_throughput, on_demand_maxima, stream,
    table_throughput, too_many_global_indexes,
};
pub(crate) use definition::{
    Billing, Definition, Encryption, GlobalIndex, Index, Throughput, key_schema_to_wire,
};
pub(crate) use encryption::encryption;
pub(crate) use pitr::{PointInTimeRecovery, Window};
pub(crate) use tags::Tags;
pub(crate) use ttl::Ttl;
pub(crate) use unserved::{check_create, check_update};
pub(crate) use warm::{Warm, WarmTimes};

use lookback_protocol::wire::throughput::OnDemandThroughput;

use crate::choices::{DAY_US, SECOND_US};
use crate::quotas::CLASS_CHANGES_MAX;
use crate::stores::StoreId;

/// What TableStatus says. Derived from instants and the present: there is no background task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    Creating,
    Active,
    Updating,
    Deleting,
}

impl Status {
    /// The name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Creating => "CREATING",
            Self::Active => "ACTIVE",
            Self::Updating => "UPDATING",
            Self::Deleting => "DELETING",
        }
    }
}

/// Where a restored table comes from (RESTORE-003). Shown while the table is CREATING, and never after (RESTORE-004).
#[derive(Clone, Debug)]
pub(crate) struct RestoreOrigin {
    pub source_backup_arn: Option<String>,
    pub source_table_arn: String,
    pub restored_to_us: i64,
}

/// A deletion on its way.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deletion {
    /// When DeleteTable was called.
    pub requested_us: i64,
    /// Until then the backup calls still know the table (BACKUP-CREATE-013).
    pub admits_until_us: i64,
    /// From then on a SYSTEM backup is listed, if there is one (SYSTEM-BACKUP-001).
    pub system_backup_us: i64,
    /// Whether the SYSTEM backup has been taken.
    pub backed_up: bool,
}

/// One incarnation of a table.
#[derive(Debug)]
pub(crate) struct Table {
    pub name: String,
    pub id: String,
    pub arn: String,
    pub created_us: i64,
    /// From then on DescribeTable knows it (TABLE-002).
    pub visible_us: i64,
    /// From then on ACTIVE.
    pub active_us: i64,
    /// From then on backups can be taken (BACKUP-CREATE-011).
    pub backups_ready_us: i64,
    /// UPDATING until then.
    pub updated_us: i64,
    pub restored: Option<RestoreOrigin>,
    /// Whether it came of an import: nothing tells it later (IMPORT-049).
    pub imported: bool,
    pub deletion: Option<Deletion>,
    /// Shared with the backups that froze it.
    pub definition: Arc<Definition>,
    /// What the definition asks of every item.
    pub rules: Arc<ItemRules>,
    pub store: StoreId,
    pub ttl: Ttl,
    pub tags: Tags,
    pub pitr: PointInTimeRecovery,
    /// When the stream was last switched on: its label.
    pub stream_since_us: i64,
    /// When the billing mode last became on-demand (BillingModeSummary).
    pub on_demand_since_us: Option<i64>,
    /// Whether the billing mode was ever on-demand: only then is a provisioned table's mode summarised (TABLE-006).
    pub billing_was_switched: bool,
    /// When the table class was changed, the last time last, as often as a quota asks for: never for a table that was
    /// always STANDARD (TABLE-020).
    pub class_changes_us: Vec<i64>,
    /// When UpdateTable last changed the deletion protection (TABLE-015).
    pub protection_changed_us: Option<i64>,
    /// When throughput was last raised and lowered, and how often it was lowered today.
    pub throughput_changes: ThroughputChanges,
    pub warm: Warm,
    /// What the on-demand maxima were before each change of the last minutes, for backups that lag behind.
    on_demand_before: Vec<(i64, Option<OnDemandThroughput>)>,
}

/// How long changes of the on-demand maxima are remembered: as long as a backup may lag behind them.
const ON_DEMAND_MEMORY_US: i64 = 300 * SECOND_US;

/// When throughput was changed, as DescribeTable tells it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ThroughputChanges {
    pub increased_us: Option<i64>,
    decreased_us: Option<i64>,
    /// Decreases on the day of the last one.
    decreases: u64,
}

impl ThroughputChanges {
    /// Throughput is lowered at this instant: now, or once a restore is over.
    pub fn decrease(&mut self, at_us: i64) {
        self.decreases = self.decreases_today(at_us) + 1;
        self.decreased_us = Some(at_us);
    }

    /// LastDecreaseDateTime, once it has come.
    pub fn last_decrease_us(&self, now_us: i64) -> Option<i64> {
        self.decreased_us.filter(|at_us| *at_us <= now_us)
    }

    /// NumberOfDecreasesToday: days are UTC (TABLE-022).
    pub fn decreases_today(&self, now_us: i64) -> u64 {
        let today = |at_us: i64| at_us.div_euclid(DAY_US) == now_us.div_euclid(DAY_US);
        self.last_decrease_us(now_us)
            .map_or(0, |at_us| if today(at_us) { self.decreases } else { 0 })
    }
}

/// What a new table is made of; everything else about it begins empty.
pub(crate) struct Birth {
    pub name: String,
    pub id: String,
    pub arn: String,
    pub created_us: i64,
    pub visible_us: i64,
    pub active_us: i64,
    pub backups_ready_us: i64,
    pub restored: Option<RestoreOrigin>,
    pub definition: Definition,
    pub store: StoreId,
    pub tags: Tags,
}

impl Table {
    /// A table that is CREATING until `active_us`.
    pub fn new(birth: Birth) -> Self {
        let on_demand = birth.definition.billing == Billing::PayPerRequest;
        Self {
            name: birth.name,
            id: birth.id,
            arn: birth.arn,
            created_us: birth.created_us,
            visible_us: birth.visible_us,
            active_us: birth.active_us,
            backups_ready_us: birth.backups_ready_us,
            updated_us: birth.active_us,
            restored: birth.restored,
            imported: false,
            deletion: None,
            warm: Warm::of(&birth.definition),
            rules: Arc::new(birth.definition.item_rules()),
            definition: Arc::new(birth.definition),
            store: birth.store,
            ttl: Ttl::default(),
            tags: birth.tags,
            pitr: PointInTimeRecovery::default(),
            stream_since_us: birth.created_us,
            on_demand_since_us: on_demand.then_some(birth.created_us),
            billing_was_switched: false,
            class_changes_us: Vec::new(),
            protection_changed_us: None,
            throughput_changes: ThroughputChanges::default(),
            on_demand_before: Vec::new(),
        }
    }

    /// The status now.
    pub fn status(&self, now_us: i64) -> Status {
        if self.deletion.is_some() {
            Status::Deleting
        } else if now_us < self.active_us {
            Status::Creating
        } else if now_us < self.updated_us {
            Status::Updating
        } else {
            Status::Active
        }
    }

    /// An import fills this table: CREATING until it is over, however long it takes (IMPORT-009).
    pub fn hold_for_import(&mut self) {
        self.imported = true;
        self.active_us = i64::MAX;
        self.updated_us = i64::MAX;
        self.backups_ready_us = i64::MAX;
    }

    /// The import has read everything.
    pub fn release_after_import(&mut self, active_us: i64, backups_ready_us: i64) {
        self.active_us = active_us;
        self.updated_us = active_us;
        self.backups_ready_us = backups_ready_us;
    }

    /// Whether this table is being filled by a restore: most calls do not know it yet (RESTORE-009).
    pub fn is_restoring(&self, now_us: i64) -> bool {
        self.restored.is_some() && now_us < self.active_us
    }

    /// Forgets the global indexes whose removal is over.
    pub fn settle_indexes(&mut self, now_us: i64) {
        let is_gone =
            |global: &GlobalIndex| global.gone_us.is_some_and(|gone_us| now_us >= gone_us);
        if self.definition.global_indexes.iter().any(is_gone) {
            let mut definition = (*self.definition).clone();
            definition.global_indexes.retain(|global| !is_gone(global));
            self.redefine(definition);
        }
    }

    /// The table class changes now.
    pub fn remember_class_change(&mut self, now_us: i64) {
        if self.class_changes_us.len() >= CLASS_CHANGES_MAX {
            self.class_changes_us.remove(0);
        }
        self.class_changes_us.push(now_us);
    }

    /// The on-demand maxima are about to change.
    pub fn remember_on_demand(&mut self, now_us: i64) {
        self.on_demand_before
            .retain(|(changed_us, _)| *changed_us > now_us - ON_DEMAND_MEMORY_US);
        self.on_demand_before
            .push((now_us, self.definition.on_demand.clone()));
    }

    /// The on-demand maxima have another meaning from now on: those of the past are forgotten.
    pub fn forget_on_demand(&mut self) {
        self.on_demand_before.clear();
    }

    /// The settings with the on-demand maxima as they were at an instant of the last minutes (BACKUP-CREATE-019).
    pub fn definition_at(&self, instant_us: i64) -> Arc<Definition> {
        let mut later = self.on_demand_before.iter();
        match later.find(|(changed_us, _)| *changed_us > instant_us) {
            Some((_, before)) if *before != self.definition.on_demand => Arc::new(Definition {
                on_demand: before.clone(),
                ..(*self.definition).clone()
            }),
            _ => Arc::clone(&self.definition),
        }
    }

    /// Gives the table new settings.
    pub fn redefine(&mut self, definition: Definition) {
        self.rules = Arc::new(definition.item_rules());
        self.definition = Arc::new(definition);
    }
}
