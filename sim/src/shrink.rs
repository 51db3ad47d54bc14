//! A failing plan made small: fewer steps, fewer faults, shorter gaps, and the same finding.
//!
//! Delta debugging. A smaller plan is kept when a run of it still has the finding: a violation of the same rule and grade,
//! or something of the same kind that does not come to its end. In turn: whatever comes after the finding is cut off;
//! lanes, tables and faults are left out as wholes; then steps and faults in ever smaller parts, until nothing more can be
//! left out; then the times in which nothing happens are shortened, and the machines are made simpler.
//!
//! What is left out changes the instants of everything after it, and a finding may hang on luck. So a plan is also tried
//! with a few other seeds of the machines (latencies, elections; the steps are listed and stay as they are).
//!
//! Deterministic: the same plan, finding and bound give the same result.

mod gaps;
mod machines;
mod reduce;
mod whole;

use crate::finding::Finding;
use crate::plan::{Listed, Plan, Steps};
use crate::run::{Report, Watch, run_on};
use crate::system::System;

/// How large a plan is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Size {
    /// Steps of clients, and deeds.
    pub steps: usize,
    /// Faults.
    pub faults: usize,
    /// How long load and faults last, in microseconds.
    pub load_us: i64,
}

impl Size {
    /// The size of a plan; of one whose steps are drawn nothing is known of these.
    pub fn of(plan: &Plan) -> Self {
        let steps = match &plan.steps {
            Steps::Drawn => 0,
            Steps::Listed(listed) => listed.steps.len(),
        };
        Self {
            steps,
            faults: plan.faults.len(),
            load_us: plan.profile.load_us,
        }
    }
}

/// What shrinking came to.
#[derive(Clone, Debug)]
pub struct Shrunk {
    /// The smallest plan that was found.
    pub plan: Plan,
    /// How large it was before.
    pub before: Size,
    /// How large it is.
    pub after: Size,
    /// How many runs it took.
    pub runs: u32,
    /// Whether it ended because nothing more could be left out, and not because of a bound.
    pub finished: bool,
}

/// What may be spent.
pub struct Bound<'a> {
    /// The most runs.
    pub runs_max: u32,
    /// Asked before each run, with the number of runs so far and the size that has been reached: false ends it.
    pub go_on: &'a mut dyn FnMut(u32, Size) -> bool,
}

/// Makes a plan small whose run has this finding.
///
/// # Errors
/// A run of the plan with its steps listed does not have the finding.
pub fn shrink(
    system: &dyn System,
    plan: &Plan,
    finding: &Finding,
    bound: Bound<'_>,
) -> Result<Shrunk, String> {
    let plan = listed(system, plan)?;
    let mut has =
        |plan: &Plan| Finding::all(&run_on(system, plan, Watch::default())).contains(finding);
    shrink_by(plan, &mut has, bound)
        .ok_or_else(|| format!("with its steps listed the run has no {finding} any more"))
}

/// A plan whose steps are listed, and whose run is the same.
///
/// # Errors
/// The simulation panicked: nobody knows the steps.
pub fn listed(system: &dyn System, plan: &Plan) -> Result<Plan, String> {
    let watch = Watch {
        list_steps: true,
        ..Watch::default()
    };
    let report: Report = run_on(system, plan, watch)?;
    let steps = report.steps.unwrap_or_default();
    Ok(plan.clone().with_steps(steps))
}

/// The same by whatever tells whether a plan has the finding.
fn shrink_by(plan: Plan, has: &mut dyn FnMut(&Plan) -> bool, bound: Bound<'_>) -> Option<Shrunk> {
    let before = Size::of(&plan);
    let mut search = Search {
        plan,
        has,
        runs_max: bound.runs_max,
        go_on: bound.go_on,
        runs: 0,
        over: false,
        seeds: 0,
    };
    let plan = search.plan.clone();
    if !search.holds(plan) {
        return None;
    }
    search.seeds = SEEDS;
    whole::cut_the_end(&mut search);
    whole::leave_out(&mut search);
    loop {
        let size = Size::of(&search.plan);
        reduce::faults(&mut search);
        reduce::steps(&mut search);
        if search.over || Size::of(&search.plan) == size {
            break;
        }
    }
    gaps::shorten(&mut search);
    machines::simplify(&mut search);
    whole::cut_the_end(&mut search);
    Some(Shrunk {
        before,
        after: Size::of(&search.plan),
        runs: search.runs,
        finished: !search.over,
        plan: search.plan,
    })
}

/// How many other seeds of the machines a plan is tried with.
const SEEDS: u64 = 2;

/// The smallest plan so far, and the way to try others.
struct Search<'a> {
    plan: Plan,
    has: &'a mut dyn FnMut(&Plan) -> bool,
    runs_max: u32,
    go_on: &'a mut dyn FnMut(u32, Size) -> bool,
    runs: u32,
    /// A bound was reached.
    over: bool,
    /// How many other seeds a plan is tried with.
    seeds: u64,
}

impl Search<'_> {
    /// Takes the plan when its run still has the finding, by one of a few seeds.
    fn holds(&mut self, plan: Plan) -> bool {
        let seed = plan.seed;
        for other in 0..=self.seeds {
            let plan = Plan {
                seed: seed.wrapping_add(other),
                ..plan.clone()
            };
            if self.over || self.runs >= self.runs_max {
                self.over = true;
                return false;
            }
            if !(self.go_on)(self.runs, Size::of(&self.plan)) {
                self.over = true;
                return false;
            }
            self.runs += 1;
            if (self.has)(&plan) {
                self.plan = plan;
                return true;
            }
        }
        false
    }

    /// The steps so far.
    fn listed(&self) -> Listed {
        match &self.plan.steps {
            Steps::Listed(listed) => listed.clone(),
            Steps::Drawn => Listed::default(),
        }
    }

    /// Tries the plan with other steps.
    fn holds_with(&mut self, steps: Listed) -> bool {
        let plan = Plan {
            steps: Steps::Listed(steps),
            ..self.plan.clone()
        };
        self.holds(plan)
    }
}

#[cfg(test)]
mod tests;
