//! Short words for reading a source.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use lookback_formats::import::ImportSource;
use lookback_protocol::value::Item;
use lookback_protocol::wire::import::ImportTableDescription;
use lookback_protocol::wire::write_item;
use serde_json::{Value, json};

/// What an object gave: items, `None` for what was refused, and the bytes that were read.
pub struct Read {
    pub items: Vec<Option<Value>>,
    pub bytes: u64,
}

impl Read {
    /// How many items, and how many errors.
    pub fn counts(&self) -> (usize, usize) {
        let items = self.items.iter().flatten().count();
        (items, self.items.len() - items)
    }
}

fn wire(item: &Item) -> Value {
    let mut text = Vec::new();
    write_item(item, &mut text);
    serde_json::from_slice(&text).unwrap()
}

/// Reads an object as an import with these members does.
pub fn read(members: Value, object: &[u8]) -> Read {
    let mut import = json!({"InputFormat": "DYNAMODB_JSON", "InputCompressionType": "NONE"});
    for (name, value) in members.as_object().unwrap() {
        import[name] = value.clone();
    }
    let import: ImportTableDescription = serde_json::from_value(import).unwrap();
    let mut items = ImportSource::of(&import).unwrap().read(object);
    let read = items.by_ref().map(|item| item.ok().as_ref().map(wire));
    let read = read.collect();
    Read {
        items: read,
        bytes: items.bytes(),
    }
}

pub fn gzip(text: &str) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(text.as_bytes()).unwrap();
    gzip.finish().unwrap()
}

/// Lines of items with the keys `k0`, `k1` and so on.
pub fn lines(count: usize) -> String {
    let line = |number| format!("{{\"Item\":{{\"pk\":{{\"S\":\"k{number}\"}}}}}}\n");
    (0..count).map(line).collect()
}
