//! What the calls on items have in common: finding the table, reading expressions, committing.

use std::collections::BTreeMap;
use std::sync::Arc;

use lookback_protocol::error::ServiceError;
use lookback_protocol::expression::{Condition, ExpressionKind, Placeholders, Projection};
use lookback_protocol::item_op::{ItemRules, ReturnValues};
use lookback_protocol::key::Key;
use lookback_protocol::value::{AttributeValue, Item};
use lookback_protocol::wire::WireItem;

use crate::service::{Call, Service, internal_error};
use crate::stores::StoreId;
use crate::tenant::{no_such_data_table, table_name};

/// The table that a call on items is about.
pub(super) struct Target {
    pub rules: Arc<ItemRules>,
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
        store.commit(position, key, item);
        Ok(())
    }
}

/// ExpressionAttributeValues, judged.
pub(super) fn values_from_wire(
    values: Option<WireItem>,
) -> Result<Option<BTreeMap<String, AttributeValue>>, ServiceError> {
    let judged = |values: WireItem| {
        values
            .into_iter()
            .map(|(name, value)| Ok((name, value.into_value()?)))
            .collect()
    };
    values.map(judged).transpose()
}

/// A ConditionExpression.
pub(super) fn condition<'a>(
    text: Option<&'a str>,
    placeholders: &mut Placeholders<'a>,
) -> Result<Option<Condition<'a>>, ServiceError> {
    text.map(|text| Condition::parse(ExpressionKind::Condition, text, placeholders))
        .transpose()
}

/// The ConditionExpression of a write that has no other expression.
pub(super) fn lone_condition<'a>(
    text: Option<&'a str>,
    names: Option<&'a BTreeMap<String, String>>,
    values: Option<&'a BTreeMap<String, AttributeValue>>,
) -> Result<Option<Condition<'a>>, ServiceError> {
    if text.is_none() {
        let absent = "ConditionExpression is null";
        Placeholders::refuse_without_expression(names, values, absent)?;
        return Ok(None);
    }
    let mut placeholders = Placeholders::new(names, values)?.counted();
    let condition = condition(text, &mut placeholders)?;
    placeholders.finish()?;
    Ok(condition)
}

/// The ProjectionExpression of a call that has no other expression.
pub(super) fn lone_projection<'a>(
    text: Option<&'a str>,
    names: Option<&'a BTreeMap<String, String>>,
) -> Result<Option<Projection<'a>>, ServiceError> {
    let Some(text) = text else {
        Placeholders::refuse_without_expression(names, None, "ProjectionExpression is null")?;
        return Ok(None);
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

/// The parameters of the time before expressions are refused rather than ignored.
pub(super) fn refuse_legacy(parameters: &[(&str, bool)]) -> Result<(), ServiceError> {
    match parameters.iter().find(|(_, given)| *given) {
        Some((name, _)) => Err(ServiceError::validation(format!(
            "The legacy parameter {name} is not served here: use the expression that replaces it"
        ))),
        None => Ok(()),
    }
}
