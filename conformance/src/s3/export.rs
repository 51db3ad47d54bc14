//! Writes the files of one export.

use std::io::Write;
use std::num::NonZero;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use lookback_formats::manifest::FileEntry;
use lookback_formats::{ExportPlan, FormatError, Md5, part_etag};
use lookback_protocol::export::ExportRecords;
use lookback_reference::{BegunExport, DueExport, Failure};
use tokio::runtime::Handle;

use super::refusal::Refusal;
use super::store::Store;

/// Writes the empty object that comes first and shows that the bucket can be written (EXPORT-FORMAT-004).
///
/// # Errors
/// What FailureCode and FailureMessage will tell (EXPORT-FULL-013).
pub fn begin(store: &Store, begun: &BegunExport, runtime: &Handle) -> Result<(), Failure> {
    let work = Work {
        store,
        bucket: &begun.bucket,
        runtime,
    };
    let owner = begun.bucket_owner.as_deref();
    admit(store, &begun.bucket, account(&begun.arn), owner)
        .and_then(|()| work.put(&begun.started, |_| Ok(())).map(drop))
        .map_err(|refusal| refusal.failure())
}

/// Writes every other object of an export, the data files side by side, the manifests last and only when all else is there.
///
/// # Errors
/// What FailureCode and FailureMessage will tell; no manifest is left behind (EXPORT-FULL-013, EXPORT-FORMAT-026).
pub fn write(store: &Store, due: &DueExport, runtime: &Handle) -> Result<(), Failure> {
    let description = &due.description;
    let plan = ExportPlan::new(description, &due.key);
    let plan = plan.map_err(|error| Failure::new("UNKNOWN", error.to_string()))?;
    let bucket = description.s3_bucket.as_deref().unwrap_or_default();
    let arn = description.export_arn.as_deref().unwrap_or_default();
    let work = Work {
        store,
        bucket,
        runtime,
    };
    admit(
        store,
        bucket,
        account(arn),
        description.s3_bucket_owner.as_deref(),
    )
    .and_then(|()| work.data_files(&plan, due))
    .and_then(|entries| work.manifests(&plan, &entries))
    .map_err(|refusal| refusal.failure())
}

/// The account in an ARN.
pub(super) fn account(arn: &str) -> &str {
    arn.split(':').nth(4).unwrap_or_default()
}

/// Whether an account may use a bucket: it has to be there, and to be the account's own, or the one whose owner the
/// request names (EXPORT-FULL-012).
///
/// # Errors
/// It is not there, or denied.
pub(super) fn admit(
    store: &Store,
    bucket: &str,
    account: &str,
    named_owner: Option<&str>,
) -> Result<(), Refusal> {
    let owner = store.bucket(bucket)?.owner;
    match owner {
        Some(owner) if owner != named_owner.unwrap_or(account) => {
            Err(Refusal::Denied(bucket.to_owned()))
        }
        _ => Ok(()),
    }
}

/// One export on its way to one bucket.
#[derive(Clone, Copy)]
struct Work<'a> {
    store: &'a Store,
    bucket: &'a str,
    runtime: &'a Handle,
}

impl Work<'_> {
    /// Puts one object; nothing is seen of it unless all of it could be written. What writing gave, and the digest.
    fn put<T>(
        &self,
        key: &str,
        write: impl FnOnce(&mut dyn Write) -> std::io::Result<T>,
    ) -> Result<(T, Md5), Refusal> {
        let mut upload = self
            .store
            .upload(self.bucket, key)?
            .blocking(self.runtime.clone());
        match write(&mut upload) {
            Ok(written) => {
                let mut digest = Md5::of("");
                // Every object of an export goes up as one part, whatever its size (EXPORT-FORMAT-010).
                let etag = |md5| {
                    digest = md5;
                    part_etag(md5)
                };
                let done = self.store.uploaded(self.bucket, key, upload.upload, etag);
                self.runtime.block_on(done)?;
                Ok((written, digest))
            }
            Err(error) => {
                self.runtime.block_on(upload.upload.give_up());
                Err(Refusal::of_write(self.bucket, key, error))
            }
        }
    }

    /// One data file.
    fn data_file(
        &self,
        plan: &ExportPlan,
        due: &DueExport,
        number: usize,
        places: Range<usize>,
    ) -> Result<FileEntry, Refusal> {
        let broken = |error: FormatError| Refusal::Broken(error.to_string());
        let key = plan.data_files().get(number).map_or("", String::as_str);
        let records = due.within(places);
        let (count, md5) = self.put(key, |out| plan.write_data_file(records, out))?;
        plan.entry(number, count, md5).map_err(broken)
    }

    /// The data files, as many at a time as there are cores.
    fn data_files(&self, plan: &ExportPlan, due: &DueExport) -> Result<Vec<FileEntry>, Refusal> {
        let parts = plan.parts(due);
        let next = AtomicUsize::new(0);
        let cores = thread::available_parallelism().map_or(1, NonZero::get);
        let some = || {
            let mut written = Vec::new();
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                let Some(places) = parts.get(number) else {
                    return Ok(written);
                };
                let entry = self.data_file(plan, due, number, places.clone())?;
                written.push((number, entry));
            }
        };
        let written: Vec<Result<Vec<(usize, FileEntry)>, Refusal>> = thread::scope(|scope| {
            let workers = 0..cores.min(parts.len());
            let workers: Vec<_> = workers.map(|_| scope.spawn(some)).collect();
            let broken = || Err(Refusal::Broken("a data file was not written".to_owned()));
            workers
                .into_iter()
                .map(|worker| worker.join().unwrap_or_else(|_| broken()))
                .collect()
        });
        let mut entries = Vec::new();
        for part in written {
            entries.extend(part?);
        }
        entries.sort_by_key(|(number, _)| *number);
        Ok(entries.into_iter().map(|(_, entry)| entry).collect())
    }

    /// The manifests: all of them, or none.
    fn manifests(&self, plan: &ExportPlan, entries: &[FileEntry]) -> Result<(), Refusal> {
        let manifests = plan.manifests(entries);
        let manifests = manifests.map_err(|error| Refusal::Broken(error.to_string()))?;
        for (key, bytes) in &manifests {
            if let Err(refusal) = self.put(key, |out| out.write_all(bytes)) {
                for (key, _) in &manifests {
                    // Best effort: the place has just refused to do its work.
                    let _ = self.runtime.block_on(self.store.delete(self.bucket, key));
                }
                return Err(refusal);
            }
        }
        Ok(())
    }
}
