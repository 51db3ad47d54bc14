//! The reference: what DynamoDB promises about tables, items, backups and restores, as one pure value.
//!
//! [`Service::apply`] is the only way in: the present, the caller and a request go in, an answer or a refusal comes
//! out. There is no clock, no randomness, no thread and no I/O; the same requests at the same instants give the same
//! answers, to the byte, on any machine. [`Service::answer`] is the same with JSON on both sides.
//!
//! How it works:
//! - items live in a log of versions, key by key (`store`); a backup is a cut through that log, so that
//!   making one costs the same for any table, later writes cannot change it, and it outlives its table;
//! - statuses are derived from stored instants and the present (`table`, `backup`): nothing ticks;
//! - where the documentation leaves a choice, [`Choices`] decides: *exact*, *typical* or *adversarial*;
//! - each operation is one file under `op`; what a restored table inherits is under `restore`.

mod arn;
mod backup;
mod calendar;
mod caller;
mod choices;
mod draw;
mod front;
mod ids;
mod listing;
mod op;
mod quotas;
mod restore;
mod service;
mod store;
mod stores;
mod system_backup;
mod table;
mod tenant;
mod throttle;
mod transaction_tokens;

pub use caller::Caller;
pub use choices::{BAND_US, Choices, DAY_US, MILLISECOND_US, Mode, SECOND_US};
pub use front::{Answer, BODY_BYTES_MAX};
pub use service::{Service, Settings};
pub use throttle::Throttling;
