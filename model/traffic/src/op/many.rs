//! Reads of many items: Query, Scan.

use lookback_protocol::wire::query::{QueryInput, ScanInput};
use lookback_protocol::wire::{Request, WireItem, WireValue};

use super::names;
use crate::client::{At, Client};
use crate::item::{self, GROUP};
use crate::table::{GLOBAL_INDEX, HASH, LOCAL_INDEX};

/// Small pages, now and then: each page is a read of its own.
fn limit(client: &mut Client) -> Option<i32> {
    client
        .draws
        .chance(400)
        .then(|| client.draws.between(1, 8) as i32)
}

/// An index of the table, now and then.
fn index(client: &mut Client, at: At<'_>) -> Option<&'static str> {
    let local = at.shape.local_index().map(|_| LOCAL_INDEX);
    let global = at.shape.global_index.map(|_| GLOBAL_INDEX);
    client.draws.pick(None, &[None, local, global])
}

/// A global index is never read with strong consistency.
fn strong(client: &mut Client, index: Option<&str>) -> Option<bool> {
    let strong = client.draws.chance(750) && index != Some(GLOBAL_INDEX);
    strong.then_some(true)
}

pub(super) fn query(client: &mut Client, at: At<'_>) -> Request {
    let index = index(client, at);
    let (attribute, value) = if index == Some(GLOBAL_INDEX) {
        (GROUP, item::group(&mut client.draws))
    } else {
        let key = client.key(at.shape);
        let hash = at.shape.key(key).remove(HASH);
        (HASH, hash.unwrap_or(WireValue::Empty))
    };
    QueryInput {
        table_name: at.name.to_owned(),
        index_name: index.map(str::to_owned),
        limit: limit(client),
        consistent_read: strong(client, index),
        scan_index_forward: client.draws.chance(300).then_some(false),
        key_condition_expression: Some(format!("#{attribute} = :key")),
        expression_attribute_names: names(&[attribute]),
        expression_attribute_values: Some(WireItem::from([(":key".to_owned(), value)])),
        ..QueryInput::default()
    }
    .into()
}

pub(super) fn scan(client: &mut Client, at: At<'_>) -> Request {
    let index = index(client, at);
    ScanInput {
        table_name: at.name.to_owned(),
        index_name: index.map(str::to_owned),
        limit: limit(client),
        consistent_read: strong(client, index),
        ..ScanInput::default()
    }
    .into()
}
