//! A point-in-time restore of 100,000 small items out of 10,000,000 versions, against the same restore of a table
//! whose items have one version each. Prints both medians in CPU time, and their ratio.
//!
//! The versions are spread over 29 days of a window of 35, in an order of keys that caches cannot foresee. Deleting
//! and freeing the restored tables is not measured. It needs 4 GB of memory.

use std::error::Error;

use lookback_benches::request::{Shuffled, get_item, put_small};
use lookback_benches::{Figures, Model, cpu_ns, median, milliseconds};
use lookback_reference::DAY_US;

const ITEMS: u32 = 100_000;
const VERSIONS: u32 = 10_000_000;
const PERIOD_DAYS: i32 = 35;

/// From one write to the next.
const PACE_US: i64 = 250_000;

/// The instants that are restored: shares of the time since the first write.
const SHARES: [i64; 5] = [10, 30, 50, 70, 99];

const TARGET: &str = "AlbumsRestored";

fn main() -> Result<(), Box<dyn Error>> {
    let one_ns = restores_ns(ITEMS)?;
    let many_ns = restores_ns(VERSIONS)?;
    let ratio = many_ns as f64 / one_ns as f64;
    let mut figures = Figures::of("recovery_restore");
    figures.add("items", ITEMS);
    figures.add("versions", VERSIONS);
    figures.add("one_version_ms", milliseconds(one_ns));
    figures.add("many_versions_ms", milliseconds(many_ns));
    figures.add("ratio", ratio);
    figures.report(&format!(
        "restoring {ITEMS} items to a point in time: {} ms out of {VERSIONS} versions, {} ms out of one version each, \
         ratio {ratio:.2}",
        milliseconds(many_ns),
        milliseconds(one_ns)
    ))
}

/// The median time of restores out of so many versions.
fn restores_ns(versions: u32) -> Result<u64, Box<dyn Error>> {
    let mut model = Model::with_recovery(PERIOD_DAYS)?;
    for number in 0..ITEMS {
        model.apply(put_small(number, 0))?;
    }
    model.wait();
    let begin_us = model.now_us();
    let mut order = Shuffled::below(ITEMS);
    for version in ITEMS..versions {
        model.pass(PACE_US);
        model.apply(put_small(order.next_number(), version))?;
    }
    model.wait();
    let length_us = model.now_us() - begin_us;
    assert!(length_us < 34 * DAY_US, "the window holds every version");
    let mut taken_ns = Vec::new();
    for share in SHARES.repeat(2) {
        let instant_us = begin_us + length_us / 100 * share;
        let (restored, ns) = cpu_ns(|| model.restore_to(instant_us, TARGET));
        restored?;
        taken_ns.push(ns);
        model.remove_table(TARGET, ITEMS)?;
        model.apply(get_item(0))?;
    }
    // The process ends soon: freeing everything first would only take time.
    std::mem::forget(model);
    Ok(median(taken_ns))
}
