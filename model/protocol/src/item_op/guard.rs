//! The condition that a write depends on (ITEM-014).

use crate::error::{ErrorCode, ServiceError};
use crate::expression::Condition;
use crate::value::Item;

/// A condition, and what its failure tells.
#[derive(Clone, Copy, Debug, Default)]
pub struct Guard<'a> {
    /// The condition; `None`: the write depends on nothing.
    pub condition: Option<&'a Condition<'a>>,
    /// Whether a failure carries the item that failed (ReturnValuesOnConditionCheckFailure is ALL_OLD).
    pub item_on_failure: bool,
}

impl Guard<'_> {
    /// Lets the write pass if its condition holds for what is there.
    ///
    /// # Errors
    /// ConditionalCheckFailedException, with the item when asked for.
    pub fn check(&self, existing: Option<&Item>) -> Result<(), ServiceError> {
        if self
            .condition
            .is_none_or(|condition| condition.holds(existing))
        {
            return Ok(());
        }
        let mut error = ServiceError::new(
            ErrorCode::ConditionalCheckFailedException,
            "The conditional request failed",
        );
        if self.item_on_failure {
            error.item = existing.cloned().map(Box::new);
        }
        Err(error)
    }
}
