//! Whether a service took the time that it was asked for: one that names another has restored something else, even where
//! what it gives back is right for the time that it names.

use super::Findings;
use crate::contract::{Grade, Promise};
use crate::trace::{Taken, Trace};
use crate::verdict::{Rule, Violation, Witness};
use crate::witness::{artefact_fact, artefact_name, seconds};

/// The anchor is the time that the call asked for, as far as the promise goes (PITR-RESTORE-012).
pub(super) fn anchor_as_asked(
    trace: &Trace,
    promise: &Promise,
    taken: &Taken,
    findings: &mut Findings,
) {
    let (Some(echo_us_max), Some(asked_us), Some(anchor_us)) =
        (promise.echo_us_max, taken.asked_us, taken.anchor_us)
    else {
        return;
    };
    findings.apply(Rule::AnchorAsAsked, 1);
    let off_us = anchor_us.saturating_sub(asked_us);
    if off_us.saturating_abs() <= echo_us_max {
        return;
    }
    let how = if off_us < 0 { "before" } else { "after" };
    let (from_us, _) = trace.clock.on_recorder_us(anchor_us);
    let asked_for_us = trace.clock.on_recorder_us(asked_us);
    let mut fact = artefact_fact(taken, asked_for_us, Some(from_us));
    fact.words = format!(
        "{} names a time that is {} {how} the one that its call asked for.",
        artefact_name(taken),
        seconds(off_us)
    );
    findings.violations.push(Violation {
        rule: Rule::AnchorAsAsked,
        grade: Grade::Documented,
        clauses: promise.clauses.clone(),
        also: 0,
        witness: Witness {
            summary: fact.words.clone(),
            facts: vec![fact],
            context: Vec::new(),
        },
    });
}
