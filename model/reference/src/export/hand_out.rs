//! Exports that have come due are handed out, to be written by somebody else.

use std::ops::Range;

use lookback_protocol::export::{Change, ExportRecord, ExportRecords};
use lookback_protocol::key::KeySchema;
use lookback_protocol::wire::export::ExportDescription;

use super::content::{Changed, Records};
use super::{Export, Stage};
use crate::arn::Arn;
use crate::caller::Caller;
use crate::failure::Failure;
use crate::service::{Buckets, Service};

/// An export that has begun: the empty object that shows whether its bucket can be written (EXPORT-FORMAT-004).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BegunExport {
    /// Which export.
    pub arn: String,
    /// The bucket.
    pub bucket: String,
    /// Who owns the bucket, where the request has named somebody (EXPORT-FULL-012).
    pub bucket_owner: Option<String>,
    /// The object's key.
    pub started: String,
}

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
    pub fn records(&self) -> Box<dyn Iterator<Item = ExportRecord> + '_> {
        self.within(0..self.count())
    }

    fn change(&self, one: &Changed, old_images: bool) -> ExportRecord {
        let image = one.after.as_deref().or(one.before.as_deref());
        ExportRecord::Change(Change {
            write_timestamp_us: one.last_us,
            keys: image
                .map(|image| self.key.key_attributes(image))
                .unwrap_or_default(),
            old_image: one.before.clone().filter(|_| old_images),
            new_image: one.after.clone(),
        })
    }
}

/// In key order.
impl ExportRecords for DueExport {
    fn count(&self) -> usize {
        match &self.records {
            Records::Items(items) => items.len(),
            Records::Changes(changed) => changed.len(),
        }
    }

    fn within(&self, places: Range<usize>) -> Box<dyn Iterator<Item = ExportRecord> + '_> {
        let places = places.start..places.end.min(self.count());
        match &self.records {
            Records::Items(items) => {
                let items = items.get(places).unwrap_or_default().iter();
                Box::new(items.cloned().map(ExportRecord::Item))
            }
            Records::Changes(changed) => {
                let specification = self.description.incremental_export_specification.as_ref();
                let view = specification.and_then(|period| period.export_view_type.as_deref());
                let old_images = view != Some("NEW_IMAGE");
                let changed = changed.get(places).unwrap_or_default().iter();
                Box::new(changed.map(move |one| self.change(one, old_images)))
            }
        }
    }
}

impl Service {
    /// The export that began first of those whose `_started` was not handed out yet; `None` when there is none. Each is
    /// handed out once, as soon as it was asked for.
    pub fn next_begun_export(&mut self) -> Option<BegunExport> {
        loop {
            let arn = self.exports_begun.pop_front()?;
            let Some(export) = self.export_mut(&arn) else {
                continue;
            };
            return Some(BegunExport {
                bucket: export.request.s3_bucket.clone(),
                bucket_owner: export.request.s3_bucket_owner.clone(),
                started: export.layout().started(),
                arn,
            });
        }
    }

    /// How writing `_started` ended. An export that met an obstacle is IN_PROGRESS until it comes due, and FAILED then; the
    /// first obstacle counts.
    pub fn export_begun(&mut self, arn: &str, written: Result<(), Failure>) {
        if let (Some(export), Err(failure)) = (self.export_mut(arn), written)
            && export.stage == Stage::Running
        {
            export.obstacle.get_or_insert(failure);
        }
    }

    /// An export was accepted: its bucket is to be tried, where there are buckets.
    pub(crate) fn note_begun_export(&mut self, arn: &str) {
        if self.buckets == Buckets::Served {
            self.exports_begun.push_back(arn.to_owned());
        }
    }

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
            if self.fail_obstructed(&arn) {
                continue;
            }
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
            if !self.fail_obstructed(&arn)
                && let Some(records) = self.take_records(&arn)
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

    /// Whether something is in the way of an export that has come due: then it is FAILED, and holds nothing any more.
    fn fail_obstructed(&mut self, arn: &str) -> bool {
        let tenant = home(arn).and_then(|home| self.tenants.get_mut(&home));
        let export = tenant.and_then(|tenant| tenant.exports.get_mut(arn));
        if let Some(export) = export
            && let Some(obstacle) = export.obstacle.take()
        {
            self.stores.let_go_export(export);
            export.stage = Stage::Failed(obstacle);
            return true;
        }
        false
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
