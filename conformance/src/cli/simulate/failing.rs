//! A plan with a finding: made small, saved, told.

use indicatif::ProgressBar;
use lookback_sim::shrink::{Bound, Shrunk, Size, shrink};
use lookback_sim::{Finding, Plan, Specimen, Watch, run_on};

use super::args::SimulateArgs;
use super::interrupt::Interrupt;
use super::{command, saved};
use crate::cli::{NotMade, print};

/// A plan with a finding.
pub struct Failing {
    /// The plan.
    pub plan: Plan,
    /// What its run found.
    pub finding: Finding,
    /// What its files are called.
    pub name: String,
}

impl Failing {
    /// The smallest plan with the same finding that the bound allows, or that was known when somebody interrupted.
    ///
    /// # Errors
    /// The run cannot be repeated with its steps listed.
    pub fn shrunk(
        &self,
        runs_max: u32,
        bar: &ProgressBar,
        interrupt: &Interrupt,
    ) -> Result<Shrunk, String> {
        let mut go_on = |runs, size: Size| {
            bar.set_position(u64::from(runs));
            bar.set_message(format!("{} steps, {} faults", size.steps, size.faults));
            !interrupt.is_asked()
        };
        let bound = Bound {
            runs_max,
            go_on: &mut go_on,
        };
        shrink(&Specimen, &self.plan, &self.finding, bound)
    }

    /// Makes it small, saves plan, history and verdict, and tells where.
    pub fn make_small(&self, args: &SimulateArgs, interrupt: &Interrupt) -> Result<(), NotMade> {
        let bar = super::campaign::bar(args.shrink_runs as usize);
        let shrunk = self.shrunk(args.shrink_runs, &bar, interrupt);
        bar.finish_and_clear();
        let shrunk = match shrunk {
            Ok(shrunk) => shrunk,
            Err(why) => {
                eprintln!("{}: cannot be made small: {why}", self.name);
                return Ok(());
            }
        };
        let ended = run_on(&Specimen, &shrunk.plan, Watch::default());
        let name = format!("{}-{}", self.name, self.finding.slug());
        let files = saved::save(&args.save, &name, &shrunk.plan, &ended)?;
        let (before, after) = (shrunk.before, shrunk.after);
        let end = if shrunk.finished {
            ""
        } else {
            " (not the smallest: it was ended before)"
        };
        print(&format!(
            "{}   # the same {}: {} of {} steps, {} of {} faults, {:.1} of {:.1} s of load, after {} runs{end}\n",
            command::of_plan(&files.plan),
            self.finding,
            after.steps,
            before.steps,
            after.faults,
            before.faults,
            after.load_us as f64 / 1e6,
            before.load_us as f64 / 1e6,
            shrunk.runs,
        ));
        for file in &files.others {
            print(&format!("  {}\n", file.display()));
        }
        Ok(())
    }
}
