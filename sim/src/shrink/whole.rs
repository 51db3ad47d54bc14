//! Leaves out whole things: what comes after the finding, lanes, tables.

use std::collections::BTreeSet;

use super::Search;
use crate::plan::{Doing, Listed, Plan, Step};

/// How long the load goes on after its last step, in microseconds: what a step begins is to be heard of.
const AFTER_US: i64 = 1_000_000;

/// Cuts off the end: the shortest load that a bisection finds.
pub(super) fn cut_the_end(search: &mut Search<'_>) {
    let times: BTreeSet<i64> = search.listed().steps.iter().map(|it| it.at_us).collect();
    let times: Vec<i64> = times.into_iter().collect();
    // The end after so many of the times holds; a bisection looks for fewer.
    let (mut fails, mut holds) = (0, times.len());
    while fails + 1 < holds {
        let middle = fails.midpoint(holds);
        let Some(last_us) = middle.checked_sub(1).and_then(|at| times.get(at)) else {
            break;
        };
        let plan = cut(&search.plan, search.listed(), *last_us);
        if search.holds(plan) {
            holds = middle;
        } else {
            fails = middle;
        }
        if search.over {
            return;
        }
    }
    let last_us = holds.checked_sub(1).and_then(|at| times.get(at));
    let plan = cut(&search.plan, search.listed(), last_us.copied().unwrap_or(0));
    if plan != search.plan {
        search.holds(plan);
    }
}

/// The plan up to a time.
fn cut(plan: &Plan, mut listed: Listed, last_us: i64) -> Plan {
    listed.steps.retain(|step| step.at_us <= last_us);
    let mut plan = plan.clone();
    plan.faults
        .retain(|fault| fault.at_us <= last_us + AFTER_US);
    plan.profile.load_us = plan.profile.load_us.min(last_us + AFTER_US);
    plan.with_steps(listed)
}

/// Leaves out all faults, the reads at the end, whole lanes and whole tables.
pub(super) fn leave_out(search: &mut Search<'_>) {
    if !search.plan.faults.is_empty() {
        let plan = Plan {
            faults: Vec::new(),
            ..search.plan.clone()
        };
        search.holds(plan);
    }
    if search.listed().read_at_end {
        let listed = search.listed();
        search.holds_with(Listed {
            read_at_end: false,
            ..listed
        });
    }
    let lanes: BTreeSet<_> = search.listed().steps.iter().map(|it| it.by).collect();
    for lane in lanes {
        let mut listed = search.listed();
        listed.steps.retain(|step| step.by != lane);
        search.holds_with(listed);
    }
    for table in search.listed().tables {
        let mut listed = search.listed();
        listed.tables.retain(|it| *it != table);
        listed.steps.retain(|step| !names(step, &table));
        search.holds_with(listed);
    }
}

/// Whether a step has to do with a table.
fn names(step: &Step, table: &str) -> bool {
    match &step.doing {
        Doing::Deed(deed) => deed.table == table,
        Doing::Call(call) => {
            let mut body = Vec::new();
            call.request.to_json(&mut body);
            let name = format!("\"{table}\"");
            String::from_utf8_lossy(&body).contains(&name)
        }
    }
}
