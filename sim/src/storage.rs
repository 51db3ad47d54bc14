//! A storage node: replicas of many groups over one disk.
//!
//! ```text
//! messages, proposals, alarms ─> Raft ─> disk ─ sync ─> messages out ─> commands applied ─> proposers told
//! ```
//!
//! One round after the other: what comes in during a sync waits for the next round, so one sync serves many groups. A
//! group without work keeps still: no alarms, no heartbeats, so that weeks of quiet cost nothing.

mod alarms;
mod ask;
mod early;
mod expiry;
mod replica;
mod round;
mod wal;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::task::Waker;

use futures::channel::oneshot;
use futures::future::LocalBoxFuture;

use alarms::Alarms;
pub use replica::Replica;
pub use wal::Records;

use crate::bugs::Bug;
use crate::control::Work;
use crate::disk::{Disk, Piece};
use crate::host::{Host, Serve};
use crate::machine::{Command, Entry, Logged, Machine};
use crate::message::{Answer, Ask, CONTROL, GroupId, NodeId, RaftMessage};
use crate::partition::Partition;
use crate::runtime;
use crate::sometimes::Sometimes;

/// From one heartbeat to the next, in microseconds.
const HEARTBEAT_US: i64 = 150_000;
/// How long a follower waits for a leader, in microseconds: least and most.
const ELECTION_US: (i64, i64) = (500_000, 1_000_000);
/// How long a group stays awake after its last work, in microseconds.
const AWAKE_US: i64 = 3_000_000;
/// A planted bug: how much of a file's length outlives its contents, in bytes.
const LOST_BYTES: usize = 4_096;

/// What is for the log of a group, and whom to tell what came of it.
type Proposal = (GroupId, Logged, oneshot::Sender<Answer>);

/// A storage node.
pub struct Storage {
    /// The node's life.
    pub host: Rc<Host>,
    disk: Rc<Disk>,
    replicas: RefCell<BTreeMap<GroupId, Replica>>,
    inbox: RefCell<Vec<Rc<RaftMessage>>>,
    proposals: RefCell<Vec<Proposal>>,
    fresh: RefCell<Vec<(GroupId, Machine, oneshot::Sender<Answer>)>>,
    waker: RefCell<Option<Waker>>,
    /// The groups that the next round looks at: all others have nothing to do.
    touched: RefCell<BTreeSet<GroupId>>,
    alarms: RefCell<Alarms>,
    /// Groups whose log this node is putting into the archive.
    archiving: RefCell<BTreeSet<GroupId>>,
    /// The term in which this node last began to put a log away.
    archiving_terms: RefCell<BTreeMap<GroupId, u64>>,
    /// Partitions in which this node waits for an expiry.
    expiring: RefCell<BTreeSet<GroupId>>,
    /// What this node is doing for the control plane.
    pub(crate) jobs: RefCell<BTreeSet<Work>>,
}

impl Storage {
    /// A node with what its disk remembers.
    pub fn start(host: &Rc<Host>, disk: &Rc<Disk>) -> Rc<Self> {
        let storage = Rc::new(Self {
            host: Rc::clone(host),
            disk: Rc::clone(disk),
            replicas: RefCell::default(),
            inbox: RefCell::default(),
            proposals: RefCell::default(),
            fresh: RefCell::default(),
            waker: RefCell::default(),
            touched: RefCell::default(),
            alarms: RefCell::default(),
            archiving: RefCell::default(),
            archiving_terms: RefCell::default(),
            expiring: RefCell::default(),
            jobs: RefCell::default(),
        });
        host.world
            .sometimes
            .saw_if(disk.has_lost(), Sometimes::DiskHadLied);
        let torn_too = host.world.plan.has(Bug::TornRecordAccepted);
        for name in disk.names() {
            let group = name.strip_prefix("group-").and_then(|it| it.parse().ok());
            let mut file = disk.read(&name);
            if torn_too {
                // A file system that keeps lengths and loses contents.
                match file.last_mut() {
                    Some(Piece::Bytes(bytes)) => bytes.resize(bytes.len() + LOST_BYTES, 0),
                    _ => file.push(Piece::Bytes(vec![0; LOST_BYTES])),
                }
            }
            if let Some(group) = group
                && let Some(recovered) = wal::recover(&file, torn_too)
            {
                host.world
                    .sometimes
                    .saw_if(recovered.torn, Sometimes::TornLog);
                let torn = recovered.torn;
                let mut replica = Replica::recovered(group, host.id, recovered);
                // A torn end must not stay in front of what comes next.
                replica.rewrite = torn || torn_too;
                // It sleeps until somebody wants something of it.
                storage.enter(replica, None);
            }
        }
        storage.make_children();
        host.serve(storage.clone());
        storage
    }

    /// Makes the control plane's replica where the node has none.
    pub fn found_control(&self, voters: &[NodeId], machine: Machine) {
        if !self.replicas.borrow().contains_key(&CONTROL) {
            self.enter(
                Replica::new(CONTROL, self.host.id, voters, machine),
                Some(true),
            );
        }
    }

    /// Takes a replica in: asleep, awake, or eager to lead.
    fn enter(&self, mut replica: Replica, eager: Option<bool>) {
        let now_us = runtime::now_us();
        replica.awake_until_us = match eager {
            Some(_) => now_us + AWAKE_US,
            None => 0,
        };
        replica.alarm_us = match eager {
            Some(true) => now_us,
            _ => now_us + self.election_us(),
        };
        let forgiven = self.host.world.plan.has(Bug::LossForgiven);
        let lacks = self.disk.may_lack(&Replica::file(replica.group));
        replica.mistrusted = lacks && !forgiven;
        self.arm(&replica);
        self.touch(replica.group);
        self.replicas.borrow_mut().insert(replica.group, replica);
    }

    /// The next round looks at this group.
    fn touch(&self, group: GroupId) {
        self.touched.borrow_mut().insert(group);
        self.wake();
    }

    /// Sets the alarm of a replica as it wants it; one that sleeps has none.
    fn arm(&self, replica: &Replica) {
        let awake = replica.alarm_us <= replica.awake_until_us;
        let at_us = awake.then_some(replica.alarm_us);
        self.alarms.borrow_mut().set(replica.group, at_us);
    }

    /// Looks at a replica.
    pub fn look<T>(&self, group: GroupId, look: impl FnOnce(&Replica) -> T) -> Option<T> {
        self.replicas.borrow().get(&group).map(look)
    }

    /// Looks at the state of a partition.
    pub fn partition<T>(&self, group: GroupId, look: impl FnOnce(&Partition) -> T) -> Option<T> {
        let replicas = self.replicas.borrow();
        match &replicas.get(&group)?.machine {
            Machine::Partition(partition) => Some(look(partition)),
            Machine::Control(_) => None,
        }
    }

    /// The name of the node in the log.
    pub(crate) fn node(&self) -> String {
        format!("n{}", self.host.id)
    }

    /// Those of these partitions that this node leads and that have records for the archive.
    pub(crate) fn led_with_records(&self, of: &BTreeSet<GroupId>) -> Vec<GroupId> {
        let replicas = self.replicas.borrow();
        let led = of.iter().filter_map(|group| replicas.get(group));
        let led = led.filter(|replica| match &replica.machine {
            Machine::Partition(partition) => replica.leads() && !partition.records.is_empty(),
            Machine::Control(_) => false,
        });
        led.map(|replica| replica.group).collect()
    }

    /// Whether nobody on this node was putting this log away yet.
    pub(crate) fn begin_archiving(&self, group: GroupId) -> bool {
        self.archiving.borrow_mut().insert(group)
    }

    /// Whether this node puts a log away that another leader wrote first, for the first time since it leads.
    pub(crate) fn takes_over_log(&self, group: GroupId) -> bool {
        let term = self.look(group, |replica| replica.raft.current_term().get());
        let term = term.unwrap_or(0);
        let before = self.archiving_terms.borrow_mut().insert(group, term);
        before != Some(term) && term > 1
    }

    /// Nobody on this node is putting this log away any more.
    pub(crate) fn end_archiving(&self, group: GroupId) {
        self.archiving.borrow_mut().remove(&group);
        // Others may have come in the meantime.
        self.touch(group);
    }

    fn wake(&self) {
        if let Some(waker) = self.waker.borrow_mut().take() {
            waker.wake();
        }
    }

    fn election_us(&self) -> i64 {
        let (least, most) = ELECTION_US;
        self.host.world.election_draws.between(least, most)
    }

    /// When this node proposes now, by its clock.
    pub fn stamp_us(&self) -> i64 {
        if self.host.world.hybrid() {
            self.host.clock.hybrid_us()
        } else {
            self.host.clock.now_us()
        }
    }

    /// Puts a command into the log of a group that this node leads, and waits until it was applied.
    pub async fn propose(&self, group: GroupId, command: impl Into<Rc<Command>>) -> Answer {
        let entry = Entry {
            at_us: self.stamp_us(),
            command: command.into(),
        };
        self.submit(group, Some(Rc::new(entry))).await
    }

    /// Waits until everything that was in the log of a group when this was asked has been applied, with an entry of this
    /// leader's own that went out later: so it still led after it was asked.
    pub async fn barrier(&self, group: GroupId) -> Answer {
        self.submit(group, None).await
    }

    async fn submit(&self, group: GroupId, logged: Logged) -> Answer {
        match self.look(group, |replica| (replica.leads(), replica.leader())) {
            None => return Answer::NoGroup,
            Some((false, leader)) => {
                self.rouse(group);
                return Answer::NotLeader(leader.filter(|leader| *leader != self.host.id));
            }
            Some((true, _)) => {}
        }
        let (sender, receiver) = oneshot::channel();
        self.proposals.borrow_mut().push((group, logged, sender));
        self.wake();
        receiver.await.unwrap_or(Answer::Lost)
    }

    /// Somebody wants something of a group: it stays awake for a while.
    fn rouse(&self, group: GroupId) {
        let now_us = runtime::now_us();
        let election_us = self.election_us();
        if let Some(replica) = self.replicas.borrow_mut().get_mut(&group) {
            if replica.awake_until_us < now_us {
                replica.alarm_us = now_us + election_us;
            }
            replica.awake_until_us = now_us + AWAKE_US;
            self.arm(replica);
        }
        self.wake();
    }

    /// Makes a replica of a new group, and waits until it is on disk.
    pub async fn make_group(&self, group: GroupId, machine: Machine) -> Answer {
        let (sender, receiver) = oneshot::channel();
        self.fresh.borrow_mut().push((group, machine, sender));
        self.wake();
        receiver.await.unwrap_or(Answer::Lost)
    }

    /// Lets a replica go, with its file.
    fn drop_group(&self, group: GroupId) {
        self.replicas.borrow_mut().remove(&group);
        self.alarms.borrow_mut().set(group, None);
        self.disk.remove(&Replica::file(group));
    }

    fn enter_child(&self, child: Partition) {
        let group = child.meta.group;
        if self.look(group, |_| ()).is_none() {
            let voters = child.meta.replicas.clone();
            let eager = voters.first() == Some(&self.host.id);
            let machine = Machine::Partition(Box::new(child));
            self.enter(
                Replica::new(group, self.host.id, &voters, machine),
                Some(eager),
            );
        }
    }

    /// Partitions that were split have children, also where a crash came between.
    fn make_children(&self) {
        let groups: Vec<GroupId> = self.replicas.borrow().keys().copied().collect();
        for group in groups {
            let children = self.partition(group, |it| it.children(self.host.world.plan.bug));
            for child in children.unwrap_or_default() {
                self.enter_child(child);
            }
        }
    }
}

impl Serve for Storage {
    fn ask(self: Rc<Self>, _from: NodeId, ask: Ask) -> LocalBoxFuture<'static, Answer> {
        Box::pin(ask::answer(self, ask))
    }

    fn raft(&self, message: Rc<RaftMessage>) {
        self.inbox.borrow_mut().push(message);
        self.wake();
    }
}
