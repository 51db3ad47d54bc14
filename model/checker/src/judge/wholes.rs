//! What is read at one instant holds a transaction whole or not at all.
//!
//! [`super::ties`] asks whether the members of one tie share an instant. That does not see a look, at one instant of a
//! transaction's own interval, that shows one of its items as after it and another as before it. Here both ties are held
//! against each other: a read is *after* a write whose value only this write can have made, and *before* it where all
//! that can have made the value that was read was over when the write began.

use std::collections::{BTreeMap, BTreeSet};

use super::items::group_of;
use super::ties::{Group, grade_of, name_of, rule_of};
use super::{Court, Findings};
use crate::contract::Grade;
use crate::register::{ABSENT, Changes as _, Effect, ValueId};
use crate::trace::{ItemChanges, ItemOf, Placed, SourceOf};
use crate::verdict::{Remark, Violation, Witness};
use crate::witness::{call_name, fact, item_name};

/// An operation: its item and its place among the operations of the item.
type Place = (u32, u32);

/// What the rule looks at, gathered in one walk over all items.
#[derive(Default)]
struct Gathered {
    /// By transaction: its writes.
    writes: BTreeMap<u32, Vec<Place>>,
    /// By look and item: its read.
    reads: BTreeMap<(Group, u32), u32>,
    /// Looks that are after a transaction, with the write and the read that show it.
    after: BTreeMap<(Group, u32), (Place, Place)>,
}

/// Looks for transactions that were seen in part.
pub(super) fn judge(court: &Court<'_>, findings: &mut Findings) {
    let mut gathered = Gathered::default();
    for (number, item) in (0_u32..).zip(&court.trace.items) {
        gathered.item(court, number, item);
    }
    let mut told = BTreeSet::new();
    for ((group, tie), (write, read)) in &gathered.after {
        let writes = gathered.writes.get(tie).into_iter().flatten();
        let before = writes.copied().find_map(|other| {
            let read = gathered.reads.get(&(*group, other.0))?;
            let read = (other.0, *read);
            is_before(court, read, other).then_some((other, read))
        });
        if let Some((other, other_read)) = before
            && told.insert(*group)
        {
            tell(court, *group, [*write, *read, other, other_read], findings);
        }
    }
}

impl Gathered {
    fn item(&mut self, court: &Court<'_>, number: u32, item: &ItemOf) {
        let ops = court.trace.ops_of(item);
        let placed = || (0_u32..).zip(ops);
        if !ops
            .iter()
            .any(|it| it.tie != 0 && writes(court, it).is_some())
        {
            return;
        }
        let mut changes = ItemChanges::new(court.trace, item);
        // By value: the only transaction that can have written it; none where there are several sources.
        let mut only: BTreeMap<ValueId, Option<(u32, u32)>> = BTreeMap::new();
        for (place, it) in placed() {
            let Some(value) = writes(court, it) else {
                continue;
            };
            if it.tie != 0 {
                self.writes.entry(it.tie).or_default().push((number, place));
            }
            let source = (it.tie != 0 && value != ABSENT && value != item.initial)
                .then_some((it.tie, place));
            only.entry(value)
                .and_modify(|known| *known = None)
                .or_insert(source);
        }
        for (place, it) in placed() {
            let Effect::Sees(value) = it.op.effect else {
                continue;
            };
            let Some(group) = group_of(court, it) else {
                continue;
            };
            self.reads.insert((group, number), place);
            if let Some((tie, write)) = only.get(&value).copied().flatten()
                && !ops
                    .iter()
                    .any(|it| may_make(court, &mut changes, it, value))
            {
                self.after
                    .entry((group, tie))
                    .or_insert(((number, write), (number, place)));
            }
        }
    }
}

/// What a write leaves behind, under a condition or not; `None`: it is no write, or it depends on what it meets.
fn writes(court: &Court<'_>, placed: &Placed) -> Option<ValueId> {
    match placed.op.effect {
        Effect::Writes(value) => Some(value),
        Effect::Sees(_) => None,
        Effect::Changes(change) => {
            let change = court.trace.changes.get(change as usize)?;
            change.writes().filter(|_| !change.is_read())
        }
    }
}

/// Whether a write that depends on what it meets may have made this value.
fn may_make(
    court: &Court<'_>,
    changes: &mut ItemChanges<'_>,
    placed: &Placed,
    value: ValueId,
) -> bool {
    let Effect::Changes(change) = placed.op.effect else {
        return false;
    };
    !changes.is_read(change) && writes(court, placed).is_none() && changes.may_make(change, value)
}

/// Whether a read was before a write: what it saw was made before the write began, and never again.
fn is_before(court: &Court<'_>, read: Place, write: Place) -> bool {
    let found = |(item, place): Place| {
        let item = court.trace.items.get(item as usize)?;
        Some((item, court.trace.ops_of(item).get(place as usize)?))
    };
    let (Some((item, read)), Some((_, write))) = (found(read), found(write)) else {
        return false;
    };
    let Effect::Sees(value) = read.op.effect else {
        return false;
    };
    let mut changes = ItemChanges::new(court.trace, item);
    let expires = value == ABSENT && changes.may_expire();
    !expires
        && writes(court, write) != Some(value)
        && court.trace.ops_of(item).iter().all(|it| {
            let over = it.op.must && it.op.hi_us < write.op.lo_us;
            over || match writes(court, it) {
                Some(written) => written != value,
                None => !may_make(court, &mut changes, it, value),
            }
        })
}

fn tell(court: &Court<'_>, group: Group, places: [Place; 4], findings: &mut Findings) {
    let found = places.iter().filter_map(|(item, place)| {
        let item = court.trace.items.get(*item as usize)?;
        Some((item, court.trace.ops_of(item).get(*place as usize)?))
    });
    let found: Vec<(&ItemOf, &Placed)> = found.collect();
    let [(first, write), _, (second, _), _] = *found else {
        return;
    };
    let (grade, clauses) = grade_of(court, group);
    let rule = rule_of(court, group);
    let summary = format!(
        "{}: it shows {} as after {}, and {} as before it.",
        name_of(court, group),
        item_name(court.trace, first),
        match write.source {
            source @ SourceOf::Call(_) => call_name(court.trace, source),
            SourceOf::Artefact(_) => "a transaction".to_owned(),
        },
        item_name(court.trace, second),
    );
    if grade == Grade::Unspecified {
        let subject = name_of(court, group);
        findings.remarks.push(Remark {
            rule,
            subject,
            text: summary,
        });
        return;
    }
    let mut facts: Vec<_> = found
        .iter()
        .map(|(item, placed)| fact(court.trace, court.bands, item, placed))
        .collect();
    facts.sort_by_key(|fact| fact.shown_us);
    findings.violations.push(Violation {
        rule,
        grade,
        clauses,
        also: 0,
        witness: Witness {
            summary,
            context: crate::witness::context(court.trace, &facts),
            facts,
        },
    });
}
