//! The file of a replica: what Raft asks to be kept, as records with a checksum.
//!
//! ```text
//! record  = length (4 bytes) checksum (4 bytes) payload
//! payload = 'T' term | 'V' vote | 'A' previous position, entries | 'S' position, voters, state
//! ```
//!
//! Reading stops at the first record that is not whole: a crash tears at the end only.

use std::collections::BTreeMap;
use std::rc::Rc;

use noraft::{ClusterConfig, Log, LogEntries, LogEntry, LogIndex, LogPosition, Term};

use crate::message::NodeId;

/// What a replica finds on its disk.
#[derive(Debug)]
pub struct Recovered {
    /// The term.
    pub term: u64,
    /// The vote in that term.
    pub vote: Option<NodeId>,
    /// The log after the snapshot.
    pub log: Log,
    /// The commands of the log, by index.
    pub commands: BTreeMap<u64, Rc<[u8]>>,
    /// The state at the snapshot.
    pub machine: Vec<u8>,
    /// Whether something was left at the end that is no whole record.
    pub torn: bool,
}

/// Records of one write.
#[derive(Debug, Default)]
pub struct Records(Vec<u8>);

impl Records {
    /// The bytes of the records.
    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    /// The current term.
    pub fn term(&mut self, term: Term) {
        self.record(b'T', |out| number(out, term.get()));
    }

    /// The vote in the current term.
    pub fn vote(&mut self, vote: Option<noraft::NodeId>) {
        self.record(b'V', |out| {
            number(out, vote.map_or(0, noraft::NodeId::get));
        });
    }

    /// Entries that replace everything after the position before them.
    pub fn append(&mut self, entries: &LogEntries, commands: &BTreeMap<u64, Rc<[u8]>>) {
        self.record(b'A', |out| {
            position(out, entries.prev_position());
            for (position, entry) in entries.iter_with_positions() {
                match entry {
                    LogEntry::Term(term) => {
                        out.push(b't');
                        number(out, term.get());
                    }
                    LogEntry::ClusterConfig(config) => {
                        out.push(b'c');
                        voters(out, &config);
                    }
                    LogEntry::Command => {
                        out.push(b'x');
                        let command = commands.get(&position.index.get());
                        bytes(out, command.map_or(&[], |command| command));
                    }
                }
            }
        });
    }

    /// The state at a position: what comes before is not needed any more.
    pub fn snapshot(&mut self, at: LogPosition, config: &ClusterConfig, machine: &[u8]) {
        self.record(b'S', |out| {
            position(out, at);
            voters(out, config);
            bytes(out, machine);
        });
    }

    fn record(&mut self, kind: u8, write: impl FnOnce(&mut Vec<u8>)) {
        let mut payload = vec![kind];
        write(&mut payload);
        let length = u32::try_from(payload.len()).unwrap_or(u32::MAX);
        self.0.extend_from_slice(&length.to_le_bytes());
        self.0
            .extend_from_slice(&crc32fast::hash(&payload).to_le_bytes());
        self.0.extend_from_slice(&payload);
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

/// Reads a file back; none when there is not even a state to begin with. With `torn_too`, a planted bug, checksums are not
/// looked at.
pub fn recover(mut file: &[u8], torn_too: bool) -> Option<Recovered> {
    let mut found: Option<Recovered> = None;
    let (mut term, mut vote) = (0, None);
    while let Some(mut payload) = next_record(&mut file, torn_too) {
        match payload.split_off_first()? {
            b'T' => {
                term = take_number(&mut payload)?;
                vote = None;
            }
            b'V' => {
                let node = take_number(&mut payload)?;
                vote = NodeId::try_from(node).ok().filter(|node| *node > 0);
            }
            b'A' => append(&mut payload, found.as_mut()?)?,
            b'S' => {
                let at = take_position(&mut payload)?;
                let config = take_voters(&mut payload)?;
                let machine = take_bytes(&mut payload)?.to_vec();
                found = Some(Recovered {
                    term,
                    vote,
                    log: Log::new(config, LogEntries::new(at)),
                    commands: BTreeMap::new(),
                    machine,
                    torn: false,
                });
            }
            _ => return None,
        }
    }
    let mut found = found?;
    found.torn = !file.is_empty();
    found.term = term;
    found.vote = vote;
    Some(found)
}

fn append(payload: &mut &[u8], found: &mut Recovered) -> Option<()> {
    let before = take_position(payload)?;
    let mut index = before.index.get();
    let mut entries = LogEntries::new(before);
    found.commands.split_off(&(index + 1));
    while let Some(kind) = payload.split_off_first() {
        index += 1;
        entries.push(match kind {
            b't' => LogEntry::Term(Term::new(take_number(payload)?)),
            b'c' => LogEntry::ClusterConfig(take_voters(payload)?),
            _ => {
                found.commands.insert(index, take_bytes(payload)?.into());
                LogEntry::Command
            }
        });
    }
    let mut log = found.log.entries().clone();
    if !log.append_suffix(&entries) {
        return None;
    }
    found.log = Log::new(found.log.snapshot_config().clone(), log);
    Some(())
}

fn next_record<'f>(file: &mut &'f [u8], torn_too: bool) -> Option<&'f [u8]> {
    let (length, rest) = file.split_first_chunk::<4>()?;
    let (checksum, rest) = rest.split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
    let (payload, rest) = rest.split_at_checked(length)?;
    let whole = torn_too && payload.first().is_some_and(|kind| *kind != 0);
    if !whole && crc32fast::hash(payload) != u32::from_le_bytes(*checksum) {
        return None;
    }
    *file = rest;
    Some(payload)
}

fn take_number(payload: &mut &[u8]) -> Option<u64> {
    let (number, rest) = payload.split_first_chunk::<8>()?;
    *payload = rest;
    Some(u64::from_le_bytes(*number))
}

fn take_bytes<'p>(payload: &mut &'p [u8]) -> Option<&'p [u8]> {
    let length = usize::try_from(take_number(payload)?).ok()?;
    let (bytes, rest) = payload.split_at_checked(length)?;
    *payload = rest;
    Some(bytes)
}

fn take_position(payload: &mut &[u8]) -> Option<LogPosition> {
    let term = Term::new(take_number(payload)?);
    let index = LogIndex::new(take_number(payload)?);
    Some(LogPosition { term, index })
}

fn take_voters(payload: &mut &[u8]) -> Option<ClusterConfig> {
    let mut config = ClusterConfig::new();
    for _ in 0..take_number(payload)? {
        let voter = noraft::NodeId::new(take_number(payload)?);
        config.voters.insert(voter);
    }
    Some(config)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file() -> Vec<u8> {
        let mut config = ClusterConfig::new();
        config.voters.insert(noraft::NodeId::new(1));
        let mut records = Records::default();
        records.snapshot(LogPosition::ZERO, &config, b"state");
        records.term(Term::new(3));
        records.vote(Some(noraft::NodeId::new(1)));
        let entries = [LogEntry::Term(Term::new(3)), LogEntry::Command];
        let entries = LogEntries::from_iter(LogPosition::ZERO, entries);
        let commands = BTreeMap::from([(2, Rc::from(*b"command"))]);
        records.append(&entries, &commands);
        records.into_bytes()
    }

    #[test]
    fn what_was_written_is_read_back() {
        let found = recover(&file(), false).unwrap();
        assert_eq!((found.term, found.vote), (3, Some(1)));
        assert_eq!(found.machine, b"state");
        assert_eq!(found.log.last_position().index.get(), 2);
        assert_eq!(
            found.commands.get(&2).map(|it| &**it),
            Some(&b"command"[..])
        );
    }

    #[test]
    fn a_torn_end_is_as_if_it_had_never_been_written() {
        let whole = file();
        for length in 0..whole.len() {
            let found = recover(&whole[..length], false);
            // The entries are the last record: without its last byte none of them is there.
            let last = found.map_or(0, |it| it.log.last_position().index.get());
            assert_eq!(last, 0, "cut after {length} bytes");
        }
    }

    #[test]
    fn later_entries_replace_those_at_their_place() {
        let mut bytes = file();
        let mut records = Records::default();
        let entries = [LogEntry::Term(Term::new(4))];
        let entries = LogEntries::from_iter(LogPosition::ZERO, entries);
        records.append(&entries, &BTreeMap::new());
        bytes.extend(records.into_bytes());
        let found = recover(&bytes, false).unwrap();
        assert_eq!(found.log.last_position().index.get(), 1);
        assert!(found.commands.is_empty());
    }
}
