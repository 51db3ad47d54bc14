//! Quotas: fifty restores at once.

use serde_json::json;

use crate::world::{World, refusal};

/// An account with `count` restores on their way, and the ARN of a backup that feeds none.
fn restoring(count: usize) -> (World, String) {
    let mut aws = World::exact();
    aws.table("music");
    let arns: Vec<String> = (0..count).map(|_| aws.backup("music")).collect();
    let spare = aws.backup("music");
    for (number, arn) in arns.iter().enumerate() {
        aws.start_restore(arn, &format!("again-{number}"), json!({}));
    }
    (aws, spare)
}

#[test]
fn fifty_restores_run_at_once() {
    let (mut aws, spare) = restoring(49);
    aws.start_restore(&spare, "fiftieth", json!({}));
}

#[test]
fn the_fifty_first_restore_is_refused_and_leaves_nothing() {
    let (mut aws, spare) = restoring(50);
    assert_eq!(
        aws.restore_refused(&spare, "one-more", json!({})),
        refusal(
            "LimitExceededException",
            "Subscriber limit exceeded: Only 50 restore operations can be done simultaneously"
        )
    );
    assert_eq!(aws.status("one-more"), "gone");
    aws.delete_backup(&spare);
}

#[test]
fn a_finished_restore_makes_room() {
    let (mut aws, spare) = restoring(50);
    aws.settle();
    aws.restore(&spare, "one-more");
}

#[test]
fn another_account_has_a_quota_of_its_own() {
    let (mut aws, _) = restoring(50);
    aws.caller.account = "444455556666".to_owned();
    aws.table("music");
    let arn = aws.backup("music");
    aws.restore(&arn, "again");
}
