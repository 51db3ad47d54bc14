//! The language that DynamoDB speaks, without the service behind it.
//!
//! - [`value`] and [`number`]: what an item is made of, and how large it counts;
//! - [`key`]: primary keys, encoded so that byte order is key order;
//! - [`wire`]: the requests and answers, with the exact member names of DynamoDB JSON 1.0;
//! - [`shape`]: what the API model demands of a request (required members, lengths, ranges, patterns,
//!   enumerations): data, enforced by one mechanism with the service's own texts;
//! - [`expression`]: condition, update, projection and key-condition expressions;
//! - [`item_op`]: what one operation does to one item;
//! - [`export`]: the records of an export, and the names of its objects;
//! - [`error`]: every error the service answers with, and how it looks on the wire.
//!
//! Nothing here knows tables, time or backups: the reference, the checker and the simulation share this
//! crate and nothing else.

pub mod error;
pub mod export;
pub mod expression;
pub mod item_op;
pub mod key;
pub mod number;
pub mod shape;
pub mod value;
pub mod wire;
