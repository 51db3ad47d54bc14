//! Records as DynamoDB JSON: `{"Item":{...}}` (EXPORT-FORMAT-019), and the changes of incremental exports
//! (EXPORT-FORMAT-020).

use std::sync::Arc;

use lookback_protocol::export::{Change, ExportRecord};
use lookback_protocol::value::{AttributeValue, Item};
use lookback_protocol::wire::{WireItem, item_from_wire, write_item};
use serde::Deserialize;

use crate::error::FormatError;

/// Appends a record as a line.
pub(crate) fn write_record(record: &ExportRecord, line: &mut Vec<u8>) {
    let mut member = |name: &str, item: &Item| {
        line.extend_from_slice(name.as_bytes());
        write_item(item, line);
    };
    match record {
        ExportRecord::Item(item) => member("{\"Item\":", item),
        ExportRecord::Change(change) => {
            let metadata = format!(
                "{{\"Metadata\":{{\"WriteTimestampMicros\":{{\"N\":\"{}\"}}}},\"Keys\":",
                change.write_timestamp_us
            );
            member(&metadata, &change.keys);
            if let Some(old) = &change.old_image {
                member(",\"OldImage\":", old);
            }
            if let Some(new) = &change.new_image {
                member(",\"NewImage\":", new);
            }
        }
    }
    line.extend_from_slice(b"}\n");
}

/// A line before it is judged.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Line {
    item: Option<WireItem>,
    metadata: Option<WireItem>,
    keys: Option<WireItem>,
    old_image: Option<WireItem>,
    new_image: Option<WireItem>,
}

/// Reads a line.
pub(crate) fn read_record(line: &[u8]) -> Result<ExportRecord, String> {
    let line: Line = serde_json::from_slice(line).map_err(|error| error.to_string())?;
    let item = |wire: WireItem| item_from_wire(wire).map_err(|error| error.to_string());
    let image = |wire: Option<WireItem>| wire.map(item).transpose().map(|one| one.map(Arc::new));
    match line {
        Line {
            item: Some(wire),
            metadata: None,
            keys: None,
            old_image: None,
            new_image: None,
        } => Ok(ExportRecord::Item(Arc::new(item(wire)?))),
        Line {
            item: None,
            metadata: Some(metadata),
            keys: Some(keys),
            old_image,
            new_image,
        } => Ok(ExportRecord::Change(Change {
            write_timestamp_us: write_timestamp_us(&item(metadata)?)?,
            keys: item(keys)?,
            old_image: image(old_image)?,
            new_image: image(new_image)?,
        })),
        _ => Err(neither().to_owned()),
    }
}

/// What a line is that is no record.
pub(crate) fn neither() -> &'static str {
    "neither an Item alone, nor Metadata and Keys with images"
}

/// WriteTimestampMicros: a whole number (EXPORT-INCR-017).
pub(crate) fn write_timestamp_us(metadata: &Item) -> Result<i64, String> {
    match metadata.get("WriteTimestampMicros") {
        Some(AttributeValue::N(number)) => number
            .to_i64()
            .ok_or_else(|| format!("WriteTimestampMicros is no whole number: {number}")),
        _ => Err("Metadata has no number WriteTimestampMicros".to_owned()),
    }
}

impl FormatError {
    /// A JSON text that is wrong as a whole.
    pub(crate) fn of_json(error: &serde_json::Error) -> Self {
        Self::Whole(format!("no JSON of the right form: {error}"))
    }
}
