//! Where the items of an artefact were read: the contract's band, laid around the anchor on the recorder's clock.

use super::{Findings, echo};
use crate::contract::{Anchor, Around, Contract, Promise};
use crate::register::OPEN;
use crate::trace::{Taken, Trace};
use crate::verdict::{Rule, Violation, Witness};
use crate::witness::{artefact_fact, artefact_name, seconds};

/// Where the items of an artefact were read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Band<'a> {
    /// The promise that it comes from.
    pub promise: &'a Promise,
    /// The first and the last instant, in microseconds on the recorder's clock.
    pub lo_us: i64,
    /// See `lo_us`.
    pub hi_us: i64,
    /// The same by the words of the document, where they leave something open.
    pub sure_us: Option<(i64, i64)>,
    /// The anchor, in the middle of its uncertainty.
    pub anchor_us: Option<i64>,
}

/// Lays the band of each artefact, and judges whether its anchor lies in its call and is what
/// was asked for.
pub(super) fn lay<'a>(
    trace: &Trace,
    contract: &'a Contract,
    findings: &mut Findings,
) -> Vec<Option<Band<'a>>> {
    let mut bands = Vec::with_capacity(trace.artefacts.len());
    for taken in &trace.artefacts {
        let band = band(trace, contract, taken);
        if let Some(promise) = contract.promise(&taken.kind) {
            anchor_in_call(trace, promise, taken, findings);
            echo::anchor_as_asked(trace, promise, taken, findings);
        }
        bands.push(match band {
            Ok(band) => band,
            Err(reason) => {
                findings.unknown(Rule::ItemOrder, artefact_name(taken), reason);
                None
            }
        });
        if taken.unreadable > 0 {
            findings.unknown(
                Rule::ItemOrder,
                artefact_name(taken),
                format!(
                    "{} of its items are no items of its table",
                    taken.unreadable
                ),
            );
        }
    }
    bands
}

/// The band of one artefact; none for one that is judged by its position; or why it cannot be judged.
fn band<'a>(
    trace: &Trace,
    contract: &'a Contract,
    taken: &Taken,
) -> Result<Option<Band<'a>>, String> {
    let promise = contract.promise(&taken.kind).ok_or_else(|| {
        format!(
            "the contract {} promises nothing for this kind",
            contract.name
        )
    })?;
    if taken.table.is_none() {
        return Err("the history does not tell which table it was taken of".to_owned());
    }
    let ((from_us, to_us), anchor_us) = match promise.anchor {
        Anchor::Position => return Ok(None),
        Anchor::Call => (
            taken
                .call_us
                .ok_or("the history has no call that asked for it")?,
            None,
        ),
        Anchor::Time => {
            let anchor_us = taken.anchor_us.ok_or("it has no anchor")?;
            let (from_us, to_us) = trace.clock.on_recorder_us(anchor_us);
            let uncertainty_us = to_us.saturating_sub(from_us);
            if uncertainty_us > contract.uncertainty_us_max {
                return Err(format!(
                    "the clocks are uncertain by {}, more than the contract's {}",
                    seconds(uncertainty_us),
                    seconds(contract.uncertainty_us_max)
                ));
            }
            let to_us = to_us.saturating_add(promise.resolution_us - 1);
            (
                (from_us, to_us),
                Some(from_us.saturating_add(uncertainty_us / 2)),
            )
        }
    };
    let around = |around: Around| {
        (
            from_us.saturating_sub(around.before.saturating_add(contract.skew_us)),
            to_us.saturating_add(around.after.saturating_add(contract.skew_us)),
        )
    };
    let (lo_us, hi_us) = around(promise.band_us);
    if hi_us > trace.end_us && hi_us < OPEN {
        return Err(format!(
            "the history ends {} before its band does, and nobody knows what was written then",
            seconds(hi_us.saturating_sub(trace.end_us))
        ));
    }
    Ok(Some(Band {
        promise,
        lo_us,
        hi_us,
        sure_us: promise.sure_us.map(around),
        anchor_us,
    }))
}

/// A time that the service names for a call lies in the call's interval.
fn anchor_in_call(trace: &Trace, promise: &Promise, taken: &Taken, findings: &mut Findings) {
    let (Some(margin), Some(anchor_us), Some((call_us, answered_us))) =
        (promise.margin_us, taken.anchor_us, taken.call_us)
    else {
        return;
    };
    findings.apply(Rule::AnchorInCall, 1);
    let (from_us, to_us) = trace.clock.on_recorder_us(anchor_us);
    let to_us = to_us.saturating_add(promise.resolution_us - 1);
    let first_us = call_us.saturating_sub(margin.before);
    let last_us = answered_us.saturating_add(margin.after);
    if from_us <= last_us && to_us >= first_us {
        return;
    }
    let how = if to_us < first_us {
        format!("{} before", seconds(call_us.saturating_sub(to_us)))
    } else {
        format!("{} after", seconds(from_us.saturating_sub(answered_us)))
    };
    let mut fact = artefact_fact(taken, (first_us, last_us), Some(from_us));
    fact.words = format!(
        "{} names a time that is {how} the call that asked for it.",
        artefact_name(taken)
    );
    findings.violations.push(Violation {
        rule: Rule::AnchorInCall,
        grade: crate::contract::Grade::Documented,
        clauses: promise.clauses.clone(),
        also: 0,
        witness: Witness {
            summary: fact.words.clone(),
            facts: vec![fact],
            context: Vec::new(),
        },
    });
}
