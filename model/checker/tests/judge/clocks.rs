//! Clocks that differ, and histories that end early.

use lookback_checker::Contract;
use serde_json::json;

use crate::script::{Script, item, us};

fn estimate(script: &mut Script, at_ms: i64, least_ms: i64, most_ms: i64) {
    let estimate =
        json!({"at_us": us(at_ms), "offset_us_min": us(least_ms), "offset_us_max": us(most_ms)});
    script.line(at_ms, json!({"estimate": estimate}));
}

#[test]
fn anchors_are_moved_onto_the_recorders_clock() {
    let judged = |offset_ms: i64| {
        let mut script = Script::new();
        estimate(&mut script, 0, offset_ms, offset_ms);
        script.put(1_000, 1_010, "a", 1);
        script.put(3_000, 3_010, "a", 2);
        let anchor = json!({"anchor_us": us(502_000)});
        script.artefact(4_000, "snapshot", &[item("a", 1)], anchor);
        script.judge("snapshot").is_pass()
    };
    assert!(judged(500_000));
    assert!(!judged(498_000));
}

#[test]
fn uncertainty_widens_every_band() {
    let judged = |least_ms: i64, most_ms: i64| {
        let mut script = Script::new();
        estimate(&mut script, 0, least_ms, most_ms);
        script.put(1_000, 1_010, "a", 1);
        script.put(3_000, 3_010, "a", 2);
        script.artefact(
            4_000,
            "snapshot",
            &[item("a", 1)],
            json!({"anchor_us": us(3_500)}),
        );
        script.judge("snapshot").is_pass()
    };
    assert!(!judged(0, 0));
    assert!(judged(0, 1_000));
}

#[test]
fn clocks_that_are_too_uncertain_give_unknown() {
    let mut script = Script::new();
    estimate(&mut script, 0, 0, 40_000);
    script.put(1_000, 1_010, "a", 1);
    script.artefact(4_000, "snapshot", &[], json!({"anchor_us": us(100_000)}));
    let verdict = script.judge("snapshot");
    assert!(verdict.violations.is_empty(), "{verdict:#?}");
    assert!(
        verdict.unknowns[0].reason.contains("uncertain by 40 s"),
        "{verdict:#?}"
    );
}

#[test]
fn a_band_that_the_history_does_not_cover_is_not_judged() {
    let mut script = Script::new();
    script.put(1_000, 1_010, "a", 1);
    script.backup(100_000, &[]);
    let verdict = lookback_checker::judge(
        &script.without_end(),
        &Contract::dynamodb(),
        &lookback_checker::Options::default(),
    );
    assert!(verdict.violations.is_empty(), "{verdict:#?}");
    assert_eq!(verdict.unknowns.len(), 1);
    assert!(!script.judge("dynamodb").is_pass());
}
