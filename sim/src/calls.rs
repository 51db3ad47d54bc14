//! Questions to groups: find the leader, ask again where that does no harm.

use std::rc::Rc;

use crate::bugs::Bug;
use crate::control::{ControlRead, TableMap};
use crate::host::Host;
use crate::machine::Command;
use crate::message::{Answer, Ask, CONTROL, GroupId, NodeId, Outcome};
use crate::runtime;
use crate::world::World;

/// How long one node is given to answer, in microseconds.
const PATIENCE_US: i64 = 1_500_000;
/// From one try to the next, in microseconds.
const RETRY_US: i64 = 30_000;
/// How often a group is asked.
const TRIES: usize = 40;

/// Asks groups; its node remembers who leads them.
#[derive(Clone, Debug)]
pub struct Caller {
    host: Rc<Host>,
}

impl Caller {
    /// For a node.
    pub fn new(host: &Rc<Host>) -> Self {
        Self {
            host: Rc::clone(host),
        }
    }

    /// Where the node lives.
    pub fn world(&self) -> &World {
        &self.host.world
    }

    /// A command for a group's log; none when nobody knows what became of it.
    pub async fn propose(
        &self,
        group: GroupId,
        nodes: &[NodeId],
        command: Command,
    ) -> Option<Outcome> {
        let ask = Ask::Propose(group, Rc::new(command));
        self.ask(group, nodes, ask, false).await
    }

    /// What a group's leader says; none when nobody answers for it. A question that does no harm when it is asked twice
    /// is asked again after silence.
    pub async fn ask(
        &self,
        group: GroupId,
        nodes: &[NodeId],
        ask: Ask,
        harmless: bool,
    ) -> Option<Outcome> {
        let again = self.host.world.plan.has(Bug::WriteSentTwice);
        let mut hint = self.host.leaders.borrow().get(&group).copied();
        for attempt in 0..TRIES {
            let node = hint.or_else(|| nodes.get(attempt % nodes.len().max(1)).copied())?;
            match self.host.ask(node, ask.clone(), PATIENCE_US).await {
                Some(Answer::Applied(outcome)) => {
                    self.host.leaders.borrow_mut().insert(group, node);
                    return Some(outcome);
                }
                Some(Answer::Done) => return Some(Outcome::Done),
                Some(Answer::NotLeader(leader)) => {
                    hint = leader.filter(|leader| *leader != node);
                    if hint.is_none() {
                        runtime::sleep_us(RETRY_US).await;
                    }
                }
                Some(Answer::NoGroup) => {
                    hint = None;
                    runtime::sleep_us(RETRY_US).await;
                }
                None | Some(Answer::Lost) if harmless || again => hint = None,
                None | Some(Answer::Lost | Answer::Client(_)) => {
                    self.host.leaders.borrow_mut().remove(&group);
                    return None;
                }
            }
        }
        self.host.leaders.borrow_mut().remove(&group);
        None
    }

    /// Where the items of a table are; the inner none: there is no such table.
    pub async fn map(&self, name: &str) -> Option<Option<Rc<TableMap>>> {
        let read = ControlRead::Map(name.to_owned());
        match self.control(read).await? {
            Outcome::Map(map) => Some(map),
            _ => None,
        }
    }

    /// A read of the control plane.
    pub async fn control(&self, read: ControlRead) -> Option<Outcome> {
        let nodes = self.host.world.control_nodes();
        self.ask(CONTROL, &nodes, Ask::Control(Rc::new(read)), true)
            .await
    }
}
