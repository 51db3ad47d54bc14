//! Who is caught by what: every mutant against every case.

use std::collections::BTreeSet;

use lookback_conformance::case::Case;

use crate::judge;
use crate::mutant::{Layer, Mutant};

/// The most cases that a line names.
const NAMED_MAX: usize = 4;

/// Prints a Markdown table of mutants, clauses and the cases that fail, then the cases that never fail.
pub fn print(mutants: &[Mutant], cases: &[Case]) {
    let every: Vec<&Case> = cases.iter().collect();
    let mut failed_somewhere = BTreeSet::new();
    let mut caught = 0;
    println!(
        "| mutant | clause | what it does | cases citing the clause that fail | others that fail |"
    );
    println!("|---|---|---|---|---|");
    for mutant in mutants {
        let citing = crate::citing(mutant.clause, cases);
        let ids: BTreeSet<&str> = citing.iter().map(|case| case.id.as_str()).collect();
        // Over HTTP everything hangs on one distortion: the citing cases say enough.
        let asked = if matches!(mutant.layer, Layer::Http(_)) {
            &citing
        } else {
            &every
        };
        let failures = judge::failures(&judge::run(mutant.layer, asked));
        let (own, others): (Vec<String>, Vec<String>) = failures
            .iter()
            .cloned()
            .partition(|id| ids.contains(id.as_str()));
        caught += usize::from(!own.is_empty());
        println!(
            "| {} | {} | {} | {} | {} |",
            mutant.name,
            mutant.clause,
            mutant.does,
            named(&own),
            others.len()
        );
        failed_somewhere.extend(failures);
    }
    println!("\n{caught} of {} mutants are caught.\n", mutants.len());
    let never: Vec<&str> = cases
        .iter()
        .map(|case| case.id.as_str())
        .filter(|id| !failed_somewhere.contains(*id))
        .collect();
    println!(
        "{} of {} cases fail on no mutant:",
        never.len(),
        cases.len()
    );
    for id in never {
        println!("- {id}");
    }
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
