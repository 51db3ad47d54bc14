//! What the calls on items have in common: finding the table, reading expressions, committing.

use std::collections::BTreeMap;
use std::sync::Arc;

use lookback_protocol::error::ServiceError;
use lookback_protocol::expression::legacy::{
    LegacyWrite, WriteParameters, attributes_to_get, check_not_mixed,
};
use lookback_protocol::expression::{Condition, ExpressionKind, Placeholders, Projection};
use lookback_protocol::item_op::{ItemRules, ReturnValues};
use lookback_protocol::key::Key;
use lookback_protocol::value::{AttributeValue, Item};
use lookback_protocol::wire::WireItem;
use lookback_protocol::wire::capacity::{ConsumedCapacity, ItemCollectionMetrics};
use lookback_protocol::wire::legacy::ExpectedAttributeValue;

use super::capacity::{Consumption, Detail, Kind};
use super::item_collection;
use crate::service::{Call, Service, internal_error};
use crate::stores::StoreId;
use crate::table::Definition;
use crate::tenant::{no_such_data_table, table_name};

/// The table that a call on items is about.
pub(super) struct Target {
    pub rules: Arc<ItemRules>,
    pub definition: Arc<Definition>,
    pub store: StoreId,
}

impl Target {
    /// Finds an active table.
    pub fn find(service: &mut Service, call: &Call<'_>, table: &str) -> Result<Self, ServiceError> {
        let name = table_name(table, "tableName", call.caller)?;
        // A caller who has nothing yet is not entered for asking: calls on items make no copy of the caller.
        let tenant = service.tenants.get_mut(call.caller);
        let table = tenant
            .ok_or_else(no_such_data_table)?
            .data_table(name, call.now_us)?;
        Ok(Self {
            rules: Arc::clone(&table.rules),
            definition: Arc::clone(&table.definition),
            store: table.store,
        })
    }

    /// The item under a key.
    pub fn get(&self, service: &Service, key: &Key) -> Option<Arc<Item>> {
        service.stores.get(self.store)?.get(key).cloned()
    }

    /// Commits an item, or its absence.
    pub fn commit(
        &self,
        service: &mut Service,
        key: &Key,
        item: Option<Arc<Item>>,
    ) -> Result<(), ServiceError> {
        let position = service.next_position();
        let store = service
            .stores
            .get_mut(self.store)
            .ok_or_else(internal_error)?;
        if let Some(shown_us) = store.commit(position, key, item) {
            service.schedule(shown_us);
        }
        Ok(())
    }
}

/// What the answer to a write of one item tells beside the item.
pub(super) struct WriteReport {
    capacity: Detail,
    is_collection_asked: bool,
}

impl WriteReport {
    /// Reads ReturnConsumedCapacity and ReturnItemCollectionMetrics.
    pub fn asked(capacity: Option<&str>, metrics: Option<&str>) -> Self {
        Self {
            capacity: Detail::read(capacity),
            is_collection_asked: item_collection::is_asked(metrics),
        }
    }

    /// Whether what was there before has to be known.
    pub fn needs_old(&self) -> bool {
        self.capacity.is_told()
    }

    /// What the write consumed.
    pub fn consumed(
        &self,
        target: &Target,
        table: &str,
        old: Option<&Item>,
        new: Option<&Item>,
    ) -> Option<ConsumedCapacity> {
        self.capacity.is_told().then_some(())?;
        let mut consumption = Consumption::default();
        consumption.write(&target.definition, old, new, 1.0);
        consumption.to_wire(bare_name(table), self.capacity, Kind::Plain)
    }

    /// The collection of the item, which has at least its key.
    pub fn collection(
        &self,
        service: &Service,
        target: &Target,
        item: &Item,
    ) -> Result<Option<ItemCollectionMetrics>, ServiceError> {
        if self.is_collection_asked {
            item_collection::metrics(service, target, item)
        } else {
            Ok(None)
        }
    }
}

/// The name of a table that was found by its name or its ARN.
pub(super) fn bare_name(table: &str) -> &str {
    table.rsplit_once('/').map_or(table, |(_, name)| name)
}

/// ExpressionAttributeValues, judged: a refusal names the value.
pub(super) fn values_from_wire(
    values: Option<WireItem>,
) -> Result<Option<BTreeMap<String, AttributeValue>>, ServiceError> {
    let judged = |values: WireItem| {
        values
            .into_iter()
            .map(|(name, value)| match value.into_value() {
                Ok(value) => Ok((name, value)),
                Err(error) => Err(invalid_value(&name, error)),
            })
            .collect()
    };
    values.map(judged).transpose()
}

fn invalid_value(name: &str, error: ServiceError) -> ServiceError {
    let text = error.message.unwrap_or_default();
    // As recorded, the text about empty sets does not name the value.
    let suffix = if text.ends_with("may not be empty") {
        String::new()
    } else {
        format!(" for key {name}")
    };
    ServiceError {
        message: Some(format!(
            "ExpressionAttributeValues contains invalid value: {text}{suffix}"
        )),
        ..error
    }
}

/// Refuses names and values of a request without any expression, before its other members are judged (record 10.32).
pub(super) fn refuse_unused(
    names: Option<&BTreeMap<String, String>>,
    values: Option<&WireItem>,
    absent: &str,
) -> Result<(), ServiceError> {
    let values = values_from_wire(values.cloned())?;
    Placeholders::refuse_without_expression(names, values.as_ref(), absent)
}

/// A ConditionExpression.
pub(super) fn condition<'a>(
    text: Option<&'a str>,
    placeholders: &mut Placeholders<'a>,
) -> Result<Option<Condition<'a>>, ServiceError> {
    text.map(|text| Condition::parse(ExpressionKind::Condition, text, placeholders))
        .transpose()
}

/// Expected and ConditionalOperator of a write that has no other expression than a ConditionExpression; placeholders that it
/// has without one are told first (record 10.32).
pub(super) fn lone_expected(
    text: Option<&str>,
    names: Option<&BTreeMap<String, String>>,
    values: Option<&WireItem>,
    expected: Option<BTreeMap<String, ExpectedAttributeValue>>,
    conditional_operator: Option<String>,
) -> Result<LegacyWrite, ServiceError> {
    if text.is_none() {
        refuse_unused(names, values, "ConditionExpression is null")?;
    }
    let legacy = WriteParameters {
        expected,
        conditional_operator,
        ..WriteParameters::default()
    };
    legacy.read(None, text)
}

/// The condition of a write that has no other expression, in either notation.
pub(super) fn lone_condition<'a>(
    text: Option<&'a str>,
    names: Option<&'a BTreeMap<String, String>>,
    values: Option<&'a BTreeMap<String, AttributeValue>>,
    legacy: &'a LegacyWrite,
) -> Result<Option<Condition<'a>>, ServiceError> {
    if text.is_none() {
        return Ok(legacy.condition());
    }
    let mut placeholders = Placeholders::new(names, values)?.counted();
    let condition = condition(text, &mut placeholders)?;
    placeholders.finish()?;
    Ok(condition)
}

/// The projection of a call that has no other expression, in either notation.
pub(super) fn lone_projection<'a>(
    text: Option<&'a str>,
    names: Option<&'a BTreeMap<String, String>>,
    attributes: Option<&'a [String]>,
) -> Result<Option<Projection<'a>>, ServiceError> {
    check_not_mixed(
        &[("AttributesToGet", attributes.is_some())],
        &[("ProjectionExpression", text.is_some())],
    )?;
    let Some(text) = text else {
        Placeholders::refuse_without_expression(names, None, "ProjectionExpression is null")?;
        return attributes_to_get(attributes);
    };
    let mut placeholders = Placeholders::new(names, None)?;
    let projection = Projection::parse(text, &mut placeholders)?;
    placeholders.finish()?;
    Ok(Some(projection))
}

/// ReturnValues; the shape admits no other names.
pub(super) fn return_values(name: Option<&str>) -> ReturnValues {
    name.and_then(ReturnValues::from_name).unwrap_or_default()
}
