//! How a verdict stands against what was expected.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Expectations;
use crate::run::{CaseRun, Verdict};

/// How a verdict stands against what was expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// As expected.
    Expected,
    /// Not as expected: the run fails.
    Unexpected,
    /// A failure that rests on weak evidence: counted apart.
    Weak,
    /// A verdict was expected and none was reached.
    Unsettled,
}

/// What a run is judged by.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    /// The target's expectations, if it is a known one.
    pub expectations: Option<Expectations>,
    /// Whether a case that the target does not support is unexpected where nothing says otherwise.
    pub wants_everything: bool,
    /// Whether failures on weak evidence fail the run.
    pub strict: bool,
}

impl Rules {
    /// How this run of a case stands. `is_weak`: its evidence is.
    pub fn standing(&self, run: &CaseRun, is_weak: bool) -> Standing {
        let known = self
            .expectations
            .as_ref()
            .and_then(|file| file.expectations.get(&run.id));
        let wanted = known.map_or(Verdict::Pass, |expected| expected.verdict);
        match (run.verdict, wanted) {
            // Its time has not come.
            (Verdict::Pending, _) => Standing::Expected,
            (verdict, wanted) if verdict == wanted => Standing::Expected,
            // What was judged once is not to go unseen unnoticed.
            (Verdict::Unspecified, _) if run.is_not_shown() && self.wants_everything => {
                Standing::Unexpected
            }
            (Verdict::Unspecified, _) => Standing::Expected,
            // A shorter run cannot see again what a longer one has seen.
            (Verdict::Indeterminate, Verdict::Fail) if run.is_cut_short() => Standing::Expected,
            (Verdict::Indeterminate, _) => Standing::Unsettled,
            (Verdict::Fail, _) if is_weak && !self.strict && known.is_none() => Standing::Weak,
            (Verdict::Unsupported, Verdict::Pass) if !self.wants_everything => Standing::Expected,
            _ => Standing::Unexpected,
        }
    }

    /// Why a verdict other than a pass was expected.
    pub fn reason(&self, id: &str) -> Option<&str> {
        let known = self
            .expectations
            .as_ref()
            .and_then(|file| file.expectations.get(id))?;
        Some(&known.reason)
    }
}
