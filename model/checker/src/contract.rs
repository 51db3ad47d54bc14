//! What is promised for each kind of artefact: data, not code.
//!
//! A [`Contract`] says for each kind of artefact where its anchor lies, how far from it each item may have been read,
//! and what ties the items together. DynamoDB as documented is one value, a store with consistent snapshots is
//! another; a contract of one's own is a JSON file in the same form (`lookback schema contract`).

mod builtin;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

/// One second in microseconds.
pub const SECOND_US: i64 = 1_000_000;

/// What a service promises.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Contract {
    /// What it is called.
    pub name: String,
    /// In words: whose promise it is, and where it is written.
    #[serde(default)]
    pub about: String,
    /// How far the clocks of the service may be from each other, in microseconds: widens every band on both sides.
    #[serde(default)]
    pub skew_us: i64,
    /// The most that clock uncertainty may add to a band before nothing can be said any more, in microseconds.
    #[serde(default = "uncertainty_us_max")]
    pub uncertainty_us_max: i64,
    /// The promise for each kind of artefact.
    pub artefacts: BTreeMap<String, Promise>,
}

fn uncertainty_us_max() -> i64 {
    30 * SECOND_US
}

/// The promise for one kind of artefact.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Promise {
    /// What the band is laid around.
    #[serde(default)]
    pub anchor: Anchor,
    /// How far outside the interval of its call a time that the service names for the call may lie, in microseconds.
    /// None: the anchor may lie anywhere, as a time that the caller asked for.
    #[serde(default)]
    pub margin_us: Option<Around>,
    /// How far an anchor may lie from the time that its call asked for, in microseconds. None: the contract does not say,
    /// or calls of this kind ask for no time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub echo_us_max: Option<i64>,
    /// Where each item is read: outside is a violation.
    #[serde(default)]
    pub band_us: Around,
    /// Where each item is surely read by the document's words. Between it and the band nobody knows: such a reading
    /// is *unspecified*, told and never failed. None: the whole band is promised.
    #[serde(default)]
    pub sure_us: Option<Around>,
    /// The unit in which the service tells its anchors, in microseconds: the real one may lie up to that much later.
    #[serde(default = "one")]
    pub resolution_us: i64,
    /// What shares one cut.
    #[serde(default)]
    pub tied: Scope,
    /// What it means when the items that are tied share no cut.
    #[serde(default)]
    pub untied_is: Grade,
    /// Whether the artefact is judged together with ordinary reads, and what a contradiction that shows only then is.
    #[serde(default)]
    pub joint: Joint,
    /// Whether the content replaces the table's: what was written after the anchor is void, calls in flight at the
    /// restore are open.
    #[serde(default)]
    pub in_place: bool,
    /// The clauses that the promise rests on.
    #[serde(default)]
    pub clauses: Vec<String>,
}

fn one() -> i64 {
    1
}

/// What the band is laid around.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Anchor {
    /// A time of the service's clock.
    #[default]
    Time,
    /// A position in the service's log: what has a position up to it is in, the rest is out.
    Position,
    /// The interval of the call that asked for it.
    Call,
}

/// Lengths of time on both sides of an instant, in microseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Around {
    /// Before it.
    pub before: i64,
    /// After it.
    pub after: i64,
}

impl Around {
    /// The same length on both sides.
    pub const fn both(us: i64) -> Self {
        Self {
            before: us,
            after: us,
        }
    }
}

/// What shares one cut.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// Each item has its own.
    #[default]
    Item,
    /// All items of one table that one statement read.
    Statement,
    /// All items of a table.
    Table,
    /// All items of the artefacts of one group.
    Tables,
    /// All items of the artefacts of one group, and the log's order between all tables.
    Database,
}

/// How bad a contradiction is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Grade {
    /// A documented bound is broken.
    #[default]
    Documented,
    /// Something that follows from the documents only by inference is broken.
    Inference,
    /// Nobody knows: told, never failed.
    Unspecified,
}

/// Whether an artefact is judged together with ordinary reads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Joint {
    /// By itself, against the writes alone: a commit's time may precede its visibility.
    No,
    /// Together; a contradiction that shows only then breaks an inference.
    #[default]
    Inference,
    /// Together; a contradiction that shows only then breaks a documented bound.
    Documented,
}

impl Promise {
    /// The first and the last instant at which an item may have been read, for an anchor on the same clock, in
    /// microseconds. The anchor may have been cut down to its resolution.
    pub fn interval_us(&self, anchor_us: i64) -> (i64, i64) {
        let last = anchor_us.saturating_add(self.resolution_us - 1);
        (
            anchor_us.saturating_sub(self.band_us.before),
            last.saturating_add(self.band_us.after),
        )
    }
}

impl Contract {
    /// The promise for a kind of artefact.
    pub fn promise(&self, kind: &str) -> Option<&Promise> {
        self.artefacts.get(kind)
    }

    /// The kinds of artefacts that replace the table that they were taken of.
    pub fn in_place_kinds(&self) -> BTreeSet<String> {
        let in_place = self
            .artefacts
            .iter()
            .filter(|(_, promise)| promise.in_place);
        in_place.map(|(kind, _)| kind.clone()).collect()
    }

    /// Reads a contract of one's own.
    ///
    /// # Errors
    /// Not JSON in this form, or a length of time below zero; with line and column.
    pub fn from_json(text: &str) -> Result<Self, ContractError> {
        let contract: Self = serde_json::from_str(text)?;
        for (kind, promise) in &contract.artefacts {
            let lengths = [Some(promise.band_us), promise.sure_us, promise.margin_us];
            let negative = lengths
                .iter()
                .flatten()
                .any(|around| around.before < 0 || around.after < 0);
            if negative || promise.resolution_us < 1 {
                return Err(ContractError::Length { kind: kind.clone() });
            }
        }
        if contract.skew_us < 0 || contract.uncertainty_us_max < 0 {
            return Err(ContractError::Clock);
        }
        Ok(contract)
    }
}

/// Why a text is no contract.
#[derive(Debug, thiserror::Error)]
pub enum ContractError {
    /// Not JSON, or not in this form.
    #[error("not a contract: {0}")]
    Form(#[from] serde_json::Error),
    /// A length of time below zero.
    #[error(
        "artefacts.{kind}: lengths of time are 0 or more microseconds, resolution_us is 1 or more"
    )]
    Length {
        /// The kind of artefact whose promise it is.
        kind: String,
    },
    /// A clock that is off by less than nothing.
    #[error("skew_us and uncertainty_us_max are 0 or more microseconds")]
    Clock,
}
