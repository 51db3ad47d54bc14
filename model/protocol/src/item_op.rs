//! What one operation does to one item: pure functions from the item that is there to the item that will
//! be, or to a refusal (ITEM-002..015).
//!
//! Each writing operation has two halves. `admit` judges the request alone and gives the key; with it the
//! caller finds what is there. `apply` judges the request against that item and gives the new one. Nothing
//! here stores anything, so a transaction can apply its members first and keep or drop the results
//! together.

pub mod delete;
pub mod get;
mod guard;
pub mod put;
mod return_values;
mod rules;
pub mod update;

pub use guard::Guard;
pub use return_values::ReturnValues;
pub use rules::{IndexKey, ItemRules};
