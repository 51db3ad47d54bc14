//! Expected, ScanFilter and QueryFilter: tests of attributes, of which all or any must hold.

use std::collections::BTreeMap;

use super::test::Test;
use crate::error::ServiceError;
use crate::expression::Condition;
use crate::wire::legacy::{Condition as WireCondition, ExpectedAttributeValue};

/// Tests of attributes, each about another one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Conditions {
    tests: Vec<(String, Test)>,
    /// One that holds is enough (ConditionalOperator is OR).
    any: bool,
}

impl Conditions {
    /// Reads Expected. `operator` is the ConditionalOperator.
    ///
    /// # Errors
    /// A ConditionalOperator without two conditions; members that do not go together; an unfit operator or value.
    pub fn of_expected(
        expected: Option<BTreeMap<String, ExpectedAttributeValue>>,
        operator: Option<&str>,
    ) -> Result<Self, ServiceError> {
        Self::read(expected, operator, expected_test)
    }

    /// Reads a ScanFilter or a QueryFilter. `operator` is the ConditionalOperator.
    ///
    /// # Errors
    /// A ConditionalOperator without two conditions; an unfit operator or value.
    pub fn of_filter(
        filter: Option<BTreeMap<String, WireCondition>>,
        operator: Option<&str>,
    ) -> Result<Self, ServiceError> {
        Self::read(filter, operator, |_, wire| {
            let values = wire.attribute_value_list.unwrap_or_default();
            Test::new(&wire.comparison_operator, values)
        })
    }

    fn read<W>(
        map: Option<BTreeMap<String, W>>,
        operator: Option<&str>,
        test: impl Fn(&str, W) -> Result<Test, ServiceError>,
    ) -> Result<Self, ServiceError> {
        let map = map.unwrap_or_default();
        check_operator(operator, map.len())?;
        let mut tests = Vec::with_capacity(map.len());
        for (name, wire) in map {
            let test = test(&name, wire)?;
            tests.push((name, test));
        }
        Ok(Self {
            tests,
            any: operator == Some("OR"),
        })
    }

    /// The same as a condition; `None` when nothing is asked.
    pub fn condition(&self) -> Option<Condition<'_>> {
        joined(&self.tests, self.any)
    }
}

/// The tests as one condition, halved again and again: however many there are, it is not deep.
fn joined(tests: &[(String, Test)], any: bool) -> Option<Condition<'_>> {
    match tests {
        [] => return None,
        [(name, test)] => return Some(test.condition(name)),
        _ => {}
    }
    let (first, second) = tests.split_at(tests.len() / 2);
    let both = Box::new([joined(first, any)?, joined(second, any)?]);
    Some(if any {
        Condition::Or(both)
    } else {
        Condition::And(both)
    })
}

/// A ConditionalOperator joins two conditions or more.
fn check_operator(operator: Option<&str>, conditions: usize) -> Result<(), ServiceError> {
    match (operator, conditions) {
        (Some(_), 0) => Err(ServiceError::validation(
            "ConditionalOperator cannot be used without Filter or Expected",
        )),
        (Some(_), 1) => Err(ServiceError::validation(
            "ConditionalOperator can only be used when Filter or Expected has two or more elements",
        )),
        _ => Ok(()),
    }
}

/// One entry of Expected: a ComparisonOperator with its values, or a Value that must be there, or Exists.
fn expected_test(name: &str, wire: ExpectedAttributeValue) -> Result<Test, ServiceError> {
    let refusal = |text: String| {
        Err(ServiceError::invalid_parameter(format_args!(
            "{text} for Attribute: {name}"
        )))
    };
    let ExpectedAttributeValue {
        value,
        exists,
        comparison_operator,
        attribute_value_list,
    } = wire;
    if value.is_some() && attribute_value_list.is_some() {
        return refusal("Value and AttributeValueList cannot be used together".to_owned());
    }
    match (comparison_operator, attribute_value_list, value) {
        (Some(_), _, _) if exists.is_some() => {
            refusal("Exists and ComparisonOperator cannot be used together".to_owned())
        }
        (Some(operator), None, None) if !matches!(operator.as_str(), "NULL" | "NOT_NULL") => {
            refusal(format!(
                "Value or AttributeValueList must be used with ComparisonOperator: {operator}"
            ))
        }
        (Some(operator), list, value) => {
            Test::new(&operator, list.unwrap_or(value.into_iter().collect()))
        }
        (None, Some(_), _) => {
            refusal("AttributeValueList can only be used with a ComparisonOperator".to_owned())
        }
        (None, None, Some(_)) if exists == Some(false) => {
            refusal("Value cannot be used when Exists is false".to_owned())
        }
        (None, None, Some(value)) => Ok(Test::equal(value.into_value()?)),
        (None, None, None) if exists == Some(false) => Ok(Test::NotExists),
        (None, None, None) => refusal(format!(
            "Value must be provided when Exists is {}",
            if exists.is_some() { "true" } else { "null" }
        )),
    }
}
