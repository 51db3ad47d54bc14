//! The disk of a node: what was not synced is lost in a crash.
//!
//! A file is a sequence of bytes that grows at its end or is replaced as a whole. A crash keeps what was synced and, of
//! what was appended since, a part from the beginning that is drawn: nothing, all, or a torn record.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

use crate::draws::Draws;
use crate::runtime;

/// From one look to the next whether there is room again, in microseconds.
const ROOM_US: i64 = 20_000;

/// The disk of a node. It outlives crashes.
#[derive(Debug, Default)]
pub struct Disk {
    files: RefCell<BTreeMap<String, File>>,
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
#[derive(Debug, Default)]
struct File {
    synced: Vec<u8>,
    /// What replaces the file at the next sync.
    replacement: Option<Vec<u8>>,
    appended: Vec<u8>,
    /// What a lying disk lets go in a crash: the file as it was before it began to lie.
    truth: Option<Vec<u8>>,
}

impl Disk {
    /// A disk whose syncs take so long, in microseconds: least and most.
    pub fn new(sync_us: (i64, i64)) -> Self {
        Self {
            sync_us: Cell::new(sync_us),
            ..Self::default()
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
    pub fn append(&self, name: &str, bytes: &[u8]) {
        let mut files = self.files.borrow_mut();
        match files.get_mut(name) {
            Some(file) => file.appended.extend_from_slice(bytes),
            None => {
                let file = File {
                    appended: bytes.to_vec(),
                    ..File::default()
                };
                files.insert(name.to_owned(), file);
            }
        }
    }

    /// Replaces a file as a whole, as renaming another one over it does.
    pub fn replace(&self, name: &str, bytes: Vec<u8>) {
        let mut files = self.files.borrow_mut();
        let file = files.entry(name.to_owned()).or_default();
        file.replacement = Some(bytes);
        file.appended.clear();
    }

    /// Waits until everything that was written before is safe.
    pub async fn sync(&self, draws: &Draws) {
        // What is written while the sync is under way is not part of it.
        let lengths: Vec<(String, usize, Option<usize>)> = {
            let files = self.files.borrow();
            let dirty = files
                .iter()
                .filter(|(_, file)| file.replacement.is_some() || !file.appended.is_empty());
            dirty
                .map(|(name, file)| {
                    let replaced = file.replacement.as_ref().map(Vec::len);
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
            if replaced.is_some()
                && let Some(replacement) = file.replacement.take()
            {
                file.synced = replacement;
            }
            let appended = appended.min(file.appended.len());
            file.synced.extend(file.appended.drain(..appended));
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
                let kept = draws.between(0, i64::try_from(appended.len()).unwrap_or(0));
                let kept = usize::try_from(kept).unwrap_or(0);
                let kept = appended.get(..kept).unwrap_or_default();
                file.synced.extend_from_slice(kept);
            }
        }
    }

    /// The names of the files.
    pub fn names(&self) -> Vec<String> {
        self.files.borrow().keys().cloned().collect()
    }

    /// What a file holds.
    pub fn read(&self, name: &str) -> Vec<u8> {
        let files = self.files.borrow();
        let Some(file) = files.get(name) else {
            return Vec::new();
        };
        let mut bytes = file.replacement.as_ref().unwrap_or(&file.synced).clone();
        bytes.extend_from_slice(&file.appended);
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draws::Stream;
    use crate::runtime::Pace;

    #[test]
    fn a_lying_disk_loses_what_it_called_safe_and_knows_it() {
        let seen = runtime::run(1, Pace::Exact, || async {
            let draws = Draws::new(1, Stream::Disk);
            let disk = Disk::new((100, 200));
            disk.append("log", b"safe");
            disk.sync(&draws).await;
            disk.set_lying(true);
            disk.append("log", b"lost");
            disk.sync(&draws).await;
            let before = disk.read("log");
            disk.crash(&draws);
            let lacks = disk.may_lack("log");
            disk.repaired("log");
            (before, disk.read("log"), lacks, disk.may_lack("log"))
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
            disk.append("log", b"safe");
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
            disk.append("log", b"safe");
            disk.sync(&draws).await;
            disk.append("log", b"lost");
            disk.replace("state", b"new".to_vec());
            disk.crash(&draws);
            (disk.read("log"), disk.read("state"))
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
