//! Items that have expired go, some time after: what the leader of a partition does by itself.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::Storage;
use crate::machine::Command;
use crate::message::GroupId;
use crate::partition::{Partition, PartitionCommand};
use crate::runtime::{self, Sleep};
use crate::sometimes::Sometimes;

const SECOND_US: i64 = 1_000_000;
/// How long after its expiry an item goes at the earliest, in seconds.
const LAG_S: i64 = 1;
/// From one try to the next, in microseconds.
const RETRY_US: i64 = 300_000;

impl Storage {
    /// Begins to wait for the next expiry in those of these partitions that this node leads.
    pub(super) fn expire_soon(self: &Rc<Self>, of: &BTreeSet<GroupId>) {
        for group in self.led_with_expiry(of) {
            if !self.expiring.borrow_mut().insert(group) {
                continue;
            }
            let storage = Rc::clone(self);
            self.host.spawn(async move {
                while storage.expire(group).await {}
                storage.expiring.borrow_mut().remove(&group);
                storage.touch(group);
            });
        }
    }

    fn led_with_expiry(&self, of: &BTreeSet<GroupId>) -> Vec<GroupId> {
        let due = of.iter().copied().filter(|group| {
            let leads = self.look(*group, |replica| replica.leads());
            leads == Some(true) && self.next_expiry_s(*group).is_some()
        });
        due.collect()
    }

    fn next_expiry_s(&self, group: GroupId) -> Option<i64> {
        self.partition(group, |partition| partition.next_expiry_s())?
    }

    /// Waits for the next expiry and lets the items go; whether there may be another one.
    async fn expire(&self, group: GroupId) -> bool {
        let Some(expiry_s) = self.next_expiry_s(group) else {
            return false;
        };
        let world = &self.host.world;
        // Not before every clock is past it.
        let clock = &self.host.clock;
        let early_s = Partition::early_s(world.plan.bug);
        let safe_us = (expiry_s + LAG_S - early_s) * SECOND_US + 2 * world.plan.skew_us();
        // What is due then, unless it is written again until then.
        let due = self.partition(group, |it| it.expired(expiry_s + 1));
        Sleep::until(clock.true_us_of(safe_us)).await;
        runtime::sleep_us(RETRY_US).await;
        if self.look(group, |replica| replica.leads()) != Some(true) {
            return false;
        }
        let behind_us = clock.now_us() - 2 * world.plan.skew_us();
        let now_s = behind_us / SECOND_US - LAG_S + early_s;
        let log = &world.log;
        log.trace(self.node(), "expire", format_args!("group {group} {now_s}"));
        let reading = world.sometimes.is_reading(group);
        world
            .sometimes
            .saw_if(reading, Sometimes::ExpiryDuringARestore);
        let expire = PartitionCommand::Expire(now_s, due.unwrap_or_default());
        self.propose(group, Command::Partition(expire)).await;
        true
    }
}
