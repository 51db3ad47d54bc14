//! Sorts what was gathered by item, once it is known which tables there were.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

use super::builder::{Builder, Raw, SeenSet, number};
use super::{Change, ItemOf, Observed, Placed, SourceOf, TableSpan, Taken, Trace};
use crate::register::{ABSENT, Effect, OPEN, Op, ValueId};

/// An operation on an item.
#[derive(Clone, Copy, Debug)]
struct OnItem {
    item: u32,
    placed: Placed,
}

/// What is known while sorting.
struct Sorting {
    tables: Vec<TableSpan>,
    /// By the number of a name: its tables.
    of_name: Vec<Vec<u32>>,
    /// Table and key to the number of the item.
    items: IndexMap<(u32, u32), ValueId, FxBuildHasher>,
    ops: Vec<OnItem>,
    unread: BTreeMap<&'static str, u64>,
}

pub(super) fn finish(mut builder: Builder) -> Trace {
    let in_place = std::mem::take(&mut builder.in_place);
    let mut sorting = Sorting::new(&mut builder);
    sorting.split_in_place(&in_place, &builder);
    for (name, at_us, key, value) in &builder.initial {
        if let Some(table) = sorting.only_table(*name, *at_us, *at_us) {
            sorting.items.insert((table, *key), *value);
        }
    }
    duplicate(&mut builder);
    let raws = std::mem::take(&mut builder.raws);
    sorting.ops.reserve(raws.len());
    for raw in raws {
        sorting.place(&builder, raw);
    }
    let artefacts = sorting.artefacts(&mut builder);
    for seen in std::mem::take(&mut builder.seen_sets) {
        sorting.absences(&builder, &seen);
    }
    for (reason, times) in std::mem::take(&mut sorting.unread) {
        *builder.unread.entry(reason.to_owned()).or_default() += times;
    }
    let (items, mut ops) = sorting.sorted(&builder);
    let changes: Vec<Change> = builder.changes.into_iter().collect();
    confirm_transactions(&items, &mut ops, builder.ties.len(), &changes);
    Trace {
        header: builder.header,
        tables: sorting.tables,
        items,
        values: builder.values,
        ops,
        calls: builder.calls,
        ties: builder.ties,
        artefacts,
        clock: builder.clock,
        faults: builder.faults,
        end_us: builder.end_us,
        unread: builder.unread,
        changes,
        expressions: builder.expressions,
    }
}

/// A call that went through twice may have taken effect once more, at any later time.
fn duplicate(builder: &mut Builder) {
    if builder.duplicated.is_empty() {
        return;
    }
    let mut copies = Vec::new();
    for raw in &builder.raws {
        let SourceOf::Call(call) = raw.source else {
            continue;
        };
        let id = builder.calls.get(call as usize).map(|call| call.id);
        if !id.is_some_and(|id| builder.duplicated.contains(&id)) {
            continue;
        }
        let effect = match raw.effect {
            Effect::Sees(_) => continue,
            Effect::Writes(_) => raw.effect,
            Effect::Changes(change) => {
                let Some(change) = builder.changes.get_index(change as usize) else {
                    continue;
                };
                let copy = Change {
                    observed: Observed::Unknown,
                    ..*change
                };
                Effect::Changes(number(builder.changes.insert_full(copy).0))
            }
        };
        copies.push(Raw {
            effect,
            hi_us: OPEN,
            must: false,
            tie: 0,
            ..*raw
        });
    }
    builder.raws.extend(copies);
}

impl Sorting {
    fn new(builder: &mut Builder) -> Self {
        let spans = std::mem::take(&mut builder.tables).into_spans();
        let mut tables = Vec::new();
        let of_name = spans
            .into_iter()
            .map(|spans| {
                let numbered = spans.into_iter().map(|span| {
                    tables.push(span);
                    number(tables.len() - 1)
                });
                numbered.collect()
            })
            .collect();
        Self {
            tables,
            of_name,
            items: IndexMap::default(),
            ops: Vec::new(),
            unread: BTreeMap::new(),
        }
    }

    /// A restore in place begins a new table under the same name: what is in flight meets both.
    fn split_in_place(&mut self, in_place: &[usize], builder: &Builder) {
        for artefact in in_place {
            let Some(artefact) = builder.artefacts.get(*artefact) else {
                continue;
            };
            let Some((from_us, to_us)) = artefact.taken.call_us else {
                continue;
            };
            let Some(old) = self
                .tables_met(artefact.name, from_us, from_us)
                .last()
                .copied()
            else {
                continue;
            };
            let Some(span) = self.tables.get_mut(old as usize) else {
                continue;
            };
            let new = TableSpan {
                from_us,
                to_us: span.to_us,
                ..span.clone()
            };
            span.to_us = to_us;
            self.tables.push(new);
            let table = number(self.tables.len() - 1);
            if let Some(tables) = self.of_name.get_mut(artefact.name as usize) {
                tables.push(table);
            }
            for (key, value) in &artefact.items {
                self.items.insert((table, *key), *value);
            }
        }
    }

    /// The tables of a name that something can have met, which lasted so long.
    fn tables_met(&self, name: u32, from_us: i64, to_us: i64) -> Vec<u32> {
        let tables = self.of_name.get(name as usize).into_iter().flatten();
        let met = tables.copied().filter(|table| {
            let span = self.tables.get(*table as usize);
            span.is_some_and(|span| span.meets(from_us, to_us))
        });
        met.collect()
    }

    fn only_table(&self, name: u32, from_us: i64, to_us: i64) -> Option<u32> {
        match *self.tables_met(name, from_us, to_us) {
            [only] => Some(only),
            _ => None,
        }
    }

    fn unread(&mut self, reason: &'static str) {
        *self.unread.entry(reason).or_default() += 1;
    }

    /// The number of an item.
    fn item(&mut self, table: u32, key: u32) -> u32 {
        let entry = self.items.entry((table, key));
        let index = entry.index();
        entry.or_insert(ABSENT);
        number(index)
    }

    /// Puts an operation to its item.
    fn place(&mut self, builder: &Builder, raw: Raw) {
        let Some((name, _)) = builder.keys.get_index(raw.key as usize) else {
            return;
        };
        let met = self.tables_met(*name, raw.lo_us, raw.hi_us);
        let ambiguous = met.len() > 1;
        if met.is_empty() {
            return self.unread("a call on a table that the history does not know");
        }
        let is_read = match raw.effect {
            Effect::Sees(_) => true,
            Effect::Writes(_) => false,
            Effect::Changes(change) => builder
                .changes
                .get_index(change as usize)
                .is_some_and(Change::is_read),
        };
        if ambiguous && is_read {
            return self.unread("a read while its table was replaced");
        }
        for table in met {
            let Some(span) = self.tables.get(table as usize) else {
                continue;
            };
            if span.rules.is_none() {
                self.unread("a call on a table that was restored");
                continue;
            }
            let lo_us = if raw.eventual {
                span.from_us
            } else {
                raw.lo_us
            };
            let must = raw.must && !ambiguous;
            let item = self.item(table, raw.key);
            self.ops.push(OnItem {
                item,
                placed: Placed {
                    op: Op {
                        lo_us,
                        hi_us: if must { raw.hi_us } else { OPEN },
                        effect: raw.effect,
                        must,
                    },
                    source: raw.source,
                    tie: if ambiguous { 0 } else { raw.tie },
                },
            });
        }
    }

    /// What artefacts show: each item of their table, there or not. The judge lays the band.
    fn artefacts(&mut self, builder: &mut Builder) -> Vec<Taken> {
        let unplaced = std::mem::take(&mut builder.artefacts);
        let mut artefacts = Vec::with_capacity(unplaced.len());
        let mut placed = Vec::new();
        for artefact in unplaced {
            let mut taken = artefact.taken;
            let (from_us, to_us) = taken
                .call_us
                .or_else(|| Some(builder.clock.on_recorder_us(taken.anchor_us?)))
                .unwrap_or((i64::MIN, OPEN));
            let mut met = self.tables_met(artefact.name, from_us, to_us);
            met.retain(|table| {
                let span = self.tables.get(*table as usize);
                span.is_some_and(|span| span.rules.is_some())
            });
            // A restore in place meets the table that it replaces and the one that it makes: it was taken of the first.
            taken.table = match *met {
                [only] => Some(only),
                [first, ..] if builder.in_place_kinds.contains(&taken.kind) => Some(first),
                _ => None,
            };
            if let Some(table) = taken.table {
                for (key, _) in &artefact.items {
                    self.item(table, *key);
                }
                placed.push((number(artefacts.len()), table, artefact.items));
            }
            artefacts.push(taken);
        }
        for (artefact, table, shown) in placed {
            let mut ops = Vec::new();
            for (index, (of, key)) in self.items.keys().enumerate() {
                if *of != table {
                    continue;
                }
                let found = shown.binary_search_by_key(key, |(key, _)| *key);
                let value = found.ok().and_then(|found| shown.get(found));
                ops.push(OnItem {
                    item: number(index),
                    placed: Placed {
                        op: Op {
                            lo_us: i64::MIN,
                            hi_us: OPEN,
                            effect: Effect::Sees(value.map_or(ABSENT, |(_, value)| *value)),
                            must: true,
                        },
                        source: SourceOf::Artefact(artefact),
                        tie: 0,
                    },
                });
            }
            self.ops.extend(ops);
        }
        artefacts
    }

    /// What a read of a whole stretch did not show was not there.
    fn absences(&mut self, builder: &Builder, seen: &SeenSet) {
        let Some(table) = self.only_table(seen.name, seen.lo_us, seen.hi_us) else {
            return self.unread("a read while its table was replaced");
        };
        let Some(span) = self.tables.get(table as usize) else {
            return;
        };
        let lo_us = if seen.eventual {
            span.from_us
        } else {
            seen.lo_us
        };
        for (index, ((of, key), initial)) in self.items.iter().enumerate() {
            // Before the first write there was nothing: an old look always fits.
            if *of != table || (seen.eventual && *initial == ABSENT) {
                continue;
            }
            if seen.present.binary_search(key).is_ok() {
                continue;
            }
            let within = match (&seen.range, builder.keys.get_index(*key as usize)) {
                (None, _) => true,
                (Some(range), Some((_, key))) => range.contains(key.as_bytes()),
                (Some(_), None) => false,
            };
            if within {
                self.ops.push(OnItem {
                    item: number(index),
                    placed: Placed {
                        op: Op {
                            lo_us,
                            hi_us: seen.hi_us,
                            effect: Effect::Sees(ABSENT),
                            must: true,
                        },
                        source: seen.source,
                        tie: 0,
                    },
                });
            }
        }
    }

    /// The items, and their operations sorted by item and beginning.
    fn sorted(&mut self, builder: &Builder) -> (Vec<ItemOf>, Vec<Placed>) {
        let mut ops = std::mem::take(&mut self.ops);
        ops.sort_by_key(|op| (op.item, op.placed.op.lo_us));
        let mut items = Vec::with_capacity(self.items.len());
        let mut from = 0;
        for (index, ((table, key), initial)) in self.items.iter().enumerate() {
            let after = ops
                .get(from..)
                .unwrap_or_default()
                .partition_point(|op| op.item as usize <= index);
            let to = from + after;
            if let Some((_, key)) = builder.keys.get_index(*key as usize) {
                items.push(ItemOf {
                    table: *table,
                    key: key.clone(),
                    initial: *initial,
                    ops_from: number(from),
                    ops_to: number(to),
                });
            }
            from = to;
        }
        (items, ops.into_iter().map(|op| op.placed).collect())
    }
}

/// Of a transaction that nobody answered all members took effect when one of them was seen.
fn confirm_transactions(items: &[ItemOf], ops: &mut [Placed], ties: usize, changes: &[Change]) {
    let mut confirmed_us = vec![OPEN; ties];
    for item in items {
        let range = item.ops_from as usize..item.ops_to as usize;
        let ops = ops.get(range).unwrap_or_default();
        for placed in ops {
            let Effect::Writes(value) = placed.op.effect else {
                continue;
            };
            if placed.op.must || placed.tie == 0 || value == item.initial || value == ABSENT {
                continue;
            }
            let writes = ops.iter().filter(|other| match other.op.effect {
                Effect::Writes(written) => written == value,
                Effect::Changes(change) => changes
                    .get(change as usize)
                    .is_some_and(|change| change.may_write(value)),
                Effect::Sees(_) => false,
            });
            let reads = ops.iter().filter(|other| {
                other.op.effect == Effect::Sees(value) && matches!(other.source, SourceOf::Call(_))
            });
            if writes.count() == 1
                && let Some(seen_us) = reads.map(|read| read.op.hi_us).min()
                && let Some(confirmed_us) = confirmed_us.get_mut(placed.tie as usize)
            {
                *confirmed_us = (*confirmed_us).min(seen_us);
            }
        }
    }
    for placed in ops {
        let confirmed_us = confirmed_us.get(placed.tie as usize).copied();
        if let Some(confirmed_us) = confirmed_us.filter(|it| placed.tie != 0 && *it < OPEN) {
            placed.op.must = true;
            placed.op.hi_us = placed.op.hi_us.min(confirmed_us);
        }
    }
}
