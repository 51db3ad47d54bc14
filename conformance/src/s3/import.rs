//! Reads the source of one import into its table.

use std::io::{BufReader, Read};
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Bytes;
use futures::TryStreamExt;
use lookback_formats::import::ImportSource;
use lookback_protocol::error::ServiceError;
use lookback_protocol::value::{Item, item_size_bytes};
use lookback_reference::{DueImport, Failure};
use tokio::runtime::Handle;

use super::export::{account, admit};
use super::office::Office;
use super::refusal::Refusal;
use super::store::{Bytestream, Store};

/// How much is put into a table at a time, in bytes of items: what is held in memory.
const BATCH_BYTES: usize = 1024 * 1024;

/// Reads every object of an import, in the order of their keys, and says how it ended.
pub fn read(store: &Store, due: &DueImport, office: &impl Office, runtime: &Handle) {
    let arn = due.description.import_arn.as_deref().unwrap_or_default();
    let ended = match begin(store, due, runtime) {
        // Nothing can be read: there is no table (IMPORT-023).
        Err(refusal) => Err(refusal.failure()),
        Ok(source) => match office.enter(|service, _| service.open_import(arn)) {
            Some(true) => source.items(store, arn, office, runtime),
            _ => return,
        },
    };
    if let Err(failure) = &ended {
        tracing::info!(%arn, code = %failure.code, message = %failure.message, "an import failed");
    }
    office.enter(|service, _| service.import_ended(arn, ended));
}

/// What is to be read.
struct Source {
    bucket: String,
    keys: Vec<String>,
    format: ImportSource,
}

fn begin(store: &Store, due: &DueImport, runtime: &Handle) -> Result<Source, Refusal> {
    let description = &due.description;
    let format = ImportSource::of(description);
    let format = format.map_err(|error| Refusal::Broken(error.to_string()))?;
    let source = description.s3_bucket_source.as_ref();
    let bucket = source
        .map(|source| source.s3_bucket.clone())
        .unwrap_or_default();
    let owner = source.and_then(|source| source.s3_bucket_owner.as_deref());
    let prefix = source.and_then(|source| source.s3_key_prefix.as_deref());
    let arn = description.import_arn.as_deref().unwrap_or_default();
    admit(store, &bucket, account(arn), owner)?;
    let objects = runtime.block_on(store.list(&bucket, prefix.unwrap_or_default()))?;
    // What has no bytes has no items (IMPORT-021): folders, as consoles make them, are such objects.
    let objects = objects.into_iter().filter(|object| object.size > 0);
    let keys = objects.map(|object| object.key).collect();
    Ok(Source {
        bucket,
        keys,
        format,
    })
}

impl Source {
    /// Puts the items of all objects into the table; how many uncompressed bytes that were.
    fn items(
        &self,
        store: &Store,
        arn: &str,
        office: &impl Office,
        runtime: &Handle,
    ) -> Result<u64, Failure> {
        let mut bytes = 0;
        for key in &self.keys {
            let pieces = match runtime.block_on(store.get(&self.bucket, key, None)) {
                Ok((_, pieces)) => pieces,
                // It was there a moment ago: the source has changed (IMPORT-047).
                Err(Refusal::NoSuchKey(_)) => {
                    let gone = ServiceError::validation(format!("The object {key} is gone"));
                    office.enter(|service, _| service.import_items(arn, [Err(gone)]));
                    continue;
                }
                Err(refusal) => return Err(refusal.failure()),
            };
            let broken = Arc::new(Mutex::new(None));
            let object = Object {
                pieces,
                rest: Bytes::new(),
                runtime: runtime.clone(),
                broken: Arc::clone(&broken),
            };
            let mut items = self.format.read(BufReader::new(object));
            let mut number = 0;
            while let Some(batch) = batch(&mut items) {
                // A place that breaks off is no fault of an item.
                if let Some(refusal) = broken.lock().unwrap_or_else(PoisonError::into_inner).take()
                {
                    return Err(Refusal::failure(&refusal));
                }
                let count = batch.len();
                let refused = office.enter(|service, _| service.import_items(arn, batch));
                for (place, error) in refused.into_iter().flatten() {
                    tracing::info!(%arn, %key, item = number + place, %error, "an item was refused");
                }
                number += count;
            }
            bytes += items.bytes();
        }
        Ok(bytes)
    }
}

/// The next items, as many as are held at a time.
fn batch(
    items: &mut impl Iterator<Item = Result<Item, ServiceError>>,
) -> Option<Vec<Result<Item, ServiceError>>> {
    let mut batch = Vec::new();
    let mut bytes = 0;
    while bytes < BATCH_BYTES {
        let Some(item) = items.next() else { break };
        bytes += item.as_ref().map_or(64, item_size_bytes);
        batch.push(item);
    }
    (!batch.is_empty()).then_some(batch)
}

/// An object, read from a thread that may block.
struct Object {
    pieces: Bytestream,
    rest: Bytes,
    runtime: Handle,
    /// Why it broke off.
    broken: Arc<Mutex<Option<Refusal>>>,
}

impl Read for Object {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        while self.rest.is_empty() {
            match self.runtime.block_on(self.pieces.try_next()) {
                Ok(Some(piece)) => self.rest = piece,
                Ok(None) => return Ok(0),
                Err(refusal) => {
                    let words = refusal.to_string();
                    *self.broken.lock().unwrap_or_else(PoisonError::into_inner) = Some(refusal);
                    return Err(std::io::Error::other(words));
                }
            }
        }
        let count = self.rest.len().min(buffer.len());
        let piece = self.rest.split_to(count);
        if let Some(target) = buffer.get_mut(..count) {
            target.copy_from_slice(&piece);
        }
        Ok(count)
    }
}
