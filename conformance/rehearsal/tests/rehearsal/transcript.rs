//! What was said.

use lookback_rehearsal::{Fault, Outcome, Rehearsal};

#[tokio::test]
async fn an_exchange_reads_as_one_line() {
    let rehearsal = Rehearsal::setup().recorded().begin();
    rehearsal
        .client()
        .list_tables()
        .limit(3)
        .send()
        .await
        .unwrap();
    let lines: Vec<String> = rehearsal
        .transcript()
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        lines,
        [
            r#"2026-01-01T00:00:00.001Z 111122223333 us-east-1 ListTables {"Limit":3} -> 200 {"TableNames":[]}"#
        ]
    );
}

#[tokio::test]
async fn what_never_arrived_is_told_apart_from_what_was_answered() {
    let rehearsal = Rehearsal::setup().recorded().begin();
    rehearsal.fail_nth("ListTables", 1, Fault::LoseRequest);
    rehearsal.fail_nth("ListTables", 2, Fault::LoseAnswer);
    rehearsal.client().list_tables().send().await.unwrap();
    let said: Vec<_> = rehearsal
        .transcript()
        .into_iter()
        .map(|exchange| (exchange.outcome == Outcome::NotReached, exchange.fault))
        .collect();
    assert_eq!(
        said,
        [
            (true, Some(Fault::LoseRequest)),
            (false, Some(Fault::LoseAnswer)),
            (false, None)
        ]
    );
}

#[tokio::test]
async fn nothing_is_kept_unless_asked_for() {
    let rehearsal = Rehearsal::new();
    rehearsal.client().list_tables().send().await.unwrap();
    assert!(rehearsal.transcript().is_empty());
    assert_eq!(rehearsal.calls(), 1);
}
