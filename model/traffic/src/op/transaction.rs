//! Transactions.

use lookback_protocol::wire::Request;
use lookback_protocol::wire::transaction::{
    ConditionCheck, Delete, Get, Put, TransactGetItem, TransactGetItemsInput, TransactWriteItem,
    TransactWriteItemsInput, Update,
};

use super::batch::keys;
use super::conditional::condition;
use super::write::{setting, whole_item};
use crate::client::{At, Client};

/// The most items of a transaction that is drawn.
const ITEMS_MAX: u64 = 5;

pub(super) fn write(client: &mut Client, at: At<'_>) -> Request {
    let mut items = Vec::new();
    for (part, key) in keys(client, at, ITEMS_MAX).into_iter().enumerate() {
        items.push(member(client, at, key, part));
    }
    TransactWriteItemsInput {
        transact_items: items,
        client_request_token: Some(client.write_name(None)),
        ..TransactWriteItemsInput::default()
    }
    .into()
}

/// Mostly without conditions: one that fails voids the whole.
fn member(client: &mut Client, at: At<'_>, key: u32, part: usize) -> TransactWriteItem {
    let table_name = at.name.to_owned();
    let mut member = TransactWriteItem::default();
    match client.draws.below(20) {
        0..9 => {
            member.put = Some(Put {
                item: whole_item(client, at, key, Some(part)),
                table_name,
                ..Put::default()
            });
        }
        9..15 => {
            let setting = setting(client, at, key, Some(part));
            member.update = Some(Update {
                key: at.shape.key(key),
                update_expression: setting.expression,
                table_name,
                expression_attribute_names: Some(setting.names),
                expression_attribute_values: Some(setting.values),
                ..Update::default()
            });
        }
        15..18 => {
            member.delete = Some(Delete {
                key: at.shape.key(key),
                table_name,
                ..Delete::default()
            });
        }
        _ => {
            let condition = condition(client, at, key);
            member.condition_check = Some(ConditionCheck {
                key: at.shape.key(key),
                table_name,
                condition_expression: condition.expression,
                expression_attribute_names: Some(condition.names),
                expression_attribute_values: Some(condition.values)
                    .filter(|values| !values.is_empty()),
                ..ConditionCheck::default()
            });
        }
    }
    member
}

pub(super) fn get(client: &mut Client, at: At<'_>) -> Request {
    let gets = keys(client, at, ITEMS_MAX).into_iter().map(|key| {
        let get = Get {
            key: at.shape.key(key),
            table_name: at.name.to_owned(),
            ..Get::default()
        };
        TransactGetItem { get }
    });
    TransactGetItemsInput {
        transact_items: gets.collect(),
        ..TransactGetItemsInput::default()
    }
    .into()
}
