//! AttributeUpdates, Expected and ConditionalOperator: what a write does and what it depends on (ITEM-014, ITEM-015).

use std::collections::BTreeMap;

use super::{AttributeUpdates, Conditions, check_not_mixed};
use crate::error::ServiceError;
use crate::expression::{Condition, Update};
use crate::wire::legacy::{AttributeValueUpdate, ExpectedAttributeValue};

/// The parameters of a write of one item as they came. PutItem and DeleteItem have no AttributeUpdates.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WriteParameters {
    /// What happens to each attribute.
    pub attribute_updates: Option<BTreeMap<String, AttributeValueUpdate>>,
    /// What each attribute must be.
    pub expected: Option<BTreeMap<String, ExpectedAttributeValue>>,
    /// Whether all or any of `expected` must hold.
    pub conditional_operator: Option<String>,
}

/// The parameters of a write of one item, judged.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LegacyWrite {
    updates: AttributeUpdates,
    expected: Conditions,
}

impl WriteParameters {
    /// Whether the request has any of them.
    pub fn is_given(&self) -> bool {
        self.attribute_updates.is_some()
            || self.expected.is_some()
            || self.conditional_operator.is_some()
    }

    /// Judges them beside the expressions of the same request.
    ///
    /// # Errors
    /// Expressions besides; members, values or operators that do not go together.
    pub fn read(
        self,
        update_expression: Option<&str>,
        condition_expression: Option<&str>,
    ) -> Result<LegacyWrite, ServiceError> {
        check_not_mixed(
            &[
                ("AttributeUpdates", self.attribute_updates.is_some()),
                ("Expected", self.expected.is_some()),
                ("ConditionalOperator", self.conditional_operator.is_some()),
            ],
            &[
                ("UpdateExpression", update_expression.is_some()),
                ("ConditionExpression", condition_expression.is_some()),
            ],
        )?;
        let operator = self.conditional_operator.as_deref();
        Ok(LegacyWrite {
            updates: AttributeUpdates::new(self.attribute_updates.unwrap_or_default())?,
            expected: Conditions::of_expected(self.expected, operator)?,
        })
    }
}

impl LegacyWrite {
    /// AttributeUpdates as an update.
    pub fn update(&self) -> Update<'_> {
        self.updates.update()
    }

    /// Expected as a condition; `None` when nothing is asked.
    pub fn condition(&self) -> Option<Condition<'_>> {
        self.expected.condition()
    }
}
