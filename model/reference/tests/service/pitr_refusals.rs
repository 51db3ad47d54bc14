//! RestoreTableToPointInTime: what it refuses, and in which order (PITR-RESTORE-001..007, -016, -018, -019, -024).

use serde_json::json;

use crate::world::{
    HOME, SECOND_US, START_US, World, at, counting, invalid, latest, merged, micros, missing,
    refusal, v,
};

// --- which table

#[test]
fn both_forms_of_the_source_are_refused() {
    let mut aws = counting();
    let arn = aws.describe("music")["TableArn"].clone();
    let input = merged(latest(), json!({"SourceTableArn": arn}));
    assert_eq!(
        aws.restore_to_refused("music", "again", input),
        invalid("Must provide exactly one of: sourceTableArn, sourceTableName")
    );
}

#[test]
fn neither_form_of_the_source_is_refused() {
    let mut aws = counting();
    let input = merged(latest(), json!({"TargetTableName": "again"}));
    assert_eq!(
        aws.refused("RestoreTableToPointInTime", input),
        invalid("The parameter 'TableName' is required")
    );
}

#[test]
fn a_source_may_be_named_by_its_arn() {
    let mut aws = counting();
    let arn = aws.describe("music")["TableArn"].clone();
    let input = json!({"SourceTableArn": arn, "TargetTableName": "again"});
    aws.ok("RestoreTableToPointInTime", merged(latest(), input));
    aws.until_status("again", "ACTIVE");
}

#[test]
fn what_is_no_table_arn_is_refused() {
    let mut aws = counting();
    let arn = format!("arn:aws:dynamodb:{HOME}:111122223333:table/music");
    for wrong in [
        "music".to_owned(),
        arn.replace(":dynamodb:", ":s3:"),
        arn.replace("arn:aws:", "arn:aws-cn:"),
        arn.replace(HOME, "mars-north-1"),
        arn.replace(HOME, ""),
        format!("{arn}/index/by-v"),
        arn.replace("/music", "/m"),
    ] {
        let input = json!({"SourceTableArn": wrong, "TargetTableName": "again"});
        let refused = aws.refused("RestoreTableToPointInTime", merged(latest(), input));
        assert_eq!(
            refused,
            invalid("sourceTableArn is not a valid ARN"),
            "{wrong}"
        );
    }
}

#[test]
fn a_source_of_another_account_is_refused() {
    let mut aws = counting();
    let arn = format!("arn:aws:dynamodb:{HOME}:444455556666:table/music");
    let input = json!({"SourceTableArn": arn, "TargetTableName": "again"});
    assert_eq!(
        aws.refused("RestoreTableToPointInTime", merged(latest(), input)),
        invalid(
            "This action is only supported by accounts that match the resource owner's account"
        )
    );
}

#[test]
fn a_missing_source_is_told_by_name_or_barely() {
    let mut aws = counting();
    assert_eq!(
        aws.restore_to_refused("nothing", "again", latest()),
        missing("nothing")
    );
    let arn = format!("arn:aws:dynamodb:{HOME}:111122223333:table/nothing");
    let input = json!({"SourceTableArn": arn, "TargetTableName": "again"});
    assert_eq!(
        aws.refused("RestoreTableToPointInTime", merged(latest(), input)),
        refusal("TableNotFoundException", "Table not found")
    );
}

#[test]
fn a_region_of_any_name_can_restore_its_own_tables() {
    let mut aws = World::exact();
    aws.caller.region = "local".to_owned();
    aws.recoverable_table("music");
    let arn = aws.describe("music")["TableArn"].clone();
    let input = json!({"SourceTableArn": arn, "TargetTableName": "again"});
    aws.ok("RestoreTableToPointInTime", merged(latest(), input));
    let backup = aws.start_backup("music")["BackupArn"].clone();
    aws.advance_s(1);
    aws.start_restore(backup.as_str().unwrap(), "third", json!({}));
}

// --- which time

#[test]
fn one_of_both_times_is_needed_and_no_more() {
    let mut aws = counting();
    let either = "Invalid Request: Either one of RestoreDateTime or UseLatestRestorableTime must be specified, but not both";
    for members in [json!({}), json!({"UseLatestRestorableTime": false})] {
        let refused = aws.restore_to_refused("music", "again", members);
        assert_eq!(refused, invalid(either));
    }
    let both = merged(latest(), at(aws.now_us));
    assert_eq!(
        aws.restore_to_refused("music", "again", both),
        invalid(
            "Invalid Request: Both RestoreDateTime and UseLatestRestorableTime cannot be set for point-in-time \
             restore request. Please specify either RestoreDateTime time or UseLatestRestorableTime"
        )
    );
}

#[test]
fn a_time_goes_with_latest_false() {
    let mut aws = counting();
    let members = merged(
        at(START_US + 15 * SECOND_US),
        json!({"UseLatestRestorableTime": false}),
    );
    aws.start_restore_to("music", "again", members);
}

/// Record S10: while the window is pinned the latest time is a whole second, afterwards it has nanoseconds.
#[test]
fn a_refused_time_is_told_with_both_ends_of_the_window() {
    let mut aws = counting();
    aws.now_us = START_US + 299 * SECOND_US + 95_000;
    for (us, told) in [
        (START_US - SECOND_US, "2023-11-14T22:13:19Z"),
        (START_US + 4_000 * SECOND_US, "2023-11-14T23:20:00Z"),
    ] {
        assert_eq!(
            aws.restore_to_refused("music", "again", at(us)),
            refusal(
                "InvalidRestoreTimeException",
                format!(
                    "RestoreDateTime '{told}' must be within EarliestRestorableDateTime '2023-11-14T22:13:20Z' and \
                     LatestRestorableDateTime '2023-11-14T22:13:20Z' for table 'music'"
                )
            )
        );
    }
}

/// Record S10: finer than the millisecond that DescribeContinuousBackups tells.
#[test]
fn a_refusal_tells_the_latest_time_in_nanoseconds() {
    for seed in 0..50 {
        let choices = lookback_reference::Choices {
            seed,
            ..lookback_reference::Choices::typical()
        };
        let settings = lookback_reference::Settings {
            choices,
            ..Default::default()
        };
        let mut aws = World::new(settings, START_US);
        aws.recoverable_table("music");
        aws.now_us = START_US + 400 * SECOND_US + 95_044;
        let refused = aws.restore_to_refused("music", "again", at(START_US - SECOND_US));
        let (_, rest) = refused
            .message
            .split_once("LatestRestorableDateTime '2023-11-14T22:15:00.095044")
            .unwrap_or_else(|| panic!("{refused:?}"));
        let digits = rest.split_once('Z').unwrap().0;
        assert!(
            (1..=3).contains(&digits.len()) && !digits.ends_with('0'),
            "{digits}"
        );
        assert_eq!(
            aws.window_us("music").1,
            START_US + 100 * SECOND_US + 95_000
        );
    }
}

#[test]
fn times_are_rounded_to_milliseconds_before_they_are_judged() {
    let mut aws = counting();
    let (earliest_us, _) = aws.window_us("music");
    for (offset_us, restored_us) in [
        (-400, 0),
        (0, 0),
        (400, 0),
        (600, 1_000),
        (100_400, 100_000),
    ] {
        let target = format!("again-{}", offset_us + 1_000);
        let table = aws.start_restore_to("music", &target, at(earliest_us + offset_us));
        let echoed = micros(&table["RestoreSummary"]["RestoreDateTime"]);
        assert_eq!(echoed, earliest_us + restored_us, "{offset_us}");
    }
    let refused = aws.restore_to_refused("music", "again", at(earliest_us - 600));
    assert_eq!(refused.code, "InvalidRestoreTimeException");
}

#[test]
fn a_time_between_latest_and_now_is_admitted() {
    let mut aws = counting();
    aws.advance_s(5);
    let (_, latest_us) = aws.window_us("music");
    let wanted_us = aws.now_us - 2 * SECOND_US;
    assert!(latest_us < wanted_us);
    aws.restore_to("music", "again", wanted_us);
    assert_eq!(v(&mut aws, "again"), Some(9));
}

// --- the order of checks

#[test]
fn a_missing_source_is_told_before_an_existing_target() {
    let mut aws = counting();
    assert_eq!(
        aws.restore_to_refused("nothing", "music", latest()),
        missing("nothing")
    );
}

#[test]
fn recovery_that_is_off_is_told_before_a_bad_time() {
    let mut aws = counting();
    aws.switch_recovery("music", false, None);
    let expected = refusal(
        "PointInTimeRecoveryUnavailableException",
        "Point in time recovery is not enabled for table 'music'",
    );
    for members in [latest(), at(START_US - SECOND_US)] {
        assert_eq!(aws.restore_to_refused("music", "music", members), expected);
    }
}

#[test]
fn a_bad_time_is_told_before_an_existing_target() {
    let mut aws = counting();
    let refused = aws.restore_to_refused("music", "music", at(START_US - SECOND_US));
    assert_eq!(refused.code, "InvalidRestoreTimeException");
}

#[test]
fn the_shape_is_told_before_everything() {
    let mut aws = counting();
    let refused = aws.restore_to_refused("nothing", "music", json!({}));
    assert_eq!(refused.code, "ValidationException");
}

#[test]
fn the_source_is_no_target() {
    let mut aws = counting();
    assert_eq!(
        aws.restore_to_refused("music", "music", latest()),
        refusal("TableAlreadyExistsException", "Table already exists: music")
    );
    assert_eq!(v(&mut aws, "music"), Some(9));
}

#[test]
fn a_target_that_is_being_restored_is_in_use() {
    let mut aws = counting();
    aws.start_restore_to("music", "again", latest());
    let refused = aws.restore_to_refused("music", "again", latest());
    assert_eq!(refused.code, "TableInUseException");
}
