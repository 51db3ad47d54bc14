//! Reads of one item.

use lookback_protocol::wire::Request;
use lookback_protocol::wire::item::GetItemInput;

use crate::client::{At, Client};

pub(super) fn get(client: &mut Client, at: At<'_>, strong: bool) -> Request {
    let key = client.key(at.shape);
    GetItemInput {
        table_name: at.name.to_owned(),
        key: at.shape.key(key),
        consistent_read: strong.then_some(true),
        ..GetItemInput::default()
    }
    .into()
}
