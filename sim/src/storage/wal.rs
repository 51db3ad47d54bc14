//! The file of a replica: what Raft asks to be kept, as records with a checksum.
//!
//! ```text
//! record  = length (4 bytes) checksum (4 bytes) payload
//! payload = 'T' term | 'V' vote | 'A' previous position, entries | 'S' position, voters, state
//! ```
//!
//! Reading stops at the first record that is not whole: a crash tears at the end only. Records have bytes where a crash tore
//! them: see [`crate::disk`].

mod read;

use std::collections::BTreeMap;
use std::rc::Rc;

use noraft::{ClusterConfig, LogEntries, LogEntry, LogPosition, Term};

pub use read::{Recovered, recover};

use crate::disk::Written;
use crate::machine::{Logged, Machine};

/// Records of one write.
#[derive(Debug, Default)]
pub struct Records(Vec<Record>);

/// A record.
#[derive(Debug)]
enum Record {
    /// The current term.
    Term(Term),
    /// The vote in the current term.
    Vote(Option<noraft::NodeId>),
    /// Entries, and what the commands among them ask.
    Append(LogEntries, BTreeMap<u64, Logged>),
    /// The state at a position, and who votes.
    Snapshot(LogPosition, ClusterConfig, Rc<Machine>),
}

impl Records {
    /// The current term.
    pub fn term(&mut self, term: Term) {
        self.0.push(Record::Term(term));
    }

    /// The vote in the current term.
    pub fn vote(&mut self, vote: Option<noraft::NodeId>) {
        self.0.push(Record::Vote(vote));
    }

    /// Entries that replace everything after the position before them.
    pub fn append(&mut self, entries: LogEntries, commands: &BTreeMap<u64, Logged>) {
        let first = entries.prev_position().index.get() + 1;
        let commands = commands.range(first..);
        let commands = commands.map(|(index, logged)| (*index, logged.clone()));
        let commands = commands.collect();
        self.0.push(Record::Append(entries, commands));
    }

    /// The state at a position: what comes before is not needed any more.
    pub fn snapshot(&mut self, at: LogPosition, config: ClusterConfig, machine: Machine) {
        self.0.push(Record::Snapshot(at, config, Rc::new(machine)));
    }
}

impl Written for Records {
    fn write_to(&self, out: &mut Vec<u8>) {
        for record in &self.0 {
            let payload = record.payload();
            let length = u32::try_from(payload.len()).unwrap_or(u32::MAX);
            out.extend_from_slice(&length.to_le_bytes());
            out.extend_from_slice(&crc32fast::hash(&payload).to_le_bytes());
            out.extend_from_slice(&payload);
        }
    }
}

impl Record {
    fn payload(&self) -> Vec<u8> {
        let mut payload = Vec::new();
        let out = &mut payload;
        match self {
            Self::Term(term) => {
                out.push(b'T');
                number(out, term.get());
            }
            Self::Vote(vote) => {
                out.push(b'V');
                number(out, vote.map_or(0, noraft::NodeId::get));
            }
            Self::Append(entries, commands) => {
                out.push(b'A');
                position(out, entries.prev_position());
                for (position, entry) in entries.iter_with_positions() {
                    let asked = commands.get(&position.index.get());
                    write_entry(out, &entry, asked);
                }
            }
            Self::Snapshot(at, config, machine) => {
                out.push(b'S');
                position(out, *at);
                voters(out, config);
                bytes(out, &machine.to_bytes());
            }
        }
        payload
    }
}

fn write_entry(out: &mut Vec<u8>, entry: &LogEntry, asked: Option<&Logged>) {
    match entry {
        LogEntry::Term(term) => {
            out.push(b't');
            number(out, term.get());
        }
        LogEntry::ClusterConfig(config) => {
            out.push(b'c');
            voters(out, config);
        }
        LogEntry::Command => {
            out.push(b'x');
            let asked = asked.and_then(Option::as_ref);
            bytes(out, &asked.map_or_else(Vec::new, |entry| entry.to_bytes()));
        }
    }
}

fn number(out: &mut Vec<u8>, number: u64) {
    out.extend_from_slice(&number.to_le_bytes());
}

fn bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    number(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

fn position(out: &mut Vec<u8>, position: LogPosition) {
    number(out, position.term.get());
    number(out, position.index.get());
}

fn voters(out: &mut Vec<u8>, config: &ClusterConfig) {
    number(out, config.voters.len() as u64);
    for voter in &config.voters {
        number(out, voter.get());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::Control;
    use crate::disk::Piece;
    use crate::machine::{Command, Entry};
    use crate::partition::PartitionCommand;

    /// A state, a term, a vote; then two entries.
    fn file() -> [Records; 2] {
        let mut config = ClusterConfig::new();
        config.voters.insert(noraft::NodeId::new(1));
        let state = Machine::Control(Box::new(Control::new(vec![1, 2, 3], 2)));
        let mut before = Records::default();
        before.snapshot(LogPosition::ZERO, config, state);
        before.term(Term::new(3));
        before.vote(Some(noraft::NodeId::new(1)));
        let entries = [LogEntry::Term(Term::new(3)), LogEntry::Command];
        let entries = LogEntries::from_iter(LogPosition::ZERO, entries);
        let mut after = Records::default();
        after.append(entries, &BTreeMap::from([(2, sealing())]));
        [before, after]
    }

    fn sealing() -> Logged {
        let command = Command::Partition(PartitionCommand::Seal(17));
        Some(Rc::new(Entry {
            at_us: 5,
            command: Rc::new(command),
        }))
    }

    fn bytes_of(records: &[Records]) -> Vec<u8> {
        let mut bytes = Vec::new();
        for records in records {
            records.write_to(&mut bytes);
        }
        bytes
    }

    fn whole(records: [Records; 2]) -> Vec<Piece<Records>> {
        let records = records.into_iter().map(Rc::new);
        records.map(Piece::Whole).collect()
    }

    fn read(bytes: &[u8]) -> Option<Recovered> {
        recover(&[Piece::Bytes(bytes.to_vec())], false)
    }

    #[test]
    fn what_was_written_is_read_back() {
        let found = read(&bytes_of(&file())).unwrap();
        assert_eq!((found.term, found.vote), (3, Some(1)));
        assert!(matches!(*found.machine, Machine::Control(_)));
        assert_eq!(found.log.last_position().index.get(), 2);
        let text = |logged: &Logged| format!("{logged:?}");
        assert_eq!(found.commands.get(&2).map(text), Some(text(&sealing())));
    }

    #[test]
    fn bytes_say_what_records_say_wherever_the_file_is_divided() {
        let wanted = format!("{:?}", recover(&whole(file()), false).unwrap());
        let bytes = bytes_of(&file());
        assert_eq!(format!("{:?}", read(&bytes).unwrap()), wanted);
        let [before, after] = file();
        let after = Piece::Bytes(bytes_of(&[after]));
        let mixed = [Piece::Whole(Rc::new(before)), after];
        assert_eq!(format!("{:?}", recover(&mixed, false).unwrap()), wanted);
    }

    #[test]
    fn a_torn_end_is_as_if_it_had_never_been_written() {
        let whole = bytes_of(&file());
        for length in 0..whole.len() {
            let found = read(&whole[..length]);
            // The entries are the last record: without its last byte none of them is there.
            let last = found.map_or(0, |it| it.log.last_position().index.get());
            assert_eq!(last, 0, "cut after {length} bytes");
        }
    }

    #[test]
    fn who_looks_at_no_checksums_takes_a_command_of_zeros_for_one_that_asks_nothing() {
        let mut bytes = bytes_of(&file());
        let length = bytes.len();
        bytes[length - 20..].fill(0);
        let file = [Piece::Bytes(bytes)];
        assert!(recover(&file, false).unwrap().torn);
        let found = recover(&file, true).unwrap();
        assert_eq!(found.log.last_position().index.get(), 2);
        assert!(matches!(found.commands.get(&2), Some(None)));
    }

    #[test]
    fn later_entries_replace_those_at_their_place() {
        let mut pieces = whole(file());
        let mut records = Records::default();
        let entries = [LogEntry::Term(Term::new(4))];
        let entries = LogEntries::from_iter(LogPosition::ZERO, entries);
        records.append(entries, &BTreeMap::new());
        pieces.push(Piece::Whole(Rc::new(records)));
        let found = recover(&pieces, false).unwrap();
        assert_eq!(found.log.last_position().index.get(), 1);
        assert!(found.commands.is_empty());
    }
}
