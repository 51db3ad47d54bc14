//! One comparison of one attribute: a ComparisonOperator with its AttributeValueList.

use crate::error::ServiceError;
use crate::expression::condition::{Comparator, Condition, Operand};
use crate::expression::path::Path;
use crate::key::RangeCondition;
use crate::value::AttributeValue;
use crate::wire::WireValue;

/// What is asked of an attribute.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Test {
    Compare(Comparator, AttributeValue),
    In(Vec<AttributeValue>),
    Between(AttributeValue, AttributeValue),
    Exists,
    NotExists,
    Contains(AttributeValue),
    NotContains(AttributeValue),
    BeginsWith(AttributeValue),
}

impl Test {
    /// Judges an operator and its values.
    ///
    /// # Errors
    /// A bad value; too few or too many of them; values of different types, of a type that the operator does not take, or
    /// in the wrong order.
    pub(super) fn new(operator: &str, values: Vec<WireValue>) -> Result<Self, ServiceError> {
        let values = values.into_iter().map(WireValue::into_value);
        let values = values.collect::<Result<Vec<_>, _>>()?;
        let wanted = match operator {
            "NULL" | "NOT_NULL" => 0..=0,
            "BETWEEN" => 2..=2,
            "IN" => 1..=usize::MAX,
            _ => 1..=1,
        };
        if !wanted.contains(&values.len()) {
            return Err(wrong_count(operator));
        }
        check_types(operator, &values)?;
        if operator == "IN" {
            return Ok(Self::In(values));
        }
        let mut values = values.into_iter();
        Ok(match (operator, values.next(), values.next()) {
            ("NOT_NULL", None, _) => Self::Exists,
            ("NULL", None, _) => Self::NotExists,
            ("BETWEEN", Some(lower), Some(upper)) => Self::between(lower, upper)?,
            ("CONTAINS", Some(value), _) => Self::Contains(value),
            ("NOT_CONTAINS", Some(value), _) => Self::NotContains(value),
            ("BEGINS_WITH", Some(value), _) => Self::BeginsWith(value),
            ("EQ", Some(value), _) => Self::Compare(Comparator::Equal, value),
            ("NE", Some(value), _) => Self::Compare(Comparator::NotEqual, value),
            ("LT", Some(value), _) => Self::Compare(Comparator::Less, value),
            ("LE", Some(value), _) => Self::Compare(Comparator::LessOrEqual, value),
            ("GT", Some(value), _) => Self::Compare(Comparator::Greater, value),
            ("GE", Some(value), _) => Self::Compare(Comparator::GreaterOrEqual, value),
            // The shape admits no other operator.
            _ => return Err(wrong_count(operator)),
        })
    }

    /// An attribute that must equal a value.
    pub(super) fn equal(value: AttributeValue) -> Self {
        Self::Compare(Comparator::Equal, value)
    }

    fn between(lower: AttributeValue, upper: AttributeValue) -> Result<Self, ServiceError> {
        use AttributeValue::{B, N, S};
        let backwards = match (&lower, &upper) {
            (S(lower), S(upper)) => lower > upper,
            (N(lower), N(upper)) => lower > upper,
            (B(lower), B(upper)) => lower > upper,
            _ => false,
        };
        if backwards {
            return Err(ServiceError::validation(
                "The BETWEEN condition was provided a range where the lower bound is greater than the upper bound",
            ));
        }
        Ok(Self::Between(lower, upper))
    }

    /// The same as a condition on the attribute of this name.
    pub(super) fn condition<'a>(&'a self, name: &'a str) -> Condition<'a> {
        let path = || Path::attribute(name);
        let operand = || Operand::Path(path());
        let value = Operand::Value;
        match self {
            Self::Compare(comparator, other) => {
                Condition::Compare(*comparator, operand(), value(other))
            }
            Self::In(list) => Condition::In(operand(), list.iter().map(value).collect()),
            Self::Between(lower, upper) => {
                Condition::Between(Box::new([operand(), value(lower), value(upper)]))
            }
            Self::Exists => Condition::Exists(path()),
            Self::NotExists => Condition::NotExists(path()),
            Self::Contains(element) => Condition::Contains(operand(), value(element)),
            // An attribute that is absent contains nothing, and this is false of it all the same: unlike NE.
            Self::NotContains(element) => Condition::And(Box::new([
                Condition::Exists(path()),
                Condition::Not(Box::new(Condition::Contains(operand(), value(element)))),
            ])),
            Self::BeginsWith(prefix) => Condition::BeginsWith(operand(), value(prefix)),
        }
    }

    /// The same as a condition on a key; `None`: no key can be looked up by it.
    pub(super) fn range_condition(&self) -> Option<RangeCondition> {
        Some(match self {
            Self::Compare(Comparator::Equal, value) => RangeCondition::Equal(value.clone()),
            Self::Compare(Comparator::Less, value) => RangeCondition::Less(value.clone()),
            Self::Compare(Comparator::LessOrEqual, value) => {
                RangeCondition::LessOrEqual(value.clone())
            }
            Self::Compare(Comparator::Greater, value) => RangeCondition::Greater(value.clone()),
            Self::Compare(Comparator::GreaterOrEqual, value) => {
                RangeCondition::GreaterOrEqual(value.clone())
            }
            Self::Between(lower, upper) => RangeCondition::Between(lower.clone(), upper.clone()),
            Self::BeginsWith(prefix) => RangeCondition::BeginsWith(prefix.clone()),
            Self::Compare(Comparator::NotEqual, _)
            | Self::In(_)
            | Self::Exists
            | Self::NotExists
            | Self::Contains(_)
            | Self::NotContains(_) => return None,
        })
    }
}

fn wrong_count(operator: &str) -> ServiceError {
    ServiceError::invalid_parameter(format_args!(
        "Invalid number of argument(s) for the {operator} ComparisonOperator"
    ))
}

/// The values have one type, and the operator takes it.
fn check_types(operator: &str, values: &[AttributeValue]) -> Result<(), ServiceError> {
    let Some(kind) = values.first().map(AttributeValue::descriptor) else {
        return Ok(());
    };
    if values.iter().any(|value| value.descriptor() != kind) {
        return Err(ServiceError::invalid_parameter(
            "AttributeValues inside AttributeValueList must be of same type",
        ));
    }
    let takes = match operator {
        "EQ" | "NE" => true,
        "BEGINS_WITH" => matches!(kind, "S" | "B"),
        _ => matches!(kind, "S" | "N" | "B"),
    };
    if takes {
        return Ok(());
    }
    Err(ServiceError::invalid_parameter(format_args!(
        "ComparisonOperator {operator} is not valid for {kind} AttributeValue type"
    )))
}
