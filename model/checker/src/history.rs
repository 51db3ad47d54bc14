//! What happened: the calls of all clients, what they were answered, and what came back from each artefact.
//!
//! A history is a sequence of [`Entry`]s in the order in which one recorder saw them. On disk it is JSON Lines, one
//! entry each, an object with one member that names the kind:
//!
//! ```text
//! {"history":{"version":1,"target":"moto 5.2.5","contract":"dynamodb","seed":7}}
//! {"table":{"name":"music","key_schema":[...],"attribute_definitions":[...],"at_us":1000}}
//! {"call":{"id":1,"at_us":2000,"client":0,"op":"PutItem","in":{"TableName":"music","Item":{...}}}}
//! {"return":{"id":1,"at_us":2500,"out":{}}}
//! {"artefact":{"id":1,"kind":"on-demand-backup","table":"music","call":7,"anchor_us":61000000,"items":[...]}}
//! {"end":{"at_us":90000000}}
//! ```
//!
//! All times are microseconds on the recorder's one clock, which moves along when the recorder moves the clock of
//! the target. Times of the target's own clock (anchors) are microseconds since the Unix epoch; [`Estimate`]s tell
//! how the two are related.

mod parse;
mod stats;
mod tables;
mod write;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;

pub use parse::{HistoryError, Place, Problem, Reader, Truncation, read};
pub use stats::{Latency, OperationStats, Stats, Tally};
pub use write::{append_line, to_lines};

/// The version of the format that is written. Older versions stay readable.
pub const VERSION: u32 = 1;

/// Everything that one recorder saw.
#[derive(Clone, Debug, Default)]
pub struct History {
    /// What was recorded, of whom.
    pub header: Header,
    /// The entries after the header, in the order in which they were recorded.
    pub entries: Vec<Entry>,
    /// Where the file ends in the middle of a line, as the file of a killed recorder does: all before it was read.
    pub truncated: Option<Truncation>,
}

impl History {
    /// Takes the next entry that a [`Reader`] gives.
    pub fn push(&mut self, entry: Entry) {
        match entry {
            Entry::History(header) => self.header = header,
            entry => self.entries.push(entry),
        }
    }
}

/// One line of a history.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Entry {
    /// The first line.
    History(Header),
    /// A table that is there before the first call on it, with what it holds.
    Table(Table),
    /// A request goes out.
    Call(Call),
    /// Its answer comes in, or it is known that none will.
    Return(Return),
    /// What an artefact holds was read.
    Artefact(Artefact),
    /// Something was done to the target or to the way to it.
    Fault(Fault),
    /// The recorder moved the target's clock.
    Clock(ClockMove),
    /// How far the target's clock is from the recorder's.
    Estimate(Estimate),
    /// The regular end: all clients have stopped, nobody writes any more.
    End(End),
}

/// What was recorded, of whom.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Header {
    /// The version of the format.
    pub version: u32,
    /// The version of Lookback that recorded it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lookback: Option<String>,
    /// What was recorded, in words: name and version of the target.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// What the load was drawn from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// The name of the contract that the recorder judged by, where it had one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contract: Option<String>,
    /// The command that records such a history again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
}

/// A table that is there before the first call on it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Table {
    /// Its name.
    pub name: String,
    /// When it is known to be there, in microseconds.
    pub at_us: i64,
    /// As in CreateTable: `[{"AttributeName": "pk", "KeyType": "HASH"}]`.
    pub key_schema: Box<RawValue>,
    /// As in CreateTable: `[{"AttributeName": "pk", "AttributeType": "S"}]`.
    pub attribute_definitions: Box<RawValue>,
    /// The items that it holds, in DynamoDB JSON.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<Box<RawValue>>,
}

/// A request goes out.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Call {
    /// Unique within the history.
    pub id: u64,
    /// When, in microseconds.
    pub at_us: i64,
    /// Who calls. A client has one call at a time.
    #[serde(default)]
    pub client: u32,
    /// The operation's name.
    pub op: String,
    /// The body of the request.
    #[serde(rename = "in")]
    pub input: Box<RawValue>,
}

/// How a call ended. Exactly one of `out`, `error` and `uncertain` is what happened; `out` stands beside `error` where
/// the error has a body.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Return {
    /// The call's id.
    pub id: u64,
    /// When, in microseconds.
    pub at_us: i64,
    /// The body of the answer.
    #[serde(
        default,
        rename = "out",
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    pub output: Option<Box<RawValue>>,
    /// The error's name, such as `ConditionalCheckFailedException`: the call had no effect, unless the error says
    /// otherwise (InternalServerError).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Why nobody knows whether the call took effect: a time-out, a broken connection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uncertain: Option<String>,
    /// The position of the write in the target's log, where the target tells it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<u64>,
}

/// A body that is there, also one that is `null`.
fn present<'de, D: Deserializer<'de>>(input: D) -> Result<Option<Box<RawValue>>, D::Error> {
    Box::<RawValue>::deserialize(input).map(Some)
}

/// What an artefact holds, as it was read back: by scanning the table that was restored from it, or by reading the
/// files of an export.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Artefact {
    /// Unique among the artefacts of the history.
    pub id: u64,
    /// What it is, a name of the contract: `on-demand-backup`, `point-in-time-restore`, `system-backup`, `export`,
    /// `export-at`, `snapshot`, ...
    pub kind: String,
    /// What a person calls it: an ARN, a file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The table that it was taken of.
    pub table: String,
    /// The call that asked for it: CreateBackup, RestoreTableToPointInTime, DeleteTable, ...
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call: Option<u64>,
    /// The anchor that the target named or was given, on the target's clock in microseconds since the Unix epoch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub anchor_us: Option<i64>,
    /// The anchor as a position in the target's log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<u64>,
    /// Artefacts with one group were taken together, of several tables of one database.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<u64>,
    /// The items, in DynamoDB JSON; an item that is not among them was not there.
    pub items: Vec<Box<RawValue>>,
    /// What the secondary indexes of the restored table held.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub indexes: Vec<IndexContents>,
}

/// What an index of a restored table held.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct IndexContents {
    /// The index's name.
    pub name: String,
    /// Global indexes may lag behind until they have settled; local ones agree at once.
    pub global: bool,
    /// Whether the index was given the time to settle, or was polled until it did not change any more.
    pub settled: bool,
    /// As in CreateTable: the index's key.
    pub key_schema: Box<RawValue>,
    /// As in CreateTable: the types of the index's key attributes.
    pub attribute_definitions: Box<RawValue>,
    /// As in CreateTable: `{"ProjectionType": "ALL"}`.
    pub projection: Box<RawValue>,
    /// What it held.
    pub items: Vec<Box<RawValue>>,
}

/// Something was done to the target or to the way to it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Fault {
    /// When, in microseconds.
    pub at_us: i64,
    /// What: `duplicated`, `answer-dropped`, `delayed`, `reset`, `restarted`, ...
    pub kind: String,
    /// The call that it befell, where it was one. A *duplicated* call may take effect once more, at any time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call: Option<u64>,
    /// In words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// The recorder moved the target's clock, and its own along.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ClockMove {
    /// When, in microseconds, before the move.
    pub at_us: i64,
    /// By how much, in microseconds.
    pub moved_us: i64,
}

/// How far the target's clock was from the recorder's: target's time minus recorder's lies between the two bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Estimate {
    /// When it was estimated, in microseconds.
    pub at_us: i64,
    /// The least the difference can be, in microseconds.
    pub offset_us_min: i64,
    /// The most the difference can be, in microseconds.
    pub offset_us_max: i64,
}

/// The regular end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct End {
    /// When, in microseconds.
    pub at_us: i64,
}
