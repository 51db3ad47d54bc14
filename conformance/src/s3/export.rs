//! Writes the files of one export.

use std::io::Write;
use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use lookback_formats::manifest::FileEntry;
use lookback_formats::{ExportPlan, part_etag};
use lookback_reference::{DueExport, Failure};
use tokio::runtime::Handle;

use super::refusal::Refusal;
use super::store::Store;

/// Writes every object of an export, the data files side by side, the manifests last and only when all else is there.
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
    .and_then(|()| work.put(&plan.started(), |_| Ok(())).map(drop))
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
    /// Puts one object; nothing is seen of it unless all of it could be written.
    fn put<T>(
        &self,
        key: &str,
        write: impl FnOnce(&mut dyn Write) -> std::io::Result<T>,
    ) -> Result<T, Refusal> {
        let mut upload = self
            .store
            .upload(self.bucket, key)?
            .blocking(self.runtime.clone());
        match write(&mut upload) {
            Ok(written) => {
                // Every object of an export goes up as one part, whatever its size (EXPORT-FORMAT-010).
                let done = self
                    .store
                    .uploaded(self.bucket, key, upload.upload, part_etag);
                self.runtime.block_on(done)?;
                Ok(written)
            }
            Err(error) => {
                self.runtime.block_on(upload.upload.give_up());
                Err(self.store.broken(self.bucket, key, error))
            }
        }
    }

    /// The data files, as many at a time as there are cores.
    fn data_files(&self, plan: &ExportPlan, due: &DueExport) -> Result<Vec<FileEntry>, Refusal> {
        // One byte for each record: which file it is in is found out once.
        let files: Vec<u8> = due
            .records()
            .map(|record| plan.data_file_of(&record) as u8)
            .collect();
        let next = AtomicUsize::new(0);
        let cores = thread::available_parallelism().map_or(1, NonZero::get);
        let count = plan.data_files().len();
        let some = || {
            let mut written = Vec::new();
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                let Some(key) = plan.data_files().get(number) else {
                    return Ok(written);
                };
                let records = due
                    .records()
                    .zip(files.iter().map(|file| usize::from(*file)));
                let records =
                    records.filter_map(|(record, file)| (file == number).then_some(record));
                let entry = self.put(key, |out| plan.write_data_file(number, records, out))?;
                written.push((number, entry));
            }
        };
        let written: Vec<Result<Vec<(usize, FileEntry)>, Refusal>> = thread::scope(|scope| {
            let workers: Vec<_> = (0..cores.min(count)).map(|_| scope.spawn(some)).collect();
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
