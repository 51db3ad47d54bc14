//! Uploads in parts: each part is an object of a store of its own until all of them are put together.

use std::collections::BTreeMap;
use std::sync::{Mutex, OnceLock, PoisonError};

use axum::body::Bytes;
use futures::{Stream, StreamExt, TryStreamExt};
use lookback_formats::Md5;

use crate::s3::{Refusal, Store, Upload};

/// Uploads that were begun and are not over.
#[derive(Debug, Default)]
pub struct Parts {
    open: Mutex<Open>,
    scratch: OnceLock<Store>,
}

#[derive(Debug, Default)]
struct Open {
    begun: u64,
    uploads: BTreeMap<String, OneUpload>,
}

/// One upload: where it goes, and the digests of its parts.
#[derive(Clone, Debug)]
struct OneUpload {
    bucket: String,
    key: String,
    parts: BTreeMap<i32, Md5>,
}

/// The bucket of parts.
const PARTS: &str = "parts";

impl Parts {
    fn open<R>(&self, work: impl FnOnce(&mut Open) -> R) -> R {
        work(&mut self.open.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Begins an upload; its id.
    pub fn begin(&self, bucket: &str, key: &str) -> String {
        self.open(|open| {
            open.begun += 1;
            let id = format!("upload-{}", open.begun);
            let upload = OneUpload {
                bucket: bucket.to_owned(),
                key: key.to_owned(),
                parts: BTreeMap::new(),
            };
            open.uploads.insert(id.clone(), upload);
            id
        })
    }

    /// Where parts are kept: in memory where objects are, else in a folder beside them.
    fn scratch(&self, store: &Store) -> &Store {
        self.scratch.get_or_init(|| {
            let scratch = store.scratch();
            // A folder of an earlier run has it already.
            let _ = scratch.create_bucket(PARTS, None);
            scratch
        })
    }

    /// Stores a part; `None`: there is no such upload.
    ///
    /// # Errors
    /// It cannot be stored.
    pub async fn put(
        &self,
        store: &Store,
        id: &str,
        number: i32,
        mut body: impl Stream<Item = Result<Bytes, s3s::StdError>> + Unpin,
    ) -> Result<Option<Md5>, Refusal> {
        if !self.open(|open| open.uploads.contains_key(id)) {
            return Ok(None);
        }
        let scratch = self.scratch(store);
        let key = part_key(id, number);
        let mut digest = None;
        let upload = receive(scratch, PARTS, &key, &mut body).await?;
        scratch
            .uploaded(PARTS, &key, upload, |md5| {
                digest = Some(md5);
                String::new()
            })
            .await?;
        self.open(|open| {
            if let (Some(upload), Some(md5)) = (open.uploads.get_mut(id), digest) {
                upload.parts.insert(number, md5);
            }
        });
        Ok(digest)
    }

    /// Puts the parts together in the order of their numbers; the object's ETag. `None`: there is no such upload, or a
    /// part is missing.
    ///
    /// # Errors
    /// The object cannot be stored; the upload stays.
    pub async fn complete(
        &self,
        store: &Store,
        id: &str,
        numbers: &[i32],
    ) -> Result<Option<String>, Refusal> {
        let Some(upload) = self.open(|open| open.uploads.get(id).cloned()) else {
            return Ok(None);
        };
        let digests: Option<Vec<[u8; 16]>> = numbers
            .iter()
            .map(|number| upload.parts.get(number).map(|md5| *md5.as_bytes()))
            .collect();
        let Some(digests) = digests else {
            return Ok(None);
        };
        let mut whole = store.upload(&upload.bucket, &upload.key)?;
        for number in numbers {
            let (_, mut pieces) = self
                .scratch(store)
                .get(PARTS, &part_key(id, *number), None)
                .await?;
            while let Some(piece) = pieces.try_next().await? {
                if let Err(error) = whole.write(&piece).await {
                    whole.give_up().await;
                    return Err(Refusal::of_write(&upload.bucket, &upload.key, error));
                }
            }
        }
        let name = |_| crate::s3::etag_of_parts(&digests);
        let etag = store
            .uploaded(&upload.bucket, &upload.key, whole, name)
            .await?;
        self.abandon(store, id).await;
        Ok(Some(etag))
    }

    /// Leaves nothing of an upload; whether there was one.
    pub async fn abandon(&self, store: &Store, id: &str) -> bool {
        let Some(upload) = self.open(|open| open.uploads.remove(id)) else {
            return false;
        };
        for number in upload.parts.keys() {
            // A part that stays is of no use and of no harm.
            let _ = self
                .scratch(store)
                .delete(PARTS, &part_key(id, *number))
                .await;
        }
        true
    }
}

fn part_key(id: &str, number: i32) -> String {
    format!("{id}/{number:05}")
}

/// Takes a body in as an object that is not visible yet.
///
/// # Errors
/// The sender broke off, or the place has no room: nothing of the object stays.
pub async fn receive(
    store: &Store,
    bucket: &str,
    key: &str,
    body: &mut (impl Stream<Item = Result<Bytes, s3s::StdError>> + Unpin),
) -> Result<Upload, Refusal> {
    let mut upload = store.upload(bucket, key)?;
    while let Some(piece) = body.next().await {
        let written = match piece {
            Ok(piece) => upload.write(&piece).await,
            Err(error) => Err(std::io::Error::other(error.to_string())),
        };
        if let Err(error) = written {
            upload.give_up().await;
            return Err(Refusal::of_write(bucket, key, error));
        }
    }
    Ok(upload)
}
