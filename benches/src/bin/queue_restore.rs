//! A table used as a queue: keys are put and deleted, 100 of them alive at a time. What does it cost to restore it
//! to any instant of its window, and to read what is alive now? Prints the medians in CPU time.
//!
//! Rows differ in how many keys lived within the window: none but the 100 that are alive, those of a short period,
//! those of a long one, and finally 10,000,000. Two rows more are hard for an index over lives: `filled then drained`
//! puts all keys before it deletes the first, so that most of them are alive at most of the instants, and few at the
//! first one; `one day of many` has a window of one day after 29 days of use. The largest row needs 6 GB of memory.

use std::error::Error;

use lookback_benches::request::{delete_item, get_item, put_small, scan};
use lookback_benches::{Figures, Model, cpu_ns, median, microseconds};
use lookback_protocol::wire::Response;
use serde_json::{Value, json};

const ALIVE: u32 = 100;
const TARGET: &str = "AlbumsRestored";

/// How a table was used before it is restored.
struct Use {
    name: &'static str,
    /// Keys that are put; all but the last few are deleted again.
    keys: u32,
    /// How many are alive at a time.
    alive: u32,
    /// From one put to the next.
    pace_us: i64,
    period_days: i32,
}

const USES: [Use; 6] = [
    Use {
        name: "no key gone",
        keys: ALIVE,
        ..QUEUE
    },
    Use {
        name: "100,000 keys",
        keys: 100_000,
        ..QUEUE
    },
    Use {
        name: "1,000,000 keys",
        keys: 1_000_000,
        ..QUEUE
    },
    Use {
        name: "1,000,000 keys, filled then drained",
        keys: 1_000_000,
        alive: 1_000_000,
        ..QUEUE
    },
    Use {
        name: "10,000,000 keys, one day of many",
        period_days: 1,
        ..QUEUE
    },
    QUEUE,
];

const QUEUE: Use = Use {
    name: "10,000,000 keys",
    keys: 10_000_000,
    alive: ALIVE,
    pace_us: 250_000,
    period_days: 35,
};

fn main() -> Result<(), Box<dyn Error>> {
    let mut figures = Figures::of("queue_restore");
    let mut told = Vec::new();
    let mut rows = Vec::new();
    for usage in &USES {
        let row = measure(usage)?;
        told.push(format!(
            "{}: {} us (worst {}, first instant {}), scan {} us",
            usage.name, row.restore_us, row.restore_worst_us, row.restore_first_us, row.scan_us
        ));
        rows.push(row.to_json(usage));
    }
    figures.add("alive", ALIVE);
    figures.add("rows", rows);
    figures.report(&format!("restoring a queue, {}", told.join("; ")))
}

/// What was measured of one use, in CPU time.
struct Row {
    restore_us: f64,
    restore_worst_us: f64,
    restore_first_us: f64,
    scan_us: f64,
}

impl Row {
    fn to_json(&self, usage: &Use) -> Value {
        json!({
            "use": usage.name,
            "keys": usage.keys,
            "period_days": usage.period_days,
            "restore_us": self.restore_us,
            "restore_worst_us": self.restore_worst_us,
            "restore_first_us": self.restore_first_us,
            "scan_us": self.scan_us,
        })
    }
}

fn measure(usage: &Use) -> Result<Row, Box<dyn Error>> {
    let mut model = Model::with_recovery(usage.period_days)?;
    let mut begin_us = model.now_us() + 1_000_000;
    for number in 0..usage.keys {
        model.pass(usage.pace_us);
        model.apply(put_small(number, number))?;
        if let Some(gone) = number.checked_sub(usage.alive) {
            model.apply(delete_item(gone))?;
        }
    }
    let left = usage.keys.saturating_sub(usage.alive)..usage.keys.saturating_sub(ALIVE);
    for gone in left {
        model.pass(usage.pace_us);
        model.apply(delete_item(gone))?;
    }
    let day_us = lookback_reference::DAY_US;
    let margin_us = day_us / 20;
    begin_us = begin_us.max(model.now_us() - i64::from(usage.period_days) * day_us + margin_us);
    let length_us = model.now_us() - begin_us;
    let mut taken_ns = Vec::new();
    for share in [0, 1, 10, 30, 49, 70, 90, 99, 100] {
        let instant_us = begin_us + length_us / 100 * share;
        let (restored, ns) = cpu_ns(|| model.restore_to(instant_us, TARGET));
        restored?;
        taken_ns.push(ns);
        model.remove_table(TARGET, usage.alive)?;
        model.apply(get_item(0))?;
    }
    let (read, scan_ns) = cpu_ns(|| model.apply(scan()));
    let Response::Scan(read) = read? else {
        return Err("Scan answers a scan".into());
    };
    assert_eq!(read.count, i32::try_from(ALIVE).ok(), "what is alive");
    let worst_ns = taken_ns.iter().copied().max().unwrap_or(0);
    let first_ns = taken_ns.first().copied().unwrap_or(0);
    std::mem::forget(model);
    Ok(Row {
        restore_us: microseconds(median(taken_ns)),
        restore_worst_us: microseconds(worst_ns),
        restore_first_us: microseconds(first_ns),
        scan_us: microseconds(scan_ns),
    })
}
