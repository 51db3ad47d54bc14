//! Cuts artefacts: each as its contract allows.

use super::run::Run;
use super::{Artefact, Deed, Index, Items, SECOND_US, World};

pub fn cut(run: &mut Run) {
    for call in 0..run.calls.len() {
        let made = &run.calls[call];
        let (id, from_us, to_us) = (made.id, made.from_us, made.to_us);
        match made.deed {
            Deed::Ask { kind, table } if kind != "in-place-restore" => {
                artefact(run, id, (from_us, to_us), kind, table);
            }
            Deed::DeleteTable => system_backup(run, id, (from_us, to_us)),
            _ => {}
        }
    }
}

fn system_backup(run: &mut Run, call: u64, band_us: (i64, i64)) {
    let deleted = |span: &super::run::Span| span.table == 0 && span.gone_us.is_some();
    if let Some(span) = run.spans.iter().position(deleted) {
        let items = run.items_at(span, run.units.len());
        push(run, "system-backup", (0, Some(call)), None, items, band_us);
    }
}

fn push(
    run: &mut Run,
    kind: &'static str,
    (table, call): (u8, Option<u64>),
    anchor_us: Option<i64>,
    items: Items,
    band_us: (i64, i64),
) {
    let id = run.artefacts.len() as u64 + 1;
    let indexes = match run.world.is_dynamodb() && run.dice.one_in(3) {
        true => indexes(run, &items),
        false => Vec::new(),
    };
    run.artefacts.push(Artefact {
        id,
        kind,
        table,
        call,
        anchor_us,
        position: None,
        group: None,
        items,
        indexes,
        band_us,
    });
}

/// A local and a global index; a global one may lag behind until it has settled.
fn indexes(run: &mut Run, items: &Items) -> Vec<Index> {
    let entries: Items = items
        .iter()
        .filter(|(_, body)| body.v.is_some())
        .map(|(key, body)| (*key, *body))
        .collect();
    let whole = run.dice.one_in(2);
    let settled = run.dice.one_in(2);
    let mut behind = entries.clone();
    if !settled {
        behind.pop_first();
    }
    vec![
        Index {
            global: false,
            settled: true,
            whole,
            entries,
        },
        Index {
            global: true,
            settled,
            whole: !whole,
            entries: behind,
        },
    ]
}

fn artefact(run: &mut Run, call: u64, call_us: (i64, i64), kind: &'static str, table: u8) {
    let at_us = run.dice.between(call_us.0, call_us.1);
    let alive = |span: &super::run::Span| {
        span.table == table
            && span.made_us.1 <= at_us
            && span.gone_us.is_none_or(|gone_us| at_us < gone_us)
    };
    let Some(span) = run.spans.iter().position(alive) else {
        return;
    };
    let made_us = run.spans[span].made_us.1;
    if met(run, table, call_us) > 1 {
        run.ambiguous = true;
    }
    if run.world.is_dynamodb() {
        return of_dynamodb(run, (call, span), call_us, kind, table);
    }
    let anchor_us = match run.world {
        World::Statement => at_us,
        _ => run.dice.between(made_us, at_us),
    };
    let cut = run.cut_by_log(anchor_us);
    let first = run.artefacts.len();
    let slack_us = slack_us(run);
    let band_us = match run.world {
        World::Statement => call_us,
        _ => (anchor_us - slack_us, anchor_us + slack_us),
    };
    let named_us = (run.world != World::Position).then(|| run.clocks.on_target(anchor_us));
    let items = run.items_at(span, cut);
    push(run, kind, (table, Some(call)), named_us, items, band_us);
    let other = run.spans.iter().position(|span| {
        span.table != table && span.gone_us.is_none() && span.made_us.1 <= anchor_us
    });
    if let Some(other) = other.filter(|_| run.dice.one_in(2))
        && met(run, 1 - table, call_us) == 1
    {
        let items = run.items_at(other, cut);
        push(run, kind, (1 - table, Some(call)), named_us, items, band_us);
    }
    for artefact in &mut run.artefacts[first..] {
        artefact.group = Some(call);
        if run.world == World::Position {
            artefact.position = Some(cut as u64);
        }
    }
}

/// How many tables of this name something can have met.
fn met(run: &Run, table: u8, (from_us, to_us): (i64, i64)) -> usize {
    let spans: Vec<_> = run
        .spans
        .iter()
        .filter(|span| span.table == table)
        .collect();
    let ends = spans
        .iter()
        .skip(1)
        .map(|span| span.made_us.2)
        .chain([i64::MAX]);
    let met = spans
        .iter()
        .zip(ends)
        .filter(|(span, end_us)| span.made_us.0 <= to_us && from_us <= *end_us);
    met.count()
}

/// What clocks may add to a band, at most.
pub fn slack_us(run: &Run) -> i64 {
    let clocks = &run.clocks;
    match clocks.every_us {
        0 => 0,
        every_us => 2 * clocks.uncertain_us + 4 * every_us * clocks.drift_ppm.abs() / 1_000_000 + 4,
    }
}

/// Each item at an instant of its own.
fn of_dynamodb(
    run: &mut Run,
    (call, span): (u64, usize),
    call_us: (i64, i64),
    kind: &'static str,
    table: u8,
) {
    let named = matches!(kind, "on-demand-backup" | "export");
    let width_us = match (kind, run.world) {
        ("point-in-time-restore", _) => SECOND_US,
        ("on-demand-backup" | "export", World::Observed) => SECOND_US,
        _ => 60 * SECOND_US,
    };
    let width_us = width_us + run.world.skew_us();
    let made_us = run.spans[span].made_us.1;
    let (first_us, last_us) = match named {
        true => (call_us.0 - SECOND_US, call_us.1 + SECOND_US),
        false => (made_us, call_us.0.max(made_us)),
    };
    let anchor_us = run.dice.between(first_us, last_us);
    let named_us = run.clocks.on_target(anchor_us).div_euclid(1_000) * 1_000;
    let tight = run.dice.one_in(3);
    let mut items = Items::new();
    for key in run.keys_of(table) {
        let at_us = match (tight, run.dice.below(4)) {
            (false, 0) => anchor_us - width_us,
            (false, 1) => anchor_us + width_us,
            (false, _) => run.dice.between(anchor_us - width_us, anchor_us + width_us),
            (true, _) => anchor_us,
        };
        let cut = run.cut_by_log(at_us);
        if let Some(body) = run.state_at(span, key, cut) {
            items.insert(key, body);
        }
    }
    let slack_us = slack_us(run) + 1_000;
    let band_us = (
        anchor_us - width_us - slack_us,
        anchor_us + width_us + slack_us,
    );
    push(
        run,
        kind,
        (table, Some(call)),
        Some(named_us),
        items,
        band_us,
    );
}
