//! What the judge says: pass, violation with witness, unknown with reason.

use crate::contract::Grade;

/// What the judge says of a history. *Pass* claims no more than [`Verdict::rules`] show: no violation was found by
/// them.
#[derive(Clone, Debug, Default, PartialEq)]
#[must_use]
pub struct Verdict {
    /// What contradicts the contract, worst first.
    pub violations: Vec<Violation>,
    /// What could not be judged, and why.
    pub unknowns: Vec<Unknown>,
    /// What nobody can blame and somebody may want to know.
    pub remarks: Vec<Remark>,
    /// The rules that were applied, and to how much, in the order of their names.
    pub rules: Vec<Applied>,
}

/// The verdict in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// No violation was found, and everything was judged.
    Pass,
    /// The contract is broken.
    Violation,
    /// No violation was found, but something could not be judged.
    Unknown,
}

impl Verdict {
    /// The verdict in one word. A violation of any grade is a violation.
    pub fn outcome(&self) -> Outcome {
        if !self.violations.is_empty() {
            Outcome::Violation
        } else if !self.unknowns.is_empty() {
            Outcome::Unknown
        } else {
            Outcome::Pass
        }
    }

    /// Whether no violation was found and everything was judged.
    pub fn is_pass(&self) -> bool {
        self.outcome() == Outcome::Pass
    }

    /// Whether a documented bound is broken.
    pub fn breaks_a_documented_bound(&self) -> bool {
        let documented = |violation: &Violation| violation.grade == Grade::Documented;
        self.violations.iter().any(documented)
    }
}

/// A rule and how often it was applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    /// The rule.
    pub rule: Rule,
    /// To how many items, artefacts or transactions.
    pub times: u64,
}

/// What is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// Each item's writes, reads and artefact reads have one order that explains them all, each at an instant of its
    /// interval.
    ItemOrder,
    /// An anchor lies in the interval of its call.
    AnchorInCall,
    /// An anchor is the time that its call asked for.
    AnchorAsAsked,
    /// The items of an artefact share one cut, where the contract ties them.
    CommonCut,
    /// The items that one transaction writes change at one instant.
    TransactionInstant,
    /// The items that one operation reads at once were there at one instant.
    ReadInstant,
    /// What an artefact shows is what the log holds up to its position.
    LogPosition,
    /// The indexes of a restored table hold what its items ask for.
    IndexEntries,
}

impl Rule {
    /// The rule's name, stable.
    pub fn name(self) -> &'static str {
        match self {
            Self::ItemOrder => "item-order",
            Self::AnchorInCall => "anchor-in-call",
            Self::AnchorAsAsked => "anchor-as-asked",
            Self::CommonCut => "common-cut",
            Self::TransactionInstant => "transaction-instant",
            Self::ReadInstant => "read-instant",
            Self::LogPosition => "log-position",
            Self::IndexEntries => "index-entries",
        }
    }

    /// What the rule asks, in a sentence.
    pub fn about(self) -> &'static str {
        match self {
            Self::ItemOrder => {
                "each item's writes, reads and artefact reads fit into one order, each at an instant of its interval"
            }
            Self::AnchorInCall => "the anchor of an artefact lies in the interval of its call",
            Self::AnchorAsAsked => "the anchor of an artefact is the time that its call asked for",
            Self::CommonCut => "the items of an artefact share one cut",
            Self::TransactionInstant => "the items that a transaction writes change at one instant",
            Self::ReadInstant => {
                "the items that one operation reads at once were there at one instant"
            }
            Self::LogPosition => "an artefact holds what the log holds up to its position",
            Self::IndexEntries => "the indexes of a restored table hold what its items ask for",
        }
    }
}

/// Something that contradicts the contract.
#[derive(Clone, Debug, PartialEq)]
pub struct Violation {
    /// The rule that is broken.
    pub rule: Rule,
    /// Whether a documented bound is broken, or an inference.
    pub grade: Grade,
    /// The clauses of the promise that is broken.
    pub clauses: Vec<String>,
    /// How many more items break it in the same way: they are counted, not told.
    pub also: u64,
    /// What shows it.
    pub witness: Witness,
}

/// What shows a violation: a set of facts of which none can be left out. (Where a bounded search cannot tell, the summary
/// says only how many there are, and names no cause.) To leave a write out is to forget when it happened, and whether it
/// did.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Witness {
    /// The contradiction in a sentence.
    pub summary: String,
    /// The facts, in the order of time.
    pub facts: Vec<Fact>,
    /// What happened around them: faults, moves of the clock. No part of the contradiction.
    pub context: Vec<Fact>,
}

/// One thing that happened, as it is told and drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Fact {
    /// What sort of thing it is.
    pub role: Role,
    /// Where it comes from in the history.
    pub source: Source,
    /// Who did it: `client 3`, `on-demand-backup 2`.
    pub lane: String,
    /// The item that it concerns, in words: `music {"pk":{"S":"a"}}`.
    pub item: Option<String>,
    /// What it is, briefly: `PutItem n=7`, `shows n=5`, `shows no item`.
    pub what: String,
    /// From the call's beginning to its end, in microseconds on the recorder's clock. The end is `i64::MAX` for a call
    /// that was never answered.
    pub shown_us: (i64, i64),
    /// When it may have taken effect, in microseconds on the recorder's clock: the band of an artefact, the interval of
    /// a call.
    pub allowed_us: Vec<(i64, i64)>,
    /// The anchor of an artefact, in microseconds on the recorder's clock.
    pub anchor_us: Option<i64>,
    /// The whole fact in a sentence.
    pub words: String,
}

/// What sort of thing a fact is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A write that was acknowledged.
    Write,
    /// A write of which nobody knows whether it took effect.
    UncertainWrite,
    /// A read.
    Read,
    /// What an artefact shows.
    ArtefactRead,
    /// A fault.
    Fault,
    /// A move of the clock.
    ClockMove,
}

/// Where a fact comes from in the history.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// The call of this id.
    Call(u64),
    /// The artefact of this id.
    Artefact(u64),
    /// What the history says of a table before its first call.
    Table,
    /// An entry without an id.
    Other,
}

/// Something that could not be judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// The rule that was to be applied.
    pub rule: Rule,
    /// To what.
    pub subject: String,
    /// Why it could not be.
    pub reason: String,
}

/// Something that nobody can blame and somebody may want to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// The rule that noticed it.
    pub rule: Rule,
    /// About what.
    pub subject: String,
    /// What was noticed.
    pub text: String,
}
