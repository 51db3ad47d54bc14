//! A contradiction about one item, told.

use super::{Suspect, context, fact, item_name, seconds, time, value_name};
use crate::judge::Band;
use crate::register::{ABSENT, Effect, OPEN, Op, ValueId};
use crate::trace::{ItemOf, SourceOf, Trace};
use crate::verdict::{Fact, Role, Witness};

/// The most operations of a core for which the sentence names the one that is lost or too new.
const TOLD_MAX: usize = 4;

/// Tells the core of a contradiction.
pub(crate) fn tell(
    trace: &Trace,
    bands: &[Option<Band<'_>>],
    item: &ItemOf,
    core: &[Suspect],
) -> Witness {
    let ops = trace.ops_of(item);
    let mut facts: Vec<Fact> = core
        .iter()
        .filter_map(|suspect| {
            let placed = ops.get(suspect.place)?;
            let mut fact = fact(trace, bands, item, placed);
            fact.allowed_us = vec![(suspect.op.lo_us, suspect.op.hi_us)];
            Some(fact)
        })
        .collect();
    facts.sort_by_key(|fact| fact.shown_us);
    Witness {
        summary: summary(trace, bands, item, core),
        context: context(trace, &facts),
        facts,
    }
}

/// A fact in a sentence.
pub(super) fn sentence(fact: &Fact) -> String {
    let (from_us, to_us) = fact.shown_us;
    let item = fact.item.as_deref().unwrap_or("an item");
    let (lane, what) = (&fact.lane, &fact.what);
    match (fact.role, fact.allowed_us.first()) {
        (Role::ArtefactRead, Some((first_us, last_us))) => format!(
            "{lane} {what} for {item}, which it read between {} and {}.",
            time(*first_us),
            time(*last_us)
        ),
        (Role::UncertainWrite, _) => format!(
            "{lane}: {what} of {item} went out at {}, and nobody knows whether it took effect.",
            time(from_us)
        ),
        (Role::Read, _) => format!(
            "{lane}: {what} for {item}, between {} and {}.",
            time(from_us),
            time(to_us)
        ),
        _ if to_us == OPEN => format!(
            "{lane}: {what} of {item} went out at {}, was never answered, and took effect, as others saw.",
            time(from_us)
        ),
        _ => format!(
            "{lane}: {what} of {item} went out at {} and was acknowledged at {}.",
            time(from_us),
            time(to_us)
        ),
    }
}

/// The read that the contradiction shows at, as it is told.
struct Seen<'a> {
    subject: String,
    op: &'a Op,
    value: ValueId,
    /// What distances are measured from, and what it is called.
    from_us: i64,
    from: &'static str,
    to_us: i64,
    to: &'static str,
}

/// The contradiction in a sentence.
fn summary(trace: &Trace, bands: &[Option<Band<'_>>], item: &ItemOf, core: &[Suspect]) -> String {
    let name = item_name(trace, item);
    let Some(seen) = seen(trace, bands, item, core) else {
        return format!("{} operations on {name} fit into no order.", core.len());
    };
    let value = value_name(trace, item, seen.value);
    let subject = &seen.subject;
    let writes: Vec<&Op> = core
        .iter()
        .map(|suspect| &suspect.op)
        .filter(|op| matches!(op.effect, Effect::Writes(_)))
        .collect();
    let ops = trace.ops_of(item);
    let known = seen.value == item.initial
        || ops.iter().any(|placed| match placed.op.effect {
            Effect::Writes(written) => written == seen.value,
            Effect::Changes(_) => true,
            Effect::Sees(_) => false,
        });
    if !known {
        return format!("{subject} shows {value} for {name}, which nobody ever wrote.");
    }
    // A core that could not be made small holds more than its cause: naming one would be a guess.
    if core.len() > TOLD_MAX {
        return format!(
            "{subject} shows {value} for {name}, and the {} operations below fit into no order.",
            core.len()
        );
    }
    let too_new = writes
        .iter()
        .find(|op| op.effect == Effect::Writes(seen.value) && op.lo_us > seen.op.hi_us);
    if let Some(write) = too_new {
        return format!(
            "{subject} shows {value} for {name}, which was written only at {}, {} after {}.",
            time(write.lo_us),
            seconds(write.lo_us.saturating_sub(seen.to_us)),
            seen.to
        );
    }
    let lost = writes
        .iter()
        .filter(|op| op.effect != Effect::Writes(seen.value) && op.hi_us < seen.op.lo_us)
        .max_by_key(|op| op.hi_us);
    if let Some(write) = lost
        && let Effect::Writes(written) = write.effect
    {
        let what = if written == ABSENT {
            "the deletion".to_owned()
        } else {
            value_name(trace, item, written)
        };
        let instead = if seen.value == ABSENT {
            "shows no item".to_owned()
        } else {
            format!("shows {value}")
        };
        return format!(
            "{name}: {what} was acknowledged at {}, {} before {}, and is missing: {subject} {instead}.",
            time(write.hi_us),
            seconds(seen.from_us.saturating_sub(write.hi_us)),
            seen.from
        );
    }
    if core.len() == 1 {
        return format!("{subject} shows {value} for {name}, which no write explains.");
    }
    format!(
        "{subject} shows {value} for {name}, and the {} operations below fit into no order.",
        core.len()
    )
}

/// The read of the core that the contradiction is told from: an artefact's before an ordinary one, a later one before an
/// earlier one.
fn seen<'a>(
    trace: &Trace,
    bands: &[Option<Band<'_>>],
    item: &ItemOf,
    core: &'a [Suspect],
) -> Option<Seen<'a>> {
    let ops = trace.ops_of(item);
    let reads = core.iter().filter_map(|suspect| {
        let Effect::Sees(value) = suspect.op.effect else {
            return None;
        };
        Some((suspect, value, ops.get(suspect.place)?.source))
    });
    let (suspect, value, source) = reads.max_by_key(|(suspect, _, source)| match source {
        SourceOf::Artefact(_) => (1, suspect.op.hi_us),
        SourceOf::Call(_) => (0, suspect.op.hi_us),
    })?;
    let subject = super::call_name(trace, source);
    let anchor_us = match source {
        SourceOf::Artefact(artefact) => bands
            .get(artefact as usize)
            .and_then(Option::as_ref)
            .and_then(|band| band.anchor_us),
        SourceOf::Call(_) => None,
    };
    Some(match anchor_us {
        Some(anchor_us) => Seen {
            subject,
            op: &suspect.op,
            value,
            from_us: anchor_us,
            from: "its anchor",
            to_us: anchor_us,
            to: "its anchor",
        },
        None => Seen {
            subject,
            op: &suspect.op,
            value,
            from_us: suspect.op.lo_us,
            from: "it was asked for",
            to_us: suspect.op.hi_us,
            to: "it was answered",
        },
    })
}
