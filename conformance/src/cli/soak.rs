//! `lookback soak`: load, faults and artefacts on a target, and a verdict on what came back.

pub mod args;
mod command;
mod report;
mod saved;
mod target;

use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::atomic::Ordering;
use std::thread::available_parallelism;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use lookback_checker::history::{Header, Stats, VERSION};
use lookback_checker::judge::{Options, judge};
use lookback_checker::picture::{self, Meta};
use lookback_checker::{Contract, Outcome};
use lookback_traffic::Profile;

use super::history::check::{Judged, contract};
use super::{NotMade, finish, listen, print};
use crate::aws::clean::clean;
use crate::aws::names::{Wanted, now_ms};
use crate::serve::ChoiceMode;
use crate::signals::Signals;
use crate::soak::run::Progress;
use crate::soak::{Plan, Recorded, soak};
use args::SoakArgs;
use report::Report;
use saved::Saved;
use target::Loaded;

/// A violation.
const VIOLATION: u8 = 1;
/// No violation, but not everything could be judged.
const UNKNOWN: u8 = 3;
/// How long a clean-up waits for what cannot be deleted yet.
const CLEAN_WITHIN: Duration = Duration::from_secs(600);

/// Runs the command; gives the exit status.
///
/// # Errors
/// Why the run could not be made.
pub async fn run(args: &SoakArgs) -> Result<u8, NotMade> {
    let header = Header {
        contract: Some(args.contract.clone()),
        ..Header::default()
    };
    let contract = contract(Some(&args.contract), &header)?;
    let seed = args.seed.unwrap_or_else(|| now_ms() % 1_000_000);
    let first = Load {
        seed,
        clients: args.clients,
        seconds: args.seconds,
        faults: args.faults,
        choices: args.choices,
        profile: profile(&args.profile, seed)?,
        profile_name: args.profile.clone(),
    };
    let known = match &args.regressions {
        Some(folder) => saved::load(folder)?,
        None => Vec::new(),
    };
    let mut worst = 0;
    for (path, run) in known {
        let load = Load::of(&run, &path, args.choices);
        eprintln!("{}: {}", path.display(), run.found);
        let found = load.run(args, &contract, Some(&path)).await?;
        worst = worse(worst, found.status);
        if found.interrupted {
            return Ok(worst);
        }
    }
    let found = first.run(args, &contract, None).await?;
    Ok(worse(worst, found.status))
}

/// A violation is worse than something that could not be judged.
fn worse(one: u8, other: u8) -> u8 {
    match (one, other) {
        (VIOLATION, _) | (_, VIOLATION) => VIOLATION,
        _ => one.max(other),
    }
}

/// What one run is drawn from.
#[derive(Clone, Debug)]
struct Load {
    seed: u64,
    clients: u32,
    seconds: f64,
    faults: bool,
    choices: ChoiceMode,
    profile: Profile,
    /// How the command names the profile.
    profile_name: String,
}

/// The profile of this name, or of a file: of its own, or of a run that was saved.
fn profile(name: &str, seed: u64) -> Result<Profile, NotMade> {
    match name {
        "drawn" => return Ok(Profile::drawn(seed)),
        "steady" => return Ok(Profile::steady()),
        _ => {}
    }
    let wrong = |why: String| {
        NotMade(format!(
            "--profile {name}: {why}; give drawn, steady or a file"
        ))
    };
    let text = std::fs::read_to_string(name).map_err(|error| wrong(error.to_string()))?;
    if let Ok(saved) = serde_json::from_str::<Saved>(&text) {
        return Ok(saved.profile);
    }
    serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))
}

/// How one run ended.
struct Found {
    status: u8,
    interrupted: bool,
}

impl Load {
    fn of(saved: &Saved, path: &Path, choices: ChoiceMode) -> Self {
        Self {
            seed: saved.seed,
            clients: saved.clients,
            seconds: saved.seconds,
            faults: saved.faults,
            choices: saved.choices.unwrap_or(choices),
            profile: saved.profile.clone(),
            profile_name: path.display().to_string(),
        }
    }

    /// Runs, judges, tells and cleans up. `again`: the file that this run was saved in.
    async fn run(
        &self,
        args: &SoakArgs,
        contract: &Contract,
        again: Option<&Path>,
    ) -> Result<Found, NotMade> {
        let mut signals = listen()?;
        let loaded = Loaded::start(args, self).await?;
        let command = command::of(args, self);
        let plan = Plan {
            seed: self.seed,
            profile: self.profile.clone(),
            clients: self.clients,
            seconds: self.seconds,
            wait_s_max: args.max_wait,
            prefix: crate::run::Options::new().prefix,
            restart: args.restart_cmd.clone(),
            header: Header {
                version: VERSION,
                lookback: Some(env!("CARGO_PKG_VERSION").to_owned()),
                target: Some(loaded.name.clone()),
                seed: Some(self.seed),
                contract: Some(contract.name.clone()),
                command: Some(command.clone()),
            },
            file: args.history.clone(),
        };
        if !loaded.is_own {
            eprintln!("every name of this run starts with {}", plan.prefix);
        }
        let started = Instant::now();
        let soaked = load(&plan, &loaded, &mut signals).await;
        let took_s = started.elapsed().as_secs_f64();
        if !loaded.is_own {
            clean_up(&loaded, &plan.prefix, &mut signals).await;
        }
        let recorded = soaked?;
        let judged = judged(&recorded, contract);
        let outcome = judged.verdict.outcome();
        let report = Report {
            stats: &Stats::of(&recorded.history),
            notes: &recorded.notes,
            judged: &judged,
            took_s,
            command: &command,
            about: &self.about(&loaded, &plan.profile),
            lost: &recorded.lost,
            interrupted: recorded.interrupted,
            profile: &plan.profile,
        };
        print(&report::text(&report));
        if let Some(path) = &args.json {
            finish::write(path, &report::json(&report))?;
        }
        if let Some(violation) = judged.verdict.violations.first() {
            if let Some(path) = &args.html {
                let meta = Meta {
                    title: "Lookback: a violation".to_owned(),
                    target: Some(loaded.name.clone()),
                    contract: Some(contract.name.clone()),
                    command: Some(command.clone()),
                    history: args.history.as_ref().map(|path| path.display().to_string()),
                };
                finish::write(path, &picture::html(violation, &meta))?;
            }
            if let (Some(folder), None) = (&args.regressions, again) {
                let saved =
                    self.saved(&loaded, &plan.profile, contract, &violation.witness.summary);
                let path = saved::save(folder, &saved, violation)?;
                eprintln!("saved as {}", path.display());
            }
        }
        let status = match outcome {
            Outcome::Violation => VIOLATION,
            _ if !recorded.lost.is_empty() => VIOLATION,
            _ if promises_exports(contract) && !recorded.notes.contradictions.is_empty() => {
                VIOLATION
            }
            Outcome::Unknown => UNKNOWN,
            Outcome::Pass if recorded.interrupted => UNKNOWN,
            Outcome::Pass => 0,
        };
        Ok(Found {
            status,
            interrupted: recorded.interrupted,
        })
    }

    fn about(&self, loaded: &Loaded, profile: &Profile) -> String {
        format!(
            "{}, seed {}: {} clients on {} tables for {} s{}",
            loaded.name,
            self.seed,
            self.clients,
            profile.tables.len(),
            self.seconds,
            if self.faults { ", with faults" } else { "" }
        )
    }

    fn saved(&self, loaded: &Loaded, profile: &Profile, contract: &Contract, found: &str) -> Saved {
        Saved {
            seed: self.seed,
            clients: self.clients,
            seconds: self.seconds,
            faults: self.faults,
            choices: loaded.is_own.then_some(self.choices),
            profile: profile.clone(),
            target: loaded.name.clone(),
            contract: contract.name.clone(),
            found: found.to_owned(),
        }
    }
}

/// Whether a contract says anything about exports: then files that contradict each other break it (EXPORT-FORMAT-017).
fn promises_exports(contract: &Contract) -> bool {
    let mut kinds = contract.artefacts.keys();
    kinds.any(|kind| matches!(kind.as_str(), "export" | "export-at"))
}

/// Runs the plan under a progress bar; the first signal ends it early.
async fn load(plan: &Plan, loaded: &Loaded, signals: &mut Signals) -> Result<Recorded, NotMade> {
    let bar =
        ProgressBar::with_draw_target(Some(plan.seconds as u64), ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} s, {elapsed}, {msg}") {
        bar.set_style(style);
    }
    let progress = Progress::default();
    let showing = async {
        loop {
            bar.set_position(progress.passed_s.load(Ordering::Relaxed));
            let calls = progress.calls.load(Ordering::Relaxed);
            let artefacts = progress.artefacts.load(Ordering::Relaxed);
            bar.set_message(format!("{calls} calls, {artefacts} artefacts"));
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    };
    let faulty = loaded
        .faulty
        .as_ref()
        .map(|(target, proxy)| (target.clone(), proxy));
    let stop = async {
        signals.next().await;
        eprintln!("interrupted: cleaning up; once more stops at once");
    };
    let done = tokio::select! {
        done = soak(plan, loaded.target.clone(), faulty, &progress, stop) => done,
        () = showing => return Err(NotMade("nobody watches".to_owned())),
    };
    bar.finish_and_clear();
    done.map_err(|error| NotMade(error.to_string()))
}

/// Deletes whatever the run has made.
async fn clean_up(loaded: &Loaded, prefix: &str, signals: &mut Signals) {
    let wanted = Wanted::of_run(prefix);
    let cleaned = tokio::select! {
        cleaned = clean(loaded.target.as_ref(), &wanted, CLEAN_WITHIN, |_| {}) => cleaned,
        () = signals.next() => Err("stopped before everything was cleaned up".to_owned()),
    };
    let left = match cleaned {
        Ok(cleaned) => cleaned.left,
        Err(why) => vec![why],
    };
    if left.is_empty() {
        return;
    }
    left.iter().for_each(|left| eprintln!("left: {left}"));
    let url = loaded.url.as_deref().unwrap_or_default();
    eprintln!("to delete it: lookback sweep --endpoint {url} --prefix {prefix}- --older-than 0s");
}

fn judged(recorded: &Recorded, contract: &Contract) -> Judged {
    let options = Options {
        threads: available_parallelism().map_or(1, NonZeroUsize::get),
        ..Options::default()
    };
    // The command is told once, at the very end.
    let header = Header {
        command: None,
        ..recorded.history.header.clone()
    };
    Judged {
        header,
        contract: contract.clone(),
        verdict: judge(&recorded.history, contract, &options),
        truncated: None,
    }
}
