//! Thirty-five days in which a table is written once a minute and restored once a day: 50,400 writes, 35 restores.
//! Prints the CPU time of all of it, for one key, for a key for each minute of a day, and for a new key each time.
//!
//! Yesterday's restored table is deleted before today's restore: that is measured too.

use std::error::Error;

use lookback_benches::request::{delete_table, put_small};
use lookback_benches::{Figures, Model, cpu_ns, milliseconds};
use lookback_reference::SECOND_US;

const DAYS: u32 = 35;
const MINUTES_OF_A_DAY: u32 = 1_440;

/// How many keys are written in turn.
const KEYS: [u32; 3] = [1, MINUTES_OF_A_DAY, DAYS * MINUTES_OF_A_DAY];

const TARGET: &str = "AlbumsRestored";

fn main() -> Result<(), Box<dyn Error>> {
    let mut figures = Figures::of("daily_restores");
    let mut told = Vec::new();
    for keys in KEYS {
        let (done, ns) = cpu_ns(|| five_weeks(keys));
        done?;
        figures.add(&format!("keys_{keys}_ms"), milliseconds(ns));
        told.push(format!("{} ms with {keys} keys", milliseconds(ns)));
    }
    figures.report(&format!(
        "{DAYS} days of a write a minute and a restore a day: {}",
        told.join(", ")
    ))
}

fn five_weeks(keys: u32) -> Result<(), Box<dyn Error>> {
    let mut model = Model::with_recovery(35)?;
    for day in 0..DAYS {
        for minute in 0..MINUTES_OF_A_DAY {
            model.pass(60 * SECOND_US);
            let number = day * MINUTES_OF_A_DAY + minute;
            model.apply(put_small(number % keys, number))?;
        }
        if day > 0 {
            model.apply(delete_table(TARGET))?;
            model.pass(10 * SECOND_US);
        }
        let noon_us = model.now_us() - i64::from(MINUTES_OF_A_DAY / 2) * 60 * SECOND_US;
        model.restore_to(noon_us, TARGET)?;
    }
    Ok(())
}
