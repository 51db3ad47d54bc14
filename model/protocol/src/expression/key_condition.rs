//! Key conditions of Query: which stretch of which item collection (ITEM-020).
//!
//! They are conditions of a narrow form. The form is checked without a table ([`KeyTerms`]); which
//! attributes are the key is known only after the table was found ([`KeyTerms::for_schema`]).

use super::ExpressionKind;
use super::condition::{Comparator, Condition, Operand};
use super::placeholders::Placeholders;
use crate::error::ServiceError;
use crate::key::{KeySchema, RangeCondition, empty_key_value, type_mismatch};
use crate::value::AttributeValue;

/// One condition per attribute, in the form that key conditions may have.
#[derive(Clone, Debug, PartialEq)]
pub struct KeyTerms<'a> {
    /// `None`: an operator of the legacy notation that no key can be looked up by.
    terms: Vec<(&'a str, Option<RangeCondition>)>,
}

/// One hash value, and maybe a condition on the range attribute.
#[derive(Clone, Debug, PartialEq)]
pub struct KeyCondition {
    /// The value of the hash attribute.
    pub hash: AttributeValue,
    /// What the range attribute must fulfil.
    pub range: Option<RangeCondition>,
}

impl KeyCondition {
    /// Reads a key condition for a key: [`KeyTerms::parse`], then [`KeyTerms::for_schema`].
    ///
    /// # Errors
    /// A ValidationException with the service's text.
    pub fn parse<'a>(
        text: &'a str,
        placeholders: &mut Placeholders<'a>,
        schema: &KeySchema,
    ) -> Result<Self, ServiceError> {
        KeyTerms::parse(text, placeholders)?.for_schema(schema)
    }
}

impl<'a> KeyTerms<'a> {
    /// Reads a KeyConditionExpression.
    ///
    /// # Errors
    /// A syntax error, or a condition of a form that keys cannot have.
    pub fn parse(text: &'a str, placeholders: &mut Placeholders<'a>) -> Result<Self, ServiceError> {
        let condition = Condition::parse(ExpressionKind::KeyCondition, text, placeholders)?;
        Self::of_condition(&condition)
    }

    /// Takes a condition apart.
    ///
    /// # Errors
    /// A condition of a form that keys cannot have.
    pub fn of_condition(condition: &Condition<'a>) -> Result<Self, ServiceError> {
        let mut terms = Self { terms: Vec::new() };
        terms.collect(condition)?;
        Ok(terms)
    }

    /// Terms that stand by themselves, each about another attribute (the legacy KeyConditions).
    ///
    /// # Errors
    /// More than two of them, or none.
    pub(super) fn of_terms(
        terms: impl Iterator<Item = (&'a str, Option<RangeCondition>)>,
    ) -> Result<Self, ServiceError> {
        let terms: Vec<_> = terms.collect();
        match terms.len() {
            1 | 2 => Ok(Self { terms }),
            _ => Err(wrong_count()),
        }
    }

    fn collect(&mut self, condition: &Condition<'a>) -> Result<(), ServiceError> {
        let (name, term) = match condition {
            Condition::And(both) => {
                return both
                    .iter()
                    .try_for_each(|condition| self.collect(condition));
            }
            Condition::Compare(comparator, left, right) => comparison(*comparator, left, right)?,
            Condition::Between(operands) => {
                let [value, lower, upper] = &**operands;
                let name = key_operand("BETWEEN", value, &[lower, upper])?;
                (
                    name,
                    RangeCondition::Between(literal(lower)?, literal(upper)?),
                )
            }
            Condition::BeginsWith(value, prefix) => (
                key_operand("begins_with", value, &[prefix])?,
                RangeCondition::BeginsWith(literal(prefix)?),
            ),
            Condition::Or(_) => return Err(invalid_operator("OR")),
            Condition::Not(_) => return Err(invalid_operator("NOT")),
            Condition::In(..) => return Err(invalid_operator("IN")),
            Condition::Exists(_) => return Err(invalid_operator("attribute_exists")),
            Condition::NotExists(_) => return Err(invalid_operator("attribute_not_exists")),
            Condition::Type(..) => return Err(invalid_operator("attribute_type")),
            Condition::Contains(..) => return Err(invalid_operator("contains")),
        };
        if self.terms.iter().any(|(known, _)| *known == name) {
            return Err(ServiceError::validation(
                "KeyConditionExpressions must only contain one condition per key",
            ));
        }
        self.terms.push((name, Some(term)));
        Ok(())
    }

    /// The hash value and the range condition for this key.
    ///
    /// # Errors
    /// A key attribute without condition, a condition that the attribute cannot have, a value of another
    /// type than the schema's, an empty value.
    pub fn for_schema(mut self, schema: &KeySchema) -> Result<KeyCondition, ServiceError> {
        if self.terms.len() > 2 {
            return Err(wrong_count());
        }
        let both = self.terms.len() == 2;
        let hash = self
            .take(&schema.hash.name)
            .ok_or_else(|| missed(&schema.hash.name))?
            .ok_or_else(not_indexable)?;
        let RangeCondition::Equal(hash) = hash else {
            return Err(not_supported());
        };
        let range = match &schema.range {
            Some(attribute) if both => {
                let range = self
                    .take(&attribute.name)
                    .ok_or_else(|| missed(&attribute.name))?
                    .ok_or_else(not_indexable)?;
                for value in values(&range) {
                    check_value(&attribute.name, attribute.kind.accepts(value), value)?;
                }
                Some(range)
            }
            None if both => return Err(not_supported()),
            _ => None,
        };
        check_value(&schema.hash.name, schema.hash.kind.accepts(&hash), &hash)?;
        Ok(KeyCondition { hash, range })
    }

    fn take(&mut self, name: &str) -> Option<Option<RangeCondition>> {
        let index = self.terms.iter().position(|(known, _)| *known == name)?;
        Some(self.terms.swap_remove(index).1)
    }
}

fn comparison<'a>(
    comparator: Comparator,
    left: &Operand<'a>,
    right: &Operand<'a>,
) -> Result<(&'a str, RangeCondition), ServiceError> {
    if comparator == Comparator::NotEqual {
        return Err(invalid_operator("<>"));
    }
    // The attribute may stand on either side.
    let (name, value, turned) = match (left, right) {
        (Operand::Value(_), Operand::Path(_)) => (
            key_operand(comparator.text(), right, &[left])?,
            literal(left)?,
            true,
        ),
        (Operand::Value(_), Operand::Value(_)) => {
            return Err(invalid("No key attribute specified"));
        }
        _ => (
            key_operand(comparator.text(), left, &[right])?,
            literal(right)?,
            false,
        ),
    };
    let term = match (comparator, turned) {
        (Comparator::Equal | Comparator::NotEqual, _) => RangeCondition::Equal(value),
        (Comparator::Less, false) | (Comparator::Greater, true) => RangeCondition::Less(value),
        (Comparator::LessOrEqual, false) | (Comparator::GreaterOrEqual, true) => {
            RangeCondition::LessOrEqual(value)
        }
        (Comparator::Greater, false) | (Comparator::Less, true) => RangeCondition::Greater(value),
        (Comparator::GreaterOrEqual, false) | (Comparator::LessOrEqual, true) => {
            RangeCondition::GreaterOrEqual(value)
        }
    };
    Ok((name, term))
}

/// The attribute that a term is about: its first operand, and no other one.
fn key_operand<'a>(
    operator: &str,
    first: &Operand<'a>,
    others: &[&Operand<'a>],
) -> Result<&'a str, ServiceError> {
    let operands = || std::iter::once(first).chain(others.iter().copied());
    if operands().any(|operand| matches!(operand, Operand::Size(_))) {
        return Err(ServiceError::validation(
            "KeyConditionExpressions cannot contain nested operations",
        ));
    }
    let Operand::Path(path) = first else {
        return Err(invalid(format_args!(
            "{operator} operator must have the key attribute as its first operand"
        )));
    };
    if operands()
        .filter(|operand| matches!(operand, Operand::Path(_)))
        .count()
        > 1
    {
        return Err(invalid("Multiple attribute names used in one condition"));
    }
    if !path.steps.is_empty() {
        return Err(ServiceError::validation(
            "KeyConditionExpressions cannot have conditions on nested attributes",
        ));
    }
    Ok(path.root)
}

fn literal(operand: &Operand<'_>) -> Result<AttributeValue, ServiceError> {
    match operand {
        Operand::Value(value) => Ok((*value).clone()),
        _ => Err(invalid("Multiple attribute names used in one condition")),
    }
}

fn values(condition: &RangeCondition) -> Vec<&AttributeValue> {
    match condition {
        RangeCondition::Between(lower, upper) => vec![lower, upper],
        RangeCondition::Equal(value)
        | RangeCondition::Less(value)
        | RangeCondition::LessOrEqual(value)
        | RangeCondition::Greater(value)
        | RangeCondition::GreaterOrEqual(value)
        | RangeCondition::BeginsWith(value) => vec![value],
    }
}

fn check_value(name: &str, typed: bool, value: &AttributeValue) -> Result<(), ServiceError> {
    if !typed {
        return Err(type_mismatch());
    }
    match empty_key_value(value) {
        Some(kind) => Err(ServiceError::validation(format!(
            "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain \
             an empty {kind} value. Key: {name}"
        ))),
        None => Ok(()),
    }
}

fn missed(name: &str) -> ServiceError {
    ServiceError::validation(format!("Query condition missed key schema element: {name}"))
}

fn wrong_count() -> ServiceError {
    ServiceError::validation("Conditions can be of length 1 or 2 only")
}

fn not_indexable() -> ServiceError {
    ServiceError::validation("Attempted conditional constraint is not an indexable operation")
}

fn not_supported() -> ServiceError {
    ServiceError::validation("Query key condition not supported")
}

fn invalid_operator(operator: &str) -> ServiceError {
    ServiceError::validation(format!(
        "Invalid operator used in KeyConditionExpression: {operator}"
    ))
}

fn invalid(text: impl std::fmt::Display) -> ServiceError {
    ServiceError::validation(format!(
        "Invalid condition in KeyConditionExpression: {text}"
    ))
}
