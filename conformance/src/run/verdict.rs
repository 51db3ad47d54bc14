//! What is said about a case.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::pattern::Difference;
use crate::target::Unreachable;

/// What is said about a case. *Attempted* is pass and fail.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Every expectation held.
    Pass,
    /// One did not.
    Fail,
    /// The target says that it has not got this, or was declared to lack it.
    Unsupported,
    /// Throttled, timed out, unreachable: not behaviour.
    Indeterminate,
    /// Nobody knows the right answer; it was recorded.
    Unspecified,
    /// Begun, and waiting for its time: a later run with the same `--resume FILE` judges it.
    Pending,
}

impl Verdict {
    /// Each verdict, in the order of a report.
    pub const ALL: [Self; 6] = [
        Self::Pass,
        Self::Fail,
        Self::Unsupported,
        Self::Indeterminate,
        Self::Unspecified,
        Self::Pending,
    ];

    /// The verdict in a word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Unsupported => "unsupported",
            Self::Indeterminate => "indeterminate",
            Self::Unspecified => "unspecified",
            Self::Pending => "pending",
        }
    }
}

/// Where and why a case failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Failure {
    /// The step: its place in the file and what it does.
    pub step: String,
    /// What was expected and what came, place by place.
    pub differences: Vec<Difference>,
    /// The request whose answer was judged last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request: Option<String>,
    /// That answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
}

impl Failure {
    /// The step and what differed, in one line.
    pub fn told(&self) -> String {
        let told: Vec<String> = self.differences.iter().map(ToString::to_string).collect();
        format!("{}: {}", self.step, told.join("; "))
    }
}

/// An answer that was recorded and not judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Observed {
    /// The step.
    pub step: String,
    /// The answer.
    pub answer: String,
}

/// One case on one target.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CaseRun {
    /// The case's id.
    pub id: String,
    /// What is said about it.
    pub verdict: Verdict,
    /// Why, where the verdict is neither pass nor fail.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Where and why, for a fail.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
    /// What was recorded.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub observed: Vec<Observed>,
    /// What clean-up could not take away.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub leftovers: Vec<String>,
    /// Real time that the case took, in seconds.
    pub took_s: f64,
}

/// What the reason begins with where the run ended a poll before the case's own time was up.
pub const CUT_SHORT: &str = "not settled in time";

/// What the reason begins with where the target never showed what the case is about.
pub const NOT_SHOWN: &str = "not shown: ";

/// What the reason begins with where a case that waited was continued too late for its failure to count.
pub const CONTINUED_LATE: &str = "continued too late";

impl CaseRun {
    /// Whether its failure does not count because it was continued too late.
    pub fn is_late(&self) -> bool {
        self.verdict == Verdict::Indeterminate
            && self
                .reason
                .as_deref()
                .is_some_and(|reason| reason.starts_with(CONTINUED_LATE))
    }

    /// Whether nothing was judged because the target never showed what the case is about.
    pub fn is_not_shown(&self) -> bool {
        self.verdict == Verdict::Unspecified
            && self
                .reason
                .as_deref()
                .is_some_and(|reason| reason.starts_with(NOT_SHOWN))
    }

    /// Whether the target's last answer was a failure of its own.
    pub fn is_server_error(&self) -> bool {
        let answer = self
            .failure
            .as_ref()
            .and_then(|failure| failure.answer.as_deref());
        answer.is_some_and(|answer| answer.starts_with("HTTP 5"))
    }

    /// Whether there is no verdict because the connection broke: a target may close one that another case has used.
    pub fn lost_its_connection(&self) -> bool {
        let broke = Unreachable::Broken(String::new()).to_string();
        self.verdict == Verdict::Indeterminate
            && self
                .reason
                .as_deref()
                .is_some_and(|reason| reason.contains(&broke))
    }

    /// Whether there is no verdict only because the run allowed less time than the case.
    pub fn is_cut_short(&self) -> bool {
        self.verdict == Verdict::Indeterminate
            && self
                .reason
                .as_deref()
                .is_some_and(|reason| reason.starts_with(CUT_SHORT))
    }
}
