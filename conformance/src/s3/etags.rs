//! What S3 calls each version of an object: the MD5 of its bytes in hex, or of its parts' digests with their number.
//!
//! The places themselves name versions in ways of their own, so ETags are remembered. Those that do not follow from the bytes
//! alone are written beside a folder of buckets, so that a server that starts again tells the same; what nobody remembers
//! is read once, as if it had been put in one piece.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path as Folder, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use object_store::ObjectMeta;
use object_store::path::Path;

/// Where ETags are written, below the folder of the buckets; no bucket has such a name.
const FOLDER: &str = ".lookback-etags";

/// ETags without quotes, by path.
#[derive(Debug, Default)]
pub struct ETags {
    known: Mutex<BTreeMap<Path, (Version, String)>>,
    /// Where those of uploads in parts are written.
    folder: Option<PathBuf>,
}

/// What tells one version of an object from another: what the place says, its size and when it was written.
type Version = String;

fn version(meta: &ObjectMeta) -> Version {
    let written_us = meta.last_modified.timestamp_micros();
    format!(
        "{} {} {written_us}",
        meta.e_tag.as_deref().unwrap_or_default(),
        meta.size
    )
}

impl ETags {
    /// Those of the buckets in this folder, which outlive the process.
    pub fn beside(buckets: &Folder) -> Self {
        Self {
            known: Mutex::default(),
            folder: Some(buckets.join(FOLDER)),
        }
    }

    fn known(&self) -> MutexGuard<'_, BTreeMap<Path, (Version, String)>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where the ETag of an object is written: its version on one line, and then it.
    fn file(&self, path: &Path) -> Option<PathBuf> {
        Some(self.folder.as_ref()?.join(path.as_ref()))
    }

    /// The ETag of this version, if it is known.
    pub fn get(&self, meta: &ObjectMeta) -> Option<String> {
        let version = version(meta);
        if let Some((of, etag)) = self.known().get(&meta.location) {
            return (*of == version).then(|| etag.clone());
        }
        let written = fs::read_to_string(self.file(&meta.location)?).ok()?;
        let (of, etag) = written.split_once('\n')?;
        (of == version).then(|| etag.to_owned())
    }

    /// Remembers the ETag of this version.
    pub fn set(&self, meta: &ObjectMeta, etag: String) {
        let version = version(meta);
        if let Some(file) = self.file(&meta.location) {
            // Whoever cannot write here tells the MD5 of the bytes when the server has started again.
            let _ = match etag.contains('-') {
                true => fs::create_dir_all(file.parent().unwrap_or(&file))
                    .and_then(|()| fs::write(&file, format!("{version}\n{etag}"))),
                false => fs::remove_file(&file),
            };
        }
        self.known().insert(meta.location.clone(), (version, etag));
    }

    /// Forgets an object.
    pub fn forget(&self, path: &Path) {
        if let Some(file) = self.file(path) {
            // What is left of an object that is gone fits no other version.
            let _ = fs::remove_file(file);
        }
        self.known().remove(path);
    }

    /// Forgets a bucket, which has no objects.
    pub fn forget_bucket(&self, bucket: &str) {
        if let Some(folder) = &self.folder {
            let _ = fs::remove_dir_all(folder.join(bucket));
        }
    }
}

/// The ETag of an object that was uploaded in parts with these digests.
pub fn of_parts(digests: &[[u8; 16]]) -> String {
    let outer = lookback_formats::Md5::of(digests.concat());
    format!("{}-{}", outer.to_hex(), digests.len())
}
