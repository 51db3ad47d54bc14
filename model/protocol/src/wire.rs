//! Requests and answers with the exact member names of DynamoDB JSON 1.0 (WIRE group).
//!
//! One file for each family of operations holds its types; [`Request`] and [`Response`] have one variant for
//! each of the 36 [`Operation`]s. [`Request::parse`] checks a body against the API model (see
//! [`crate::shape`]) while it reads it, so a request that exists has all its required members and breaks no
//! constraint of the model. Members that it does not know are ignored (WIRE-012).
//!
//! In requests an item is a [`WireItem`], not yet judged; [`item_from_wire`] judges it. In answers an item is
//! an [`AnswerItem`], which shares the stored item and is written without a copy.

mod answer_item;
mod answer_value;
pub mod backup;
pub mod batch;
pub mod capacity;
pub mod continuous_backups;
pub mod endpoint;
mod error_body;
pub mod export;
mod from_wire;
pub mod import;
pub mod index;
pub mod item;
pub mod legacy;
pub mod limits;
mod operation;
pub mod query;
pub mod replica;
pub mod restore;
pub mod table;
pub mod tag;
pub mod throughput;
mod timestamp;
pub mod transaction;
pub mod ttl;
mod value;
pub mod vector_index;

pub use answer_item::AnswerItem;
pub use answer_value::write_item;
pub use error_body::error_body;
pub use from_wire::item_from_wire;
pub use operation::{NoMembers, Operation, Request, Response, is_known_operation_name};
pub use timestamp::Timestamp;
pub use value::{WireItem, WireValue};
