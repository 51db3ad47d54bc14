//! FilterSpecification: which items are exported, and which attributes of them (EXPORT-FULL-023).

use std::collections::BTreeMap;
use std::sync::Arc;

use lookback_protocol::error::ServiceError;
use lookback_protocol::expression::key_condition::KeyCondition;
use lookback_protocol::expression::{Condition, ExpressionKind, Placeholders, Projection};
use lookback_protocol::key::{Key, KeyRange, KeySchema};
use lookback_protocol::value::{AttributeValue, Item};
use lookback_protocol::wire::export::FilterSpecification;

use super::Export;

/// Refuses a FilterSpecification without expressions.
///
/// # Errors
/// A ValidationException.
pub(crate) fn refuse_empty(specification: &FilterSpecification) -> Result<(), ServiceError> {
    if specification.filter_expression.is_none()
        && specification.projection_expression.is_none()
        && specification.key_condition_expression.is_none()
    {
        return Err(ServiceError::validation(
            "Invalid Request: Invalid FilterSpecification: The specification can not be empty",
        ));
    }
    Ok(())
}

/// A FilterSpecification that was read.
#[derive(Debug, Default)]
pub(crate) struct Filter<'a> {
    keys: Option<KeyRange>,
    condition: Option<Condition<'a>>,
    projection: Option<Projection<'a>>,
}

impl<'a> Filter<'a> {
    /// Reads a specification; `values` are its ExpressionAttributeValues.
    ///
    /// # Errors
    /// An expression that Query would refuse, a condition on key attributes beside a
    /// key condition.
    pub fn read(
        specification: &'a FilterSpecification,
        values: Option<&'a BTreeMap<String, AttributeValue>>,
        schema: &KeySchema,
    ) -> Result<Self, ServiceError> {
        let FilterSpecification {
            filter_expression,
            projection_expression,
            key_condition_expression,
            expression_attribute_names: names,
            ..
        } = specification;
        let mut placeholders = Placeholders::new(names.as_ref(), values)?;
        let condition = filter_expression
            .as_deref()
            .map(|text| Condition::parse(ExpressionKind::Filter, text, &mut placeholders))
            .transpose()?;
        let projection = projection_expression
            .as_deref()
            .map(|text| Projection::parse(text, &mut placeholders))
            .transpose()?;
        let keys = key_condition_expression
            .as_deref()
            .map(|text| KeyCondition::parse(text, &mut placeholders, schema))
            .transpose()?;
        placeholders.finish()?;
        if let (Some(_), Some(condition)) = (&keys, &condition)
            && let Some(key) = schema
                .attributes()
                .find(|key| condition.mentions(&key.name))
        {
            return Err(ServiceError::validation(format!(
                "Filter Expression can only contain non-primary key attributes: Primary key attribute: {}",
                key.name
            )));
        }
        let keys = keys
            .map(|keys| schema.key_range(&keys.hash, keys.range.as_ref()))
            .transpose()?;
        Ok(Self {
            keys,
            condition,
            projection,
        })
    }

    /// The filter of an export, which was read once before.
    pub fn of(export: &'a Export) -> Self {
        let specification = export.request.filter_specification.as_ref();
        let values = export.filter_values.as_ref();
        specification
            .and_then(|specification| Self::read(specification, values, &export.schema).ok())
            .unwrap_or_default()
    }

    /// What is exported of an item; `None` for nothing.
    pub fn apply(&self, key: &Key, item: &Arc<Item>) -> Option<Arc<Item>> {
        let keys = self.keys.as_ref();
        let condition = self.condition.as_ref();
        let wanted = keys.is_none_or(|keys| keys.contains(key.as_bytes()))
            && condition.is_none_or(|condition| condition.holds(Some(item)));
        wanted.then(|| match &self.projection {
            Some(projection) => Arc::new(projection.project(item)),
            None => Arc::clone(item),
        })
    }
}
