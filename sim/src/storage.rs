//! A storage node: replicas of many groups over one disk.
//!
//! ```text
//! messages, proposals, alarms ─> Raft ─> disk ─ sync ─> messages out ─> commands applied ─> proposers told
//! ```
//!
//! One round after the other: what comes in during a sync waits for the next round, so one sync serves many groups. A
//! group without work keeps still: no alarms, no heartbeats, so that weeks of quiet cost nothing.

mod ask;
mod expiry;
mod replica;
mod round;
mod wal;

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::task::Waker;

use futures::channel::oneshot;
use futures::future::LocalBoxFuture;

pub use replica::Replica;

use crate::control::Work;
use crate::disk::Disk;
use crate::host::{Host, Serve};
use crate::machine::{Command, Entry, Machine};
use crate::message::{Answer, Ask, CONTROL, GroupId, NodeId, RaftMessage};
use crate::partition::Partition;
use crate::runtime;

/// From one heartbeat to the next, in microseconds.
const HEARTBEAT_US: i64 = 150_000;
/// How long a follower waits for a leader, in microseconds: least and most.
const ELECTION_US: (i64, i64) = (500_000, 1_000_000);
/// How long a group stays awake after its last work, in microseconds.
const AWAKE_US: i64 = 3_000_000;

/// A command for the log of a group, and whom to tell what came of it.
type Proposal = (GroupId, Rc<[u8]>, oneshot::Sender<Answer>);

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
    rounds: Cell<u64>,
    /// Groups whose log this node is putting into the archive.
    archiving: RefCell<BTreeSet<GroupId>>,
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
            rounds: Cell::new(0),
            archiving: RefCell::default(),
            expiring: RefCell::default(),
            jobs: RefCell::default(),
        });
        for name in disk.names() {
            let group = name.strip_prefix("group-").and_then(|it| it.parse().ok());
            if let Some(group) = group
                && let Some(recovered) = wal::recover(&disk.read(&name))
                && let Some(mut replica) = Replica::recovered(group, host.id, recovered)
            {
                // A torn end must not stay in front of what comes next.
                replica.rewrite = true;
                storage.enter(replica, false);
            }
        }
        storage.make_children();
        host.serve(storage.clone());
        storage
    }

    /// Makes the control plane's replica where the node has none.
    pub fn found_control(&self, voters: &[NodeId], machine: Machine) {
        if !self.replicas.borrow().contains_key(&CONTROL) {
            self.enter(Replica::new(CONTROL, self.host.id, voters, machine), true);
        }
    }

    fn enter(&self, mut replica: Replica, eager: bool) {
        let now_us = runtime::now_us();
        replica.awake_until_us = now_us + AWAKE_US;
        replica.alarm_us = if eager {
            now_us
        } else {
            now_us + self.election_us()
        };
        self.replicas.borrow_mut().insert(replica.group, replica);
        self.wake();
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

    /// The partitions that this node leads and that have records for the archive.
    pub(crate) fn led_with_records(&self) -> Vec<GroupId> {
        let replicas = self.replicas.borrow();
        let led = replicas.values().filter(|replica| match &replica.machine {
            Machine::Partition(partition) => replica.leads() && !partition.records.is_empty(),
            Machine::Control(_) => false,
        });
        led.map(|replica| replica.group).collect()
    }

    /// Whether nobody on this node was putting this log away yet.
    pub(crate) fn begin_archiving(&self, group: GroupId) -> bool {
        self.archiving.borrow_mut().insert(group)
    }

    /// Nobody on this node is putting this log away any more.
    pub(crate) fn end_archiving(&self, group: GroupId) {
        self.archiving.borrow_mut().remove(&group);
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
    pub async fn propose(&self, group: GroupId, command: Command) -> Answer {
        let entry = Entry {
            at_us: self.stamp_us(),
            command,
        };
        // Strings, numbers and items are written to memory without fail.
        let bytes = serde_json::to_vec(&entry).unwrap_or_default();
        self.submit(group, bytes.into()).await
    }

    /// Waits until everything that was in the log of a group when this was asked has been applied, by an entry of this
    /// leader's own: so it still led after it was asked.
    pub async fn barrier(&self, group: GroupId) -> Answer {
        self.submit(group, Rc::from([])).await
    }

    async fn submit(&self, group: GroupId, bytes: Rc<[u8]>) -> Answer {
        match self.look(group, |replica| (replica.leads(), replica.leader())) {
            None => return Answer::NoGroup,
            Some((false, leader)) => {
                self.rouse(group);
                return Answer::NotLeader(leader.filter(|leader| *leader != self.host.id));
            }
            Some((true, _)) => {}
        }
        let (sender, receiver) = oneshot::channel();
        self.proposals.borrow_mut().push((group, bytes, sender));
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

    fn enter_child(&self, child: Partition) {
        let group = child.meta.group;
        if self.look(group, |_| ()).is_none() {
            let voters = child.meta.replicas.clone();
            let eager = voters.first() == Some(&self.host.id);
            let machine = Machine::Partition(Box::new(child));
            self.enter(Replica::new(group, self.host.id, &voters, machine), eager);
        }
    }

    /// Partitions that were split have children, also where a crash came between.
    fn make_children(&self) {
        let groups: Vec<GroupId> = self.replicas.borrow().keys().copied().collect();
        for group in groups {
            let children = self.partition(group, Partition::children);
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
