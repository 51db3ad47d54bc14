//! What the worst call pays for letting go of a large table: after a table, a backup, a window, an index or time to
//! live over 1,000,000 items is deleted or switched off, calls follow until nothing more is freed. Prints, for each, the
//! most that one call freed and the longest that one call took, in CPU time.
//!
//! Frees are counted by the allocator, exactly. Times are those of a machine with other work: a call that is
//! interrupted while it computes pays for cold caches.

use std::alloc::System;
use std::error::Error;

use lookback_benches::request::{
    add_index, create_backup, create_table, delete_backup, delete_item, delete_table, list_tables,
    put_small, recovery, remove_index, time_to_live,
};
use lookback_benches::{Figures, Model, TABLE, backup_arn, cpu_ns, microseconds};
use lookback_protocol::wire::Request;
use lookback_reference::DAY_US;
use serde_json::{Value, json};
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const ITEMS: u32 = 1_000_000;

/// Calls without a free of something large before a thing counts as freed.
const QUIET_CALLS: u32 = 1_000;

/// Frees of a call that asks for nothing and finds nothing to let go.
const QUIET_FREES: usize = 8;

/// A model, and the request that lets go.
type Filled = Result<(Model, Request), Box<dyn Error>>;

/// What is let go of, and how the model is filled.
type Kind = (&'static str, fn() -> Filled);

fn main() -> Result<(), Box<dyn Error>> {
    let kinds: [Kind; 9] = [
        ("a table", table),
        ("a backup of a table that is gone", backup_of_gone_table),
        ("a backup of a table rewritten since", backup_of_rewritten),
        ("a backup of a table emptied since", backup_of_emptied),
        ("a window over as many versions", window),
        ("a window over versions of one key", window_of_one_key),
        ("a table with versions of one key", table_of_one_key),
        ("an index", index),
        ("time to live", expiry),
    ];
    let mut figures = Figures::of("largest_free");
    let mut told = Vec::new();
    let mut rows = Vec::new();
    for (what, fill) in kinds {
        let (model, last) = fill()?;
        let row = measure(model, last)?;
        told.push(format!(
            "{what}: {} of {}, {} us",
            row.frees_max, row.frees, row.call_max_us
        ));
        rows.push(row.to_json(what));
    }
    figures.add("items", ITEMS);
    figures.add("rows", rows);
    figures.report(&format!("most frees by one call, {}", told.join("; ")))
}

/// What was measured after one thing was let go.
struct Row {
    /// Calls until nothing more was freed.
    calls: u32,
    frees: usize,
    frees_max: usize,
    call_max_us: f64,
}

impl Row {
    fn to_json(&self, what: &str) -> Value {
        json!({
            "what": what,
            "calls": self.calls,
            "frees": self.frees,
            "frees_max": self.frees_max,
            "call_max_us": self.call_max_us,
        })
    }
}

/// The last request, then calls that ask for nothing until nothing more is freed.
fn measure(mut model: Model, last: Request) -> Result<Row, Box<dyn Error>> {
    let (mut frees, mut frees_max, mut ns_max, mut calls, mut quiet) = (0, 0, 0, 0, 0);
    let mut request = Some(last);
    while quiet < QUIET_CALLS {
        let request = request.take().unwrap_or_else(list_tables);
        let before = ALLOCATOR.stats().deallocations;
        let (done, ns) = cpu_ns(|| model.apply(request).map(drop));
        let freed = ALLOCATOR.stats().deallocations - before;
        done?;
        calls += 1;
        frees += freed;
        frees_max = frees_max.max(freed);
        ns_max = ns_max.max(ns);
        quiet = if freed > QUIET_FREES { 0 } else { quiet + 1 };
        if calls == 1 {
            // A deletion is over after a while, a window slides.
            model.wait();
        }
    }
    Ok(Row {
        calls: calls - QUIET_CALLS,
        frees,
        frees_max,
        call_max_us: microseconds(ns_max),
    })
}

fn filled(mut model: Model) -> Result<Model, Box<dyn Error>> {
    for number in 0..ITEMS {
        model.apply(put_small(number, 0))?;
    }
    Ok(model)
}

fn table() -> Filled {
    Ok((filled(Model::with_empty_table()?)?, delete_table(TABLE)))
}

fn backed_up() -> Filled {
    let mut model = filled(Model::with_empty_table()?)?;
    let arn = backup_arn(&model.apply(create_backup())?)?;
    model.wait();
    Ok((model, delete_backup(&arn)))
}

fn backup_of_gone_table() -> Filled {
    let (mut model, last) = backed_up()?;
    model.apply(delete_table(TABLE))?;
    model.wait();
    for _ in 0..ITEMS {
        model.apply(list_tables())?;
    }
    Ok((model, last))
}

fn backup_of_rewritten() -> Filled {
    let (mut model, last) = backed_up()?;
    for number in 0..ITEMS {
        model.apply(put_small(number, 1))?;
    }
    Ok((model, last))
}

fn backup_of_emptied() -> Filled {
    let (mut model, last) = backed_up()?;
    for number in 0..ITEMS {
        model.apply(delete_item(number))?;
    }
    Ok((model, last))
}

fn window() -> Filled {
    let mut model = filled(Model::with_recovery(35)?)?;
    for number in 0..ITEMS {
        model.apply(put_small(number, 1))?;
    }
    Ok((model, recovery(None)))
}

fn one_key() -> Result<Model, Box<dyn Error>> {
    let mut model = Model::with_recovery(35)?;
    for version in 0..ITEMS {
        model.apply(put_small(0, version))?;
    }
    Ok(model)
}

fn window_of_one_key() -> Filled {
    let mut model = one_key()?;
    // Nothing is switched off: the clock moves on.
    model.pass(40 * DAY_US);
    Ok((model, list_tables()))
}

fn table_of_one_key() -> Filled {
    let mut model = one_key()?;
    model.apply(create_table("Others"))?;
    model.apply(recovery(None))?;
    Ok((model, delete_table(TABLE)))
}

fn index() -> Filled {
    let mut model = filled(Model::with_empty_table()?)?;
    model.apply(add_index())?;
    model.pass(DAY_US);
    Ok((model, remove_index()))
}

fn expiry() -> Filled {
    let mut model = Model::with_empty_table()?;
    model.apply(time_to_live(true))?;
    model.pass(DAY_US);
    Ok((filled(model)?, time_to_live(false)))
}
