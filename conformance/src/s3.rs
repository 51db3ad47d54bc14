//! Where exports are written and imports are read: buckets of objects, in memory, in a folder or at an S3 endpoint.
//!
//! ```text
//! office ──┬── export ── upload ──┐
//!          └── import ────────────┼── store ── object_store (memory, folder, S3 endpoint)
//! server::s3, target::buckets ────┘
//! ```
//!
//! - [`place`]: which of the three, as a user words it;
//! - [`store`]: buckets and objects there; [`keys`]: any key of S3 as a path; [`etags`]: what S3 would call each version;
//! - [`refusal`]: why an object cannot be had, and which FailureCode that is;
//! - [`export`]: the files of one export; [`import`]: the items of one import; both stream, so that memory stays bounded;
//! - [`office`]: does what has come due in the model;
//! - [`connector`]: HTTP to an S3 endpoint.

mod connector;
mod etags;
pub mod export;
pub mod import;
pub(crate) mod keys;
pub mod office;
pub mod place;
pub mod refusal;
pub mod store;
mod upload;

pub use connector::Connector;
pub use etags::of_parts as etag_of_parts;
pub use office::{Office, is_due, work_off};
pub use place::Place;
pub use refusal::Refusal;
pub use store::{ObjectInfo, OpenError, Store};
pub use upload::Upload;
