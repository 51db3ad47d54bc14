//! Condition, filter, key-condition, projection and update expressions (ITEM-014, ITEM-015, ITEM-020).
//!
//! A lexer and a recursive descent of our own: the service's refusals quote the token and its
//! neighbourhood. Parsing borrows from the request (its text, names and values), so a parsed expression
//! costs a handful of small allocations. [`condition`] and [`update`] are the trees; everything that
//! speaks about items ([`evaluate`], [`apply_update`], [`projection`], [`key_condition`]) works on trees,
//! so that the parameters of the time before expressions ([`legacy`]) only have to build one.
//!
//! Like the service, a parser reads the whole text first: a syntax error anywhere comes before every other
//! problem, and of several problems the one of the most severe class is told.

pub mod apply_update;
pub mod condition;
pub mod evaluate;
mod functions;
pub mod key_condition;
pub mod legacy;
mod lexer;
mod mentions;
mod parser;
pub mod path;
pub mod placeholders;
pub mod projection;
pub mod reserved_words;
pub mod update;

pub use apply_update::Applied;
pub use condition::Condition;
pub use key_condition::KeyCondition;
pub use path::Path;
pub use placeholders::Placeholders;
pub use projection::Projection;
pub use update::Update;

use crate::error::ServiceError;

/// The longest expression, in bytes.
pub const EXPRESSION_BYTES_MAX: usize = 4096;

/// The most operators and functions in one expression.
pub const OPERATORS_MAX: usize = 300;

/// The most operands of one IN.
pub const IN_OPERANDS_MAX: usize = 100;

/// Which member of a request an expression is: refusals start with its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExpressionKind {
    /// ConditionExpression
    Condition,
    /// FilterExpression
    Filter,
    /// KeyConditionExpression
    KeyCondition,
    /// ProjectionExpression
    Projection,
    /// UpdateExpression
    Update,
}

impl ExpressionKind {
    /// The member's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Condition => "ConditionExpression",
            Self::Filter => "FilterExpression",
            Self::KeyCondition => "KeyConditionExpression",
            Self::Projection => "ProjectionExpression",
            Self::Update => "UpdateExpression",
        }
    }

    /// A ValidationException that starts with "Invalid" and the member's name.
    pub(crate) fn refusal(self, text: impl std::fmt::Display) -> ServiceError {
        ServiceError::validation(format!("Invalid {}: {text}", self.name()))
    }
}
