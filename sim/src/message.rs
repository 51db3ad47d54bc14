//! What nodes say to each other.

use std::rc::Rc;

use lookback_protocol::error::{CancellationReason, ServiceError};
use lookback_protocol::wire::{AnswerItem, Request, Response};

use crate::control::{ControlRead, TableMap};
use crate::machine::{Command, Logged, Machine};
use crate::partition::PartitionRead;

/// A node: a storage node, a router or a client.
pub type NodeId = u32;

/// A group of replicas. The control plane is one, each partition another.
pub type GroupId = u64;

/// The group of the control plane.
pub const CONTROL: GroupId = 0;

/// A message on its way.
#[derive(Clone, Debug)]
pub struct Envelope {
    /// Who sent it.
    pub from: NodeId,
    /// Who is to get it.
    pub to: NodeId,
    /// The latest hybrid time that the sender knew.
    pub hybrid_us: i64,
    /// What it says.
    pub body: Body,
}

/// What a message says.
#[derive(Clone, Debug)]
pub enum Body {
    /// Between the replicas of a group.
    Raft(Rc<RaftMessage>),
    /// A question: its number, which its answer repeats.
    Ask(u64, Ask),
    /// The answer to a question.
    Answer(u64, Answer),
}

impl Body {
    /// Its kind, for the log.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Raft(raft) => match &**raft {
                RaftMessage::Protocol { .. } => "raft",
                RaftMessage::Snapshot { .. } => "snapshot",
            },
            Self::Ask(_, ask) => ask.word(),
            Self::Answer(_, answer) => answer.word(),
        }
    }
}

/// A message between the replicas of a group.
#[derive(Clone, Debug)]
pub enum RaftMessage {
    /// A message of the protocol, with the entries that it names.
    Protocol {
        /// Of which group.
        group: GroupId,
        /// The message: positions alone.
        message: noraft::Message,
        /// What the commands of its entries are, by index.
        entries: Vec<(u64, Logged)>,
    },
    /// The state of the group at a position, for a replica that has fallen behind.
    Snapshot {
        /// Of which group.
        group: GroupId,
        /// The leader's term.
        term: u64,
        /// The position.
        position: noraft::LogPosition,
        /// Who votes.
        voters: Vec<NodeId>,
        /// The state.
        machine: Rc<Machine>,
    },
}

impl RaftMessage {
    /// Which group it is about.
    pub fn group(&self) -> GroupId {
        match self {
            Self::Protocol { group, .. } | Self::Snapshot { group, .. } => *group,
        }
    }
}

/// A question of one node to another.
#[derive(Clone, Debug)]
pub enum Ask {
    /// A client's request, to a router.
    Client(Rc<Request>),
    /// To the leader of a group: a command for its log.
    Propose(GroupId, Rc<Command>),
    /// A read of a partition; a strong one is answered by its leader alone.
    Read(GroupId, Rc<PartitionRead>, bool),
    /// A read of the control plane, answered by its leader alone.
    Control(Rc<ControlRead>),
    /// Make a replica of a group with this state.
    MakeGroup(GroupId, Rc<Machine>),
    /// Let the replica of a group go: it is not needed any more.
    DropGroup(GroupId),
    /// To the leader of a partition: fix its log up to this time of its own clock.
    Seal(GroupId, i64),
    /// To the leader of a partition: the log up to this record must be in the archive.
    Archive(GroupId, u64),
}

impl Ask {
    fn word(&self) -> &'static str {
        match self {
            Self::Client(_) => "request",
            Self::Propose(..) => "propose",
            Self::Read(..) => "read",
            Self::Control(_) => "control",
            Self::MakeGroup(..) => "make-group",
            Self::DropGroup(_) => "drop-group",
            Self::Seal(..) => "seal",
            Self::Archive(..) => "archive",
        }
    }
}

/// An answer.
#[derive(Clone, Debug)]
pub enum Answer {
    /// To a client.
    Client(Rc<Result<Response, ServiceError>>),
    /// The command was applied: what came of it.
    Applied(Outcome),
    /// This node does not lead the group; who may.
    NotLeader(Option<NodeId>),
    /// This node has no replica of the group.
    NoGroup,
    /// Nobody knows whether the command will be applied.
    Lost,
    /// Done.
    Done,
}

impl Answer {
    fn word(&self) -> &'static str {
        match self {
            Self::Client(_) => "answer",
            Self::Applied(_) => "applied",
            Self::NotLeader(_) => "not-leader",
            Self::NoGroup => "no-group",
            Self::Lost => "lost",
            Self::Done => "done",
        }
    }
}

/// What came of a command or a read.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// Nothing to tell.
    Done,
    /// The answer to a request.
    Response(Rc<Result<Response, ServiceError>>),
    /// The members of a transaction can be done at this time or later.
    Prepared(i64),
    /// Members of a transaction cannot be done: why, for each.
    Refused(Rc<Vec<Option<CancellationReason>>>),
    /// What became of a transaction: when it took effect, or that it never will.
    Decided(Option<i64>),
    /// The transaction's token has been used: by this attempt, which took effect at this time.
    DoneBefore(String, i64),
    /// The transaction's token is in use.
    InProgress,
    /// A transaction holds one of the items.
    Locked(Lock),
    /// The keys are elsewhere: the partition was split.
    Moved,
    /// The table is no more.
    Gone,
    /// The log is fixed: the last record.
    Sealed(u64),
    /// Items, each with the number of the write that it comes from.
    Items(Rc<Vec<(Option<AnswerItem>, u64)>>),
    /// Items in the order of their keys, and whether there are more.
    Page(Rc<Vec<(String, AnswerItem)>>, bool),
    /// The partitions of a table.
    Map(Option<Rc<TableMap>>),
}

/// A transaction holds an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lock {
    /// The transaction.
    pub transaction: String,
    /// The table and the group that decide what becomes of it, and who holds the group.
    pub decider: GroupId,
    /// The nodes of that group.
    pub replicas: Vec<NodeId>,
}
