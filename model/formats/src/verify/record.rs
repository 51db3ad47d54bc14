//! What each record of an export must be.

use lookback_protocol::export::{Change, ExportRecord};
use lookback_protocol::key::KeyType;
use lookback_protocol::value::{AttributeValue, ITEM_SIZE_BYTES_MAX, Item, item_size_bytes};

use super::Digest;
use crate::format::Format;
use crate::laws::KeyNames;
use crate::manifest::{ExportKind, View};

/// Which records an export has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Items (EXPORT-FORMAT-019).
    Items,
    /// Changes (EXPORT-FORMAT-020).
    Changes {
        /// Which images they show.
        view: View,
        /// The first instant of the period, in microseconds since the Unix epoch.
        from_us: i64,
        /// The end of the period, which is not part of it.
        to_us: i64,
    },
}

impl From<ExportKind> for Shape {
    fn from(kind: ExportKind) -> Self {
        match kind {
            ExportKind::Full { .. } => Self::Items,
            ExportKind::Incremental { from, to, view } => Self::Changes {
                view,
                from_us: from.0,
                to_us: to.0,
            },
        }
    }
}

/// The types of the key attributes of a record, in the order of [`KeyNames`].
pub type KeyKinds = [Option<KeyType>; 2];

/// What a line of a data file must be.
#[derive(Clone, Debug)]
pub struct RecordRules {
    /// How it is written.
    pub format: Format,
    /// Which records there are.
    pub shape: Shape,
    /// The key; of a full export nothing else tells it. Without it an item is its own key: only items that are equal in
    /// everything are found to be there twice.
    pub key: Option<KeyNames>,
    /// Whether digests of images are wanted: they cost more than all else.
    pub images: bool,
}

/// What is kept of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scanned {
    /// The key.
    pub key: Digest,
    /// The types of its attributes.
    pub kinds: KeyKinds,
    /// The image before, of a change; where images are wanted.
    pub old: Option<Digest>,
    /// The item, or the image after of a change; where images are wanted.
    pub new: Option<Digest>,
}

impl RecordRules {
    /// Judges a line without its line feed.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn scan(&self, line: &[u8]) -> Result<Scanned, String> {
        match (self.shape, self.format.read_record(line)?) {
            (Shape::Items, ExportRecord::Item(item)) => self.item(&item),
            (
                Shape::Changes {
                    view,
                    from_us,
                    to_us,
                },
                ExportRecord::Change(change),
            ) => {
                let at_us = change.write_timestamp_us;
                if !(from_us..to_us).contains(&at_us) {
                    return Err(format!(
                        "WriteTimestampMicros {at_us} is outside of the period from {from_us} to {to_us}"
                    ));
                }
                self.change(view, &change)
            }
            (Shape::Items, _) => Err("a change in a full export".to_owned()),
            (Shape::Changes { .. }, _) => Err("an item in an incremental export".to_owned()),
        }
    }

    fn item(&self, item: &Item) -> Result<Scanned, String> {
        fits(item)?;
        let new = self.images.then(|| Digest::of(item));
        let (key, kinds) = match &self.key {
            Some(names) => key_of(names, item)?,
            None => (new.unwrap_or_else(|| Digest::of(item)), [None, None]),
        };
        Ok(Scanned {
            key,
            kinds,
            old: None,
            new,
        })
    }

    fn change(&self, view: View, change: &Change) -> Result<Scanned, String> {
        let names = match &self.key {
            Some(names) => names.clone(),
            None => KeyNames::of_keys(&change.keys).ok_or_else(|| key_count(&change.keys))?,
        };
        if change.keys.len() != names.iter().count() {
            return Err(key_count(&change.keys));
        }
        let (key, kinds) = key_of(&names, &change.keys).map_err(|what| format!("Keys: {what}"))?;
        for (member, image) in [
            ("OldImage", &change.old_image),
            ("NewImage", &change.new_image),
        ] {
            let Some(image) = image else { continue };
            fits(image).map_err(|what| format!("{member}: {what}"))?;
            for (name, value) in change.keys.iter() {
                if image.get(name) != Some(value) {
                    return Err(format!("{member} has another {name} than Keys"));
                }
            }
        }
        match (view, &change.old_image, &change.new_image) {
            (View::NewImage, Some(_), _) => {
                return Err("an OldImage in an export with NEW_IMAGE".to_owned());
            }
            (View::NewAndOldImages, None, None) => {
                return Err(
                    "neither OldImage nor NewImage: a key that was never there has no record"
                        .to_owned(),
                );
            }
            _ => {}
        }
        let digest = |image: &Option<std::sync::Arc<Item>>| {
            let image = image.as_deref().filter(|_| self.images);
            image.map(Digest::of)
        };
        Ok(Scanned {
            key,
            kinds,
            old: digest(&change.old_image),
            new: digest(&change.new_image),
        })
    }
}

fn key_count(keys: &Item) -> String {
    let names: Vec<&str> = keys.iter().map(|(name, _)| name.as_str()).collect();
    format!(
        "Keys has other attributes than the key of the table: {}",
        names.join(", ")
    )
}

/// No item is larger than 400 KB (ITEM-006).
fn fits(item: &Item) -> Result<(), String> {
    let bytes = item_size_bytes(item);
    if bytes > ITEM_SIZE_BYTES_MAX {
        return Err(format!("the item has {bytes} bytes, more than 400 KB"));
    }
    Ok(())
}

fn key_of(names: &KeyNames, item: &Item) -> Result<(Digest, KeyKinds), String> {
    let attribute = |name: &str| -> Result<(Digest, KeyType), String> {
        let value = item
            .get(name)
            .ok_or_else(|| format!("the key attribute {name} is missing"))?;
        let kind = match value {
            AttributeValue::S(text) if !text.is_empty() => KeyType::S,
            AttributeValue::B(bytes) if !bytes.is_empty() => KeyType::B,
            AttributeValue::N(_) => KeyType::N,
            AttributeValue::S(_) | AttributeValue::B(_) => {
                return Err(format!("the key attribute {name} is empty"));
            }
            other => {
                return Err(format!(
                    "the key attribute {name} has the type {}",
                    other.descriptor()
                ));
            }
        };
        Ok((Digest::of_attribute(name, value), kind))
    };
    let (hash, hash_kind) = attribute(&names.hash)?;
    let range = names.range.as_deref().map(attribute).transpose()?;
    let digests = std::iter::once(hash).chain(range.map(|(digest, _)| digest));
    Ok((
        Digest::of_attributes(digests),
        [Some(hash_kind), range.map(|(_, kind)| kind)],
    ))
}
