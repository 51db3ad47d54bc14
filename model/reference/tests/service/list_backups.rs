//! ListBackups.

use serde_json::{Value, json};

use crate::world::{START_US, World, invalid, text};

/// Backups of `alpha` and `bravo` in turn, one second apart, from 1,700,000,010 s on.
fn with_backups(count: usize) -> (World, Vec<String>) {
    let mut aws = World::exact();
    aws.table("alpha");
    aws.table("bravo");
    aws.now_us = START_US + 10_000_000;
    let arns = (0..count)
        .map(|number| {
            let details = aws.start_backup(["alpha", "bravo"][number % 2]);
            aws.advance_s(1);
            text(&details["BackupArn"])
        })
        .collect();
    (aws, arns)
}

fn pages(aws: &mut World, input: Value) -> Vec<Vec<String>> {
    let (mut input, mut pages) = (input, Vec::new());
    loop {
        let page = aws.ok("ListBackups", input.clone());
        let arns = page["BackupSummaries"]
            .as_array()
            .unwrap()
            .iter()
            .map(|s| text(&s["BackupArn"]));
        pages.push(arns.collect::<Vec<_>>());
        match page.get("LastEvaluatedBackupArn") {
            Some(cursor) => {
                assert_eq!(
                    Some(cursor.as_str().unwrap()),
                    pages.last().unwrap().last().map(String::as_str)
                );
                input["ExclusiveStartBackupArn"] = cursor.clone();
            }
            None => return pages,
        }
    }
}

#[test]
fn without_arguments_all_tables_are_listed_in_creation_order() {
    let (mut aws, arns) = with_backups(5);
    assert_eq!(aws.listed(json!({})), arns);
}

#[test]
fn a_backup_is_listed_as_soon_as_it_was_requested() {
    let mut aws = World::exact();
    aws.table("music");
    aws.start_backup("music");
    let listed = aws.ok("ListBackups", json!({}));
    assert_eq!(listed["BackupSummaries"][0]["BackupStatus"], "CREATING");
    aws.settle();
    let listed = aws.ok("ListBackups", json!({}));
    assert_eq!(listed["BackupSummaries"][0]["BackupStatus"], "AVAILABLE");
}

#[test]
fn a_summary_has_nine_members() {
    let (mut aws, _) = with_backups(1);
    let listed = aws.ok("ListBackups", json!({}));
    let members: Vec<&String> = listed["BackupSummaries"][0]
        .as_object()
        .unwrap()
        .keys()
        .collect();
    assert_eq!(
        members,
        [
            "BackupArn",
            "BackupCreationDateTime",
            "BackupName",
            "BackupSizeBytes",
            "BackupStatus",
            "BackupType",
            "TableArn",
            "TableId",
            "TableName",
        ]
    );
}

#[test]
fn a_table_is_named_or_given_by_arn() {
    let (mut aws, arns) = with_backups(4);
    let bravo = [arns[1].clone(), arns[3].clone()];
    assert_eq!(aws.listed(json!({"TableName": "bravo"})), bravo);
    let arn = aws.describe("bravo")["TableArn"].clone();
    assert_eq!(aws.listed(json!({"TableName": arn})), bravo);
}

#[test]
fn an_unknown_table_has_no_backups() {
    let (mut aws, _) = with_backups(1);
    assert_eq!(
        aws.ok("ListBackups", json!({"TableName": "none"})),
        json!({"BackupSummaries": []})
    );
}

#[test]
fn a_deleted_table_keeps_its_backups_and_its_namesake_shares_the_list() {
    let (mut aws, arns) = with_backups(1);
    aws.drop("alpha");
    assert_eq!(aws.listed(json!({"TableName": "alpha"})), arns);
    aws.table("alpha");
    let new = aws.backup("alpha");
    assert_eq!(
        aws.listed(json!({"TableName": "alpha"})),
        [arns[0].clone(), new]
    );
}

#[test]
fn the_filter_is_user_unless_asked_otherwise() {
    let (mut aws, arns) = with_backups(2);
    for (filter, expected) in [("USER", 2), ("ALL", 2), ("SYSTEM", 0), ("AWS_BACKUP", 0)] {
        assert_eq!(
            aws.listed(json!({"BackupType": filter})).len(),
            expected,
            "{filter}"
        );
    }
    assert_eq!(aws.listed(json!({})), arns);
}

#[test]
fn an_unknown_filter_is_refused() {
    let (mut aws, _) = with_backups(1);
    for filter in ["user", "BOGUS", ""] {
        let refused = aws.refused("ListBackups", json!({"BackupType": filter}));
        assert!(refused.message.contains("enum value set"), "{refused:?}");
    }
}

#[test]
fn the_time_range_includes_both_ends_in_milliseconds() {
    let (mut aws, _) = with_backups(3);
    let between = |aws: &mut World, lower: f64, upper: f64| {
        aws.listed(json!({"TimeRangeLowerBound": lower, "TimeRangeUpperBound": upper}))
            .len()
    };
    let base = 1_700_000_000.0;
    assert_eq!(between(&mut aws, base + 10.0, base + 12.0), 3);
    assert_eq!(between(&mut aws, base + 10.001, base + 12.0), 2);
    assert_eq!(between(&mut aws, base + 10.0, base + 11.999), 2);
    assert_eq!(
        between(&mut aws, base + 10.000_4, base + 12.0),
        3,
        "inside the millisecond of the first"
    );
    assert_eq!(between(&mut aws, base + 11.0, base + 11.0), 1);
    assert_eq!(between(&mut aws, 0.0, 1e10), 3);
    assert_eq!(between(&mut aws, base + 13.0, 1e10), 0);
}

#[test]
fn each_end_of_the_time_range_can_be_given_alone() {
    let (mut aws, arns) = with_backups(3);
    let bound = 1_700_000_011;
    assert_eq!(aws.listed(json!({"TimeRangeLowerBound": bound})), arns[1..]);
    assert_eq!(aws.listed(json!({"TimeRangeUpperBound": bound})), arns[..2]);
}

#[test]
fn an_inverted_range_is_refused() {
    let (mut aws, _) = with_backups(1);
    assert_eq!(
        aws.refused(
            "ListBackups",
            json!({"TimeRangeLowerBound": 2.001, "TimeRangeUpperBound": 2})
        ),
        invalid("Time range lower bound must be less than or equal to upper bound")
    );
}

#[test]
fn pages_visit_every_backup_once() {
    let (mut aws, arns) = with_backups(7);
    for limit in 1..=8 {
        let pages = pages(&mut aws, json!({"Limit": limit}));
        assert_eq!(pages.concat(), arns, "{limit}");
        assert!(pages.iter().all(|page| page.len() <= limit));
    }
}

#[test]
fn pages_of_one_table_visit_its_backups_once() {
    let (mut aws, _) = with_backups(7);
    let all = aws.listed(json!({"TableName": "alpha"}));
    assert_eq!(
        pages(&mut aws, json!({"TableName": "alpha", "Limit": 3})).concat(),
        all
    );
}

#[test]
fn a_page_that_ends_with_the_last_match_has_no_cursor() {
    let (mut aws, _) = with_backups(4);
    assert_eq!(pages(&mut aws, json!({"Limit": 4})).len(), 1);
    assert_eq!(pages(&mut aws, json!({"Limit": 2})).len(), 2);
    assert_eq!(
        pages(&mut aws, json!({"TableName": "bravo", "Limit": 2})).len(),
        1
    );
}

#[test]
fn a_page_has_a_hundred_backups_without_a_limit() {
    let (mut aws, arns) = with_backups(101);
    let pages = pages(&mut aws, json!({}));
    assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [100, 1]);
    assert_eq!(pages.concat(), arns);
}

#[test]
fn the_limit_counts_matches() {
    let (mut aws, arns) = with_backups(6);
    assert_eq!(
        aws.listed(json!({"TableName": "bravo", "Limit": 2})),
        [arns[1].clone(), arns[3].clone()]
    );
}

#[test]
fn limits_outside_their_range_are_refused() {
    let (mut aws, _) = with_backups(1);
    for limit in [0, -1, 101] {
        let refused = aws.refused("ListBackups", json!({"Limit": limit}));
        assert!(refused.message.contains("at 'limit'"), "{refused:?}");
    }
}

#[test]
fn a_deleted_backup_is_a_position() {
    let (mut aws, arns) = with_backups(3);
    aws.settle();
    aws.delete_backup(&arns[1]);
    assert_eq!(
        aws.listed(json!({"ExclusiveStartBackupArn": arns[1]})),
        arns[2..]
    );
}

#[test]
fn a_backup_that_never_was_is_a_position() {
    let (mut aws, arns) = with_backups(3);
    let (stem, _) = arns[1].rsplit_once('-').unwrap();
    let before = format!("{stem}-00000000");
    let after = format!("{stem}-ffffffff");
    assert_eq!(
        aws.listed(json!({"ExclusiveStartBackupArn": before})),
        arns[1..]
    );
    assert_eq!(
        aws.listed(json!({"ExclusiveStartBackupArn": after})),
        arns[2..]
    );
}

#[test]
fn positions_at_both_ends_of_time() {
    let (mut aws, arns) = with_backups(3);
    let table = arns[0].split_once("/backup/").unwrap().0.to_owned();
    let at = |id: &str| json!({"ExclusiveStartBackupArn": format!("{table}/backup/{id}")});
    assert_eq!(aws.listed(at("00000000000000-00000000")), arns);
    assert_eq!(
        aws.listed(at("99999999999999-ffffffff")),
        Vec::<String>::new()
    );
}

#[test]
fn the_position_of_a_table_that_is_gone_still_counts() {
    let (mut aws, arns) = with_backups(3);
    let elsewhere = arns[0].replace("table/alpha", "table/zulu");
    assert_eq!(
        aws.listed(json!({"ExclusiveStartBackupArn": elsewhere})),
        arns[1..]
    );
}

#[test]
fn a_cursor_of_another_region_is_refused() {
    let (mut aws, arns) = with_backups(1);
    let elsewhere = arns[0].replace("us-east-1", "eu-west-1");
    let refused = aws.refused("ListBackups", json!({"ExclusiveStartBackupArn": elsewhere}));
    assert_eq!(refused.code, "ValidationException");
    assert!(
        refused.message.contains("does not match the region"),
        "{refused:?}"
    );
}

#[test]
fn a_cursor_of_another_account_is_out_of_reach() {
    let (mut aws, arns) = with_backups(1);
    let elsewhere = arns[0].replace("111122223333", "444455556666");
    let refused = aws.refused("ListBackups", json!({"ExclusiveStartBackupArn": elsewhere}));
    assert_eq!(refused.code, "AccessDeniedException");
}

#[test]
fn filters_and_pages_combine() {
    let (mut aws, arns) = with_backups(9);
    let input = json!({
        "TableName": "alpha", "BackupType": "ALL", "Limit": 1,
        "TimeRangeLowerBound": 1_700_000_012, "TimeRangeUpperBound": 1_700_000_016,
    });
    let expected = [arns[2].clone(), arns[4].clone(), arns[6].clone()];
    assert_eq!(pages(&mut aws, input).concat(), expected);
}
