//! Batches of one table.

use lookback_protocol::wire::Request;
use lookback_protocol::wire::batch::{
    BatchGetItemInput, BatchWriteItemInput, DeleteRequest, KeysAndAttributes, PutRequest,
    WriteRequest,
};

use super::write::whole_item;
use crate::client::{At, Client};

/// The most items of a batch that is drawn.
const ITEMS_MAX: u64 = 10;

/// Some keys of the table, all different.
pub(super) fn keys(client: &mut Client, at: At<'_>, most: u64) -> Vec<u32> {
    let wanted = client.draws.between(1, most);
    let popularity = client.profile.popularity;
    popularity.several(&mut client.draws, at.shape.keys, wanted)
}

pub(super) fn write(client: &mut Client, at: At<'_>) -> Request {
    let mut requests = Vec::new();
    for (part, key) in keys(client, at, ITEMS_MAX).into_iter().enumerate() {
        let request = if client.draws.chance(750) {
            let item = whole_item(client, at, key, Some(part));
            WriteRequest {
                put_request: Some(PutRequest { item }),
                delete_request: None,
            }
        } else {
            let key = at.shape.key(key);
            WriteRequest {
                put_request: None,
                delete_request: Some(DeleteRequest { key }),
            }
        };
        requests.push(request);
    }
    BatchWriteItemInput {
        request_items: [(at.name.to_owned(), requests)].into(),
        ..BatchWriteItemInput::default()
    }
    .into()
}

pub(super) fn get(client: &mut Client, at: At<'_>) -> Request {
    let chosen = keys(client, at, ITEMS_MAX);
    let keys = KeysAndAttributes {
        keys: chosen.into_iter().map(|key| at.shape.key(key)).collect(),
        consistent_read: client.draws.chance(750).then_some(true),
        ..KeysAndAttributes::default()
    };
    BatchGetItemInput {
        request_items: [(at.name.to_owned(), keys)].into(),
        ..BatchGetItemInput::default()
    }
    .into()
}
