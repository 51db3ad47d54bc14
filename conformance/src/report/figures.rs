//! Counts of verdicts, divergence and coverage.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::CaseReport;
use crate::corpus::Strength;
use crate::run::Verdict;

/// Counts over some cases.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Figures {
    /// All of them.
    pub cases: usize,
    /// Every expectation held.
    pub pass: usize,
    /// Failures on strong evidence.
    pub fail: usize,
    /// Failures on weak evidence, counted apart.
    pub fail_weak: usize,
    /// The target has not got it.
    pub unsupported: usize,
    /// Not behaviour.
    pub indeterminate: usize,
    /// Nobody knows the right answer.
    pub unspecified: usize,
    /// Begun, and waiting for their time (`--resume`).
    #[serde(default)]
    pub pending: usize,
    /// Every case but the unspecified ones.
    pub specified: usize,
    /// Pass and fail, weak ones too.
    pub attempted: usize,
    /// `fail / specified`, 0 to 1.
    pub divergence: f64,
    /// `attempted / specified`, 0 to 1.
    pub coverage: f64,
}

impl Figures {
    /// Counts these cases.
    pub fn of<'a>(cases: impl IntoIterator<Item = &'a CaseReport>) -> Self {
        Self::count(cases.into_iter().map(|case| (case.verdict, case.strength)))
    }

    /// Counts verdicts, each with the strength of its evidence.
    pub fn count(verdicts: impl IntoIterator<Item = (Verdict, Strength)>) -> Self {
        let mut figures = Self::default();
        for (verdict, strength) in verdicts {
            figures.cases += 1;
            *match verdict {
                Verdict::Pass => &mut figures.pass,
                Verdict::Fail if strength.is_weak() => &mut figures.fail_weak,
                Verdict::Fail => &mut figures.fail,
                Verdict::Unsupported => &mut figures.unsupported,
                Verdict::Indeterminate => &mut figures.indeterminate,
                Verdict::Unspecified => &mut figures.unspecified,
                Verdict::Pending => &mut figures.pending,
            } += 1;
        }
        figures.specified = figures.cases - figures.unspecified;
        figures.attempted = figures.pass + figures.fail + figures.fail_weak;
        figures.divergence = share(figures.fail, figures.specified);
        figures.coverage = share(figures.attempted, figures.specified);
        figures
    }
}

/// A share, rounded to a ten-thousandth so that reports are the same everywhere; 0 of nothing.
fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 {
        0.0
    } else {
        (part as f64 / whole as f64 * 1e4).round() / 1e4
    }
}
