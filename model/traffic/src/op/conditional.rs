//! Writes of one item under a condition: chains of compare and swap, and conditions on what is there.

use std::collections::BTreeMap;

use lookback_protocol::wire::item::{DeleteItemInput, PutItemInput, UpdateItemInput};
use lookback_protocol::wire::legacy::ExpectedAttributeValue;
use lookback_protocol::wire::{Request, WireItem, WireValue};

use super::legacy;
use super::write::{returned, setting, whole_item};
use crate::client::{At, Client};
use crate::item::{COUNTER, VALUE};
use crate::table::HASH;

/// A condition and what it mentions, and the same as before expressions.
pub(super) struct Condition {
    pub expression: String,
    pub names: BTreeMap<String, String>,
    pub values: WireItem,
    expected: BTreeMap<String, ExpectedAttributeValue>,
}

impl Condition {
    fn new(
        expression: &str,
        attribute: &str,
        value: Option<(&str, WireValue)>,
        expected: ExpectedAttributeValue,
    ) -> Self {
        Self {
            expression: expression.to_owned(),
            names: [(format!("#{attribute}"), attribute.to_owned())].into(),
            values: value
                .map(|(name, value)| (name.to_owned(), value))
                .into_iter()
                .collect(),
            expected: [(attribute.to_owned(), expected)].into(),
        }
    }
}

/// Mostly that the item still holds what this client wrote last: then a chain of writes hangs together. It must be
/// drawn before the new value is.
pub(super) fn condition(client: &mut Client, at: At<'_>, key: u32) -> Condition {
    let last = client.last_written(at.place, key).cloned();
    match (last, client.draws.below(10)) {
        (Some(last), 0..6) => {
            let last = WireValue::S(last);
            Condition::new(
                &format!("#{VALUE} = :old"),
                VALUE,
                Some((":old", last.clone())),
                legacy::has(last),
            )
        }
        (_, 6) => {
            let most = WireValue::N(client.draws.below(1_000).to_string());
            Condition::new(
                &format!("#{COUNTER} < :most"),
                COUNTER,
                Some((":most", most.clone())),
                legacy::compares("LT", vec![most]),
            )
        }
        (_, 7) => Condition::new(
            &format!("attribute_exists(#{HASH})"),
            HASH,
            None,
            legacy::compares("NOT_NULL", Vec::new()),
        ),
        _ => Condition::new(
            &format!("attribute_not_exists(#{HASH})"),
            HASH,
            None,
            legacy::is_absent(),
        ),
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
    let mut input = PutItemInput {
        table_name: at.name.to_owned(),
        item: whole_item(client, at, key, None),
        return_values: returned(client, &["ALL_OLD"]),
        ..PutItemInput::default()
    };
    let on_failure = on_failure(client);
    if client.speaks_as_before() {
        input.expected = Some(condition.expected);
    } else {
        input.condition_expression = Some(condition.expression);
        input.expression_attribute_names = Some(condition.names);
        input.expression_attribute_values = given(condition.values);
        input.return_values_on_condition_check_failure = on_failure;
    }
    input.into()
}

pub(super) fn update(client: &mut Client, at: At<'_>) -> Request {
    let key = client.key(at.shape);
    let mut condition = condition(client, at, key);
    let setting = setting(client, at, key, None);
    let mut input = UpdateItemInput {
        table_name: at.name.to_owned(),
        key: at.shape.key(key),
        return_values: returned(client, &["ALL_OLD", "ALL_NEW", "UPDATED_NEW"]),
        ..UpdateItemInput::default()
    };
    let on_failure = on_failure(client);
    if client.speaks_as_before() {
        input.attribute_updates = Some(setting.updates);
        input.expected = Some(condition.expected);
    } else {
        condition.names.extend(setting.names);
        condition.values.extend(setting.values);
        input.update_expression = Some(setting.expression);
        input.condition_expression = Some(condition.expression);
        input.expression_attribute_names = Some(condition.names);
        input.expression_attribute_values = given(condition.values);
        input.return_values_on_condition_check_failure = on_failure;
    }
    input.into()
}

pub(super) fn delete(client: &mut Client, at: At<'_>) -> Request {
    let key = client.key(at.shape);
    let condition = condition(client, at, key);
    let mut input = DeleteItemInput {
        table_name: at.name.to_owned(),
        key: at.shape.key(key),
        return_values: returned(client, &["ALL_OLD"]),
        ..DeleteItemInput::default()
    };
    let on_failure = on_failure(client);
    if client.speaks_as_before() {
        input.expected = Some(condition.expected);
    } else {
        input.condition_expression = Some(condition.expression);
        input.expression_attribute_names = Some(condition.names);
        input.expression_attribute_values = given(condition.values);
        input.return_values_on_condition_check_failure = on_failure;
    }
    input.into()
}
