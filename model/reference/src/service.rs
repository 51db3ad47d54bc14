//! The service: the only way in is [`Service::apply`].

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::ops::Bound::{Excluded, Unbounded};

use lookback_protocol::error::{ErrorCode, ServiceError};
use lookback_protocol::wire::table::TableDescription;
use lookback_protocol::wire::{Operation, Request, Response};

use crate::arn::table_arn;
use crate::caller::Caller;
use crate::choices::Choices;
use crate::ids::table_id;
use crate::op;
use crate::store::{Figures, Position, Store};
use crate::stores::Stores;
use crate::system_backup::left_behind;
use crate::table::{Birth, Definition, RestoreOrigin, Table, Tags};
use crate::tenant::Tenant;
use crate::throttle::{Throttle, Throttling};

/// What a service is made with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// How open choices are made.
    pub choices: Choices,
    /// Whether calls are refused for their rate.
    pub throttling: Throttling,
}

/// Where the buckets are that exports are written to and imports are read from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Buckets {
    /// Nowhere: every bucket exists, is empty, and swallows what is written to it.
    #[default]
    Imaginary,
    /// With the caller of the service, who writes and reads the objects: see the crate's documentation.
    Served,
    /// There are none: the service does not know the operations that need them (UnknownOperationException).
    Absent,
}

/// Whether an operation is about exports or imports.
fn needs_buckets(operation: Operation) -> bool {
    matches!(
        operation,
        Operation::ExportTableToPointInTime
            | Operation::DescribeExport
            | Operation::ListExports
            | Operation::ImportTable
            | Operation::DescribeImport
            | Operation::ListImports
    )
}

/// The whole service: every account in every region.
///
/// Time comes in with each call and never goes back; statuses follow from instants that were stored at the
/// request. There is no background task and nothing to tick.
#[derive(Debug, Default)]
pub struct Service {
    pub(crate) choices: Choices,
    pub(crate) buckets: Buckets,
    pub(crate) tenants: BTreeMap<Caller, Tenant>,
    pub(crate) stores: Stores,
    throttle: Throttle,
    now_us: i64,
    sequence: u64,
    serial: u64,
    due: BTreeSet<i64>,
    /// Exports whose bucket nobody has tried yet: their ARNs.
    pub(crate) exports_begun: VecDeque<String>,
    /// Exports on their way: when each comes due, and its ARN.
    pub(crate) exports_running: BTreeSet<(i64, String)>,
    /// Imports whose source was not read yet: when each comes due, and its ARN.
    pub(crate) imports_waiting: BTreeSet<(i64, String)>,
    /// The tenant that was settled last because its turn had come.
    settled: Option<Caller>,
}

/// A table to be added.
pub(crate) struct NewTable {
    pub name: String,
    pub serial: u64,
    pub creation_us: i64,
    pub restored: Option<RestoreOrigin>,
    pub definition: Definition,
    /// The items; its indexes are made from the definition.
    pub store: Store,
    pub tags: Tags,
}

/// One call: when, and by whom.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Call<'a> {
    pub now_us: i64,
    pub caller: &'a Caller,
}

impl Service {
    /// A service without tables.
    pub fn new(settings: Settings) -> Self {
        Self {
            choices: settings.choices,
            throttle: Throttle::new(settings.throttling),
            ..Self::default()
        }
    }

    /// The same service, where the buckets are such. To be said before the first request.
    #[must_use]
    pub fn with_buckets(self, buckets: Buckets) -> Self {
        Self { buckets, ..self }
    }

    /// Does what the request asks for. `now_us`, in microseconds since the Unix epoch, may repeat; where it would
    /// go back, the latest instant seen counts instead.
    ///
    /// # Errors
    /// Whatever the service refuses: see [`lookback_protocol::error`].
    pub fn apply(
        &mut self,
        now_us: i64,
        caller: &Caller,
        request: Request,
    ) -> Result<Response, ServiceError> {
        if self.buckets == Buckets::Absent && needs_buckets(request.operation()) {
            return Err(op::unknown_operation());
        }
        self.reach(now_us);
        self.stores.tidy(self.now_us);
        self.settle(caller);
        self.settle_another();
        self.settle_exports();
        self.settle_imports();
        self.throttle
            .admit(self.now_us, caller, request.operation())?;
        let call = Call {
            now_us: self.now_us,
            caller,
        };
        op::dispatch(self, &call, request)
    }

    /// The present is at least this instant.
    pub(crate) fn reach(&mut self, now_us: i64) -> i64 {
        self.now_us = self.now_us.max(now_us);
        self.now_us
    }

    /// Whether an export has begun, or waits to be written, or an import to be read, that has come due by `now_us` and was
    /// not handed out yet.
    pub fn files_due(&self, now_us: i64) -> bool {
        let now_us = self.now_us.max(now_us);
        let first = [self.exports_running.first(), self.imports_waiting.first()];
        let due = first
            .into_iter()
            .flatten()
            .any(|(due_us, _)| *due_us <= now_us);
        (due || !self.exports_begun.is_empty()) && self.buckets == Buckets::Served
    }

    /// The first instant after `now_us` at which some status changes by itself; `None` when nothing is pending.
    pub fn next_due(&self, now_us: i64) -> Option<i64> {
        self.due.range(now_us.saturating_add(1)..).next().copied()
    }

    /// Brings what a caller has up to the present: expired items are deleted; tables whose deletion is over are let go, and leave a SYSTEM
    /// backup where point-in-time recovery was on; expired backups and exports are let go too.
    pub(crate) fn settle(&mut self, caller: &Caller) {
        let now_us = self.now_us;
        self.due = self.due.split_off(&now_us);
        let Some(tenant) = self.tenants.get_mut(caller) else {
            return;
        };
        tenant.transaction_tokens.forget(now_us);
        for import in tenant.imports.take_expired(now_us) {
            let waiting = (import.appears_us, import.arn);
            self.imports_waiting.remove(&waiting);
        }
        for export in tenant.exports.take_expired(now_us) {
            self.exports_running
                .remove(&(export.ends_us, export.arn.clone()));
            if export.holds_content() {
                self.stores.let_go_export(&export);
            }
        }
        let end = Position {
            instant_us: now_us,
            sequence: self.sequence,
        };
        for name in tenant.take_farewells(now_us) {
            let Some(table) = tenant.tables.get_mut(&name) else {
                continue;
            };
            let backup = left_behind(table, &mut self.stores, end);
            if let Some(deletion) = &mut table.deletion {
                deletion.backed_up = true;
            }
            if let Some(backup) = backup {
                self.due.extend(backup.expires_us);
                tenant.add_backup(backup);
            }
        }
        for table in tenant.take_gone(now_us) {
            if let Some(backup) = left_behind(&table, &mut self.stores, end) {
                self.due
                    .extend([backup.visible_us].into_iter().chain(backup.expires_us));
                tenant.add_backup(backup);
            }
            if let Some(store) = self.stores.get_mut(table.store) {
                store.retire(end);
            }
            self.stores.release(table.store);
        }
        for table in tenant
            .expiring
            .iter()
            .filter_map(|name| tenant.tables.get(name))
        {
            let Some(store) = self.stores.get_mut(table.store) else {
                continue;
            };
            // Deletions by time to live are commits at the instants at which they were due; a table that is being
            // deleted changes no more.
            while table.deletion.is_none()
                && let Some((due_us, key)) = store.first_due(now_us)
            {
                let at = Position {
                    instant_us: due_us,
                    sequence: self.sequence,
                };
                self.sequence += 1;
                store.commit(at, &key, None);
            }
        }
        while let Some(backup) = tenant.take_expired(now_us) {
            self.stores.let_go(&backup);
        }
    }

    /// Settles one tenant in turn, so that what expires or is deleted is let go also where nobody calls any more.
    fn settle_another(&mut self) {
        if self.tenants.len() < 2 {
            return;
        }
        let from = self.settled.as_ref().map_or(Unbounded, Excluded);
        let next = self.tenants.range((from, Unbounded)).next();
        self.settled = next.map(|(caller, _)| caller.clone());
        if let Some(caller) = self.settled.clone() {
            self.settle(&caller);
        }
    }

    /// Which rates and quotas are enforced.
    pub(crate) fn throttling(&self) -> Throttling {
        self.throttle.throttling()
    }

    /// Something changes by itself at this instant.
    pub(crate) fn schedule(&mut self, due_us: i64) {
        self.due.insert(due_us);
    }

    /// Adds a table that holds `store`, CREATING for as long as `creation_us`; gives its description and when it turns
    /// ACTIVE.
    pub(crate) fn add_table(
        &mut self,
        call: &Call<'_>,
        table: NewTable,
    ) -> (TableDescription, i64) {
        let NewTable {
            name,
            serial,
            creation_us,
            restored,
            definition,
            mut store,
            tags,
        } = table;
        store.refresh_statistics(self.choices.statistics_refresh(serial));
        for index in definition.indexes() {
            let mut entries = definition.index_store(index);
            if definition.is_global(&index.name) {
                entries = entries.lagging(self.choices.global_index_lag(serial));
            }
            store.add_index(entries);
        }
        let active_us = call.now_us + creation_us;
        // What an eventually consistent description may hide is a table that is CREATING, not one that can be written to.
        let visible_us = match restored {
            None => active_us.min(call.now_us + self.choices.table_visibility_us(serial)),
            Some(_) => call.now_us,
        };
        let backups_ready_us = active_us + self.choices.backups_enabling_us(serial);
        let table = Table::new(Birth {
            id: table_id(self.choices.seed, serial),
            arn: table_arn(call.caller, &name),
            created_us: call.now_us,
            visible_us,
            active_us,
            backups_ready_us,
            restored,
            definition,
            store: self.stores.add(store),
            tags,
            name,
        });
        self.schedule(visible_us);
        self.schedule(active_us);
        self.schedule(backups_ready_us);
        let description = table.describe(call.now_us, &|_| Figures::default());
        self.tenant(call.caller)
            .tables
            .insert(table.name.clone(), table);
        (description, active_us)
    }

    /// What the caller has here.
    pub(crate) fn tenant(&mut self, caller: &Caller) -> &mut Tenant {
        if !self.tenants.contains_key(caller) {
            self.tenants.insert(caller.clone(), Tenant::default());
        }
        self.tenants.entry(caller.clone()).or_default()
    }

    /// The position of the next commit, to be made now.
    pub(crate) fn next_position(&mut self) -> Position {
        let position = self.position();
        self.sequence += 1;
        position
    }

    /// Where the next commit will be at the earliest: a cut before it holds everything committed so far.
    pub(crate) fn position(&self) -> Position {
        Position {
            instant_us: self.now_us,
            sequence: self.sequence,
        }
    }

    /// A number that no other table, backup or change has.
    pub(crate) fn next_serial(&mut self) -> u64 {
        self.serial += 1;
        self.serial
    }
}

/// The service has lost track of its own data: a bug, told as the service would tell it.
pub(crate) fn internal_error() -> ServiceError {
    ServiceError::new(ErrorCode::InternalServerError, "Internal server error")
}
