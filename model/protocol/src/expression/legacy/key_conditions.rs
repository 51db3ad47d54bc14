//! KeyConditions: what Query looks up (ITEM-020).

use std::collections::BTreeMap;

use super::test::Test;
use crate::error::ServiceError;
use crate::expression::key_condition::KeyTerms;
use crate::wire::legacy::Condition as WireCondition;

/// Tests of key attributes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct KeyConditions {
    tests: Vec<(String, Test)>,
}

impl KeyConditions {
    /// Reads KeyConditions.
    ///
    /// # Errors
    /// An unfit operator or value.
    pub fn new(conditions: BTreeMap<String, WireCondition>) -> Result<Self, ServiceError> {
        let mut tests = Vec::with_capacity(conditions.len());
        for (name, wire) in conditions {
            let values = wire.attribute_value_list.unwrap_or_default();
            tests.push((name, Test::new(&wire.comparison_operator, values)?));
        }
        Ok(Self { tests })
    }

    /// The same as terms of a key condition.
    ///
    /// # Errors
    /// More than two of them, or none.
    pub fn terms(&self) -> Result<KeyTerms<'_>, ServiceError> {
        let terms = self.tests.iter();
        KeyTerms::of_terms(terms.map(|(name, test)| (name.as_str(), test.range_condition())))
    }
}
