//! The disk of a node: what was not synced is lost in a crash.
//!
//! A file is a sequence of bytes that grows at its end or is replaced as a whole. A crash keeps what was synced and, of
//! what was appended since, a part from the beginning that is drawn: nothing, all, or a torn record. What is written is kept
//! as it was given; where a crash tears it, its bytes are what is left. So a write costs no encoding, and every byte can
//! be lost all the same.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::rc::Rc;

use crate::draws::Draws;
use crate::runtime;
use crate::storage::Records;

/// From one look to the next whether there is room again, in microseconds.
const ROOM_US: i64 = 20_000;

/// What is written to a file: it has bytes, the same each time.
pub trait Written: Debug {
    /// Puts the bytes behind those that are there.
    fn write_to(&self, out: &mut Vec<u8>);
}

/// A piece of a file.
#[derive(Debug)]
pub enum Piece<W> {
    /// As it was written.
    Whole(Rc<W>),
    /// What a crash left.
    Bytes(Vec<u8>),
}

impl<W> Clone for Piece<W> {
    fn clone(&self) -> Self {
        match self {
            Self::Whole(written) => Self::Whole(Rc::clone(written)),
            Self::Bytes(bytes) => Self::Bytes(bytes.clone()),
        }
    }
}

/// The disk of a node. It outlives crashes.
#[derive(Debug)]
pub struct Disk<W = Records> {
    files: RefCell<BTreeMap<String, File<W>>>,
    /// How long a sync takes, in microseconds: least and most.
    sync_us: Cell<(i64, i64)>,
    /// Whether it takes nothing any more.
    full: Cell<bool>,
    /// Whether it calls safe what is not.
    lying: Cell<bool>,
    /// Whether it ever lost something in a crash that it had called safe.
    lost: Cell<bool>,
    /// The files that were brought up to date since.
    repaired: RefCell<BTreeSet<String>>,
}

/// A file.
#[derive(Debug)]
struct File<W> {
    synced: Vec<Piece<W>>,
    /// What replaces the file at the next sync.
    replacement: Option<Piece<W>>,
    appended: Vec<Rc<W>>,
    /// What a lying disk lets go in a crash: the file as it was before it began to lie.
    truth: Option<Vec<Piece<W>>>,
}

impl<W: Written> Disk<W> {
    /// A disk whose syncs take so long, in microseconds: least and most.
    pub fn new(sync_us: (i64, i64)) -> Self {
        Self {
            files: RefCell::default(),
            sync_us: Cell::new(sync_us),
            full: Cell::new(false),
            lying: Cell::new(false),
            lost: Cell::new(false),
            repaired: RefCell::default(),
        }
    }

    /// Makes the disk faster or slower.
    pub fn set_sync_us(&self, sync_us: (i64, i64)) {
        self.sync_us.set(sync_us);
    }

    /// Takes nothing any more, or has room again.
    pub fn set_full(&self, full: bool) {
        self.full.set(full);
    }

    /// Calls safe what is not, or is honest again: what it has by then is safe.
    pub fn set_lying(&self, lying: bool) {
        self.lying.set(lying);
        if !lying {
            for file in self.files.borrow_mut().values_mut() {
                file.truth = None;
            }
        }
    }

    /// Whether it ever lost something in a crash that it had called safe.
    pub fn has_lost(&self) -> bool {
        self.lost.get()
    }

    /// Whether a file may lack what was called safe.
    pub fn may_lack(&self, name: &str) -> bool {
        self.lost.get() && !self.repaired.borrow().contains(name)
    }

    /// A file lacks nothing any more.
    pub fn repaired(&self, name: &str) {
        self.repaired.borrow_mut().insert(name.to_owned());
    }

    /// Deletes a file.
    pub fn remove(&self, name: &str) {
        self.files.borrow_mut().remove(name);
    }

    /// Appends to a file; makes it where there is none.
    pub fn append(&self, name: &str, written: W) {
        self.change(name, |file| file.appended.push(Rc::new(written)));
    }

    /// Replaces a file as a whole, as renaming another one over it does.
    pub fn replace(&self, name: &str, written: W) {
        self.change(name, |file| {
            file.replacement = Some(Piece::Whole(Rc::new(written)));
            file.appended.clear();
        });
    }

    fn change(&self, name: &str, change: impl FnOnce(&mut File<W>)) {
        let mut files = self.files.borrow_mut();
        if let Some(file) = files.get_mut(name) {
            change(file);
        } else {
            change(files.entry(name.to_owned()).or_insert(File {
                synced: Vec::new(),
                replacement: None,
                appended: Vec::new(),
                truth: None,
            }));
        }
    }

    /// Waits until everything that was written before is safe.
    pub async fn sync(&self, draws: &Draws) {
        // What is written while the sync is under way is not part of it.
        let lengths: Vec<(String, usize, bool)> = {
            let files = self.files.borrow();
            let dirty = files
                .iter()
                .filter(|(_, file)| file.replacement.is_some() || !file.appended.is_empty());
            dirty
                .map(|(name, file)| {
                    let replaced = file.replacement.is_some();
                    (name.clone(), file.appended.len(), replaced)
                })
                .collect()
        };
        let (least, most) = self.sync_us.get();
        runtime::sleep_us(draws.between(least, most)).await;
        while self.full.get() {
            runtime::sleep_us(ROOM_US).await;
        }
        let mut files = self.files.borrow_mut();
        for (name, appended, replaced) in lengths {
            let Some(file) = files.get_mut(&name) else {
                continue;
            };
            if self.lying.get() && file.truth.is_none() {
                file.truth = Some(file.synced.clone());
            }
            if replaced && let Some(replacement) = file.replacement.take() {
                file.synced = vec![replacement];
            }
            let appended = appended.min(file.appended.len());
            let appended = file.appended.drain(..appended);
            file.synced.extend(appended.map(Piece::Whole));
        }
    }

    /// Power is lost.
    pub fn crash(&self, draws: &Draws) {
        let mut files = self.files.borrow_mut();
        for file in files.values_mut() {
            if let Some(truth) = file.truth.take() {
                self.lost.set(true);
                self.repaired.borrow_mut().clear();
                file.synced = truth;
                file.appended.clear();
            }
            let lost_rename = file.replacement.take().is_some();
            let appended = std::mem::take(&mut file.appended);
            if !lost_rename && draws.chance(500) {
                let mut bytes = Vec::new();
                for written in appended {
                    written.write_to(&mut bytes);
                }
                let kept = draws.between(0, i64::try_from(bytes.len()).unwrap_or(0));
                bytes.truncate(usize::try_from(kept).unwrap_or(0));
                if !bytes.is_empty() {
                    file.synced.push(Piece::Bytes(bytes));
                }
            }
        }
    }

    /// The names of the files.
    pub fn names(&self) -> Vec<String> {
        self.files.borrow().keys().cloned().collect()
    }

    /// What a file holds.
    pub fn read(&self, name: &str) -> Vec<Piece<W>> {
        let files = self.files.borrow();
        let Some(file) = files.get(name) else {
            return Vec::new();
        };
        let mut pieces = match &file.replacement {
            Some(replacement) => vec![replacement.clone()],
            None => file.synced.clone(),
        };
        let appended = file.appended.iter().map(Rc::clone);
        pieces.extend(appended.map(Piece::Whole));
        pieces
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draws::Stream;
    use crate::runtime::Pace;

    impl Written for Vec<u8> {
        fn write_to(&self, out: &mut Vec<u8>) {
            out.extend_from_slice(self);
        }
    }

    fn bytes(disk: &Disk<Vec<u8>>, name: &str) -> Vec<u8> {
        let pieces = disk.read(name).into_iter();
        let bytes = pieces.map(|piece| match piece {
            Piece::Whole(written) => written.to_vec(),
            Piece::Bytes(bytes) => bytes,
        });
        bytes.flatten().collect()
    }

    #[test]
    fn a_lying_disk_loses_what_it_called_safe_and_knows_it() {
        let seen = runtime::run(1, Pace::Exact, || async {
            let draws = Draws::new(1, Stream::Disk);
            let disk = Disk::new((100, 200));
            disk.append("log", b"safe".to_vec());
            disk.sync(&draws).await;
            disk.set_lying(true);
            disk.append("log", b"lost".to_vec());
            disk.sync(&draws).await;
            let before = bytes(&disk, "log");
            disk.crash(&draws);
            let lacks = disk.may_lack("log");
            disk.repaired("log");
            (before, bytes(&disk, "log"), lacks, disk.may_lack("log"))
        });
        let wanted = (b"safelost".to_vec(), b"safe".to_vec(), true, false);
        assert_eq!(seen.unwrap(), wanted);
    }

    #[test]
    fn a_full_disk_promises_nothing_until_it_has_room() {
        let waited_us = runtime::run(1, Pace::Exact, || async {
            let draws = Draws::new(1, Stream::Disk);
            let disk = std::rc::Rc::new(Disk::new((100, 200)));
            disk.set_full(true);
            disk.append("log", b"safe".to_vec());
            let later = std::rc::Rc::clone(&disk);
            runtime::spawn(async move {
                runtime::sleep_us(1_000_000).await;
                later.set_full(false);
            });
            disk.sync(&draws).await;
            runtime::elapsed_us()
        });
        assert!(waited_us.unwrap() >= 1_000_000);
    }

    /// What a file holds after a crash, for this seed.
    fn after_crash(seed: u64) -> (Vec<u8>, Vec<u8>) {
        let read = runtime::run(seed, Pace::Exact, move || async move {
            let draws = Draws::new(seed, Stream::Disk);
            let disk = Disk::new((100, 200));
            disk.append("log", b"safe".to_vec());
            disk.sync(&draws).await;
            disk.append("log", b"lost".to_vec());
            disk.replace("state", b"new".to_vec());
            disk.crash(&draws);
            (bytes(&disk, "log"), bytes(&disk, "state"))
        });
        read.unwrap()
    }

    #[test]
    fn a_crash_keeps_what_was_synced_and_a_beginning_of_the_rest() {
        let logs: Vec<Vec<u8>> = (0..40).map(|seed| after_crash(seed).0).collect();
        assert!(
            logs.iter()
                .all(|log| b"safelost".starts_with(log) && log.len() >= 4)
        );
        assert!(logs.iter().any(|log| log == b"safe") && logs.iter().any(|log| log.len() > 4));
    }

    #[test]
    fn a_file_that_was_replaced_without_a_sync_is_the_old_one() {
        assert!((0..10).all(|seed| after_crash(seed).1.is_empty()));
    }
}
