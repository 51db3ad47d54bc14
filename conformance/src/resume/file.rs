//! The FILE of `--resume`: one process at a time, each change written whole.
//!
//! A change goes into `FILE.new`, is synced, takes the place of FILE, and the folder is synced: a reader finds the state
//! before or after it, never one in between. The last line is the CRC-32 of everything before it, so that not one byte
//! can be lost or changed unnoticed. `FILE.lock` stays where it is: what counts is the lock that a living process
//! holds on it, which the system takes away with the process.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::{fs, io};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::error::ResumeError;
use super::state::State;

/// The version of the format: raised when a member changes its meaning or goes away.
pub const VERSION: u64 = 1;
/// What each file begins with.
const HEAD: &str = "{\n  \"format\": \"lookback-resume\",\n";
/// What stands before and after the checksum at the end.
const TAIL: (&str, &str) = (",\n  \"crc32\": \"", "\"\n}\n");
/// Digits of the checksum.
const DIGITS: usize = 8;

/// A FILE that is ours until this is dropped.
#[derive(Debug)]
pub struct StateFile {
    path: PathBuf,
    /// Holds the lock.
    _lock: File,
}

#[derive(Serialize)]
struct Written<'a> {
    format: &'static str,
    version: u64,
    tool: &'static str,
    state: &'a State,
}

#[derive(Deserialize)]
struct Known {
    state: State,
}

impl StateFile {
    /// Takes a FILE, whether it is there or not.
    ///
    /// # Errors
    /// Another process has it, or nothing can be written beside it.
    pub fn lock(path: &Path) -> Result<Self, ResumeError> {
        // A link is followed now: what takes the place of FILE must not take that of the link.
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let lock_path = beside(&path, ".lock");
        let failed = |error: io::Error| ResumeError::Io {
            path: lock_path.clone(),
            reason: error.to_string(),
        };
        let mut lock = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&lock_path)
            .map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::Error(error)) => return Err(failed(error)),
            Err(TryLockError::WouldBlock) => {
                let mut id = String::new();
                let known = lock.read_to_string(&mut id).is_ok() && !id.trim().is_empty();
                let who = if known {
                    format!(" (process {})", id.trim())
                } else {
                    String::new()
                };
                return Err(ResumeError::InUse { path, who });
            }
        }
        // Only for the words of the process that is refused.
        let noted = lock
            .set_len(0)
            .and_then(|()| lock.rewind())
            .and_then(|()| writeln!(lock, "{}", std::process::id()));
        noted.map_err(failed)?;
        Ok(Self { path, _lock: lock })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What it holds; nothing if there is no such file.
    ///
    /// # Errors
    /// It cannot be read, is damaged, is something else, or was written by a later version.
    pub fn read(&self) -> Result<Option<State>, ResumeError> {
        match fs::read(&self.path) {
            Ok(bytes) => parse(&self.path, &bytes).map(Some),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(self.failed(&error)),
        }
    }

    /// Writes it whole: after this, and not before, the new state is what a reader finds.
    ///
    /// # Errors
    /// It cannot be written; the state before is still there.
    pub fn write(&self, state: &State) -> Result<(), ResumeError> {
        let text = text(state).map_err(|error| self.failed(&error.into()))?;
        self.replace(text.as_bytes())
            .map_err(|error| self.failed(&error))
    }

    fn replace(&self, bytes: &[u8]) -> io::Result<()> {
        let new = beside(&self.path, ".new");
        let mut file = File::create(&new)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&new, &self.path)?;
        sync_folder(&self.path)
    }

    fn failed(&self, error: &io::Error) -> ResumeError {
        ResumeError::Io {
            path: self.path.clone(),
            reason: error.to_string(),
        }
    }
}

/// A rename is on disk once its folder is.
#[cfg(unix)]
fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

/// Folders cannot be opened here; the rename is written through by the system.
#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// The text of a file.
fn text(state: &State) -> Result<String, serde_json::Error> {
    let written = Written {
        format: "lookback-resume",
        version: VERSION,
        tool: concat!("lookback ", env!("CARGO_PKG_VERSION")),
        state,
    };
    let mut text = serde_json::to_string_pretty(&written)?;
    // The last member goes in by hand: it speaks of everything before it.
    text.truncate(text.len().saturating_sub("\n}".len()));
    let sum = crc32fast::hash(text.as_bytes());
    Ok(format!("{text}{}{sum:08x}{}", TAIL.0, TAIL.1))
}

/// Reads a file's bytes.
fn parse(path: &Path, bytes: &[u8]) -> Result<State, ResumeError> {
    let whole = checked(path, bytes)?;
    let json = |error: serde_json::Error| ResumeError::Damaged {
        path: path.to_owned(),
        place: format!("{}:{}", error.line(), error.column()),
        reason: error.to_string(),
    };
    let value: Value = serde_json::from_slice(whole).map_err(json)?;
    let version = value.get("version").and_then(Value::as_u64).unwrap_or(0);
    if version != VERSION {
        let tool = value
            .get("tool")
            .and_then(Value::as_str)
            .unwrap_or("somebody else");
        return Err(ResumeError::Newer {
            path: path.to_owned(),
            version,
            tool: tool.to_owned(),
            known: VERSION,
        });
    }
    let known: Known = serde_json::from_slice(whole).map_err(json)?;
    Ok(known.state)
}

/// The same bytes, if each of them is as it was written.
fn checked<'a>(path: &Path, bytes: &'a [u8]) -> Result<&'a [u8], ResumeError> {
    let lines = 1 + bytes.iter().filter(|byte| **byte == b'\n').count();
    let damaged = |place: usize, reason: String| ResumeError::Damaged {
        path: path.to_owned(),
        place: place.to_string(),
        reason,
    };
    if bytes.len() < HEAD.len() && HEAD.as_bytes().starts_with(bytes) {
        let reason = format!("it ends after {} bytes", bytes.len());
        return Err(damaged(lines, reason));
    }
    if !bytes.starts_with(HEAD.as_bytes()) {
        return Err(ResumeError::NotOurs {
            path: path.to_owned(),
        });
    }
    let tail = TAIL.0.len() + DIGITS + TAIL.1.len();
    let (body, end) = bytes.split_at(bytes.len().saturating_sub(tail));
    let sum = end
        .strip_prefix(TAIL.0.as_bytes())
        .and_then(|rest| rest.strip_suffix(TAIL.1.as_bytes()))
        .and_then(|digits| std::str::from_utf8(digits).ok());
    let Some(sum) = sum else {
        let reason = "it does not end with its checksum, the member crc32: it was cut or changed";
        return Err(damaged(lines, reason.to_owned()));
    };
    let actual = format!("{:08x}", crc32fast::hash(body));
    if sum != actual {
        let reason = format!(
            "its checksum says {sum}, and the lines before it give {actual}: one of them was changed"
        );
        return Err(damaged(lines.saturating_sub(2).max(1), reason));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests;
