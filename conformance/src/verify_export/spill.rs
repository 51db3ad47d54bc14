//! What is kept of each record, parted by the digest of its key: in memory while there is room, then in files.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

mod kept;

pub use kept::{IMAGES_BYTES, Kept, PLAIN_BYTES, Spot};

use kept::take;

/// How many parts there are on a level: few enough files for any machine.
pub const PARTS: usize = 64;
/// The bits of a digest that tell the part.
const PART_BITS: u32 = 6;
/// What a part keeps in memory before it goes to a file, in bytes: 64 parts keep 64 MB.
const PART_MEMORY_BYTES: usize = 1024 * 1024;
/// What a thread collects for a part before it hands it over, in bytes.
const HAND_OVER_BYTES: usize = 8 * 1024;

/// Parts of what is kept, as entries of `N` bytes.
#[derive(Debug)]
pub struct Spill<const N: usize> {
    folder: Option<PathBuf>,
    level: u32,
    parts: Vec<Mutex<Part>>,
}

#[derive(Debug, Default)]
struct Part {
    memory: Vec<u8>,
    file: Option<File>,
    entries: u64,
}

/// Why nothing can be kept.
#[derive(Debug, thiserror::Error)]
#[error("cannot write temporary files: {0}; name a folder with more room by --temp-dir")]
pub struct NoRoom(#[from] io::Error);

impl<const N: usize> Spill<N> {
    /// Nothing yet. Files are made in this folder, or where the system makes temporary files; they have no names, so
    /// they are gone however the process ends.
    pub fn new(folder: Option<&Path>) -> Self {
        Self::of_level(folder, 0)
    }

    fn of_level(folder: Option<&Path>, level: u32) -> Self {
        Self {
            folder: folder.map(Path::to_path_buf),
            level,
            parts: (0..PARTS).map(|_| Mutex::default()).collect(),
        }
    }

    fn part(&self, number: usize) -> Option<MutexGuard<'_, Part>> {
        let part = self.parts.get(number)?;
        Some(part.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The part of a key.
    fn part_of(&self, entry: &[u8; N]) -> usize {
        let mut rest = entry.as_slice();
        let key = u128::from_be_bytes(take(&mut rest));
        let shift = 128_u32.saturating_sub(PART_BITS * (self.level + 1));
        (key >> shift) as usize % PARTS
    }

    fn append(&self, number: usize, entries: &[u8]) -> Result<(), NoRoom> {
        let Some(mut part) = self.part(number) else {
            return Ok(());
        };
        part.entries += (entries.len() / N) as u64;
        part.memory.extend_from_slice(entries);
        if part.memory.len() < PART_MEMORY_BYTES {
            return Ok(());
        }
        let Part { memory, file, .. } = &mut *part;
        let file = match file {
            Some(file) => file,
            None => file.insert(match &self.folder {
                Some(folder) => tempfile::tempfile_in(folder)?,
                None => tempfile::tempfile()?,
            }),
        };
        file.write_all(memory)?;
        memory.clear();
        Ok(())
    }

    /// How many entries a part has.
    pub fn entries(&self, number: usize) -> u64 {
        self.part(number).map_or(0, |part| part.entries)
    }

    /// Takes the entries of a part, in blocks of any size, and forgets them.
    fn drain(
        &self,
        number: usize,
        mut block: impl FnMut(&[[u8; N]]) -> Result<(), NoRoom>,
    ) -> Result<(), NoRoom> {
        let Some(mut part) = self.part(number) else {
            return Ok(());
        };
        let Part { memory, file, .. } = std::mem::take(&mut *part);
        drop(part);
        if let Some(mut file) = file {
            file.seek(SeekFrom::Start(0))?;
            let mut buffer = vec![0; N * 1024];
            loop {
                let filled = fill(&mut file, &mut buffer)?;
                let (entries, _) = buffer.get(..filled).unwrap_or_default().as_chunks::<N>();
                if entries.is_empty() {
                    break;
                }
                block(entries)?;
            }
        }
        block(memory.as_chunks::<N>().0)
    }

    /// The entries of a part, sorted; `None`: there are more than this, and they are parted further.
    ///
    /// # Errors
    /// They cannot be read.
    pub fn take(&self, number: usize, entries_max: u64) -> Result<Taken<N>, NoRoom> {
        let entries = self.entries(number);
        if entries <= entries_max {
            let mut all = Vec::with_capacity(entries as usize);
            self.drain(number, |block| {
                all.extend_from_slice(block);
                Ok(())
            })?;
            all.sort_unstable();
            return Ok(Taken::Sorted(all));
        }
        let finer = Self::of_level(self.folder.as_deref(), self.level + 1);
        let deepest = PART_BITS * (self.level + 2) > 48;
        if deepest {
            // So many entries have 48 bits in common: they are of one key.
            let mut some = Vec::new();
            self.drain(number, |block| {
                let room = (entries_max as usize).saturating_sub(some.len());
                some.extend(block.iter().take(room));
                Ok(())
            })?;
            some.sort_unstable();
            return Ok(Taken::OneKey {
                left_out: entries - some.len() as u64,
                entries: some,
            });
        }
        let mut writer = Writer::new(&finer);
        self.drain(number, |block| {
            block.iter().try_for_each(|entry| writer.put(*entry))
        })?;
        writer.finish()?;
        Ok(Taken::Parted(finer))
    }
}

/// What a part holds.
#[derive(Debug)]
pub enum Taken<const N: usize> {
    /// All of it, sorted.
    Sorted(Vec<[u8; N]>),
    /// Parts of it.
    Parted(Spill<N>),
    /// More of one key than fits into memory.
    OneKey {
        /// Some of it, sorted.
        entries: Vec<[u8; N]>,
        /// How many more there are.
        left_out: u64,
    },
}

fn fill(file: &mut File, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match file.read(rest)? {
            0 => break,
            read => filled += read,
        }
    }
    Ok(filled)
}

/// What one thread keeps.
#[derive(Debug)]
pub struct Writer<'s, const N: usize> {
    spill: &'s Spill<N>,
    parts: Vec<Vec<u8>>,
}

impl<'s, const N: usize> Writer<'s, N> {
    /// Writes to this.
    pub fn new(spill: &'s Spill<N>) -> Self {
        Self {
            spill,
            parts: vec![Vec::new(); PARTS],
        }
    }

    /// Keeps an entry.
    ///
    /// # Errors
    /// There is no room.
    pub fn put(&mut self, entry: [u8; N]) -> Result<(), NoRoom> {
        let number = self.spill.part_of(&entry);
        if let Some(part) = self.parts.get_mut(number) {
            part.extend_from_slice(&entry);
            if part.len() >= HAND_OVER_BYTES {
                self.spill.append(number, part)?;
                part.clear();
            }
        }
        Ok(())
    }

    /// Hands over the rest.
    ///
    /// # Errors
    /// There is no room.
    pub fn finish(self) -> Result<(), NoRoom> {
        for (number, part) in self.parts.iter().enumerate() {
            if !part.is_empty() {
                self.spill.append(number, part)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use lookback_formats::verify::Digest;

    use super::*;

    fn kept(key: u128, line: u64) -> Kept {
        let spot = Spot {
            export: 3,
            file: 70_000,
            line,
        };
        Kept {
            key: Digest(key),
            spot,
            old: None,
            new: Some(Digest(u128::MAX)),
        }
    }

    /// Everything of a spill, part by part.
    fn all(spill: &Spill<PLAIN_BYTES>, entries_max: u64, found: &mut Vec<Kept>) -> u64 {
        let mut left_out_sum = 0;
        for number in 0..PARTS {
            match spill.take(number, entries_max).unwrap() {
                Taken::Sorted(entries) => {
                    assert!(entries.is_sorted());
                    found.extend(entries.iter().map(Kept::from_bytes));
                }
                Taken::Parted(finer) => left_out_sum += all(&finer, entries_max, found),
                Taken::OneKey { entries, left_out } => {
                    found.extend(entries.iter().map(Kept::from_bytes));
                    left_out_sum += left_out;
                }
            }
        }
        left_out_sum
    }

    #[test]
    fn nothing_is_lost_in_files_and_finer_parts() {
        let spill = Spill::<PLAIN_BYTES>::new(None);
        let mut writer = Writer::new(&spill);
        // All in one part at first: more than it keeps in memory, and more than is taken at a time.
        let count = 100_000_u64;
        for n in 0..count {
            let entry = kept(u128::from(n) << 90, n).to_bytes();
            writer.put(entry).unwrap();
        }
        writer.finish().unwrap();
        let mut found = Vec::new();
        assert_eq!(all(&spill, 500, &mut found), 0);
        let mut lines: Vec<u64> = found.iter().map(|one| one.spot.line).collect();
        lines.sort_unstable();
        assert_eq!(lines, (0..count).collect::<Vec<_>>());
    }

    #[test]
    fn a_crowd_of_one_key_is_counted() {
        let spill = Spill::<PLAIN_BYTES>::new(None);
        let mut writer = Writer::new(&spill);
        for n in 0..1_000 {
            writer.put(kept(5, n).to_bytes()).unwrap();
        }
        writer.finish().unwrap();
        let mut found = Vec::new();
        assert_eq!(all(&spill, 10, &mut found), 990);
        assert_eq!(found.len(), 10);
    }
}
