//! Looking for a finding: seed by seed until there is one, then made small.

use std::fmt;

use crate::finding::Finding;
use crate::plan::{Plan, Steps};
use crate::run::{Watch, run_on};
use crate::shrink::{Bound, Shrunk, shrink};
use crate::system::System;

/// A finding, and the smallest plan that shows it.
#[derive(Clone, Debug)]
pub struct Found {
    /// The seed that showed it first.
    pub seed: u64,
    /// What it is.
    pub finding: Finding,
    /// The same in a sentence.
    pub told: String,
    /// The plan, made small.
    pub small: Shrunk,
}

/// The first of these seeds whose run finds something, made small by so many runs at most; none where nothing is found.
pub fn search(
    system: &dyn System,
    plan: impl Fn(u64) -> Plan,
    seeds: impl IntoIterator<Item = u64>,
    runs_max: u32,
) -> Option<Found> {
    seeds.into_iter().find_map(|seed| {
        let plan = plan(seed);
        let ended = run_on(system, &plan, Watch::default());
        let finding = Finding::all(&ended).into_iter().next()?;
        let bound = Bound {
            runs_max,
            go_on: &mut |_, _| true,
        };
        Some(Found {
            seed,
            told: Finding::told(&ended)?,
            small: shrink(system, &plan, &finding, bound).ok()?,
            finding,
        })
    })
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (before, after) = (self.small.before.steps, self.small.after.steps);
        writeln!(f, "seed {}: {}", self.seed, self.told)?;
        writeln!(f, "{after} of {before} steps show the same:")?;
        if let Steps::Listed(listed) = &self.small.plan.steps {
            for step in &listed.steps {
                // Steps are written to memory without fail.
                writeln!(f, "  {}", serde_json::to_string(step).unwrap_or_default())?;
            }
        }
        Ok(())
    }
}
