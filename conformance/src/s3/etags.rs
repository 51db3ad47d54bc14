//! What S3 calls each version of an object: the MD5 of its bytes in hex, or of its parts' digests with their number.
//!
//! The places themselves name versions in ways of their own, so ETags are remembered beside them, for as long as the
//! process runs. What nobody remembers is read once, as if it had been put in one piece.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use object_store::ObjectMeta;
use object_store::path::Path;

/// ETags without quotes, by path.
#[derive(Debug, Default)]
pub struct ETags {
    known: Mutex<BTreeMap<Path, (Version, String)>>,
}

/// What tells one version of an object from another: what the place says, its size and when it was written.
type Version = (Option<String>, u64, i64);

fn version(meta: &ObjectMeta) -> Version {
    (
        meta.e_tag.clone(),
        meta.size,
        meta.last_modified.timestamp_micros(),
    )
}

impl ETags {
    /// The ETag of this version, if it is known.
    pub fn get(&self, meta: &ObjectMeta) -> Option<String> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let (of, etag) = known.get(&meta.location)?;
        (*of == version(meta)).then(|| etag.clone())
    }

    /// Remembers the ETag of this version.
    pub fn set(&self, meta: &ObjectMeta, etag: String) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(meta.location.clone(), (version(meta), etag));
    }

    /// Forgets an object.
    pub fn forget(&self, path: &Path) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.remove(path);
    }
}

/// The ETag of an object that was uploaded in parts with these digests.
pub fn of_parts(digests: &[[u8; 16]]) -> String {
    let outer = lookback_formats::Md5::of(digests.concat());
    format!("{}-{}", hex(outer.as_bytes()), digests.len())
}

/// Bytes in hex.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
