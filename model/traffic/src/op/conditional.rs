//! Writes of one item under a condition: chains of compare and swap, and conditions on what is there.

use std::collections::BTreeMap;

use lookback_protocol::wire::item::{DeleteItemInput, PutItemInput, UpdateItemInput};
use lookback_protocol::wire::{Request, WireItem, WireValue};

use super::write::{returned, setting, whole_item};
use crate::client::{At, Client};
use crate::item::{COUNTER, VALUE};
use crate::table::HASH;

/// A condition and what it mentions.
pub(super) struct Condition {
    pub expression: String,
    pub names: BTreeMap<String, String>,
    pub values: WireItem,
}

impl Condition {
    fn new(expression: &str, attribute: &str, value: Option<(&str, WireValue)>) -> Self {
        Self {
            expression: expression.to_owned(),
            names: [(format!("#{attribute}"), attribute.to_owned())].into(),
            values: value
                .map(|(name, value)| (name.to_owned(), value))
                .into_iter()
                .collect(),
        }
    }
}

/// Mostly that the item still holds what this client wrote last: then a chain of writes hangs together. It must be
/// drawn before the new value is.
pub(super) fn condition(client: &mut Client, at: At<'_>, key: u32) -> Condition {
    let last = client.last_written(at.place, key).cloned();
    match (last, client.draws.below(10)) {
        (Some(last), 0..6) => Condition::new(
            &format!("#{VALUE} = :old"),
            VALUE,
            Some((":old", WireValue::S(last))),
        ),
        (_, 6) => Condition::new(
            &format!("#{COUNTER} < :most"),
            COUNTER,
            Some((":most", WireValue::N(client.draws.below(1_000).to_string()))),
        ),
        (_, 7) => Condition::new(&format!("attribute_exists(#{HASH})"), HASH, None),
        _ => Condition::new(&format!("attribute_not_exists(#{HASH})"), HASH, None),
    }
}

fn given(values: WireItem) -> Option<WireItem> {
    Some(values).filter(|values| !values.is_empty())
}

/// What was there when the condition failed, now and then: a read of its own.
fn on_failure(client: &mut Client) -> Option<String> {
    client.draws.chance(400).then(|| "ALL_OLD".to_owned())
}

pub(super) fn put(client: &mut Client, at: At<'_>) -> Request {
    let key = client.key(at.shape);
    let condition = condition(client, at, key);
    PutItemInput {
        table_name: at.name.to_owned(),
        item: whole_item(client, at, key, None),
        condition_expression: Some(condition.expression),
        expression_attribute_names: Some(condition.names),
        expression_attribute_values: given(condition.values),
        return_values: returned(client, &["ALL_OLD"]),
        return_values_on_condition_check_failure: on_failure(client),
        ..PutItemInput::default()
    }
    .into()
}

pub(super) fn update(client: &mut Client, at: At<'_>) -> Request {
    let key = client.key(at.shape);
    let mut condition = condition(client, at, key);
    let setting = setting(client, at, key, None);
    condition.names.extend(setting.names);
    condition.values.extend(setting.values);
    UpdateItemInput {
        table_name: at.name.to_owned(),
        key: at.shape.key(key),
        update_expression: Some(setting.expression),
        condition_expression: Some(condition.expression),
        expression_attribute_names: Some(condition.names),
        expression_attribute_values: given(condition.values),
        return_values: returned(client, &["ALL_OLD", "ALL_NEW", "UPDATED_NEW"]),
        return_values_on_condition_check_failure: on_failure(client),
        ..UpdateItemInput::default()
    }
    .into()
}

pub(super) fn delete(client: &mut Client, at: At<'_>) -> Request {
    let key = client.key(at.shape);
    let condition = condition(client, at, key);
    DeleteItemInput {
        table_name: at.name.to_owned(),
        key: at.shape.key(key),
        condition_expression: Some(condition.expression),
        expression_attribute_names: Some(condition.names),
        expression_attribute_values: given(condition.values),
        return_values: returned(client, &["ALL_OLD"]),
        return_values_on_condition_check_failure: on_failure(client),
        ..DeleteItemInput::default()
    }
    .into()
}
