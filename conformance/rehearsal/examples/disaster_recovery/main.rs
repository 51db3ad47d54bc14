//! A disaster, rehearsed: a deploy damages the orders of a shop, somebody notices weeks later, and the runbook gets
//! them back.
//!
//! ```text
//! cargo run -p lookback-rehearsal --example disaster_recovery [DAYS]
//! ```
//!
//! `DAYS` is how long it takes until somebody notices: 34 unless given. After 35 it is too late.

mod runbook;
mod scenario;
mod shop;

use lookback_rehearsal::{Choices, Rehearsal};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), runbook::Failed> {
    let noticed_after_days = match std::env::args().nth(1) {
        Some(days) => days
            .parse()
            .map_err(|_| "give a number of days, such as 34")?,
        None => 34,
    };
    for choices in [
        Choices::exact(),
        Choices::typical(),
        Choices::adversarial(7),
    ] {
        let mode = choices.mode;
        let rehearsal = Rehearsal::with(choices);
        let report = scenario::play(&rehearsal, noticed_after_days).await?;
        println!(
            "{mode:?}: the shop is on {}, {} orders carried over, to be repaired by hand: {:?}; {} calls",
            report.table,
            report.carried_over,
            report.by_hand,
            rehearsal.calls()
        );
    }
    Ok(())
}
