//! What is done to tables as a whole, each deed by a client of its own.

use std::collections::BTreeMap;
use std::rc::Rc;

use lookback_protocol::wire::continuous_backups::{
    PointInTimeRecoverySpecification, UpdateContinuousBackupsInput,
};
use lookback_traffic::DeedKind;

use super::Workload;
use crate::Broken;
use crate::plan::{Doing, Lane, TableDeed};
use crate::runtime;

/// From one look to the next whether a table is free, in microseconds.
const LOOK_US: i64 = 50_000;

/// One restore in so many is an export.
const EXPORT_EVERY: u64 = 3;

/// What was done, and what came of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Deeds that were begun.
    pub begun: u32,
    /// Deeds that came to their end.
    pub ended: u32,
    /// What went otherwise than planned, and how often.
    pub oddities: BTreeMap<String, u32>,
    /// What clients were told that cannot be, and how often.
    pub broken: BTreeMap<Broken, u32>,
    /// What is under way, by the number of the deed.
    pub open: BTreeMap<u32, String>,
}

impl Workload {
    /// Does the deeds of the load, until it is over, each beside the others.
    pub async fn deeds(self: Rc<Self>) {
        for (gap, doing) in self.script(Lane::Deeds) {
            self.wait(gap).await;
            if self.is_over() {
                break;
            }
            self.begin(Lane::Deeds, &doing);
            if let Doing::Deed(deed) = doing {
                let what = format!("{:?} of table {}", deed.kind, deed.table);
                let done = self.tracked(&what, move |it| async move {
                    let done = it.deed(&deed).await;
                    it.note(done);
                });
                runtime::spawn(done);
            }
        }
        runtime::Sleep::until(self.stop_us).await;
    }

    /// Something that must come to its end.
    pub fn tracked<W, F>(
        self: &Rc<Self>,
        what: &str,
        work: W,
    ) -> impl Future<Output = ()> + use<W, F>
    where
        W: FnOnce(Rc<Self>) -> F,
        F: Future<Output = ()>,
    {
        let workload = Rc::clone(self);
        let number = {
            let mut tally = self.tally.borrow_mut();
            let number = tally.begun;
            tally.begun += 1;
            tally.open.insert(number, what.to_owned());
            number
        };
        let work = work(Rc::clone(self));
        async move {
            work.await;
            let mut tally = workload.tally.borrow_mut();
            tally.ended += 1;
            tally.open.remove(&number);
        }
    }

    /// Does a deed; or why it went otherwise than planned.
    pub(super) async fn deed(self: &Rc<Self>, deed: &TableDeed) -> Result<(), String> {
        let name = &deed.table;
        self.enter(deed).await;
        let done = match deed.kind {
            DeedKind::Backup => self.back_up(name, 1).await,
            DeedKind::BackupTwice => self.back_up(name, 2).await,
            DeedKind::RecoveryOn => self.set_recovery(name, true).await,
            DeedKind::RecoveryOff => self.set_recovery(name, false).await,
            DeedKind::RestoreToSecond | DeedKind::RestoreToMillisecond
                if deed.draw.is_multiple_of(EXPORT_EVERY) =>
            {
                self.export(deed).await
            }
            DeedKind::RestoreToSecond
            | DeedKind::RestoreToMillisecond
            | DeedKind::RestoreToLatest => self.look_back(deed).await,
            DeedKind::DeleteTable => self.delete(name).await,
        };
        self.leave(deed);
        done
    }

    /// Puts down what went otherwise than planned.
    pub(super) fn note(&self, done: Result<(), String>) {
        if let Err(why) = done {
            let mut tally = self.tally.borrow_mut();
            *tally.oddities.entry(why).or_default() += 1;
        }
    }

    /// Puts down a promise that was broken.
    pub(super) fn broken(&self, table: &str, promise: &'static str) {
        let broken = Broken {
            promise,
            subject: table.to_owned(),
        };
        *self.tally.borrow_mut().broken.entry(broken).or_default() += 1;
    }

    /// Waits for the table: a deletion is alone with it.
    async fn enter(&self, deed: &TableDeed) {
        let alone = deed.kind == DeedKind::DeleteTable;
        loop {
            let deleting = self.deleting.borrow().contains(&deed.table);
            let busy = self.busy.borrow().get(&deed.table).copied().unwrap_or(0);
            if !deleting && (!alone || busy == 0) {
                break;
            }
            runtime::sleep_us(LOOK_US).await;
        }
        if alone {
            self.deleting.borrow_mut().insert(deed.table.clone());
        } else {
            let mut busy = self.busy.borrow_mut();
            *busy.entry(deed.table.clone()).or_default() += 1;
        }
    }

    fn leave(&self, deed: &TableDeed) {
        if deed.kind == DeedKind::DeleteTable {
            self.deleting.borrow_mut().remove(&deed.table);
        } else if let Some(busy) = self.busy.borrow_mut().get_mut(&deed.table) {
            *busy = busy.saturating_sub(1);
        }
    }

    pub(super) async fn set_recovery(&self, name: &str, enabled: bool) -> Result<(), String> {
        let caller = self.caller();
        let request = UpdateContinuousBackupsInput {
            table_name: name.to_owned(),
            point_in_time_recovery_specification: PointInTimeRecoverySpecification {
                point_in_time_recovery_enabled: enabled,
                ..PointInTimeRecoverySpecification::default()
            },
        };
        let called_us = runtime::now_us();
        let (_, ended) = caller.call(request.into()).await;
        super::artefact::good("UpdateContinuousBackups", ended)?;
        if !enabled {
            let mut since_us = self.windows_since_us.borrow_mut();
            since_us.insert(name.to_owned(), called_us);
        }
        Ok(())
    }
}
