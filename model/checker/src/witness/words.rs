//! A contradiction about one item, told.

use super::{Core, Suspect, context, fact, is_read, item_name, seconds, time, value_name};
use crate::judge::Band;
use crate::register::{ABSENT, Changes as _, Effect, OPEN, Op, ValueId};
use crate::trace::{ItemChanges, ItemOf, SourceOf, Trace};
use crate::verdict::{Fact, Role, Witness};

/// Tells the core of a contradiction.
pub(crate) fn tell(
    trace: &Trace,
    bands: &[Option<Band<'_>>],
    item: &ItemOf,
    core: &Core,
) -> Witness {
    let ops = trace.ops_of(item);
    let suspects = core.suspects.iter();
    let mut facts: Vec<Fact> = suspects
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
fn summary(trace: &Trace, bands: &[Option<Band<'_>>], item: &ItemOf, core: &Core) -> String {
    let name = item_name(trace, item);
    let suspects = &*core.suspects;
    let count = suspects.len();
    let Some(seen) = seen(trace, bands, item, suspects) else {
        return without_a_value(trace, bands, item, core, &name);
    };
    let value = value_name(trace, item, seen.value);
    let subject = &seen.subject;
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
    if !core.irreducible {
        return format!(
            "{subject} shows {value} for {name}, and the {count} operations below fit into no order."
        );
    }
    if count == 1 {
        return format!("{subject} shows {value} for {name}, which no write explains.");
    }
    let changes = ItemChanges::new(trace, item);
    let written = |op: &Op| match op.effect {
        Effect::Writes(written) => Some(written),
        Effect::Changes(change) => changes.writes(change),
        Effect::Sees(_) => None,
    };
    let writes = suspects
        .iter()
        .filter(|suspect| !is_read(&changes, &suspect.op));
    let too_new = writes.clone().map(|suspect| &suspect.op).find(|op| {
        op.lo_us > seen.op.hi_us && written(op).is_none_or(|written| written == seen.value)
    });
    if let Some(write) = too_new {
        return format!(
            "{subject} shows {value} for {name}, which was written only at {}, {} after {}.",
            time(write.lo_us),
            seconds(write.lo_us.saturating_sub(seen.to_us)),
            seen.to
        );
    }
    let instead = if seen.value == ABSENT {
        "shows no item".to_owned()
    } else {
        format!("shows {value}")
    };
    let lost: Vec<&Suspect> = writes
        .filter(|suspect| {
            suspect.op.hi_us < seen.op.lo_us && written(&suspect.op) != Some(seen.value)
        })
        .collect();
    if let Some(last) = lost.iter().max_by_key(|suspect| suspect.op.hi_us) {
        let what = match written(&last.op) {
            Some(ABSENT) => "the deletion".to_owned(),
            Some(written) => value_name(trace, item, written),
            None => match ops.get(last.place) {
                Some(placed) => fact(trace, bands, item, placed).what,
                None => "a write".to_owned(),
            },
        };
        let before = format!(
            "at {}, {} before {}",
            time(last.op.hi_us),
            seconds(seen.from_us.saturating_sub(last.op.hi_us)),
            seen.from
        );
        // Of several that depend on what they met, nobody can tell which one is lost.
        return match lost.iter().all(|it| written(&it.op).is_none()) && lost.len() > 1 {
            true => format!(
                "{name}: {} updates were acknowledged, the last one ({what}) {before}, and at least one is missing: \
                 {subject} {instead}.",
                lost.len()
            ),
            false => format!(
                "{name}: {what} was acknowledged {before}, and is missing: {subject} {instead}."
            ),
        };
    }
    // Another read had shown something else, or nothing, before.
    let earlier = suspects
        .iter()
        .filter_map(|suspect| match suspect.op.effect {
            Effect::Sees(value) if value != seen.value && suspect.op.hi_us < seen.op.lo_us => {
                Some((suspect, value, ops.get(suspect.place)?.source))
            }
            _ => None,
        });
    if let Some((read, value, source)) = earlier.max_by_key(|(read, ..)| read.op.hi_us) {
        let shown = match value {
            ABSENT => "no item".to_owned(),
            value => value_name(trace, item, value),
        };
        return format!(
            "{name}: {} had shown {shown}, {} before {}, and {subject} {instead}.",
            super::call_name(trace, source),
            seconds(seen.from_us.saturating_sub(read.op.hi_us)),
            seen.from
        );
    }
    let others = suspects.iter().filter(|it| it.op != *seen.op);
    match beside(trace, bands, item, seen.op, others) {
        Some(beside) => format!("{subject} {instead} for {name}, though {beside}."),
        None => format!(
            "{subject} {instead} for {name}, and the {count} operations below fit into no order."
        ),
    }
}

/// A contradiction in which no read shows a whole value: conditions, and answers that tell what was met.
fn without_a_value(
    trace: &Trace,
    bands: &[Option<Band<'_>>],
    item: &ItemOf,
    core: &Core,
    name: &str,
) -> String {
    let count = core.suspects.len();
    let changes = ItemChanges::new(trace, item);
    let ops = trace.ops_of(item);
    let telling = core.suspects.iter().filter_map(|suspect| {
        let Effect::Changes(change) = suspect.op.effect else {
            return None;
        };
        Some((suspect, change, ops.get(suspect.place)?))
    });
    let last =
        telling.max_by_key(|(suspect, change, _)| (changes.is_read(*change), suspect.op.hi_us));
    match last.filter(|_| core.irreducible) {
        Some((suspect, change, placed)) => {
            let call = super::call_name(trace, placed.source);
            let told = changes.words(change, &|value| value_name(trace, item, value));
            if count == 1 {
                return format!("{call}: {told} for {name}, which no write explains.");
            }
            let others = core.suspects.iter().filter(|it| it.place != suspect.place);
            match beside(trace, bands, item, &suspect.op, others) {
                Some(beside) => format!("{call}: {told} for {name}, though {beside}."),
                None => format!(
                    "{call}: {told} for {name}, and the {count} operations below fit into no order."
                ),
            }
        }
        None => format!("{count} operations on {name} fit into no order."),
    }
}

/// The last operation that was over before another one, or the first that began after it.
fn beside<'s>(
    trace: &Trace,
    bands: &[Option<Band<'_>>],
    item: &ItemOf,
    op: &Op,
    others: impl Iterator<Item = &'s Suspect> + Clone,
) -> Option<String> {
    let what = |suspect: &Suspect| {
        let placed = trace.ops_of(item).get(suspect.place)?;
        let fact = fact(trace, bands, item, placed);
        Some(format!("{}: {}", fact.lane, fact.what))
    };
    let before = others.clone().filter(|it| it.op.hi_us < op.lo_us);
    if let Some(last) = before.max_by_key(|it| it.op.hi_us) {
        let apart = seconds(op.lo_us.saturating_sub(last.op.hi_us));
        return Some(format!(
            "{} was over {apart} before it was asked for",
            what(last)?
        ));
    }
    let after = others.filter(|it| it.op.lo_us > op.hi_us);
    let first = after.min_by_key(|it| it.op.lo_us)?;
    let apart = seconds(first.op.lo_us.saturating_sub(op.hi_us));
    Some(format!(
        "{} went out only {apart} after it was answered",
        what(first)?
    ))
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
