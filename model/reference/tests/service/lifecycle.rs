//! Statuses: derived from instants, one after another, never back.

use lookback_reference::{Choices, Settings};
use serde_json::json;

use crate::world::{START_US, World, text};

#[test]
fn a_backup_is_creating_and_then_available() {
    let mut aws = World::exact();
    aws.table("music");
    let arn = text(&aws.start_backup("music")["BackupArn"]);
    assert_eq!(aws.backup_status(&arn), "CREATING");
    aws.advance_us(49_999);
    assert_eq!(aws.backup_status(&arn), "CREATING");
    aws.advance_us(1);
    assert_eq!(aws.backup_status(&arn), "AVAILABLE");
}

#[test]
fn an_adversarial_backup_is_creating_for_at_least_its_band() {
    for seed in 0..20 {
        let mut aws = World::adversarial(seed);
        aws.table("music");
        let arn = text(&aws.start_backup("music")["BackupArn"]);
        aws.advance_us(59_999_999);
        assert_eq!(aws.backup_status(&arn), "CREATING", "{seed}");
        aws.advance_s(240);
        assert_eq!(aws.backup_status(&arn), "AVAILABLE", "{seed}");
    }
}

#[test]
fn delays_under_exact_can_be_set() {
    let choices = Choices {
        exact_backup_us: 0,
        exact_restore_us: 7_000_000,
        ..Choices::exact()
    };
    let mut aws = World::new(
        Settings {
            choices,
            ..Settings::default()
        },
        START_US,
    );
    aws.table("music");
    let arn = text(&aws.start_backup("music")["BackupArn"]);
    assert_eq!(aws.backup_status(&arn), "AVAILABLE", "at once");
    aws.start_restore(&arn, "again", json!({}));
    aws.advance_us(6_999_999);
    assert_eq!(aws.status("again"), "CREATING");
    aws.advance_us(1);
    assert_eq!(aws.status("again"), "ACTIVE");
}

#[test]
fn the_delay_of_typical_restores_can_be_set() {
    let choices = Choices {
        typical_restore_us: 20_000_000,
        ..Choices::typical()
    };
    let mut aws = World::new(
        Settings {
            choices,
            ..Settings::default()
        },
        START_US,
    );
    aws.table("music");
    let arn = aws.backup("music");
    aws.start_restore(&arn, "again", json!({}));
    aws.advance_s(20);
    assert_eq!(aws.status("again"), "ACTIVE");
}

#[test]
fn statuses_do_not_depend_on_being_looked_at() {
    let looked_at = |often: bool| {
        let mut aws = World::typical();
        aws.table("music");
        let arn = aws.backup("music");
        aws.start_restore(&arn, "again", json!({}));
        for _ in 0..200 {
            aws.advance_s(1);
            if often {
                aws.status("again");
                aws.backup_status(&arn);
            }
        }
        (
            aws.status("again"),
            aws.backup_status(&arn),
            aws.describe("again"),
        )
    };
    assert_eq!(looked_at(true), looked_at(false));
}

#[test]
fn a_jump_of_years_finds_everything_finished() {
    let mut aws = World::adversarial(3);
    aws.table("music");
    let arn = text(&aws.start_backup("music")["BackupArn"]);
    aws.advance_us(3_650 * crate::world::DAY_US);
    aws.start_restore(&arn, "again", json!({}));
    aws.start_drop("music");
    aws.advance_us(3_650 * crate::world::DAY_US);
    assert_eq!(
        (aws.status("again").as_str(), aws.status("music").as_str()),
        ("ACTIVE", "gone")
    );
}

#[test]
fn nothing_is_due_once_everything_is_settled() {
    let mut aws = World::typical();
    aws.table("music");
    let arn = aws.backup("music");
    aws.restore(&arn, "again");
    aws.drop("music");
    assert_eq!(aws.service.next_due(aws.now_us), None);
}

#[test]
fn every_change_of_a_status_is_announced_as_due() {
    let mut aws = World::typical();
    aws.table("music");
    let arn = text(&aws.start_backup("music")["BackupArn"]);
    let due_us = aws.service.next_due(aws.now_us).unwrap();
    aws.now_us = due_us - 1;
    assert_eq!(aws.backup_status(&arn), "CREATING");
    aws.now_us = due_us;
    assert_eq!(aws.backup_status(&arn), "AVAILABLE");
}
