//! One round of a storage node: what came in goes to Raft, what must be safe to the disk, what may be told out.

use std::collections::BTreeSet;
use std::future::poll_fn;
use std::pin::Pin;
use std::rc::Rc;
use std::task::Poll;

use futures::channel::oneshot;

use super::{AWAKE_US, ELECTION_US, HEARTBEAT_US, Replica, Storage};
use crate::bugs::Bug;
use crate::machine::Machine;
use crate::message::{Answer, Body, CONTROL, GroupId, RaftMessage};
use crate::runtime::{self, Sleep};
use crate::sometimes::Sometimes;

impl Storage {
    /// Round after round. Never ends.
    pub async fn run(self: Rc<Self>) {
        loop {
            self.wait().await;
            let (groups, mut told) = self.take_in();
            if self.write(&groups) && !self.host.world.plan.has(Bug::NoSync) {
                self.disk.sync(&self.host.world.disk_draws).await;
            }
            self.send_out(&groups);
            self.apply(&groups);
            self.settle_down(&groups);
            for tell in told.drain(..) {
                let _unheard = tell.send(Answer::Done);
            }
        }
    }

    /// Waits for a message, a proposal, an alarm or work that is left.
    async fn wait(&self) {
        let mut alarm: Option<(i64, Sleep)> = None;
        poll_fn(|context| {
            *self.waker.borrow_mut() = Some(context.waker().clone());
            let waiting = !self.inbox.borrow().is_empty()
                || !self.proposals.borrow().is_empty()
                || !self.fresh.borrow().is_empty()
                || !self.touched.borrow().is_empty();
            if waiting {
                return Poll::Ready(());
            }
            let Some(due_us) = self.alarms.borrow().first_us() else {
                return Poll::Pending;
            };
            if alarm.as_ref().is_none_or(|(armed, _)| *armed != due_us) {
                alarm = Some((due_us, Sleep::until(due_us)));
            }
            match alarm.as_mut() {
                Some((_, sleep)) => Pin::new(sleep).poll(context),
                None => Poll::Pending,
            }
        })
        .await;
    }

    /// Gives Raft what has come in; the groups that this round is about, and whom to tell when it is done.
    fn take_in(&self) -> (BTreeSet<GroupId>, Vec<oneshot::Sender<Answer>>) {
        let now_us = runtime::now_us();
        let mut told = Vec::new();
        for (group, machine, tell) in self.fresh.take() {
            if self.look(group, |_| ()).is_none() {
                let voters = match &machine {
                    Machine::Partition(partition) => partition.meta.replicas.clone(),
                    Machine::Control(_) => Vec::new(),
                };
                let eager = voters.first() == Some(&self.host.id);
                let replica = Replica::new(group, self.host.id, &voters, machine);
                self.enter(replica, Some(eager));
            }
            told.push(tell);
        }
        let mut groups = self.touched.take();
        let due = self.alarms.borrow_mut().take_due(now_us);
        groups.extend(due.iter().copied());
        let mut replicas = self.replicas.borrow_mut();
        for message in self.inbox.take() {
            if let Some(replica) = replicas.get_mut(&message.group()) {
                groups.insert(replica.group);
                let deaf = replica.mistrusted && is_vote(&message);
                if !deaf && !disrupts(replica, &message, now_us) {
                    replica.take(&message, now_us);
                }
                if is_work(&message) {
                    replica.awake_until_us = now_us + AWAKE_US;
                }
            }
        }
        for (group, command, tell) in self.proposals.take() {
            if let Some(replica) = replicas.get_mut(&group) {
                groups.insert(group);
                replica.awake_until_us = now_us + AWAKE_US;
                replica.propose(command, tell);
            }
        }
        for group in &groups {
            let Some(replica) = replicas.get_mut(group) else {
                continue;
            };
            if due.contains(group) && replica.alarm_us <= now_us {
                replica.alarm_us = i64::MAX;
            }
            if due.contains(group) && replica.alarm_us == i64::MAX && !replica.mistrusted {
                replica.raft.handle_election_timeout();
            }
            if std::mem::take(&mut replica.raft.actions_mut().set_election_timeout) {
                replica.alarm_us = now_us
                    + if replica.leads() {
                        HEARTBEAT_US
                    } else {
                        self.election_us()
                    };
            }
        }
        (groups, told)
    }

    /// Writes what must be safe before anything goes out; whether there was anything.
    fn write(&self, groups: &BTreeSet<GroupId>) -> bool {
        let mut wrote = false;
        let mut replicas = self.replicas.borrow_mut();
        for group in groups {
            let Some(replica) = replicas.get_mut(group) else {
                continue;
            };
            let file = Replica::file(replica.group);
            if replica.rewrite || replica.is_long() {
                self.disk.replace(&file, replica.whole_file());
                wrote = true;
            } else if let Some(records) = replica.records() {
                self.disk.append(&file, records);
                wrote = true;
            }
        }
        wrote
    }

    fn send_out(&self, groups: &BTreeSet<GroupId>) {
        let mut replicas = self.replicas.borrow_mut();
        for group in groups {
            let Some(replica) = replicas.get_mut(group) else {
                continue;
            };
            let led = replica.leads();
            for (to, message) in replica.outbound() {
                self.host.send(to, Body::Raft(Rc::new(message)));
            }
            if led {
                self.host.world.leads(self.host.id, replica);
            }
        }
    }

    fn apply(self: &Rc<Self>, groups: &BTreeSet<GroupId>) {
        let world = &self.host.world;
        let mut children = Vec::new();
        let mut jobs = false;
        {
            let mut replicas = self.replicas.borrow_mut();
            for group in groups {
                let Some(replica) = replicas.get_mut(group) else {
                    continue;
                };
                for met in replica.met.drain(..) {
                    world.sometimes.saw(met);
                }
                let before = replica.applied;
                for applied in replica.apply(world.plan.bug) {
                    children.extend(applied.children);
                }
                jobs |= replica.group == CONTROL && replica.applied > before && replica.leads();
            }
        }
        for child in children {
            self.enter_child(child);
        }
        if jobs {
            crate::jobs::look(self);
        }
        self.archive_soon(groups);
        self.expire_soon(groups);
    }

    /// A group with nothing left to do sleeps until somebody wants something of it: weeks of quiet cost nothing.
    fn settle_down(&self, groups: &BTreeSet<GroupId>) {
        let now_us = runtime::now_us();
        let mut replicas = self.replicas.borrow_mut();
        for group in groups {
            let Some(replica) = replicas.get_mut(group) else {
                continue;
            };
            if replica.regains_trust() {
                replica.mistrusted = false;
                self.disk.repaired(&Replica::file(*group));
                self.host.world.sometimes.saw(Sometimes::TrustedAgain);
            }
            if replica.is_busy() {
                self.touched.borrow_mut().insert(*group);
            }
            if replica.is_settled() {
                // The followers of a leader learn by its next sign of life what has been committed.
                let last_us = if replica.leads() { HEARTBEAT_US } else { 0 };
                replica.awake_until_us = replica.awake_until_us.min(now_us + last_us);
            }
            self.arm(replica);
        }
    }
}

/// A vote for another leader is not considered while the present one is heard.
fn disrupts(replica: &Replica, message: &RaftMessage, now_us: i64) -> bool {
    is_vote(message)
        && !replica.leads()
        && now_us < replica.heard_us.saturating_add(ELECTION_US.0 / 2)
}

/// Whether a message asks for a vote.
fn is_vote(message: &RaftMessage) -> bool {
    matches!(
        message,
        RaftMessage::Protocol {
            message: noraft::Message::RequestVoteCall { .. },
            ..
        }
    )
}

/// Whether a message is more than a sign of life.
fn is_work(message: &RaftMessage) -> bool {
    match message {
        RaftMessage::Snapshot { .. } => true,
        RaftMessage::Protocol { message, .. } => match message {
            noraft::Message::AppendEntriesCall { entries, .. } => !entries.is_empty(),
            noraft::Message::RequestVoteCall { .. } => true,
            _ => false,
        },
    }
}
