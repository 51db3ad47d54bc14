//! What a group of replicas agrees on: commands, in one order, applied to a state.

use std::rc::Rc;

use serde::{Deserialize, Serialize};

use crate::bugs::Bug;
use crate::control::{Control, ControlCommand};
use crate::message::Outcome;
use crate::partition::{Partition, PartitionCommand};

/// A command of a group's log.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Command {
    /// For a partition.
    Partition(PartitionCommand),
    /// For the control plane.
    Control(ControlCommand),
}

/// An entry of a group's log.
#[derive(Debug, Serialize, Deserialize)]
pub struct Entry {
    /// When the leader proposed it, by the leader's clock.
    pub at_us: i64,
    /// What it asks.
    pub command: Rc<Command>,
}

/// What an entry of the log asks; none: nothing. Replicas share it: nobody changes it.
pub type Logged = Option<Rc<Entry>>;

impl Entry {
    /// The entry as bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        // Strings, numbers and items are written to memory without fail.
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// The entry of bytes; none when they are none.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes).ok()
    }
}

/// The state of a group.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Machine {
    /// A partition.
    Partition(Box<Partition>),
    /// The control plane.
    Control(Box<Control>),
}

/// What applying a command did.
#[derive(Debug)]
pub struct Applied {
    /// What the proposer is told.
    pub outcome: Outcome,
    /// The states of the groups that came out of this one.
    pub children: Vec<Partition>,
}

impl From<Outcome> for Applied {
    fn from(outcome: Outcome) -> Self {
        Self {
            outcome,
            children: Vec::new(),
        }
    }
}

impl Machine {
    /// Applies a command, with a wrong behaviour where there is one: the same command to the same state gives the same state, on every replica.
    pub fn apply(&mut self, entry: &Entry, bug: Option<Bug>) -> Applied {
        match (self, &*entry.command) {
            (Self::Partition(partition), Command::Partition(command)) => {
                partition.apply(entry.at_us, command, bug)
            }
            (Self::Control(control), Command::Control(command)) => {
                control.apply(entry.at_us, command, bug).into()
            }
            // A command that came to the wrong group.
            _ => Outcome::Moved.into(),
        }
    }

    /// The latest time that the state speaks of.
    pub fn stamp_us(&self) -> i64 {
        match self {
            Self::Partition(partition) => partition.stamp_us,
            Self::Control(control) => control.stamp_us,
        }
    }

    /// The state as bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        // Strings, numbers and items are written to memory without fail.
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// The state of bytes; none when they are none.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes).ok()
    }
}

#[cfg(test)]
mod tests {
    use lookback_protocol::wire::Request;
    use lookback_traffic::{Profile, Step, Traffic};

    use super::*;
    use crate::partition::WriteRequest;

    fn write(step: Step) -> Option<WriteRequest> {
        let Step::Call(call) = step else { return None };
        match call.request {
            Request::PutItem(input) => Some(WriteRequest::Put(*input)),
            Request::UpdateItem(input) => Some(WriteRequest::Update(*input)),
            Request::DeleteItem(input) => Some(WriteRequest::Delete(*input)),
            _ => None,
        }
    }

    #[test]
    fn an_entry_read_back_is_the_entry_that_was_written() {
        for seed in 1..=8 {
            let traffic = Traffic::new(seed, &Profile::drawn(seed), "sim");
            let writes = traffic.client(0).filter_map(write).take(40);
            let entries = writes.map(|write| Entry {
                at_us: 7,
                command: Rc::new(Command::Partition(PartitionCommand::Write(Box::new(write)))),
            });
            for entry in entries {
                let bytes = entry.to_bytes();
                let read = Entry::from_bytes(&bytes).unwrap();
                assert_eq!(format!("{read:?}"), format!("{entry:?}"));
                let torn = bytes.len() - 1;
                assert!(Entry::from_bytes(&bytes[..torn]).is_none());
            }
        }
    }
}
