//! Each item by itself: one order of its writes, reads and artefact reads.

use std::collections::BTreeMap;
use std::thread;

use super::Court;
use super::bands::Band;
use super::ties::{Group, SetOf};
use crate::contract::{Joint, Scope};
use crate::register::windows::{Windows, intersection};
use crate::register::{Changes, Effect, Op, Order, Solver};
use crate::trace::{ItemChanges, ItemOf, Placed, SourceOf};
use crate::verdict::{Rule, Unknown};
use crate::witness::item_name;

/// What judging the items by themselves has shown.
#[derive(Default)]
pub(super) struct Judged {
    /// The items that have no order, by number.
    pub impossible: Vec<u32>,
    pub unknown: Vec<Unknown>,
    /// By artefact: how many items were read outside of what is surely promised.
    pub not_sure: BTreeMap<u32, u64>,
    /// When the members of ties can have met.
    pub sets: Vec<SetOf>,
}

/// Judges all items, on as many threads as the options say. The order of what is found is that of the items.
pub(super) fn judge(court: &Court<'_>) -> Judged {
    let items = &court.trace.items;
    let threads = court.options.threads.clamp(1, 64);
    if threads == 1 || items.len() < 2 {
        return judge_some(court, 0, items);
    }
    let share = items.len().div_ceil(threads);
    let mut judged = Judged::default();
    thread::scope(|scope| {
        let shares = items.chunks(share).enumerate();
        let running: Vec<_> = shares
            .map(|(index, items)| scope.spawn(move || judge_some(court, index * share, items)))
            .collect();
        for part in running {
            // A share that panicked has said why.
            judged.append(part.join().unwrap_or_default());
        }
    });
    judged
}

impl Judged {
    fn append(&mut self, other: Self) {
        self.impossible.extend(other.impossible);
        self.unknown.extend(other.unknown);
        self.sets.extend(other.sets);
        for (artefact, items) in other.not_sure {
            *self.not_sure.entry(artefact).or_default() += items;
        }
    }
}

fn judge_some(court: &Court<'_>, first: usize, items: &[ItemOf]) -> Judged {
    let mut judged = Judged::default();
    let mut solver = court.solver();
    let mut case = ItemCase::default();
    let Some(any) = items.first() else {
        return judged;
    };
    let mut changes = ItemChanges::new(court.trace, any);
    for (index, item) in items.iter().enumerate() {
        let number = u32::try_from(first + index).unwrap_or(u32::MAX);
        changes.turn_to(item);
        case.load(court, item);
        let order = case.order(&mut solver, &mut changes, item);
        match order {
            Order::Possible => {
                case.not_sure(court, &mut solver, &mut changes, item, &mut judged);
                case.sets(court, &mut changes, item, number, &mut judged);
            }
            Order::Impossible => judged.impossible.push(number),
            Order::Unknown => judged.unknown.push(Unknown {
                rule: Rule::ItemOrder,
                subject: item_name(court.trace, item),
                reason: format!(
                    "its search was given up after {} steps",
                    court.options.steps_max
                ),
            }),
        }
    }
    judged
}

/// The operations of one item as the register wants them.
#[derive(Default)]
pub(super) struct ItemCase {
    /// What is judged together.
    pub joint: Vec<Op>,
    /// For each of them its place among the item's operations.
    pub places: Vec<usize>,
    /// Artefact reads that are judged against the writes alone: artefact, and the read.
    pub alone: Vec<(u32, Op)>,
}

impl ItemCase {
    pub fn load(&mut self, court: &Court<'_>, item: &ItemOf) {
        self.joint.clear();
        self.places.clear();
        self.alone.clear();
        for (place, placed) in court.trace.ops_of(item).iter().enumerate() {
            let SourceOf::Artefact(artefact) = placed.source else {
                self.joint.push(placed.op);
                self.places.push(place);
                continue;
            };
            let Some(band) = band_of(court, artefact) else {
                continue;
            };
            let op = Op {
                lo_us: band.lo_us,
                hi_us: band.hi_us,
                ..placed.op
            };
            if band.promise.joint == Joint::No {
                self.alone.push((artefact, op));
            } else {
                self.joint.push(op);
                self.places.push(place);
            }
        }
    }

    /// The operations that change the item.
    pub fn writes(&self, changes: &dyn Changes) -> Vec<Op> {
        let writes = self.joint.iter().filter(|op| match op.effect {
            Effect::Sees(_) => false,
            Effect::Writes(_) => true,
            Effect::Changes(change) => !changes.is_read(change),
        });
        writes.copied().collect()
    }

    fn order(&self, solver: &mut Solver, changes: &mut ItemChanges<'_>, item: &ItemOf) -> Order {
        let may_expire = changes.may_expire();
        let mut order = solver.order(item.initial, &self.joint, changes, may_expire);
        if self.alone.is_empty() {
            return order;
        }
        let mut with = self.writes(changes);
        for (_, read) in &self.alone {
            if order == Order::Impossible {
                return order;
            }
            with.push(*read);
            match solver.order(item.initial, &with, changes, may_expire) {
                Order::Possible => {}
                worse => order = worse,
            }
            with.pop();
        }
        order
    }

    /// Counts readings outside of what is surely promised.
    fn not_sure(
        &self,
        court: &Court<'_>,
        solver: &mut Solver,
        changes: &mut ItemChanges<'_>,
        item: &ItemOf,
        judged: &mut Judged,
    ) {
        let ops = court.trace.ops_of(item);
        for (index, place) in self.places.iter().enumerate() {
            let Some(Placed {
                source: SourceOf::Artefact(artefact),
                ..
            }) = ops.get(*place)
            else {
                continue;
            };
            let sure_us = band_of(court, *artefact).and_then(|band| band.sure_us);
            let (Some((lo_us, hi_us)), Some(op)) = (sure_us, self.joint.get(index)) else {
                continue;
            };
            let mut with = self.writes(changes);
            with.push(Op {
                lo_us,
                hi_us,
                ..*op
            });
            let may_expire = changes.may_expire();
            if solver.order(item.initial, &with, changes, may_expire) == Order::Impossible {
                *judged.not_sure.entry(*artefact).or_default() += 1;
            }
        }
    }

    /// When the members of ties can have met this item.
    fn sets(
        &self,
        court: &Court<'_>,
        changes: &mut ItemChanges<'_>,
        item: &ItemOf,
        number: u32,
        judged: &mut Judged,
    ) {
        let ops = court.trace.ops_of(item);
        let mut windows = None;
        for (index, place) in self.places.iter().enumerate() {
            let (Some(placed), Some(op)) = (ops.get(*place), self.joint.get(index)) else {
                continue;
            };
            let Some(group) = group_of(court, placed).filter(|_| op.must) else {
                continue;
            };
            let windows =
                windows.get_or_insert_with(|| Windows::new(item.initial, &self.joint, changes));
            let instants = match op.effect {
                Effect::Sees(value) => windows.of_value(|it| it == value),
                Effect::Writes(_) => windows.of_write(index),
                Effect::Changes(change) if !changes.is_read(change) => windows.of_write(index),
                // What it met is not known without a search: any instant of its call.
                Effect::Changes(_) => continue,
            };
            let band = (op.lo_us, op.hi_us);
            judged.sets.push(SetOf {
                group,
                item: number,
                place: u32::try_from(*place).unwrap_or(u32::MAX),
                instants: intersection(&instants, &[band]),
            });
        }
        if self.alone.is_empty() {
            return;
        }
        let mut with = self.writes(changes);
        for (artefact, read) in &self.alone {
            let source = SourceOf::Artefact(*artefact);
            let place = ops.iter().position(|placed| placed.source == source);
            let placed = place.and_then(|place| ops.get(place));
            let (Some(place), Some(group)) =
                (place, placed.and_then(|placed| group_of(court, placed)))
            else {
                continue;
            };
            with.push(*read);
            let windows = Windows::new(item.initial, &with, changes);
            let Effect::Sees(value) = read.effect else {
                continue;
            };
            judged.sets.push(SetOf {
                group,
                item: number,
                place: u32::try_from(place).unwrap_or(u32::MAX),
                instants: intersection(
                    &windows.of_value(|it| it == value),
                    &[(read.lo_us, read.hi_us)],
                ),
            });
            with.pop();
        }
    }
}

/// The band of an artefact.
pub(super) fn band_of<'a>(court: &Court<'a>, artefact: u32) -> Option<&'a Band<'a>> {
    court.bands.get(artefact as usize)?.as_ref()
}

/// What an operation shares its instant with.
pub(super) fn group_of(court: &Court<'_>, placed: &Placed) -> Option<Group> {
    let SourceOf::Artefact(artefact) = placed.source else {
        return (placed.tie != 0).then_some(Group::Tie(placed.tie));
    };
    let taken = court.trace.artefacts.get(artefact as usize)?;
    match band_of(court, artefact)?.promise.tied {
        Scope::Item => None,
        Scope::Statement | Scope::Table => Some(Group::Artefact(artefact)),
        Scope::Tables | Scope::Database => Some(match taken.group {
            Some(group) => Group::Together(group),
            None => Group::Artefact(artefact),
        }),
    }
}
