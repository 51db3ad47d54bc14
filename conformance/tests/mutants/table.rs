//! Who is caught by what: every mutant against the cases that cite its clause, or against every case.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;

use lookback_conformance::case::Case;

use crate::judge;
use crate::mutant::{Layer, Mutant};

/// The most cases that a line names.
const NAMED_MAX: usize = 4;

/// Which cases a table is made of.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// Those that cite the mutant's clause: seconds.
    Citing,
    /// Every case: many minutes of every processor.
    Every,
}

/// What became of one mutant.
#[derive(Default)]
struct Outcome {
    /// The cases that cite its clause and fail.
    own: Vec<String>,
    /// The others that fail.
    others: Vec<String>,
}

/// Prints a Markdown table of mutants, clauses and the cases that fail, then the cases that never fail.
pub fn print(mutants: &[Mutant], cases: &[Case], extent: Extent) {
    let outcomes = side_by_side(mutants, cases, extent);
    println!(
        "| mutant | clause | what it does | cases citing the clause that fail | others that fail |"
    );
    println!("|---|---|---|---|---|");
    for (mutant, outcome) in mutants.iter().zip(&outcomes) {
        let (own, others) = (named(&outcome.own), outcome.others.len());
        println!(
            "| {} | {} | {} | {own} | {others} |",
            mutant.name, mutant.clause, mutant.does
        );
    }
    let caught = outcomes
        .iter()
        .filter(|outcome| !outcome.own.is_empty())
        .count();
    println!("\n{caught} of {} mutants are caught.\n", mutants.len());
    let failed: BTreeSet<&String> = outcomes
        .iter()
        .flat_map(|outcome| outcome.own.iter().chain(&outcome.others))
        .collect();
    let never: Vec<&Case> = cases
        .iter()
        .filter(|case| !failed.contains(&case.id))
        .collect();
    println!(
        "{} of {} cases fail on no mutant:",
        never.len(),
        cases.len()
    );
    for case in never {
        let why = if case.unspecified.is_some() {
            " (unspecified: it never fails)"
        } else {
            ""
        };
        println!("- {}{why}", case.id);
    }
}

/// Each mutant against every case, on all processors.
fn side_by_side(mutants: &[Mutant], cases: &[Case], extent: Extent) -> Vec<Outcome> {
    let next = AtomicUsize::new(0);
    let outcomes: Vec<Mutex<Outcome>> = mutants.iter().map(|_| Mutex::default()).collect();
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                while let Some(mutant) = mutants.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let place = mutants
                        .iter()
                        .position(|other| other.name == mutant.name)
                        .unwrap();
                    let started = Instant::now();
                    *outcomes[place].lock().unwrap() = outcome(mutant, cases, extent);
                    eprintln!("{:6.1} s  {}", started.elapsed().as_secs_f64(), mutant.name);
                }
            });
        }
    });
    outcomes
        .into_iter()
        .map(|outcome| outcome.into_inner().unwrap())
        .collect()
}

fn outcome(mutant: &Mutant, cases: &[Case], extent: Extent) -> Outcome {
    let citing = crate::citing(mutant.clause, cases);
    let every: Vec<&Case> = cases.iter().collect();
    // Over HTTP everything hangs on one distortion: the citing cases say enough.
    let asked = if extent == Extent::Citing || matches!(mutant.layer, Layer::Http(_)) {
        &citing
    } else {
        &every
    };
    let failures = judge::failures(&judge::run(mutant.layer, asked));
    let (own, others) = failures
        .into_iter()
        .partition(|id| citing.iter().any(|case| case.id == *id));
    Outcome { own, others }
}

fn named(ids: &[String]) -> String {
    match ids {
        [] => "**none**".to_owned(),
        _ if ids.len() > NAMED_MAX => {
            format!(
                "{} and {} more",
                ids[..NAMED_MAX].join(", "),
                ids.len() - NAMED_MAX
            )
        }
        _ => ids.join(", "),
    }
}
