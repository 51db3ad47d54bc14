//! Exports: asked for, waited for, read file by file, given to the judge.
//!
//! The judge knows exports of the items at a time. An incremental one is judged as its user uses it: put on top of a full
//! one of its beginning, it gives the items at its end; and what it tells as old is what was there just before.

use std::rc::Rc;

use lookback_protocol::wire::export::{
    DescribeExportInput, ExportDescription, ExportTableToPointInTimeInput,
    IncrementalExportSpecification,
};
use lookback_protocol::wire::{AnswerItem, Response, Timestamp};

use super::artefact::good;
use super::looks::Looks;
use super::{Caller, Workload};
use crate::archive::{Change, Manifest};
use crate::object_store::checksum;
use crate::plan::TableDeed;
use crate::recorder::Shown;
use crate::runtime;

const LOOK_US: i64 = 100_000;
const MILLISECOND_US: i64 = 1_000;

/// A call's number, and the export that it asked for.
type Asked = (u64, ExportDescription);

impl Workload {
    /// Exports a table: as it is, as of a time in its window, or that and the changes up to a later time.
    pub(super) async fn export(&self, deed: &TableDeed) -> Result<(), String> {
        let name = &deed.table;
        let caller = self.caller();
        let Some((earliest_us, latest_us)) = self.window_us(&caller, name).await? else {
            return Ok(());
        };
        let drawn = |draw: u64, from_us: i64| {
            let span_us = u64::try_from(latest_us - from_us).unwrap_or(0);
            let drawn_us = i64::try_from(draw % span_us.max(1)).unwrap_or(0);
            let at_us = (from_us + drawn_us) / MILLISECOND_US * MILLISECOND_US;
            at_us.min(latest_us).max(from_us)
        };
        if deed.draw.is_multiple_of(5) {
            let asked = self.ask_export(&caller, name, None, None).await?;
            let at_us = asked.1.export_time.unwrap_or_default().0;
            let lines = self.read_export(&caller, name, &asked).await;
            self.show(&caller, name, "export", asked.0, at_us, items(lines));
            return Ok(());
        }
        let from_us = drawn(deed.draw, earliest_us);
        let asked = self.ask_export(&caller, name, Some(from_us), None).await?;
        let before = items(self.read_export(&caller, name, &asked).await);
        let shown = before.clone();
        self.show(&caller, name, "export-at", asked.0, from_us, shown);
        let to_us = drawn(deed.draw / 7, from_us + MILLISECOND_US);
        if deed.draw % 5 < 2 || to_us > latest_us {
            return Ok(());
        }
        let span = Some((from_us, to_us));
        let asked = self.ask_export(&caller, name, None, span).await?;
        let changes = self.read_export(&caller, name, &asked).await;
        if tells_a_key_twice(&changes) {
            self.broken(
                name,
                "an incremental export tells a key twice (EXPORT-INCR-011)",
            );
        }
        let old = with_old_images(&before, &changes);
        if old != before {
            // Something was written at this very instant, or the old images are wrong: the judge knows which.
            self.show(&caller, name, "export-at", asked.0, from_us - 1, old);
        }
        let after = changed(before, changes);
        // The end is not part of it.
        self.show(&caller, name, "export-at", asked.0, to_us - 1, after);
        Ok(())
    }

    async fn ask_export(
        &self,
        caller: &Caller,
        name: &str,
        at_us: Option<i64>,
        span: Option<(i64, i64)>,
    ) -> Result<Asked, String> {
        let changes = span.map(|(from_us, to_us)| IncrementalExportSpecification {
            export_from_time: Some(Timestamp(from_us)),
            export_to_time: Some(Timestamp(to_us)),
            export_view_type: None,
        });
        let request = ExportTableToPointInTimeInput {
            table_arn: format!("arn:aws:dynamodb:us-east-1:000000000000:table/{name}"),
            s3_bucket: "archive".to_owned(),
            export_time: at_us.map(Timestamp),
            export_type: span.map(|_| "INCREMENTAL_EXPORT".to_owned()),
            incremental_export_specification: changes,
            ..ExportTableToPointInTimeInput::default()
        };
        let (call, ended) = caller.call(request.into()).await;
        let ended = good("ExportTableToPointInTime", ended)?;
        match &*ended {
            Ok(Response::ExportTableToPointInTime(output)) => {
                let description = output.export_description.clone();
                Ok((call, description.unwrap_or_default()))
            }
            _ => Err("ExportTableToPointInTime: no description".to_owned()),
        }
    }

    /// Waits until an export is there, and reads its lines.
    async fn read_export(&self, caller: &Caller, table: &str, (_, asked): &Asked) -> Vec<Change> {
        let arn = asked.export_arn.clone().unwrap_or_default();
        let mut looks = Looks::new();
        loop {
            let request = DescribeExportInput {
                export_arn: arn.clone(),
            };
            if let Some(Ok(Response::DescribeExport(output))) =
                caller.ask(request.into()).await.as_deref()
                && let Some(description) = &output.export_description
                && description.export_status.as_deref() == Some("COMPLETED")
            {
                break;
            }
            looks.wait().await;
        }
        let manifest = asked.export_manifest.clone().unwrap_or_default();
        loop {
            if let Some(lines) = self.lines(table, &manifest).await {
                return lines;
            }
            runtime::sleep_us(LOOK_US).await;
        }
    }

    /// The lines of all files that are listed; none when a file cannot be read now.
    async fn lines(&self, table: &str, manifest: &str) -> Option<Vec<Change>> {
        let object = |name: &str| Rc::clone(&self.store).object(name.to_owned());
        let manifest = object(manifest).await?;
        let manifest: Manifest = serde_json::from_slice(&manifest).ok()?;
        let mut lines = Vec::new();
        for file in manifest.files {
            let bytes = object(&file.name).await?;
            let before = lines.len();
            for line in bytes.split(|byte| *byte == b'\n') {
                if !line.is_empty() {
                    lines.push(serde_json::from_slice(line).ok()?);
                }
            }
            if checksum(&bytes) != file.checksum || lines.len() - before != file.item_count {
                let told = "a data file is not as its export lists it (EXPORT-FORMAT-017)";
                self.broken(table, told);
            }
        }
        Some(lines)
    }

    fn show(
        &self,
        caller: &Caller,
        table: &str,
        kind: &'static str,
        call: u64,
        anchor_us: i64,
        items: Vec<AnswerItem>,
    ) {
        caller.log(
            "artefact",
            format_args!("{kind} of {table}: {} items", items.len()),
        );
        self.stage.recorder.artefact(&Shown {
            kind,
            table: table.to_owned(),
            call,
            anchor_us,
            items,
        });
    }
}

/// The items of a full export.
fn items(lines: Vec<Change>) -> Vec<AnswerItem> {
    lines.into_iter().filter_map(|line| line.item).collect()
}

/// The items after these changes.
fn changed(mut items: Vec<AnswerItem>, changes: Vec<Change>) -> Vec<AnswerItem> {
    for change in changes {
        let Some(keys) = change.keys else { continue };
        items.retain(|item| !has(item, &keys));
        items.extend(change.new_image);
    }
    items
}

/// The items before these changes as their old images tell them, each in its place.
fn with_old_images(items: &[AnswerItem], changes: &[Change]) -> Vec<AnswerItem> {
    let mut items = items.to_vec();
    // Of a key that is told twice, the first change tells what was there before.
    for change in changes.iter().rev() {
        let Some(keys) = &change.keys else { continue };
        let place = items.iter().position(|item| has(item, keys));
        match (place, &change.old_image) {
            (Some(place), Some(old)) => {
                if let Some(item) = items.get_mut(place) {
                    item.clone_from(old);
                }
            }
            (Some(place), None) => {
                items.remove(place);
            }
            (None, Some(old)) => items.push(old.clone()),
            (None, None) => {}
        }
    }
    items
}

fn tells_a_key_twice(changes: &[Change]) -> bool {
    let mut rest = changes;
    while let [first, others @ ..] = rest {
        if others.iter().any(|it| it.keys == first.keys) {
            return true;
        }
        rest = others;
    }
    false
}

fn has(item: &AnswerItem, keys: &AnswerItem) -> bool {
    let mut keys = keys.iter();
    keys.all(|(name, value)| item.get(name) == Some(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<Change> {
        let lines = text.lines().map(serde_json::from_str);
        lines.collect::<Result<_, _>>().unwrap()
    }

    #[test]
    fn old_images_are_what_was_there_before() {
        let told = |text: &str| {
            let before = items(lines(r#"{"Item":{"pk":{"S":"a"},"v":{"N":"1"}}}"#));
            with_old_images(&before, &lines(text)) == before
        };
        assert!(told(
            r#"{"Keys":{"pk":{"S":"a"}},"OldImage":{"pk":{"S":"a"},"v":{"N":"1"}}}"#
        ));
        assert!(told(
            r#"{"Keys":{"pk":{"S":"b"}},"NewImage":{"pk":{"S":"b"}}}"#
        ));
        assert!(!told(
            r#"{"Keys":{"pk":{"S":"a"}},"OldImage":{"pk":{"S":"a"},"v":{"N":"2"}}}"#
        ));
        assert!(!told(
            r#"{"Keys":{"pk":{"S":"a"}},"NewImage":{"pk":{"S":"a"}}}"#
        ));
        assert!(!told(
            r#"{"Keys":{"pk":{"S":"b"}},"OldImage":{"pk":{"S":"b"}}}"#
        ));
    }

    #[test]
    fn a_key_is_told_once() {
        let twice = r#"{"Keys":{"pk":{"S":"a"}}}
{"Keys":{"pk":{"S":"b"}}}
{"Keys":{"pk":{"S":"a"}}}"#;
        assert!(tells_a_key_twice(&lines(twice)));
        assert!(!tells_a_key_twice(&lines(
            twice.rsplit_once('\n').unwrap().0
        )));
    }

    #[test]
    fn changes_replace_add_and_take_away() {
        let before = items(lines(
            r#"{"Item":{"pk":{"S":"a"},"v":{"N":"1"}}}
               {"Item":{"pk":{"S":"b"},"v":{"N":"1"}}}"#,
        ));
        let after = changed(
            before,
            lines(
                r#"{"Keys":{"pk":{"S":"a"}},"OldImage":{"pk":{"S":"a"},"v":{"N":"1"}}}
                   {"Keys":{"pk":{"S":"b"}},"NewImage":{"pk":{"S":"b"},"v":{"N":"2"}}}
                   {"Keys":{"pk":{"S":"c"}},"NewImage":{"pk":{"S":"c"},"v":{"N":"3"}}}"#,
            ),
        );
        let texts: Vec<String> = after
            .iter()
            .map(|item| serde_json::to_string(item).unwrap())
            .collect();
        let wanted = [
            r#"{"pk":{"S":"b"},"v":{"N":"2"}}"#,
            r#"{"pk":{"S":"c"},"v":{"N":"3"}}"#,
        ];
        assert_eq!(texts, wanted);
    }
}
