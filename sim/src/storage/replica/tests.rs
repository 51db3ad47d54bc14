use noraft::{LogEntry, Message};

use super::*;
use crate::control::Control;

/// What node 1 finds that led term 4 itself, and whose disk lost what it had called safe.
fn mistrusted() -> Replica {
    let machine = Machine::Control(Box::new(Control::new(vec![1, 2, 3], 1)));
    let recovered = Recovered {
        term: 4,
        vote: Some(1),
        log: Log::new(config(&[1, 2, 3]), LogEntries::new(at(4, 9))),
        commands: BTreeMap::new(),
        machine: Rc::new(machine),
        torn: false,
    };
    let mut replica = Replica::recovered(7, 1, recovered);
    replica.mistrusted = true;
    replica
}

fn at(term: u64, index: u64) -> LogPosition {
    LogPosition {
        term: Term::new(term),
        index: LogIndex::new(index),
    }
}

/// What the leader of term 5 says: its first entry comes after this position.
fn told(before: LogPosition) -> RaftMessage {
    let entries = LogEntries::from_iter(before, [LogEntry::Term(Term::new(5))]);
    RaftMessage::Protocol {
        group: 7,
        message: Message::AppendEntriesCall {
            from: raft_id(2),
            term: Term::new(5),
            commit_index: entries.last_position().index,
            entries,
        },
        entries: Vec::new(),
    }
}

#[test]
fn a_replica_that_led_the_term_is_not_its_own_witness() {
    assert!(!mistrusted().regains_trust());
}

#[test]
fn a_replica_that_lacks_what_its_leader_has_stays_mistrusted() {
    let mut replica = mistrusted();
    replica.take(&told(at(4, 12)), 1);
    assert!(!replica.regains_trust());
}

#[test]
fn a_leader_that_brings_a_replica_up_to_date_makes_it_trusted() {
    let mut replica = mistrusted();
    replica.take(&told(at(4, 9)), 1);
    assert!(replica.regains_trust());
}
