//! A clause: what a conforming service does, and on what evidence.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One requirement.
#[derive(Clone, Debug, Deserialize)]
pub struct Clause {
    /// `<GROUP>-<NNN>`.
    pub id: String,
    /// The group, as its file names it.
    #[serde(skip)]
    pub group: String,
    /// What a conforming service does.
    pub statement: String,
    /// Numbers, member names and wire texts.
    #[serde(default)]
    pub facts: Option<String>,
    /// How well it is known.
    pub strength: Strength,
    /// Where it is known from.
    #[serde(default)]
    pub sources: Vec<String>,
    /// How a client sees it.
    pub observe: Observe,
    /// Why this observable clause has no case.
    #[serde(default)]
    pub no_case: Option<String>,
}

/// How a client can see whether a clause holds.
#[derive(Clone, Debug, Deserialize)]
pub struct Observe {
    /// When.
    pub how: How,
}

/// How long it takes until a clause can be seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum How {
    /// At once.
    Instant,
    /// After minutes.
    Minutes,
    /// After days, or with a movable clock.
    Days,
    /// Not from outside.
    Never,
}

impl Clause {
    /// Whether a client can see it at all.
    pub fn observable(&self) -> bool {
        self.observe.how != How::Never
    }
}

/// How well a clause is known, the best first.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Strength {
    /// The vendor says so and others measured it.
    DocumentedAndObserved,
    /// The vendor says so.
    Documented,
    /// Two or more independent sources measured it.
    Observed,
    /// One source measured it.
    ObservedByOne,
    /// It follows from others.
    Inferred,
    /// Sources disagree or are silent.
    Ambiguous,
}

impl Strength {
    /// Whether failures that rest on it are counted apart.
    pub fn is_weak(self) -> bool {
        self >= Self::ObservedByOne
    }

    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::DocumentedAndObserved => "documented and observed",
            Self::Documented => "documented",
            Self::Observed => "observed by several",
            Self::ObservedByOne => "observed by one source",
            Self::Inferred => "inferred",
            Self::Ambiguous => "ambiguous",
        }
    }
}
