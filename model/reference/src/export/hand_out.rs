//! Exports that have come due are handed out, to be written by somebody else.

use lookback_protocol::export::{Change, ExportRecord};
use lookback_protocol::key::KeySchema;
use lookback_protocol::wire::export::ExportDescription;

use super::content::Records;
use super::{Export, Stage};
use crate::arn::Arn;
use crate::caller::Caller;
use crate::failure::Failure;
use crate::service::{Buckets, Service};

/// An export that has come due: everything that is to be written.
#[derive(Debug)]
pub struct DueExport {
    /// What DescribeExport says once everything is written: EndTime, ItemCount and ExportManifest are there.
    pub description: ExportDescription,
    /// The key of the exported table.
    pub key: KeySchema,
    records: Records,
}

impl DueExport {
    /// The records, in key order.
    pub fn records(&self) -> Box<dyn ExactSizeIterator<Item = ExportRecord> + Send + '_> {
        match &self.records {
            Records::Items(items) => Box::new(items.iter().cloned().map(ExportRecord::Item)),
            Records::Changes(changed) => {
                let specification = self.description.incremental_export_specification.as_ref();
                let view = specification.and_then(|period| period.export_view_type.as_deref());
                let old_images = view != Some("NEW_IMAGE");
                Box::new(changed.iter().map(move |one| {
                    let image = one.after.as_deref().or(one.before.as_deref());
                    ExportRecord::Change(Change {
                        write_timestamp_us: one.last_us,
                        keys: image
                            .map(|image| self.key.key_attributes(image))
                            .unwrap_or_default(),
                        old_image: one.before.clone().filter(|_| old_images),
                        new_image: one.after.clone(),
                    })
                }))
            }
        }
    }
}

impl Service {
    /// The export that came due first of those that wait to be written; `None` when there is none. Each is handed out
    /// once, and is IN_PROGRESS until [`Service::export_written`] says how it went. Nothing is handed out with
    /// [`Buckets::Imaginary`]. `now_us`: as for [`Service::apply`].
    pub fn next_due_export(&mut self, now_us: i64) -> Option<DueExport> {
        self.reach(now_us);
        if self.buckets == Buckets::Imaginary {
            return None;
        }
        loop {
            let arn = self.take_due_export()?;
            let Some(records) = self.take_records(&arn) else {
                continue;
            };
            let export = self.export_mut(&arn)?;
            let tally = records.tally(export);
            export.stage = Stage::Writing(tally);
            return Some(DueExport {
                description: export.describe_completed(tally),
                key: export.schema.clone(),
                records,
            });
        }
    }

    /// How writing an export ended: it is COMPLETED, or FAILED for this reason. What is no export that was handed out is
    /// ignored, and so is a second end: both ends are final (LIFECYCLE-007).
    pub fn export_written(&mut self, arn: &str, written: Result<(), Failure>) {
        let Some(export) = self.export_mut(arn) else {
            return;
        };
        if let Stage::Writing(tally) = export.stage {
            export.stage = match written {
                Ok(()) => Stage::Completed(tally),
                Err(failure) => Stage::Failed(failure),
            };
        }
    }

    /// Where buckets are imaginary, exports that have come due are complete.
    pub(crate) fn settle_exports(&mut self) {
        if self.buckets == Buckets::Served {
            return;
        }
        while let Some(arn) = self.take_due_export() {
            if let Some(records) = self.take_records(&arn)
                && let Some(export) = self.export_mut(&arn)
            {
                export.stage = Stage::Completed(records.tally(export));
            }
        }
    }

    /// The ARN of the first export that has come due and was not taken yet.
    fn take_due_export(&mut self) -> Option<String> {
        let now_us = self.reach(i64::MIN);
        let (due_us, _) = self.exports_running.first()?;
        if *due_us > now_us {
            return None;
        }
        self.exports_running.pop_first().map(|(_, arn)| arn)
    }

    /// The records of an export, whose part of the log is held no longer.
    fn take_records(&mut self, arn: &str) -> Option<Records> {
        let home = home(arn)?;
        self.settle(&home);
        let export = self.tenants.get(&home)?.exports.get(arn)?;
        let records = Records::collect(export, self.stores.get(export.store)?);
        self.stores.let_go_export(export);
        Some(records)
    }

    fn export_mut(&mut self, arn: &str) -> Option<&mut Export> {
        self.tenants.get_mut(&home(arn)?)?.exports.get_mut(arn)
    }
}

/// Whose export this is.
fn home(arn: &str) -> Option<Caller> {
    let arn = Arn::parse(arn)?;
    Some(Caller::new(arn.account, arn.region))
}
