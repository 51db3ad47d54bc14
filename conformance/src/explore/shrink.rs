//! The smallest program that still shows a cause.

use std::sync::atomic::{AtomicU64, Ordering};

use lookback_traffic::program::{Program, program};

use super::campaign::{Pair, Plan};
use super::difference::Cause;
use super::execute::Difference;
use lookback_traffic::program::tree::ValueTree as _;

/// The smallest program found, and what differs in it.
#[derive(Clone, Debug)]
pub struct Shrunk {
    /// The program.
    pub program: Program,
    /// The difference that it shows.
    pub difference: Difference,
    /// How many programs were tried.
    pub tries: u32,
}

/// Tries smaller programs until there is none that shows the cause, or so many were tried. Nothing if the cause does not
/// show again.
pub async fn shrink(
    pair: &Pair,
    plan: &Plan,
    number: u64,
    cause: &Cause,
    tries_max: u32,
) -> Option<Shrunk> {
    static NAMES: AtomicU64 = AtomicU64::new(0);
    let shows = async |tried: &Program| {
        let name = format!("s{}", NAMES.fetch_add(1, Ordering::Relaxed));
        let executed = pair.run(tried, &name).await;
        let mut differences = executed.differences.into_iter();
        differences.find(|difference| difference.cause == *cause)
    };
    let mut sapling = program(plan.programs, plan.seed, number);
    let mut best = sapling.current();
    let mut difference = shows(&best).await?;
    let mut tries = 0;
    let mut moved = sapling.simplify();
    while moved && tries < tries_max {
        let tried = sapling.current();
        tries += 1;
        moved = match shows(&tried).await {
            Some(found) => {
                (best, difference) = (tried, found);
                sapling.simplify()
            }
            None => sapling.complicate(),
        };
    }
    // What comes after the difference tells nothing.
    best.steps
        .truncate((difference.step + 1).saturating_sub(best.tables.len()));
    Some(Shrunk {
        program: best,
        difference,
        tries,
    })
}
