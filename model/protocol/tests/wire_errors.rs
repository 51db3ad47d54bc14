//! The bodies of errors (WIRE-006, WIRE-007).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

use lookback_protocol::error::{CancellationReason, ErrorCode, ServiceError};
use lookback_protocol::value::{AttributeValue, Item};
use lookback_protocol::wire::error_body;

fn body(error: &ServiceError) -> String {
    String::from_utf8(error_body(error)).unwrap()
}

fn item() -> Item {
    Item::from_iter([("pk".to_owned(), AttributeValue::S("a".to_owned()))])
}

#[test]
fn a_validation_exception() {
    assert_eq!(
        body(&ServiceError::validation("No")),
        r#"{"__type":"com.amazon.coral.validate#ValidationException","message":"No"}"#
    );
}

#[test]
fn an_error_that_spells_its_message_with_a_capital() {
    assert_eq!(
        body(&ServiceError::serialization("No")),
        r#"{"__type":"com.amazon.coral.service#SerializationException","Message":"No"}"#
    );
}

#[test]
fn an_unknown_operation_has_only_a_type() {
    let mut error = ServiceError::new(ErrorCode::UnknownOperationException, "");
    error.message = None;
    assert_eq!(
        body(&error),
        r#"{"__type":"com.amazon.coral.service#UnknownOperationException"}"#
    );
}

#[test]
fn a_failed_condition_may_carry_the_item() {
    let mut error = ServiceError::new(ErrorCode::ConditionalCheckFailedException, "No");
    error.item = Some(Box::new(item()));
    insta::assert_snapshot!(body(&error));
}

#[test]
fn a_cancelled_transaction_tells_a_reason_for_each_member() {
    let mut error = ServiceError::new(ErrorCode::TransactionCanceledException, "Cancelled");
    error.cancellation_reasons = vec![
        CancellationReason {
            code: "None".to_owned(),
            message: None,
            item: None,
        },
        CancellationReason {
            code: "ConditionalCheckFailed".to_owned(),
            message: Some("The conditional request failed".to_owned()),
            item: Some(item()),
        },
    ];
    insta::assert_snapshot!(body(&error));
}
