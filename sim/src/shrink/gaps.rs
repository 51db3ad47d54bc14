//! Shortens the times in which nothing happens.

use std::collections::BTreeSet;

use super::Search;
use crate::plan::{Listed, Plan};

/// The lengths that all gaps are brought to, in microseconds: the first that holds is taken.
const CAPS_US: [i64; 5] = [1_000, 20_000, 300_000, 2_000_000, 20_000_000];
/// The shortest gap that is looked at by itself, in microseconds.
const LONG_US: i64 = 100_000;
/// What such a gap becomes, in microseconds.
const SHORT_US: i64 = 1_000;
/// How many gaps are looked at by themselves.
const ONES_MAX: usize = 12;

/// Shortens all gaps at once, then the longest one by one.
pub(super) fn shorten(search: &mut Search<'_>) {
    for cap_us in CAPS_US {
        if gaps(&search.plan, &search.listed())
            .iter()
            .all(|gap| gap.1 <= cap_us)
        {
            continue;
        }
        let plan = mapped(search, &|_, length_us| length_us.min(cap_us));
        if search.holds(plan) || search.over {
            break;
        }
    }
    let mut longest = gaps(&search.plan, &search.listed());
    longest.retain(|(_, length_us)| *length_us > LONG_US);
    longest.sort_by_key(|(_, length_us)| -length_us);
    longest.truncate(ONES_MAX);
    // The last first: shortening a gap moves whatever comes after it.
    longest.sort_by_key(|(from_us, _)| -from_us);
    for (from_us, _) in longest {
        let plan = mapped(search, &|gap_us, length_us| {
            if gap_us == from_us {
                SHORT_US
            } else {
                length_us
            }
        });
        search.holds(plan);
        if search.over {
            return;
        }
    }
}

/// The times at which something happens, beginning with 0.
fn events(plan: &Plan, listed: &Listed) -> BTreeSet<i64> {
    let faults = plan.faults.iter();
    let faults = faults.flat_map(|it| [it.at_us, it.at_us + it.lasts_us]);
    let steps = listed.steps.iter().map(|step| step.at_us);
    std::iter::once(0).chain(faults).chain(steps).collect()
}

/// The gaps between them: where each begins, how long it is.
fn gaps(plan: &Plan, listed: &Listed) -> Vec<(i64, i64)> {
    let events = events(plan, listed);
    let next = events.iter().skip(1);
    let pairs = events.iter().zip(next);
    pairs
        .map(|(from_us, to_us)| (*from_us, to_us - from_us))
        .collect()
}

/// The plan with gaps of other lengths, by where they begin and how long they are.
fn mapped(search: &Search<'_>, length: &dyn Fn(i64, i64) -> i64) -> Plan {
    let (mut plan, mut listed) = (search.plan.clone(), search.listed());
    let mut moved = vec![(0, 0)];
    let mut now_us = 0;
    for (from_us, length_us) in gaps(&plan, &listed) {
        now_us += length(from_us, length_us);
        moved.push((from_us + length_us, now_us));
    }
    let at = |us: i64| {
        let place = moved.partition_point(|(known_us, _)| *known_us <= us);
        let before = place.checked_sub(1).and_then(|place| moved.get(place));
        before.map_or(us, |(known_us, now_us)| now_us + us - known_us)
    };
    for step in &mut listed.steps {
        step.at_us = at(step.at_us);
    }
    for fault in &mut plan.faults {
        let end_us = at(fault.at_us + fault.lasts_us);
        fault.at_us = at(fault.at_us);
        fault.lasts_us = end_us - fault.at_us;
    }
    plan.profile.load_us = at(plan.profile.load_us);
    plan.with_steps(listed)
}
