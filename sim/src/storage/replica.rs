//! One replica of a group: the Raft library's state, the commands of its log, and the state that they were applied to.

use std::collections::BTreeMap;
use std::rc::Rc;

use futures::channel::oneshot;
use noraft::{ClusterConfig, Log, LogEntries, LogIndex, LogPosition, Node, Term};

use super::wal::{Records, Recovered};
use crate::bugs::Bug;
use crate::machine::{Applied, Logged, Machine};
use crate::message::{Answer, GroupId, NodeId, Outcome, RaftMessage};
use crate::sometimes::Sometimes;

/// A log is cut down to a snapshot when it has so many entries that were applied.
const ENTRIES_KEPT_MAX: u64 = 400;

/// One replica of a group.
#[derive(Debug)]
pub struct Replica {
    /// The group.
    pub group: GroupId,
    /// What the Raft library knows.
    pub raft: Node,
    /// What the entries of the log ask, by index.
    pub commands: BTreeMap<u64, Logged>,
    /// The state.
    pub machine: Machine,
    /// The index of the last entry that was applied.
    pub applied: u64,
    /// Who waits for an entry to be applied: its term, and whom to tell.
    waiting: BTreeMap<u64, (u64, Vec<oneshot::Sender<Answer>>)>,
    /// The last entry that was proposed and has not gone out yet.
    unsent: Option<LogPosition>,
    /// When Raft wants to be woken, true time in microseconds.
    pub alarm_us: i64,
    /// When a leader was heard last, true time in microseconds.
    pub heard_us: i64,
    /// Until when the group is awake: one without work keeps still.
    pub awake_until_us: i64,
    /// Whether the whole file has to be written anew.
    pub rewrite: bool,
    /// Its disk lost what was safe: it votes for nobody until a leader has brought it up to date.
    pub mistrusted: bool,
    /// Where the log of a leader that was heard since the node started ended, as far as it was told.
    told: Option<LogPosition>,
    /// The rare situations that it met since somebody looked.
    pub met: Vec<Sometimes>,
}

/// A message between replicas, and to whom.
pub type Outbound = (NodeId, RaftMessage);

impl Replica {
    /// A replica of a group that begins with this state.
    pub fn new(group: GroupId, node: NodeId, voters: &[NodeId], machine: Machine) -> Self {
        let recovered = Recovered {
            term: 0,
            vote: None,
            log: Log::new(config(voters), LogEntries::new(LogPosition::ZERO)),
            commands: BTreeMap::new(),
            machine: Rc::new(machine),
            torn: false,
        };
        let mut replica = Self::recovered(group, node, recovered);
        replica.rewrite = true;
        replica
    }

    /// A replica as its disk remembers it.
    pub fn recovered(group: GroupId, node: NodeId, recovered: Recovered) -> Self {
        let raft = Node::restart(
            raft_id(node),
            Term::new(recovered.term),
            recovered.vote.map(raft_id),
            recovered.log,
        );
        Self {
            group,
            applied: raft.log().snapshot_position().index.get(),
            raft,
            commands: recovered.commands,
            machine: Rc::unwrap_or_clone(recovered.machine),
            waiting: BTreeMap::new(),
            unsent: None,
            alarm_us: i64::MAX,
            heard_us: i64::MIN,
            awake_until_us: 0,
            rewrite: false,
            mistrusted: false,
            told: None,
            met: Vec::new(),
        }
    }

    /// Whether this replica leads its group.
    pub fn leads(&self) -> bool {
        self.raft.role().is_leader()
    }

    /// Who leads the group, as far as this replica knows.
    pub fn leader(&self) -> Option<NodeId> {
        let voted = self.raft.voted_for()?;
        NodeId::try_from(voted.get()).ok()
    }

    /// The file of this replica.
    pub fn file(group: GroupId) -> String {
        format!("group-{group}")
    }

    /// Puts a command into the log, and tells when it was applied. Not for replicas that do not lead. What asks nothing
    /// shares an entry that has not gone out yet, where there is one: it too is agreed on after it was asked.
    pub fn propose(&mut self, logged: Logged, tell: oneshot::Sender<Answer>) {
        let shared = self.unsent.filter(|_| logged.is_none());
        let position = shared.unwrap_or_else(|| self.raft.propose_command());
        if position == LogPosition::INVALID {
            let _unheard = tell.send(Answer::NotLeader(self.leader()));
            return;
        }
        let index = position.index.get();
        if shared.is_none() {
            self.commands.insert(index, logged);
            self.unsent = Some(position);
        }
        let waiting = self.waiting.entry(index);
        let (_, tell_all) = waiting.or_insert_with(|| (position.term.get(), Vec::new()));
        tell_all.push(tell);
    }

    /// Takes a message of another replica.
    pub fn take(&mut self, message: &RaftMessage, now_us: i64) {
        match message {
            RaftMessage::Protocol {
                message, entries, ..
            } => {
                if let noraft::Message::AppendEntriesCall { entries: named, .. } = message {
                    self.note_entries(message.term(), named, entries);
                    self.heard_us = now_us;
                    if message.term() >= self.raft.current_term() {
                        self.told = Some(named.last_position());
                    }
                }
                // The one error there is asks for an operator; such a replica stays as it is, and the others go on.
                let _conflict = self.raft.handle_message(message);
                self.forget_lost_commands();
            }
            RaftMessage::Snapshot {
                term,
                position,
                voters,
                machine,
                ..
            } => {
                if Term::new(*term) == self.raft.current_term()
                    && position.index.get() > self.applied
                {
                    self.install(*position, voters, machine);
                    self.heard_us = now_us;
                }
            }
        }
    }

    /// Keeps the commands of entries that the library may take over. An entry's command is known by its position; where
    /// the log holds another entry at that index, the library replaces the log from there on or refuses all.
    fn note_entries(&mut self, term: Term, named: &LogEntries, commands: &[(u64, Logged)]) {
        if term < self.raft.current_term() {
            return;
        }
        let log = self.raft.log().entries();
        if !log.contains(named.prev_position()) {
            return;
        }
        let first = named.prev_position().index.get() + 1;
        let replaced = (first..=named.last_position().index.get()).any(|index| {
            let (index, here) = (LogIndex::new(index), log.get_term(LogIndex::new(index)));
            here.is_some() && here != named.get_term(index)
        });
        if replaced {
            self.met.push(Sometimes::EntriesReplaced);
        }
        for (index, command) in commands {
            let known = named.get_term(LogIndex::new(*index));
            let here = log.get_term(LogIndex::new(*index));
            if known.is_some() && here != known {
                self.commands.insert(*index, command.clone());
            }
        }
    }

    /// Entries that another leader's log replaced: nobody knows what becomes of their commands.
    fn forget_lost_commands(&mut self) {
        let last = self.raft.log().last_position().index.get();
        self.commands.split_off(&(last + 1));
        if !self.leads() {
            let lost = std::mem::take(&mut self.waiting).into_values();
            for tell in lost.flat_map(|(_, tell_all)| tell_all) {
                let _unheard = tell.send(Answer::Lost);
            }
        }
    }

    fn install(&mut self, position: LogPosition, voters: &[NodeId], machine: &Machine) {
        if !self
            .raft
            .handle_snapshot_installed(position, config(voters))
        {
            return;
        }
        self.met.push(Sometimes::SnapshotInstalled);
        self.machine = machine.clone();
        self.applied = position.index.get();
        self.commands = self.commands.split_off(&(self.applied + 1));
        self.rewrite = true;
    }

    /// Whether there is anything to write, to send or to set.
    pub fn is_busy(&self) -> bool {
        self.rewrite
            || !self.raft.actions().is_empty()
            || self.applied < self.raft.commit_index().get()
    }

    /// Whether a leader has brought this replica up to date: all that it told of since the node started is here, and an entry of
    /// that leader's own is committed. What this replica remembers of itself is no proof: it may have led that term.
    pub fn regains_trust(&self) -> bool {
        let log = self.raft.log().entries();
        let told = self.told.is_some_and(|told| log.contains(told));
        let term = log.get_term(self.raft.commit_index());
        self.mistrusted && told && term == Some(self.raft.current_term())
    }

    /// Whether nothing is under way: everything in the log is committed, and a leader's followers have all of it.
    pub fn is_settled(&self) -> bool {
        let last = self.raft.log().last_position().index;
        let follows = |peer| self.raft.follower_match_index(peer) == Some(last);
        let role = self.raft.role();
        self.raft.commit_index() == last
            && self.waiting.is_empty()
            && (role.is_follower() || role.is_leader() && self.raft.peers().all(follows))
    }

    /// What must be on disk before any message goes out; none when there is nothing new.
    pub fn records(&mut self) -> Option<Records> {
        let mut records = Records::default();
        let actions = self.raft.actions_mut();
        let term = std::mem::take(&mut actions.save_current_term);
        let vote = std::mem::take(&mut actions.save_voted_for);
        let append = actions.append_log_entries.take();
        if !term && !vote && append.is_none() {
            return None;
        }
        if term {
            records.term(self.raft.current_term());
        }
        if term || vote {
            records.vote(self.raft.voted_for());
        }
        if let Some(entries) = append {
            records.append(entries, &self.commands);
        }
        Some(records)
    }

    /// The whole file: the state at the last entry that was applied, and the log after it.
    pub fn whole_file(&mut self) -> Records {
        self.rewrite = false;
        let mut records = Records::default();
        let at = LogIndex::new(self.applied);
        let here = self.raft.log().get_position_and_config(at);
        if let Some((position, config)) = here.map(|(position, config)| (position, config.clone()))
        {
            records.snapshot(position, config.clone(), self.machine.clone());
            let _shorter = self.raft.handle_snapshot_installed(position, config);
            self.commands = self.commands.split_off(&(self.applied + 1));
        }
        let actions = self.raft.actions_mut();
        actions.save_current_term = false;
        actions.save_voted_for = false;
        actions.append_log_entries = None;
        records.term(self.raft.current_term());
        records.vote(self.raft.voted_for());
        let log = self.raft.log().entries();
        if !log.is_empty() {
            records.append(log.clone(), &self.commands);
        }
        records
    }

    /// Whether the log is long enough to be cut down.
    pub fn is_long(&self) -> bool {
        let snapshot = self.raft.log().snapshot_position().index.get();
        self.applied.saturating_sub(snapshot) >= ENTRIES_KEPT_MAX
    }

    /// The messages that may go out now.
    pub fn outbound(&mut self) -> Vec<Outbound> {
        self.unsent = None;
        let mut outbound = Vec::new();
        if let Some(message) = self.raft.actions_mut().broadcast_message.take() {
            let peers: Vec<_> = self.raft.peers().collect();
            for peer in peers {
                outbound.extend(self.addressed(peer, message.clone()));
            }
        }
        let direct = std::mem::take(&mut self.raft.actions_mut().send_messages);
        for (peer, message) in direct {
            outbound.extend(self.addressed(peer, message));
        }
        let behind = std::mem::take(&mut self.raft.actions_mut().install_snapshots);
        for peer in behind {
            let at = LogIndex::new(self.applied);
            let here = self.raft.log().get_position_and_config(at);
            if let (Some((position, config)), Ok(to)) = (here, NodeId::try_from(peer.get())) {
                let message = RaftMessage::Snapshot {
                    group: self.group,
                    term: self.raft.current_term().get(),
                    position,
                    voters: voters(config),
                    machine: Rc::new(self.machine.clone()),
                };
                outbound.push((to, message));
            }
        }
        outbound
    }

    fn addressed(&self, peer: noraft::NodeId, message: noraft::Message) -> Option<Outbound> {
        let mut commands = Vec::new();
        if let noraft::Message::AppendEntriesCall { entries, .. } = &message {
            let first = entries.prev_position().index.get() + 1;
            let last = entries.last_position().index.get();
            let range = self.commands.range(first..=last.max(first));
            commands.extend(range.map(|(index, command)| (*index, command.clone())));
        }
        let message = RaftMessage::Protocol {
            group: self.group,
            message,
            entries: commands,
        };
        Some((NodeId::try_from(peer.get()).ok()?, message))
    }

    /// Applies what is committed; gives what came of it.
    pub fn apply(&mut self, bug: Option<Bug>) -> Vec<Applied> {
        let mut done = Vec::new();
        while self.applied < self.raft.commit_index().get() {
            let index = self.applied + 1;
            let here = self.raft.log().entries().get_entry(LogIndex::new(index));
            // Where a log was replaced, a command may be left over under the entry of another kind.
            let is_command = here == Some(noraft::LogEntry::Command);
            let logged = self.commands.get(&index).filter(|_| is_command);
            self.applied = index;
            let applied = match logged {
                Some(Some(entry)) => self.machine.apply(entry, bug),
                _ => Outcome::Done.into(),
            };
            if let Some((term, tell_all)) = self.waiting.remove(&index) {
                let term_here = self.raft.log().entries().get_term(LogIndex::new(index));
                for tell in tell_all {
                    let answer = if term_here == Some(Term::new(term)) {
                        Answer::Applied(applied.outcome.clone())
                    } else {
                        Answer::Lost
                    };
                    let _unheard = tell.send(answer);
                }
            }
            if !applied.children.is_empty() {
                done.push(applied);
            }
        }
        done
    }
}

/// A node's number as the library has it.
pub fn raft_id(node: NodeId) -> noraft::NodeId {
    noraft::NodeId::new(u64::from(node))
}

fn config(voters: &[NodeId]) -> ClusterConfig {
    let mut config = ClusterConfig::new();
    config
        .voters
        .extend(voters.iter().map(|node| raft_id(*node)));
    config
}

fn voters(config: &ClusterConfig) -> Vec<NodeId> {
    let voters = config.voters.iter();
    voters
        .filter_map(|node| NodeId::try_from(node.get()).ok())
        .collect()
}

#[cfg(test)]
mod tests;
