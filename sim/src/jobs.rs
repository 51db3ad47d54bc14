//! What the node that leads the control plane does for it, one task for each piece of work.
//!
//! A job may begin anew at any point, on another node: each step does no harm when it is done twice, and the last one
//! is a command that takes the work off the list.

mod build;
mod close;
mod collect;
mod export;
mod load;
mod make;
mod retire;
mod split;
mod ttl;

pub use collect::delete_segments;

use std::collections::BTreeMap;
use std::rc::Rc;

use lookback_protocol::wire::AnswerItem;

use crate::archive::{Cut, items_at};
use crate::bugs::Bug;
use crate::calls::Caller;
use crate::control::{Control, ControlCommand, Source, Table, Work};
use crate::machine::{Command, Machine};
use crate::message::{Answer, Ask, CONTROL, Lock, Outcome};
use crate::partition::{Meta, PartitionCommand};
use crate::runtime;
use crate::sometimes::{Activity, Sometimes};
use crate::storage::Storage;

/// From one try to the next, in microseconds.
const RETRY_US: i64 = 150_000;

/// Begins what has to be done and is not being done.
pub fn look(storage: &Rc<Storage>) {
    let work = control(storage, Control::work).unwrap_or_default();
    for work in work {
        if !storage.jobs.borrow_mut().insert(work.clone()) {
            continue;
        }
        let storage = Rc::clone(storage);
        let host = Rc::clone(&storage.host);
        host.spawn(async move {
            let job = Job::new(&storage);
            job.log(format_args!("begin {work:?}"));
            let seen = &storage.host.world.sometimes;
            seen.work_begins(&work);
            while job.is_wanted(&work) {
                if job.work(&work).await.is_some() {
                    seen.work_ends(&work);
                    break;
                }
                runtime::sleep_us(RETRY_US).await;
            }
            job.log(format_args!("end {work:?}"));
            storage.jobs.borrow_mut().remove(&work);
        });
    }
}

fn control<T>(storage: &Storage, look: impl FnOnce(&Control) -> T) -> Option<T> {
    let looked = storage.look(CONTROL, |replica| match &replica.machine {
        Machine::Control(control) if replica.leads() => Some(look(control)),
        _ => None,
    });
    looked.flatten()
}

/// A piece of work being done. Every step gives nothing where it did not work out: the job is then tried again.
struct Job {
    storage: Rc<Storage>,
    caller: Caller,
}

impl Job {
    fn new(storage: &Rc<Storage>) -> Self {
        Self {
            storage: Rc::clone(storage),
            caller: Caller::new(&storage.host),
        }
    }

    fn log(&self, rest: std::fmt::Arguments<'_>) {
        let log = &self.storage.host.world.log;
        log.event(self.storage.node(), "job", rest);
    }

    fn is_wanted(&self, work: &Work) -> bool {
        control(&self.storage, |it| it.work().contains(work)).unwrap_or(false)
    }

    async fn work(&self, work: &Work) -> Option<()> {
        match work {
            Work::Make(table) => self.make(*table).await,
            Work::Load(table) => self.load(*table).await,
            Work::TellTtl(table) => self.tell_ttl(*table).await,
            Work::Close(table) => self.close(*table).await,
            Work::Retire(table) => self.retire(*table).await,
            Work::Collect(table) => self.collect(*table).await,
            Work::Forget(table) => self.forget(*table).await,
            Work::Build(arn) => self.build(arn).await,
            Work::Export(arn) => self.export(arn).await,
            Work::Split(table, group) => self.split(*table, *group).await,
        }
    }

    fn table(&self, id: u64) -> Option<Table> {
        control(&self.storage, |it| it.tables.get(&id).cloned())?
    }

    /// A planted bug's: the table that had the name of this one first.
    fn first_of_the_name(&self, table: &Table) -> Option<Table> {
        control(&self.storage, |it| {
            it.tables.values().find(|it| it.name == table.name).cloned()
        })?
    }

    /// Puts down what was done.
    async fn put_down(&self, command: ControlCommand) -> Option<()> {
        let answer = self.storage.propose(CONTROL, Command::Control(command));
        Storage::outcome(answer.await).map(|_| ())
    }

    /// A command for a partition; held items are let go first.
    async fn tell(&self, meta: &Meta, command: PartitionCommand) -> Option<Outcome> {
        let command = Command::Partition(command);
        let told = self.caller.propose(meta.group, &meta.replicas, command);
        match told.await? {
            Outcome::Locked(lock) => {
                self.release(meta, &lock).await?;
                None
            }
            outcome => Some(outcome),
        }
    }

    /// Asks the decider what becomes of a transaction, and lets its items go accordingly.
    async fn release(&self, meta: &Meta, lock: &Lock) -> Option<()> {
        let seen = &self.storage.host.world.sometimes;
        seen.saw(Sometimes::CutWaitedForATransaction);
        // Its coordinator is given some time.
        runtime::sleep_us(RETRY_US).await;
        crate::router::settle(&self.caller, meta, lock).await
    }

    /// The items of a table as of a time, by place; the log up to it is fixed and put away first.
    async fn items_of(&self, table: &Table, at_us: i64) -> Option<BTreeMap<String, AnswerItem>> {
        let mut all = BTreeMap::new();
        for source in table.sources(at_us) {
            let parent = source.ancestors.last();
            let right = parent.is_some_and(|parent| parent.low < source.meta.low);
            if right && self.storage.host.world.plan.has(Bug::RestoreMissesAChild) {
                continue;
            }
            all.extend(self.items_of_partition(&source, at_us.into()).await?);
        }
        self.still_leads().await?;
        Some(all)
    }

    /// Nothing that was read so far can have been deleted before: this node led the control plane afterwards, too.
    async fn still_leads(&self) -> Option<()> {
        let led = self.storage.barrier(CONTROL).await;
        matches!(led, Answer::Applied(_)).then_some(())
    }

    async fn items_of_partition(
        &self,
        source: &Source,
        cut: Cut,
    ) -> Option<BTreeMap<String, AnswerItem>> {
        let (meta, at_us) = (&source.meta, cut.at_us);
        if source.retired {
            return self.items_in_archive(source, cut, u64::MAX).await;
        }
        for ancestor in &source.ancestors {
            self.put_away(ancestor, u64::MAX).await?;
        }
        let world = &self.storage.host.world;
        let plan = &world.plan;
        let _reading = world.sometimes.doing(Activity::Reading(meta.group));
        let (before, across) = (source.split, !source.ancestors.is_empty());
        world
            .sometimes
            .saw_if(before, Sometimes::RestoreBeforeASplit);
        world
            .sometimes
            .saw_if(across, Sometimes::RestoreAcrossASplit);
        if at_us == i64::MAX && plan.has(Bug::SystemBackupWithoutTheLastWrites) {
            return self.items_in_archive(source, cut, u64::MAX).await;
        }
        let through = if source.split || at_us == i64::MAX {
            u64::MAX
        } else if plan.has(Bug::BackupOfAnUnsealedLog) {
            return self.items_in_archive(source, cut, u64::MAX).await;
        } else {
            let ask = Ask::Seal(meta.group, at_us);
            let sealed = self.caller.ask(meta.group, &meta.replicas, ask, true);
            match sealed.await? {
                Outcome::Sealed(last) => last,
                Outcome::Locked(lock) => {
                    self.release(meta, &lock).await?;
                    return None;
                }
                _ => return None,
            }
        };
        self.put_away(meta, through).await?;
        self.items_in_archive(source, cut, through).await
    }

    async fn items_in_archive(
        &self,
        source: &Source,
        cut: Cut,
        through: u64,
    ) -> Option<BTreeMap<String, AnswerItem>> {
        let world = &self.storage.host.world;
        items_at(world, source, cut, through).await.ok()
    }

    async fn put_away(&self, meta: &Meta, through: u64) -> Option<()> {
        let ask = Ask::Archive(meta.group, through);
        let done = self
            .caller
            .ask(meta.group, &meta.replicas, ask, true)
            .await?;
        matches!(done, Outcome::Done).then_some(())
    }
}
