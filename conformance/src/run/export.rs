//! `export`: waits for an export, reads everything that it wrote, and tells what it found.
//!
//! What is missing is told as missing, and never stands in the way of the rest: a service that writes no manifests may
//! still have exported the right items.

use lookback_formats::{Format, Md5};
use lookback_protocol::export::ExportRecord;
use lookback_protocol::value::Item;
use serde_json::{Map, Value, json};

use super::answer::Answer;
use super::files::{plain, read_answer};
use super::poll::Poll;
use super::session::{Session, Stop};
use crate::bind::records;
use crate::case::files::ExportStep;
use crate::pattern::Difference;
use crate::target::Request;
use crate::target::buckets::{Fetched, Listed, Trouble};

/// How long an export may be IN_PROGRESS where a step does not say, in seconds.
const WITHIN_S: f64 = 1800.0;

impl Session<'_> {
    pub(super) async fn run_export(&mut self, step: &ExportStep) -> Result<(), Stop> {
        let arn = self.text(&step.export).await?;
        let within_s = self.quantity(step.within_s.as_ref(), WITHIN_S).await?;
        let description = self.completed(&arn, within_s).await?;
        let found = self.read_export(&arn, &description).await?;
        let mut wanted = Vec::new();
        for list in [&step.are, &step.contain, &step.lack] {
            wanted.push(match list {
                Some(items) => Some(self.value(items).await?),
                None => None,
            });
        }
        let items = found.get("items").and_then(Value::as_array);
        let items = items.cloned().unwrap_or_default();
        let mut differences = super::items::compare(&wanted, &items);
        if let Some(changes) = &step.changes {
            let changes = self.value(changes).await?;
            differences.extend(records::differences(&changes, found.get("records")));
        }
        if !differences.is_empty() {
            self.show(&read_answer(found));
            return Err(self.fail(differences));
        }
        self.judge_read(found, step.expect.as_ref(), &step.bind)
            .await
    }

    /// What DescribeExport says once it is COMPLETED.
    async fn completed(&mut self, arn: &str, within_s: f64) -> Result<Value, Stop> {
        let request = Request::of("DescribeExport", &json!({ "ExportArn": arn }));
        let mut poll = Poll::new(self, within_s, None);
        loop {
            let answer: Answer = self.send(request.clone(), |_| false).await?;
            self.check_supported(&request, &answer)?;
            let description = answer.at("/ExportDescription");
            let status = description.and_then(|one| one.get("ExportStatus")?.as_str());
            let place = "/ExportDescription/ExportStatus";
            match (status, description) {
                (Some("COMPLETED"), Some(description)) => return Ok(description.clone()),
                (Some("IN_PROGRESS"), _) => {}
                (status, _) => {
                    let got = status.map_or_else(|| answer.outline(), str::to_owned);
                    return Err(self.fail(vec![Difference::words(place, "COMPLETED", got)]));
                }
            }
            if !poll.pause(self).await? {
                let late = Difference::words(place, "COMPLETED", "IN_PROGRESS".to_owned());
                return Err(poll.over(self.fail(vec![late])));
            }
        }
    }

    async fn read_export(&mut self, arn: &str, description: &Value) -> Result<Value, Stop> {
        let text = |member: &str| description.get(member).and_then(Value::as_str);
        let bucket = text("S3Bucket").unwrap_or_default().to_owned();
        let prefix = text("S3Prefix").unwrap_or_default();
        let root = match prefix {
            "" => "AWSDynamoDB/".to_owned(),
            prefix if prefix.ends_with('/') => format!("{prefix}AWSDynamoDB/"),
            prefix => format!("{prefix}/AWSDynamoDB/"),
        };
        let id = arn.rsplit('/').next().unwrap_or_default();
        let folder = format!("{root}{id}/");
        let listed = self.buckets()?.list(&bucket, &root).await;
        let listed = listed.map_err(|trouble| self.trouble(trouble))?;
        let mut objects = Objects {
            session: self,
            bucket: &bucket,
            wrong: Wrong::default(),
        };
        let summary = objects.checked(&folder, "manifest-summary").await?;
        let files = objects.checked(&folder, "manifest-files").await?;
        let entries = files
            .as_ref()
            .map(|files| files.1.lines().map(entry).collect::<Vec<_>>());
        let named = entries
            .iter()
            .flatten()
            .filter_map(|entry| entry.get("dataFileS3Key")?.as_str());
        let mut keys: Vec<String> = named.map(str::to_owned).collect();
        if entries.is_none() {
            // Without a list: whatever lies in a folder of data files, whatever that belongs to.
            let data =
                |object: &&Listed| object.key.contains("/data/") && object.key.ends_with(".gz");
            keys = listed
                .iter()
                .filter(data)
                .map(|object| object.key.clone())
                .collect();
        }
        let mut data = Vec::new();
        let mut content = Content::default();
        for key in keys {
            let told = entries
                .iter()
                .flatten()
                .find(|entry| entry.get("dataFileS3Key").and_then(Value::as_str) == Some(&key));
            if let Some(object) = objects.data_file(&key, told, &mut content).await? {
                data.push(object);
            }
        }
        let wrong = objects.wrong.told();
        let below = |key: &str| key.replace(&root, "").replace(id, "ID");
        let sum = |list: &[Value], member: &str| -> Value {
            list.iter()
                .filter_map(|one| one.get(member)?.as_u64())
                .sum::<u64>()
                .into()
        };
        let parsed = summary
            .as_ref()
            .and_then(|(_, text)| serde_json::from_str::<Value>(text).ok());
        Ok(json!({
            "id": id, "folder": folder, "root": root, "description": description,
            "keys": listed.iter().map(|object| below(&object.key)).collect::<Vec<_>>(),
            "summary": parsed, "summary_text": summary.map(|(_, text)| text),
            "files": entries, "files_text": files.map(|(_, text)| text),
            "data": data, "items": content.items, "records": content.records, "lines": content.lines,
            "sums": {
                "described": description.get("ItemCount"),
                "summary": parsed.as_ref().and_then(|parsed| parsed.get("itemCount")),
                "files": entries.as_ref().map(|entries| sum(entries, "itemCount")),
                "data": sum(&data, "items"),
            },
            "wrong": wrong,
        }))
    }
}

/// The lines of the data files, taken apart.
#[derive(Default)]
struct Content {
    items: Vec<Value>,
    records: Vec<Value>,
    lines: Vec<String>,
}

/// What does not fit together.
#[derive(Default)]
struct Wrong {
    checksums: Vec<String>,
    md5s: Vec<String>,
    etags: Vec<String>,
    counts: Vec<String>,
    lines: Vec<String>,
}

impl Wrong {
    fn told(&self) -> Value {
        json!({ "checksums": self.checksums, "md5s": self.md5s, "etags": self.etags, "counts": self.counts, "lines": self.lines })
    }
}

/// The objects of one export, being read.
struct Objects<'s, 'a> {
    session: &'s Session<'a>,
    bucket: &'s str,
    wrong: Wrong,
}

impl Objects<'_, '_> {
    async fn fetch(&self, key: &str) -> Result<Option<Fetched>, Stop> {
        match self.session.buckets()?.get(self.bucket, key).await {
            Ok(object) => Ok(Some(object)),
            Err(Trouble::Missing(_)) => Ok(None),
            Err(trouble) => Err(self.session.trouble(trouble)),
        }
    }

    /// A manifest: its key and its text; what stands in the object beside it is compared (EXPORT-FORMAT-018).
    async fn checked(
        &mut self,
        folder: &str,
        name: &str,
    ) -> Result<Option<(String, String)>, Stop> {
        let key = format!("{folder}{name}.json");
        let Some(object) = self.fetch(&key).await? else {
            return Ok(None);
        };
        let beside = match self.fetch(&format!("{folder}{name}.md5")).await? {
            Some(beside) => Some(beside),
            // What the guide calls it (EXPORT-FORMAT-003).
            None => self.fetch(&format!("{folder}{name}.checksum")).await?,
        };
        let told = beside.map(|beside| String::from_utf8_lossy(&beside.bytes).trim().to_owned());
        if told != Some(Md5::of(&object.bytes).to_base64()) {
            self.wrong.checksums.push(format!(
                "{name}: {}",
                told.unwrap_or_else(|| "no checksum".to_owned())
            ));
        }
        Ok(Some((
            key,
            String::from_utf8_lossy(&object.bytes).into_owned(),
        )))
    }

    /// A data file, and whether what the list says of it is true.
    async fn data_file(
        &mut self,
        key: &str,
        told: Option<&Value>,
        content: &mut Content,
    ) -> Result<Option<Value>, Stop> {
        let Some(object) = self.fetch(key).await? else {
            self.wrong
                .lines
                .push(format!("{key}: there is no such object"));
            return Ok(None);
        };
        let md5 = Md5::of(&object.bytes).to_base64();
        let mut count = 0_u64;
        match plain(&object.bytes).map(String::from_utf8) {
            Ok(Ok(text)) => {
                for line in text.split_inclusive('\n') {
                    count += 1;
                    if let Err(why) = take(key, line, content) {
                        self.wrong.lines.push(format!("{key}, line {count}: {why}"));
                    }
                }
            }
            Ok(Err(error)) => self.wrong.lines.push(format!("{key}: {error}")),
            Err(error) => self.wrong.lines.push(format!("{key}: {error}")),
        }
        if let Some(told) = told {
            let says = |member: &str| told.get(member).cloned().unwrap_or(Value::Null);
            if says("md5Checksum") != json!(md5) {
                self.wrong.md5s.push(key.to_owned());
            }
            if says("etag") != json!(object.etag) {
                self.wrong.etags.push(key.to_owned());
            }
            if says("itemCount") != json!(count) {
                self.wrong.counts.push(key.to_owned());
            }
        }
        let gzip = object.bytes.starts_with(&[0x1f, 0x8b]);
        Ok(Some(
            json!({ "key": key, "items": count, "md5": md5, "etag": object.etag, "size": object.bytes.len(), "gzip": gzip }),
        ))
    }
}

/// A line of manifest-files.json; one that is no JSON is itself.
fn entry(line: &str) -> Value {
    serde_json::from_str(line).unwrap_or_else(|_| Value::from(line))
}

/// Takes a line of a data file apart.
fn take(key: &str, line: &str, content: &mut Content) -> Result<(), String> {
    let text = line
        .strip_suffix('\n')
        .ok_or("the line has no line feed at its end")?;
    content.lines.push(text.to_owned());
    let record = if key.ends_with(".ion.gz") {
        of_ion(Format::Ion.read_record(text.as_bytes())?)
    } else {
        serde_json::from_str::<Value>(text).map_err(|error| error.to_string())?
    };
    if let Some(item) = record.get("Item") {
        content.items.push(item.clone());
        return Ok(());
    }
    let keys = record.get("Keys").ok_or("neither Item nor Keys")?;
    let at = record.pointer("/Metadata/WriteTimestampMicros/N");
    let at = at
        .and_then(Value::as_str)
        .and_then(|text| text.parse::<i64>().ok());
    let mut change = Map::new();
    change.insert("keys".to_owned(), keys.clone());
    change.insert("at_us".to_owned(), json!(at));
    change.insert("at_s".to_owned(), json!(at.map(|at| at as f64 / 1e6)));
    for (name, member) in [("old", "OldImage"), ("new", "NewImage")] {
        if let Some(image) = record.get(member) {
            change.insert(name.to_owned(), image.clone());
        }
    }
    content.records.push(Value::Object(change));
    Ok(())
}

/// A record of Ion in the form of DynamoDB JSON.
fn of_ion(record: ExportRecord) -> Value {
    let wire = |item: &Item| {
        let mut text = Vec::new();
        lookback_protocol::wire::write_item(item, &mut text);
        serde_json::from_slice::<Value>(&text).unwrap_or_default()
    };
    match record {
        ExportRecord::Item(item) => json!({ "Item": wire(&item) }),
        ExportRecord::Change(change) => {
            let at = change.write_timestamp_us.to_string();
            let mut record = json!({ "Metadata": { "WriteTimestampMicros": { "N": at } }, "Keys": wire(&change.keys) });
            let images = [
                ("OldImage", &change.old_image),
                ("NewImage", &change.new_image),
            ];
            if let Value::Object(members) = &mut record {
                for (name, image) in images {
                    members.extend(image.as_ref().map(|image| (name.to_owned(), wire(image))));
                }
            }
            record
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn taken(key: &str, line: &str) -> Result<Content, String> {
        let mut content = Content::default();
        take(key, line, &mut content).map(|()| content)
    }

    #[test]
    fn items_of_both_formats_are_the_same() {
        let json = taken(
            "x.json.gz",
            "{\"Item\":{\"pk\":{\"S\":\"a\"},\"n\":{\"N\":\"2.5\"}}}\n",
        )
        .unwrap();
        let ion = taken("x.ion.gz", "$ion_1_0 {Item:{pk:\"a\",n:2.5}}\n").unwrap();
        assert_eq!(
            json.items,
            [json!({ "pk": { "S": "a" }, "n": { "N": "2.5" } })]
        );
        assert!(crate::pattern::item::differs(&json.items[0], &ion.items[0]).is_none());
    }

    #[test]
    fn a_record_tells_its_images_and_its_time() {
        let line = "{\"Metadata\":{\"WriteTimestampMicros\":{\"N\":\"1700000000123456\"}},\"Keys\":{\"pk\":{\"S\":\"a\"}},\"NewImage\":{\"pk\":{\"S\":\"a\"}}}\n";
        let content = taken("x.json.gz", line).unwrap();
        let image = json!({ "pk": { "S": "a" } });
        let wanted = json!({ "keys": image, "new": image, "at_us": 1_700_000_000_123_456_i64, "at_s": 1_700_000_000.123456 });
        assert_eq!(content.records, [wanted]);
    }

    #[test]
    fn what_is_no_line_is_told() {
        for (line, told) in [
            ("{\"Item\":{}}", "no line feed"),
            ("{}\n", "neither Item nor Keys"),
            ("x\n", "expected value"),
        ] {
            let why = taken("x.json.gz", line).err().unwrap();
            assert!(why.contains(told), "{line}: {why}");
        }
    }
}
