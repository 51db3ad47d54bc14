//! Makes the machines simpler: whatever the finding does not need of them.

use super::Search;
use crate::plan::Profile;

/// Tries each simpler machine by itself.
pub(super) fn simplify(search: &mut Search<'_>) {
    let simpler: [fn(&mut Profile); 7] = [
        |it| it.loss_per_mille = 0,
        |it| it.duplicates_per_mille = 0,
        |it| it.drift_ppm = 0,
        |it| it.skew_us = 0,
        |it| it.partitions = 1,
        |it| it.routers = 1,
        |it| it.nodes = 3,
    ];
    for simplify in simpler {
        let mut plan = search.plan.clone();
        simplify(&mut plan.profile);
        if plan != search.plan {
            search.holds(plan);
        }
    }
}
