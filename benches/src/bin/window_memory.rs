//! 10,000,000 updates of 100,000 items at 10 per second, under a recovery window of one day: does memory grow with
//! what was written, or with what can be recovered? Prints the bytes in use at the end of days 2 and 11.
//!
//! Then nobody writes any more, another table is read, and two days pass: what is left are the items alone. Then the
//! table is deleted, and after 36 days and some calls even they are gone.
//!
//! Bytes in use are counted by the allocator, exactly.

use std::alloc::System;
use std::error::Error;

use lookback_benches::request::{Shuffled, create_table, delete_table, list_tables, put_small};
use lookback_benches::{Figures, Model, TABLE};
use lookback_reference::DAY_US;
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const ITEMS: u32 = 100_000;
const UPDATES: u32 = 10_000_000;

/// From one update to the next: ten in a second.
const PACE_US: i64 = 100_000;

/// Calls after which what can be let go is.
const IDLE_CALLS: u32 = 2_000_000;

fn main() -> Result<(), Box<dyn Error>> {
    let begin_bytes = in_use_bytes();
    let mut model = Model::with_recovery(1)?;
    for number in 0..ITEMS {
        model.apply(put_small(number, 0))?;
    }
    let items_bytes = in_use_bytes().saturating_sub(begin_bytes);
    let begin_us = model.now_us();
    let mut order = Shuffled::below(ITEMS);
    let mut days_bytes = Vec::new();
    for update in 0..UPDATES {
        model.pass(PACE_US - 1);
        model.apply(put_small(order.next_number(), update))?;
        let days = (model.now_us() - begin_us) / DAY_US;
        if usize::try_from(days)? > days_bytes.len() {
            days_bytes.push(in_use_bytes().saturating_sub(begin_bytes));
        }
    }
    let of_day = |day: usize| days_bytes.get(day - 1).copied().ok_or("a day is missing");
    let ratio = of_day(11)? as f64 / of_day(2)? as f64;

    model.apply(create_table("Others"))?;
    model.pass(2 * DAY_US);
    idle(&mut model)?;
    let idle_bytes = in_use_bytes().saturating_sub(begin_bytes);

    model.apply(delete_table(TABLE))?;
    model.pass(36 * DAY_US);
    idle(&mut model)?;
    let gone_bytes = in_use_bytes().saturating_sub(begin_bytes);

    let mut figures = Figures::of("window_memory");
    figures.add("items_bytes", items_bytes);
    figures.add("days_bytes", days_bytes.clone());
    figures.add("ratio_day_11_to_day_2", ratio);
    figures.add("idle_bytes", idle_bytes);
    figures.add("deleted_bytes", gone_bytes);
    figures.report(&format!(
        "memory under a window of one day: {} bytes at the end of day 2, {} of day 11, ratio {ratio:.3}; {items_bytes} \
         before the first update, {idle_bytes} when idle, {gone_bytes} when deleted",
        of_day(2)?,
        of_day(11)?
    ))
}

/// Calls that ask for nothing.
fn idle(model: &mut Model) -> Result<(), Box<dyn Error>> {
    for _ in 0..IDLE_CALLS {
        model.apply(list_tables())?;
    }
    Ok(())
}

fn in_use_bytes() -> usize {
    let stats = ALLOCATOR.stats();
    stats
        .bytes_allocated
        .saturating_sub(stats.bytes_deallocated)
}
