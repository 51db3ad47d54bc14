//! The requests of each family.

mod batch;
mod conditional;
mod legacy;
mod many;
mod read;
mod transaction;
mod write;

use std::collections::BTreeMap;

use lookback_protocol::wire::Request;

use crate::client::Client;
use crate::mix::Family;

/// A request of this family; none where there is no table.
pub(crate) fn request(client: &mut Client, family: Family) -> Option<Request> {
    client.with_table(|client, at| match family {
        Family::Put => write::put(client, at),
        Family::Count => write::count(client, at),
        Family::Set => write::set(client, at),
        Family::Delete => write::delete(client, at),
        Family::PutIf => conditional::put(client, at),
        Family::UpdateIf => conditional::update(client, at),
        Family::DeleteIf => conditional::delete(client, at),
        Family::GetStrong => read::get(client, at, true),
        Family::GetEventual => read::get(client, at, false),
        Family::Query => many::query(client, at),
        Family::Scan => many::scan(client, at),
        Family::BatchWrite => batch::write(client, at),
        Family::BatchGet => batch::get(client, at),
        Family::TransactWrite => transaction::write(client, at),
        Family::TransactGet => transaction::get(client, at),
    })
}

/// Placeholders of attribute names: `#v` stands for `v`.
fn names(attributes: &[&str]) -> Option<BTreeMap<String, String>> {
    let name = |attribute: &&str| (format!("#{attribute}"), (*attribute).to_owned());
    Some(attributes.iter().map(name).collect())
}
