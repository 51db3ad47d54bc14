//! ReturnItemCollectionMetrics: how large the collection is that a write touched (TABLE-008).

use std::collections::{BTreeMap, BTreeSet};

use lookback_protocol::error::ServiceError;
use lookback_protocol::key::KeyRange;
use lookback_protocol::value::{Item, item_size_bytes};
use lookback_protocol::wire::AnswerItem;
use lookback_protocol::wire::capacity::ItemCollectionMetrics;

use super::capacity::entry_size_bytes;
use super::item_call::Target;
use crate::service::Service;

/// Whether the metrics are asked for; the shape admits no other names than SIZE and NONE.
pub(super) fn is_asked(name: Option<&str>) -> bool {
    name == Some("SIZE")
}

/// The collection of an item, after a write: only tables with local indexes tell. `item` has at least the key.
pub(super) fn metrics(
    service: &Service,
    target: &Target,
    item: &Item,
) -> Result<Option<ItemCollectionMetrics>, ServiceError> {
    let definition = &target.definition;
    let hash = &definition.schema.hash.name;
    let (Some(value), Some(store)) = (item.get(hash), service.stores.get(target.store)) else {
        return Ok(None);
    };
    if definition.local_indexes.is_empty() {
        return Ok(None);
    }
    let collection = KeyRange::prefix(definition.schema.hash_prefix(value)?);
    let mut bytes = 0_usize;
    for (_, item) in store.range(&collection) {
        bytes += item_size_bytes(item);
        for index in &definition.local_indexes {
            if index.schema.index_key_of_item(item).is_some() {
                bytes += entry_size_bytes(definition.held_names(index).as_deref(), item);
            }
        }
    }
    // The estimate is a range of one gigabyte.
    let whole_gb = u32::try_from(bytes >> 30).map_or(f64::MAX, f64::from);
    let key: Item = [(hash.clone(), value.clone())].into_iter().collect();
    Ok(Some(ItemCollectionMetrics {
        item_collection_key: Some(AnswerItem::from(key)),
        size_estimate_range_gb: Some(vec![whole_gb, whole_gb + 1.0]),
    }))
}

/// The collections that the writes of several tables touched, each told once.
#[derive(Default)]
pub(super) struct Collections {
    is_asked: bool,
    seen: BTreeSet<(String, Vec<u8>)>,
    metrics: BTreeMap<String, Vec<ItemCollectionMetrics>>,
}

impl Collections {
    /// Reads ReturnItemCollectionMetrics.
    pub fn asked(name: Option<&str>) -> Self {
        Self {
            is_asked: is_asked(name),
            ..Self::default()
        }
    }

    /// A write touched an item, which has at least its key.
    pub fn touch(
        &mut self,
        service: &Service,
        table: &str,
        target: &Target,
        item: &Item,
    ) -> Result<(), ServiceError> {
        let schema = &target.definition.schema;
        let Some(hash) = item.get(&schema.hash.name).filter(|_| self.is_asked) else {
            return Ok(());
        };
        if !self
            .seen
            .insert((table.to_owned(), schema.hash_prefix(hash)?))
        {
            return Ok(());
        }
        if let Some(metrics) = metrics(service, target, item)? {
            self.metrics
                .entry(table.to_owned())
                .or_default()
                .push(metrics);
        }
        Ok(())
    }

    /// The same as an answer tells it; nothing where nothing was asked.
    pub fn into_wire(self) -> Option<BTreeMap<String, Vec<ItemCollectionMetrics>>> {
        self.is_asked.then_some(self.metrics)
    }
}
