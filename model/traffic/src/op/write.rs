//! Writes of one item without a condition.

use std::collections::BTreeMap;

use lookback_protocol::wire::item::{DeleteItemInput, PutItemInput, UpdateItemInput};
use lookback_protocol::wire::legacy::AttributeValueUpdate;
use lookback_protocol::wire::{Request, WireItem, WireValue};

use super::{legacy, names};
use crate::client::{At, Client};
use crate::item::{self, COUNTER, GROUP, ORDER, VALUE};

/// A whole item under this key, its value told apart by `part` in a batch.
pub(super) fn whole_item(
    client: &mut Client,
    at: At<'_>,
    key: u32,
    part: Option<usize>,
) -> WireItem {
    let name = client.write_name(part);
    let (values, sizes) = (client.profile.values, client.profile.sizes);
    let value = item::value(&mut client.draws, values, &name);
    client.remember(at.place, key, &value);
    item::item(&mut client.draws, sizes, at.shape.key(key), value)
}

/// What a write is asked to return: mostly nothing, now and then what was there, which is a read of its own.
pub(super) fn returned(client: &mut Client, kinds: &[&str]) -> Option<String> {
    if client.draws.chance(600) {
        return None;
    }
    let kind = client.draws.pick("NONE", kinds);
    Some(kind.to_owned())
}

pub(super) fn put(client: &mut Client, at: At<'_>) -> Request {
    let key = client.key(at.shape);
    PutItemInput {
        table_name: at.name.to_owned(),
        item: whole_item(client, at, key, None),
        return_values: returned(client, &["ALL_OLD"]),
        ..PutItemInput::default()
    }
    .into()
}

pub(super) fn delete(client: &mut Client, at: At<'_>) -> Request {
    let key = client.key(at.shape);
    DeleteItemInput {
        table_name: at.name.to_owned(),
        key: at.shape.key(key),
        return_values: returned(client, &["ALL_OLD"]),
        ..DeleteItemInput::default()
    }
    .into()
}

pub(super) fn count(client: &mut Client, at: At<'_>) -> Request {
    let key = client.key(at.shape);
    let by = WireValue::N(client.draws.between(1, 3).to_string());
    let mut input = UpdateItemInput {
        table_name: at.name.to_owned(),
        key: at.shape.key(key),
        return_values: returned(client, &["UPDATED_NEW", "UPDATED_OLD", "ALL_NEW"]),
        ..UpdateItemInput::default()
    };
    if client.speaks_as_before() {
        input.attribute_updates = Some(BTreeMap::from([legacy::update(COUNTER, "ADD", Some(by))]));
    } else {
        input.update_expression = Some(format!("ADD #{COUNTER} :by"));
        input.expression_attribute_names = names(&[COUNTER]);
        input.expression_attribute_values = Some(WireItem::from([(":by".to_owned(), by)]));
    }
    input.into()
}

/// What an update sets: the expression and what it mentions, and the same as before expressions.
pub(super) struct Setting {
    pub expression: String,
    pub names: BTreeMap<String, String>,
    pub values: WireItem,
    pub updates: BTreeMap<String, AttributeValueUpdate>,
}

/// Sets the value, and now and then what the indexes are over.
pub(super) fn setting(client: &mut Client, at: At<'_>, key: u32, part: Option<usize>) -> Setting {
    let name = client.write_name(part);
    let value = item::value(&mut client.draws, client.profile.values, &name);
    client.remember(at.place, key, &value);
    let mut mentioned = vec![VALUE];
    let value = WireValue::S(value);
    let mut updates = BTreeMap::from([legacy::update(VALUE, "PUT", Some(value.clone()))]);
    let mut values = WireItem::from([(":v".to_owned(), value)]);
    let mut expression = format!("SET #{VALUE} = :v");
    if client.draws.chance(200) {
        mentioned.push(GROUP);
        let group = item::group(&mut client.draws);
        updates.extend([legacy::update(GROUP, "PUT", Some(group.clone()))]);
        values.insert(":g".to_owned(), group);
        expression.push_str(&format!(", #{GROUP} = :g"));
    }
    match client.draws.below(10) {
        0 => {
            mentioned.push(ORDER);
            let order = item::order(&mut client.draws);
            updates.extend([legacy::update(ORDER, "PUT", Some(order.clone()))]);
            values.insert(":l".to_owned(), order);
            expression.push_str(&format!(", #{ORDER} = :l"));
        }
        1 => {
            mentioned.push(ORDER);
            updates.extend([legacy::update(ORDER, "DELETE", None)]);
            expression.push_str(&format!(" REMOVE #{ORDER}"));
        }
        _ => {}
    }
    Setting {
        expression,
        names: names(&mentioned).unwrap_or_default(),
        values,
        updates,
    }
}

pub(super) fn set(client: &mut Client, at: At<'_>) -> Request {
    let key = client.key(at.shape);
    let setting = setting(client, at, key, None);
    let mut input = UpdateItemInput {
        table_name: at.name.to_owned(),
        key: at.shape.key(key),
        return_values: returned(client, &["ALL_OLD", "ALL_NEW", "UPDATED_OLD"]),
        ..UpdateItemInput::default()
    };
    if client.speaks_as_before() {
        input.attribute_updates = Some(setting.updates);
    } else {
        input.update_expression = Some(setting.expression);
        input.expression_attribute_names = Some(setting.names);
        input.expression_attribute_values = Some(setting.values);
    }
    input.into()
}
