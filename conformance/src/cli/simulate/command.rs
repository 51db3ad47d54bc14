//! The command that does a run again.

use lookback_sim::campaign::Kind;

use crate::cli::finish::program;

/// The command that runs a seed of this kind, told in full.
pub fn of_seed(kind: &Kind, seed: u64) -> String {
    let mut words = vec![program(), "simulate".to_owned()];
    let usual = kind.mutant.map(|bug| bug.profile(seed).name);
    if let Some(bug) = kind.mutant {
        words.push(format!("--mutant {}", bug.name()));
    }
    if usual.as_ref() != Some(&kind.profile) {
        words.push(format!("--profile {}", kind.profile));
    }
    words.push(format!("--seed {seed}"));
    words.join(" ")
}

/// The command that runs a saved plan.
pub fn of_plan(path: &std::path::Path) -> String {
    let file = crate::explain::quote(&path.display().to_string());
    format!("{} simulate --plan {file}", program())
}
