//! Incremental exports: one record for each key that changed (EXPORT-INCR).

use lookback_reference::Choices;
use serde_json::{Value, json};

use crate::world::{Exported, SECOND_US, START_US, World, merged, micros, period, records};

/// Where the period of these tests begins.
const FROM_US: i64 = START_US + 1_000 * SECOND_US;
/// Where it ends.
const TO_US: i64 = FROM_US + 900 * SECOND_US;

/// A table with three items before the period, written to by `within` at its fiftieth second, and what an incremental
/// export of it says.
fn export_of(members: Value, within: impl Fn(&mut World)) -> Exported {
    let mut aws = World::served(Choices::exact());
    aws.recoverable_table("music");
    for pk in ["a", "b", "c"] {
        aws.put("music", json!({"pk": pk, "v": 1}));
    }
    aws.now_us = FROM_US + 50 * SECOND_US;
    within(&mut aws);
    aws.now_us = TO_US + 100 * SECOND_US;
    aws.exported("music", merged(period(FROM_US, TO_US), members))
}

const WITHIN_US: i64 = FROM_US + 50 * SECOND_US;

fn new_images() -> Value {
    let mut members = period(FROM_US, TO_US);
    members["IncrementalExportSpecification"]["ExportViewType"] = json!("NEW_IMAGE");
    members
}

/// EXPORT-INCR-012.
#[test]
fn a_new_key_is_an_insert() {
    let insert = json!({"keys": {"pk": "d"}, "us": WITHIN_US, "new": {"pk": "d", "v": 2}});
    for view in [json!({}), new_images()] {
        let exported = export_of(view, |aws| aws.put("music", json!({"pk": "d", "v": 2})));
        assert_eq!(exported.records, std::slice::from_ref(&insert));
    }
}

/// EXPORT-INCR-013.
#[test]
fn a_changed_key_has_both_images_or_the_new_one() {
    let write = |aws: &mut World| aws.put("music", json!({"pk": "a", "v": 2}));
    let mut update = json!({
        "keys": {"pk": "a"},
        "us": WITHIN_US,
        "old": {"pk": "a", "v": 1},
        "new": {"pk": "a", "v": 2},
    });
    assert_eq!(export_of(json!({}), write).records, [update.clone()]);
    update.as_object_mut().unwrap().remove("old");
    assert_eq!(export_of(new_images(), write).records, [update]);
}

/// EXPORT-INCR-014.
#[test]
fn a_deleted_key_has_the_old_image_or_none() {
    let write = |aws: &mut World| aws.delete("music", json!({"pk": "a"}));
    let mut delete = json!({"keys": {"pk": "a"}, "us": WITHIN_US, "old": {"pk": "a", "v": 1}});
    assert_eq!(export_of(json!({}), write).records, [delete.clone()]);
    delete.as_object_mut().unwrap().remove("old");
    assert_eq!(export_of(new_images(), write).records, [delete]);
}

/// EXPORT-INCR-015.
#[test]
fn a_key_that_came_and_went_is_no_record() {
    let exported = export_of(json!({}), |aws| {
        aws.put("music", json!({"pk": "d", "v": 2}));
        aws.advance_s(1);
        aws.delete("music", json!({"pk": "d"}));
    });
    assert!(exported.records.is_empty(), "{:?}", exported.records);
}

/// EXPORT-INCR-011, -016, -017.
#[test]
fn many_writes_are_one_record_with_the_time_of_the_last() {
    let exported = export_of(json!({}), |aws| {
        for v in 2..20 {
            aws.put("music", json!({"pk": "a", "v": v}));
            aws.advance_us(7);
        }
        for pk in ["b", "d"] {
            aws.put("music", json!({"pk": pk, "v": 2}));
            aws.delete("music", json!({"pk": pk}));
            aws.put("music", json!({"pk": pk, "v": 3}));
        }
    });
    let changes = exported.changes();
    assert_eq!(changes.len(), 3);
    assert_eq!(changes["a"]["us"], WITHIN_US + 17 * 7);
    assert_eq!(changes["a"]["old"]["v"], 1);
    assert_eq!(changes["a"]["new"]["v"], 19);
    assert_eq!(changes["b"]["old"]["v"], 1, "an update");
    assert_eq!(changes["b"]["new"]["v"], 3);
    assert_eq!(changes["d"].get("old"), None, "an insert");
}

/// EXPORT-INCR-017: of a deletion it is the deletion's time, the last one's.
#[test]
fn a_key_that_was_deleted_twice_has_the_time_of_the_second() {
    let exported = export_of(json!({}), |aws| {
        aws.delete("music", json!({"pk": "a"}));
        aws.advance_s(1);
        aws.put("music", json!({"pk": "a", "v": 2}));
        aws.advance_s(1);
        aws.delete("music", json!({"pk": "a"}));
    });
    let delete =
        json!({"keys": {"pk": "a"}, "us": WITHIN_US + 2 * SECOND_US, "old": {"pk": "a", "v": 1}});
    assert_eq!(exported.records, [delete]);
}

/// EXPORT-INCR-018: undocumented, so it depends on the choices.
#[test]
fn a_write_that_changes_nothing_is_an_update_with_equal_images_or_nothing() {
    let exported = export_of(json!({}), |aws| {
        aws.put("music", json!({"pk": "a", "v": 1}));
    });
    assert_eq!(exported.records.len(), 1);
    assert_eq!(exported.records[0]["old"], exported.records[0]["new"]);
    let count = |seed| {
        let mut aws = World::served(Choices::adversarial(seed));
        aws.recoverable_table("music");
        aws.put("music", json!({"pk": "a"}));
        aws.advance_s(1_000);
        let from_us = aws.now_us;
        aws.put("music", json!({"pk": "a"}));
        aws.advance_s(1_000);
        let to_us = aws.now_us;
        aws.exported("music", period(from_us, to_us)).records.len()
    };
    let counts: Vec<usize> = (0..20).map(count).collect();
    assert!(counts.contains(&0) && counts.contains(&1), "{counts:?}");
}

/// EXPORT-INCR-003.
#[test]
fn the_period_has_its_first_instant_and_not_its_last() {
    let mut aws = World::served(Choices::exact());
    aws.recoverable_table("music");
    for (pk, us) in [
        ("before", FROM_US - 1),
        ("first", FROM_US),
        ("last", TO_US - 1),
        ("behind", TO_US),
    ] {
        aws.now_us = us;
        aws.put("music", json!({"pk": pk}));
    }
    aws.advance_s(1);
    let exported = aws.exported("music", period(FROM_US, TO_US));
    let keys: Vec<String> = exported.changes().into_keys().collect();
    assert_eq!(keys, ["first", "last"]);
}

/// What was written at the very instant at which recovery was switched on, before and after it.
#[test]
fn a_period_may_begin_with_the_switch_itself() {
    let mut aws = World::served(Choices::exact());
    aws.table("music");
    aws.now_us = FROM_US;
    for v in 0..3 {
        aws.put("music", json!({"pk": "old", "v": v}));
    }
    aws.switch_recovery("music", true, None);
    aws.put("music", json!({"pk": "old", "v": 3}));
    aws.put("music", json!({"pk": "new", "v": 4}));
    aws.now_us = TO_US;
    let changes = aws.exported("music", period(FROM_US, TO_US)).changes();
    assert_eq!(changes["old"]["old"]["v"], 2);
    assert_eq!(changes["old"]["new"]["v"], 3);
    assert_eq!(changes["new"].get("old"), None);
}

/// EXPORT-INCR-019.
#[test]
fn an_expired_item_is_a_delete() {
    let mut aws = World::served(Choices::exact());
    aws.recoverable_table("music");
    let ttl = json!({"Enabled": true, "AttributeName": "expires"});
    aws.ok(
        "UpdateTimeToLive",
        json!({"TableName": "music", "TimeToLiveSpecification": ttl}),
    );
    let expires_s = FROM_US / SECOND_US;
    aws.put("music", json!({"pk": "a", "expires": expires_s}));
    aws.now_us = TO_US + 100 * SECOND_US;
    let exported = aws.exported("music", period(FROM_US, TO_US));
    let changes = exported.changes();
    assert_eq!(changes["a"].get("new"), None);
    // Under *exact* an item goes ten minutes after its expiry.
    assert_eq!(changes["a"]["us"], FROM_US + 600 * SECOND_US);
}

/// EXPORT-INCR-004, -005, -020, -021, -022.
#[test]
fn the_description_tells_the_period_and_no_export_time() {
    let mut aws = World::exact();
    aws.recoverable_table("music");
    aws.advance_s(1_000);
    aws.advance_us(345_678);
    let from_us = aws.now_us - 900 * SECOND_US;
    let input = json!({
        "ExportType": "INCREMENTAL_EXPORT",
        "IncrementalExportSpecification": {"ExportFromTime": from_us as f64 / 1e6 - 0.000_678},
    });
    let now_us = aws.now_us;
    let description = aws.export("music", input);
    assert_eq!(description.get("ExportTime"), None);
    assert_eq!(description["ExportType"], "INCREMENTAL_EXPORT");
    let told = &description["IncrementalExportSpecification"];
    assert_eq!(micros(&told["ExportFromTime"]), from_us - 678);
    assert_eq!(micros(&told["ExportToTime"]), now_us - 678);
    assert_eq!(told["ExportViewType"], "NEW_AND_OLD_IMAGES");
    assert_eq!(description["BilledSizeBytes"], 10_000_000);
    assert_eq!(description["ItemCount"], 0);
    // VALIDATION-007: it starts at a whole second, as its id tells.
    let started_us = now_us - now_us.rem_euclid(SECOND_US);
    assert_eq!(micros(&description["StartTime"]), started_us);
    let arn = description["ExportArn"].as_str().unwrap();
    let digits = &arn.rsplit('/').next().unwrap()[..14];
    assert_eq!(digits, format!("{:014}", started_us / 1_000));
}

/// EXPORT-INCR-021.
#[test]
fn records_are_counted_deletes_included() {
    let exported = export_of(json!({}), |aws| {
        aws.put("music", json!({"pk": "a", "v": 2}));
        aws.put("music", json!({"pk": "d", "v": 2}));
        aws.delete("music", json!({"pk": "b"}));
    });
    assert_eq!(exported.description["ItemCount"], 3);
}

/// The records are of the request: what the window forgets while the export runs is in it all the same.
#[test]
fn an_incremental_export_outlives_the_window_and_the_table() {
    let mut aws = World::served(Choices::typical());
    aws.recoverable_table("music");
    for v in 1..4 {
        aws.now_us = FROM_US + v * 100 * SECOND_US;
        aws.put("music", json!({"pk": "a", "v": v}));
        aws.delete("music", json!({"pk": "b"}));
        aws.put("music", json!({"pk": "b", "v": v}));
    }
    aws.advance_s(1);
    aws.delete("music", json!({"pk": "b"}));
    let deleted_us = aws.now_us;
    aws.now_us = TO_US + 200 * SECOND_US;
    aws.start_export(
        "music",
        period(FROM_US + 150 * SECOND_US, TO_US + 150 * SECOND_US),
    );
    aws.switch_recovery("music", false, None);
    for v in 4..100 {
        aws.put("music", json!({"pk": "a", "v": v}));
        aws.put("music", json!({"pk": "c", "v": v}));
        aws.delete("music", json!({"pk": "c"}));
    }
    aws.start_drop("music");
    aws.until_status("music", "gone");
    let due = aws.until_due();
    let expected = [
        json!({
            "keys": {"pk": "a"},
            "us": FROM_US + 300 * SECOND_US,
            "old": {"pk": "a", "v": 1},
            "new": {"pk": "a", "v": 3},
        }),
        json!({"keys": {"pk": "b"}, "us": deleted_us, "old": {"pk": "b", "v": 1}}),
    ];
    assert_eq!(records(&due), expected);
}
