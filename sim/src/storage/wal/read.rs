//! Reading the file of a replica back.

use std::collections::BTreeMap;
use std::rc::Rc;

use noraft::{ClusterConfig, Log, LogEntries, LogEntry, LogIndex, LogPosition, Term};

use super::{Record, Records};
use crate::disk::Piece;
use crate::machine::{Entry, Logged, Machine};
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
    /// What the entries of the log ask, by index.
    pub commands: BTreeMap<u64, Logged>,
    /// The state at the snapshot.
    pub machine: Rc<Machine>,
    /// Whether something was left at the end that is no whole record.
    pub torn: bool,
}

/// Reads a file back; none when there is not even a state to begin with. With `torn_too`, a planted bug, checksums are not
/// looked at.
pub fn recover(file: &[Piece<Records>], torn_too: bool) -> Option<Recovered> {
    let mut reading = Reading::default();
    for piece in file {
        match piece {
            Piece::Whole(records) => {
                for record in &records.0 {
                    reading.take(record)?;
                }
            }
            Piece::Bytes(bytes) => {
                let mut bytes = bytes.as_slice();
                while let Some(payload) = next_record(&mut bytes, torn_too) {
                    reading.take(&Record::read(payload)?)?;
                }
                if !bytes.is_empty() {
                    reading.torn = true;
                    break;
                }
            }
        }
    }
    reading.end()
}

/// What was read so far.
#[derive(Debug, Default)]
struct Reading {
    term: u64,
    vote: Option<NodeId>,
    torn: bool,
    found: Option<Recovered>,
}

impl Reading {
    fn take(&mut self, record: &Record) -> Option<()> {
        match record {
            Record::Term(term) => {
                self.term = term.get();
                self.vote = None;
            }
            Record::Vote(vote) => {
                self.vote = vote.and_then(|node| NodeId::try_from(node.get()).ok());
            }
            Record::Append(entries, commands) => {
                let found = self.found.as_mut()?;
                let first = entries.prev_position().index.get() + 1;
                found.commands.split_off(&first);
                let commands = commands.iter();
                let commands = commands.map(|(index, logged)| (*index, logged.clone()));
                found.commands.extend(commands);
                return found.log.append_suffix(entries).then_some(());
            }
            Record::Snapshot(at, config, machine) => {
                self.found = Some(Recovered {
                    term: 0,
                    vote: None,
                    log: Log::new(config.clone(), LogEntries::new(*at)),
                    commands: BTreeMap::new(),
                    machine: Rc::clone(machine),
                    torn: false,
                });
            }
        }
        Some(())
    }

    fn end(self) -> Option<Recovered> {
        Some(Recovered {
            term: self.term,
            vote: self.vote,
            torn: self.torn,
            ..self.found?
        })
    }
}

impl Record {
    /// The record of these bytes; none when they are none.
    fn read(mut payload: &[u8]) -> Option<Self> {
        let payload = &mut payload;
        Some(match payload.split_off_first()? {
            b'T' => Self::Term(Term::new(take_number(payload)?)),
            b'V' => {
                let node = take_number(payload)?;
                Self::Vote((node > 0).then(|| noraft::NodeId::new(node)))
            }
            b'A' => {
                let before = take_position(payload)?;
                let mut index = before.index.get();
                let (mut entries, mut commands) = (LogEntries::new(before), BTreeMap::new());
                while let Some(kind) = payload.split_off_first() {
                    index += 1;
                    entries.push(match kind {
                        b't' => LogEntry::Term(Term::new(take_number(payload)?)),
                        b'c' => LogEntry::ClusterConfig(take_voters(payload)?),
                        _ => {
                            // What cannot be read asks nothing.
                            let entry = Entry::from_bytes(take_bytes(payload)?);
                            commands.insert(index, entry.map(Rc::new));
                            LogEntry::Command
                        }
                    });
                }
                Self::Append(entries, commands)
            }
            b'S' => {
                let at = take_position(payload)?;
                let config = take_voters(payload)?;
                let machine = Machine::from_bytes(take_bytes(payload)?)?;
                Self::Snapshot(at, config, Rc::new(machine))
            }
            _ => return None,
        })
    }
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
