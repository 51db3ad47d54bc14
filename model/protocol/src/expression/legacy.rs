//! The parameters of the time before expressions, as the same trees (ITEM-014, ITEM-015, ITEM-020).
//!
//! `Expected`, `ScanFilter` and `QueryFilter` are a [`Conditions`], `KeyConditions` a [`KeyConditions`],
//! `AttributeUpdates` an [`AttributeUpdates`], `AttributesToGet` a projection. Each owns the judged values of its
//! request and lends them to a tree, so that whatever evaluates expressions evaluates these too. A request has the one
//! notation or the other ([`check_not_mixed`]).

mod attribute_updates;
mod attributes_to_get;
mod conditions;
mod key_conditions;
mod mixing;
mod test;
mod write;

pub use attribute_updates::AttributeUpdates;
pub use attributes_to_get::attributes_to_get;
pub use conditions::Conditions;
pub use key_conditions::KeyConditions;
pub use mixing::check_not_mixed;
pub use write::{LegacyWrite, WriteParameters};
