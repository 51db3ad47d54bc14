//! Exports: asked for, waited for, read from the target's S3 file by file.
//!
//! The judge knows what a table held at a time, or about one. An incremental export is judged as it is used: on top of
//! the full export of its beginning it gives the items at its end.

use std::collections::BTreeMap;
use std::sync::Arc;

use lookback_checker::history::Artefact;
use lookback_formats::laws::key_text;
use lookback_formats::manifest::{FileEntry, Summary};
use lookback_formats::{Format, Md5, RecordReader};
use lookback_protocol::export::ExportRecord;
use lookback_protocol::value::Item;
use lookback_protocol::wire::write_item;
use lookback_traffic::Deed;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::{Driver, Errand, Stop};
use crate::soak::caller::{micros, set};
use crate::target::buckets::{Buckets, Trouble};

/// The shortest period of an incremental export, in microseconds (EXPORT-INCR-006).
const PERIOD_US_MIN: i64 = 900_000_000;

const OPERATION: &str = "ExportTableToPointInTime";

/// An export that was accepted.
struct Asked {
    call: u64,
    arn: String,
    /// ExportTime, of a full export.
    time_us: Option<i64>,
}

impl Errand<'_> {
    /// Exports a table as it is, as of a time in its window, or that and what was written until later.
    pub(super) async fn export(&self, deed: Deed, table: &str) -> Result<(), Stop> {
        let buckets = self.caller.target.buckets();
        let buckets = buckets.ok_or_else(|| Stop::Lacking(OPERATION.to_owned()))?;
        self.has(OPERATION)?;
        self.recovery(deed, table, true).await?;
        let bucket = self.bucket(buckets).await?;
        let described = self.active(table).await?;
        let arn = described.get("TableArn").cloned().unwrap_or_default();
        let request = json!({ "TableArn": arn, "S3Bucket": bucket });
        if deed.draw.is_multiple_of(3) {
            let asked = self.ask_for_export(&request).await?;
            let records = self.exported(buckets, &bucket, &asked).await?;
            self.show_export(table, "export", &asked, asked.time_us, items(records));
            return Ok(());
        }
        let from_us = self.time_to_restore(deed, table).await?;
        let mut at_time = request.clone();
        set(&mut at_time, "ExportTime", from_us as f64 / 1e6);
        let asked = self.ask_for_export(&at_time).await?;
        let before = items(self.exported(buckets, &bucket, &asked).await?);
        let told_us = asked.time_us.or(Some(from_us));
        self.show_export(table, "export-at", &asked, told_us, before.clone());
        // Where a quarter of an hour passes in no time.
        if !self.caller.time.is_movable() || deed.draw % 3 == 1 {
            return Ok(());
        }
        let to_us = from_us + PERIOD_US_MIN + micros((deed.draw % 600) as f64);
        self.until_target_shows(to_us).await;
        let mut period = request;
        set(&mut period, "ExportType", "INCREMENTAL_EXPORT");
        let times =
            json!({ "ExportFromTime": from_us as f64 / 1e6, "ExportToTime": to_us as f64 / 1e6 });
        set(&mut period, "IncrementalExportSpecification", times);
        let asked = self.ask_for_export(&period).await?;
        let changes = self.exported(buckets, &bucket, &asked).await?;
        let after = changed(before, changes)?;
        // The end is not part of the period (EXPORT-INCR-003).
        self.show_export(table, "export-at", &asked, Some(to_us - 1), after);
        Ok(())
    }

    /// The bucket of this run, made when it is first asked for.
    async fn bucket(&self, buckets: &dyn Buckets) -> Result<String, Stop> {
        let name = self.bucket_name();
        let made = self.bucket_made.get_or_try_init(|| async {
            let made = buckets.create(&name).await;
            made.map_err(|trouble| Stop::Odd(format!("a bucket for exports: {trouble}")))
        });
        made.await?;
        Ok(name)
    }

    async fn ask_for_export(&self, request: &Value) -> Result<Asked, Stop> {
        let (call, answer) = self.recorded(OPERATION, request).await?;
        let member = |name: &str| answer.at(&format!("/ExportDescription/{name}"));
        let arn = member("ExportArn").and_then(Value::as_str);
        let arn = arn.ok_or_else(|| Stop::Odd(format!("{OPERATION}: no ARN")))?;
        Ok(Asked {
            call,
            arn: arn.to_owned(),
            time_us: member("ExportTime").and_then(Value::as_f64).map(micros),
        })
    }

    /// Waits until an export is over; its records.
    async fn exported(
        &self,
        buckets: &dyn Buckets,
        bucket: &str,
        asked: &Asked,
    ) -> Result<Vec<ExportRecord>, Stop> {
        let body = json!({ "ExportArn": asked.arn });
        let manifest = self.poll("DescribeExport", &body, |answer| {
            let description = answer.ok()?.at("/ExportDescription")?;
            let text = |name: &str| description.get(name)?.as_str().map(str::to_owned);
            match text("ExportStatus")?.as_str() {
                "IN_PROGRESS" => None,
                "COMPLETED" => Some(Ok(text("ExportManifest")?)),
                _ => {
                    let code = text("FailureCode").unwrap_or_default();
                    Some(Err(Stop::Odd(format!("an export has failed: {code}"))))
                }
            }
        });
        let manifest = manifest.await??;
        let summary = fetch(buckets, bucket, &manifest).await?;
        let summary = Summary::read(&summary).map_err(|error| contradiction(&error))?;
        let format = Format::from_name(&summary.output_format);
        let format = format.ok_or_else(|| contradiction(&"outputFormat is not known"))?;
        let list = fetch(buckets, bucket, &summary.manifest_files_s3_key).await?;
        let list = FileEntry::read_all(&list).map_err(|error| contradiction(&error))?;
        let mut records = Vec::new();
        for file in list {
            let bytes = fetch(buckets, bucket, &file.data_file_s3_key).await?;
            let begun = records.len();
            for record in RecordReader::new(&*bytes, format) {
                records.push(record.map_err(|error| contradiction(&error))?);
            }
            let md5 = Md5::of(&bytes).to_base64();
            if md5 != file.md5_checksum || (records.len() - begun) as u64 != file.item_count {
                return Err(contradiction(&"a data file is not as it is listed"));
            }
        }
        Ok(records)
    }

    /// Waits until the target's clock shows a time.
    async fn until_target_shows(&self, at_us: i64) {
        let time = &self.caller.time;
        let left_us = at_us - self.caller.target_now_us().unwrap_or(at_us);
        // What is known of the target's clock is not exact.
        time.sleep_until(time.now_us() + left_us.max(0) + 1_000_000)
            .await;
    }

    fn show_export(
        &self,
        table: &str,
        kind: &str,
        asked: &Asked,
        anchor_us: Option<i64>,
        items: Vec<Arc<Item>>,
    ) {
        self.caller.recorder.artefact(Artefact {
            id: 0,
            kind: kind.to_owned(),
            name: Some(asked.arn.clone()),
            table: table.to_owned(),
            call: Some(asked.call),
            anchor_us,
            position: None,
            group: None,
            items: items.iter().filter_map(|item| raw(item)).collect(),
            indexes: Vec::new(),
        });
    }
}

impl Driver {
    fn bucket_name(&self) -> String {
        // Numbered like every name of a run: that is how a sweep knows it.
        format!("{}-0-exports", self.prefix).to_lowercase()
    }

    /// Takes away what exports have written.
    pub(super) async fn remove_bucket(&self) {
        if let (Some(()), Some(buckets)) = (self.bucket_made.get(), self.caller.target.buckets())
            && let Err(trouble) = buckets.remove(&self.bucket_name()).await
        {
            let why = format!("the bucket of exports is left behind: {trouble}");
            *self.lock_notes().oddities.entry(why).or_default() += 1;
        }
    }
}

async fn fetch(buckets: &dyn Buckets, bucket: &str, key: &str) -> Result<Vec<u8>, Stop> {
    match buckets.get(bucket, key).await {
        Ok(fetched) => Ok(fetched.bytes),
        Err(Trouble::Missing(_)) => Err(contradiction(&"a file that is named is not there")),
        Err(trouble) => Err(Stop::Odd(format!("a file of an export: {trouble}"))),
    }
}

/// Files of an export that contradict each other (EXPORT-FORMAT-017).
fn contradiction(what: &dyn std::fmt::Display) -> Stop {
    Stop::Contradiction(format!(
        "the files of an export contradict each other: {what}"
    ))
}

fn raw(item: &Item) -> Option<Box<RawValue>> {
    let mut text = Vec::new();
    write_item(item, &mut text);
    RawValue::from_string(String::from_utf8(text).ok()?).ok()
}

/// The items of a full export.
fn items(records: Vec<ExportRecord>) -> Vec<Arc<Item>> {
    let item = |record| match record {
        ExportRecord::Item(item) => Some(item),
        ExportRecord::Change(_) => None,
    };
    records.into_iter().filter_map(item).collect()
}

/// The items after the changes of an incremental export.
fn changed(before: Vec<Arc<Item>>, records: Vec<ExportRecord>) -> Result<Vec<Arc<Item>>, Stop> {
    let names: Vec<String> = match records.first() {
        Some(ExportRecord::Change(change)) => {
            change.keys.iter().map(|(name, _)| name.clone()).collect()
        }
        _ => return Ok(before),
    };
    let key = |item: &Item| {
        let attributes = names.iter();
        let attributes =
            attributes.filter_map(|name| Some((name.clone(), item.get(name)?.clone())));
        key_text(&attributes.collect())
    };
    let mut table: BTreeMap<String, Arc<Item>> =
        before.into_iter().map(|item| (key(&item), item)).collect();
    for record in records {
        let ExportRecord::Change(change) = record else {
            return Err(contradiction(&"an item in an incremental export"));
        };
        match change.new_image {
            Some(new) => table.insert(key_text(&change.keys), new),
            None => table.remove(&key_text(&change.keys)),
        };
    }
    Ok(table.into_values().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(lines: &[&str]) -> Vec<ExportRecord> {
        let read = |line: &&str| Format::DynamoDbJson.read_record(line.as_bytes());
        lines.iter().map(read).collect::<Result<_, _>>().unwrap()
    }

    #[test]
    fn changes_replace_add_and_take_away() {
        let before = items(records(&[
            r#"{"Item":{"pk":{"S":"a"},"v":{"N":"1"}}}"#,
            r#"{"Item":{"pk":{"S":"b"},"v":{"N":"1"}}}"#,
            r#"{"Item":{"pk":{"S":"d"},"v":{"N":"1"}}}"#,
        ]));
        let metadata = r#"{"Metadata":{"WriteTimestampMicros":{"N":"7"}},"Keys":"#;
        let line = |rest: &str| format!("{metadata}{rest}}}");
        let changes = [
            line(r#"{"pk":{"S":"a"}},"OldImage":{"pk":{"S":"a"},"v":{"N":"1"}}"#),
            line(r#"{"pk":{"S":"b"}},"NewImage":{"pk":{"S":"b"},"v":{"N":"2"}}"#),
            line(r#"{"pk":{"S":"c"}},"NewImage":{"pk":{"S":"c"},"v":{"N":"3"}}"#),
        ];
        let changes: Vec<&str> = changes.iter().map(String::as_str).collect();
        let after = changed(before, records(&changes)).unwrap();
        let texts: Vec<String> = after
            .iter()
            .map(|item| raw(item).unwrap().get().to_owned())
            .collect();
        let wanted = [
            r#"{"pk":{"S":"b"},"v":{"N":"2"}}"#,
            r#"{"pk":{"S":"c"},"v":{"N":"3"}}"#,
            r#"{"pk":{"S":"d"},"v":{"N":"1"}}"#,
        ];
        assert_eq!(texts, wanted);
    }
}
