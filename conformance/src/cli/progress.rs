//! The progress bar: only where a person looks.

use std::io::IsTerminal;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::run::{CaseRun, Verdict};

/// A bar over the cases of a run.
pub struct Progress {
    bar: ProgressBar,
    failed: usize,
}

impl Progress {
    /// For so many cases. Without a terminal nothing is shown.
    pub fn new(cases: usize) -> Self {
        let shown = std::io::stderr().is_terminal();
        let target = if shown {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(Some(cases as u64), target);
        if let Ok(style) =
            ProgressStyle::with_template("{bar:30} {pos}/{len} cases, {elapsed}, {msg}")
        {
            bar.set_style(style);
        }
        Self { bar, failed: 0 }
    }

    /// One more case is done.
    pub fn done(&mut self, run: &CaseRun) {
        self.failed += usize::from(run.verdict == Verdict::Fail);
        self.bar
            .set_message(format!("{} fail, last {}", self.failed, run.id));
        self.bar.inc(1);
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
