use lookback_protocol::error::ErrorCode;
use lookback_protocol::expression::Update;
use lookback_protocol::item_op::{delete, put, update};

use crate::{guarded, item, n, rules, s};

#[test]
fn a_condition_that_holds_lets_the_write_pass() {
    let old = item(&[("a", n(1)), ("pk", s("p"))]);
    assert!(guarded("a = :one", false, |guard| delete::apply(Some(&old), guard)).unwrap());
    assert!(
        guarded("attribute_not_exists(pk)", false, |guard| put::apply(
            None,
            old.clone(),
            guard
        ))
        .is_ok()
    );
}

#[test]
fn a_condition_that_fails_changes_nothing_and_says_so() {
    let old = item(&[("a", n(2)), ("pk", s("p"))]);
    let failures = [
        guarded("a = :one", false, |guard| {
            put::apply(Some(&old), old.clone(), guard)
        })
        .unwrap_err(),
        guarded("a = :one", false, |guard| delete::apply(Some(&old), guard)).unwrap_err(),
        guarded("a = :one", false, |guard| {
            update::apply(&rules(), Some(&old), &old, &Update::default(), guard)
        })
        .unwrap_err(),
    ];
    for failure in failures {
        assert_eq!(failure.code, ErrorCode::ConditionalCheckFailedException);
        assert_eq!(
            failure.message.as_deref(),
            Some("The conditional request failed")
        );
        assert_eq!(failure.item, None);
    }
}

#[test]
fn a_failure_shows_the_item_when_asked_for() {
    let old = item(&[("a", n(2)), ("pk", s("p"))]);
    let failure = guarded("a = :one", true, |guard| delete::apply(Some(&old), guard)).unwrap_err();
    assert_eq!(failure.item.as_deref(), Some(&old));
    let absent = guarded("attribute_exists(pk)", true, |guard| {
        delete::apply(None, guard)
    })
    .unwrap_err();
    assert_eq!(absent.item, None);
}

#[test]
fn the_condition_comes_before_what_the_update_does() {
    let old = item(&[("a", n(2)), ("pk", s("p"))]);
    let values = crate::values();
    let mut placeholders =
        lookback_protocol::expression::Placeholders::new(None, Some(&values)).unwrap();
    let broken = Update::parse("SET a = nowhere + :one", &mut placeholders).unwrap();
    let failure = guarded("a = :one", false, |guard| {
        update::apply(&rules(), Some(&old), &old, &broken, guard)
    });
    assert_eq!(
        failure.unwrap_err().code,
        ErrorCode::ConditionalCheckFailedException
    );
}
