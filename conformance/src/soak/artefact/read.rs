//! Reads what a restored table holds: its items, and its indexes.

use std::time::Duration;

use lookback_checker::history::{Artefact, IndexContents};
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::{Driver, Stop};
use crate::soak::caller::set;

/// The most pages of a table or an index.
const PAGES_MAX: usize = 100_000;
/// How often a global index is looked at until it does not change any more.
const LOOKS_MAX: u32 = 8;

/// A page, its items as they came.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Page {
    #[serde(default)]
    items: Vec<Box<RawValue>>,
    last_evaluated_key: Option<Value>,
}

impl Driver {
    /// Reads a restored table into an artefact and writes it down; then the table is deleted.
    pub(super) async fn read(&self, restored: &str, artefact: Artefact) -> Result<(), Stop> {
        let description = self.active(restored).await?;
        let items = self.scan(restored, None, true).await?;
        let mut indexes = Vec::new();
        for (member, global) in [
            ("LocalSecondaryIndexes", false),
            ("GlobalSecondaryIndexes", true),
        ] {
            let listed = description.get(member).and_then(Value::as_array);
            for index in listed.into_iter().flatten() {
                indexes.extend(self.index(restored, &description, index, global).await?);
            }
        }
        self.caller.recorder.artefact(Artefact {
            items,
            indexes,
            ..artefact
        });
        self.drop_table(restored).await
    }

    /// What an index holds; none where its description is incomplete.
    async fn index(
        &self,
        table: &str,
        description: &Value,
        index: &Value,
        global: bool,
    ) -> Result<Option<IndexContents>, Stop> {
        let raw = |value: Option<&Value>| {
            value.and_then(|value| serde_json::value::to_raw_value(value).ok())
        };
        let (Some(name), Some(key_schema), Some(projection), Some(attribute_definitions)) = (
            index.get("IndexName").and_then(Value::as_str),
            raw(index.get("KeySchema")),
            raw(index.get("Projection")),
            raw(description.get("AttributeDefinitions")),
        ) else {
            return Ok(None);
        };
        let (items, settled) = if global {
            self.settled(table, name).await?
        } else {
            (self.scan(table, Some(name), true).await?, true)
        };
        Ok(Some(IndexContents {
            name: name.to_owned(),
            global,
            settled,
            key_schema,
            attribute_definitions,
            projection,
            items,
        }))
    }

    /// A global index is read until two readings in a row are the same.
    async fn settled(&self, table: &str, index: &str) -> Result<(Vec<Box<RawValue>>, bool), Stop> {
        let mut items = self.scan(table, Some(index), false).await?;
        for _ in 0..LOOKS_MAX {
            self.caller.time.sleep(Duration::from_secs(1)).await;
            let again = self.scan(table, Some(index), false).await?;
            let same = texts(&items) == texts(&again);
            items = again;
            if same {
                return Ok((items, true));
            }
        }
        Ok((items, false))
    }

    async fn scan(
        &self,
        table: &str,
        index: Option<&str>,
        strong: bool,
    ) -> Result<Vec<Box<RawValue>>, Stop> {
        let mut items = Vec::new();
        let mut body = json!({ "TableName": table, "ConsistentRead": strong });
        if let Some(index) = index {
            set(&mut body, "IndexName", index);
        }
        for _ in 0..PAGES_MAX {
            let answer = self.asked("Scan", &body).await?;
            let page: Page = serde_json::from_slice(&answer.raw.body)
                .map_err(|_| Stop::Odd("Scan: the answer is not a page".to_owned()))?;
            items.extend(page.items);
            match page.last_evaluated_key.filter(|key| !key.is_null()) {
                Some(key) => set(&mut body, "ExclusiveStartKey", key),
                None => return Ok(items),
            }
        }
        Err(Stop::Odd("Scan: it has no last page".to_owned()))
    }
}

fn texts(items: &[Box<RawValue>]) -> Vec<&str> {
    let mut texts: Vec<&str> = items.iter().map(|item| item.get()).collect();
    texts.sort_unstable();
    texts
}
