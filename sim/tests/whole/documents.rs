//! What docs/simulation.md lists is what there is.

use std::collections::BTreeSet;

use lookback_sim::{Bug, Fault, Profile, Rates, Sometimes, schedule};

/// The rows of the document's table whose first column has this head: what stands in its columns.
fn rows(head: &str) -> Vec<Vec<String>> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/simulation.md");
    let text = std::fs::read_to_string(path).unwrap();
    let lines = text.lines();
    let lines = lines.skip_while(|line| !line.starts_with(&format!("| {head} |")));
    let lines = lines.skip(2).take_while(|line| line.starts_with('|'));
    lines
        .map(|line| {
            let columns = line.trim_matches('|').split(" | ");
            columns
                .map(|it| it.trim().trim_matches('`').to_owned())
                .collect()
        })
        .collect()
}

#[test]
fn every_planted_bug_is_listed() {
    let known = Bug::ALL.iter().map(|bug| {
        let row = [bug.name(), bug.about(), bug.shown_by()];
        row.map(str::to_owned).to_vec()
    });
    assert_eq!(rows("planted bug"), known.collect::<Vec<_>>());
}

#[test]
fn every_profile_is_listed() {
    let known = Profile::ALL.iter().map(|it| {
        let row = [it.name, it.about];
        row.map(str::to_owned).to_vec()
    });
    assert_eq!(rows("profile"), known.collect::<Vec<_>>());
}

#[test]
fn every_rare_situation_is_listed() {
    let known = Sometimes::ALL.iter().map(|it| {
        let row = [it.name(), it.about()];
        row.map(str::to_owned).to_vec()
    });
    assert_eq!(rows("situation"), known.collect::<Vec<_>>());
}

#[test]
fn every_fault_is_listed() {
    let often = Some(20_000);
    let profile = Profile::quick(1).with_rates(|rates| {
        *rates = Rates {
            crash_us: often,
            leader_loss_us: often,
            cut_us: often,
            slow_disk_us: often,
            objects_us: often,
            clock_jump_us: often,
            drift_us: often,
            delay_us: often,
            full_disk_us: often,
            lying_disk_us: often,
            torn_uploads_us: often,
            outage_us: often,
            moment_us: often,
        };
    });
    let drawn = schedule(1, &profile).into_iter();
    let drawn: BTreeSet<String> = drawn.map(|planned| name(&planned.fault)).collect();
    let listed = rows("in a plan").into_iter();
    let listed: BTreeSet<String> = listed.filter_map(|row| row.into_iter().next()).collect();
    assert_eq!(listed, drawn);
}

/// What a fault is called in a plan.
fn name(fault: &Fault) -> String {
    let text = serde_json::to_string(fault).unwrap();
    text.split('"').nth(1).unwrap().to_owned()
}
