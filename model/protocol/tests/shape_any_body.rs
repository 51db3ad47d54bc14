//! Whatever the body, a request is read or refused with one of two errors; nothing panics (WIRE-002).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

use lookback_protocol::error::ErrorCode;
use lookback_protocol::wire::{Operation, Request};
use proptest::prelude::*;

const BODIES: [&str; 4] = [
    r#"{"TableName":"music","Item":{"a":{"S":"b"},"c":{"L":[{"N":"1"},{"BS":["AQ=="]}]}},"Expected":{"a":{"Exists":false}}}"#,
    r#"{"TableName":"music","PointInTimeRecoverySpecification":{"PointInTimeRecoveryEnabled":true,"RecoveryPeriodInDays":3}}"#,
    r#"{"RequestItems":{"music":{"Keys":[{"a":{"S":"b"}}],"ProjectionExpression":"a"}}}"#,
    r#"{"TableName":"music","TimeRangeLowerBound":1576616366.715,"Limit":-1,"BackupType":"ALL"}"#,
];

fn read(operation: Operation, body: &[u8]) {
    if let Err(error) = Request::parse(operation, body) {
        let expected = [
            ErrorCode::SerializationException,
            ErrorCode::ValidationException,
        ];
        assert!(expected.contains(&error.code), "{error}");
        assert!(error.message.is_some_and(|message| !message.is_empty()));
    }
}

proptest! {
    #[test]
    fn a_body_of_any_bytes(body in proptest::collection::vec(any::<u8>(), 0..64)) {
        for operation in Operation::ALL {
            read(*operation, &body);
        }
    }

    #[test]
    fn a_body_with_a_token_replaced(
        body in 0..BODIES.len(),
        at in any::<prop::sample::Index>(),
        token in prop::sample::select(vec![
            "", "null", "[]", "{}", "5", "1e400", "-0.5", "\"\"", "true", "\"\u{1f600}\"", "[", "}", ",", ":", "\\",
        ]),
        length in 0..12_usize,
    ) {
        let body = BODIES[body];
        let start = at.index(body.len());
        let end = (start + length).min(body.len());
        let body = format!("{}{token}{}", &body[..start], &body[end..]);
        for operation in Operation::ALL {
            read(*operation, body.as_bytes());
        }
    }

    #[test]
    fn a_member_of_any_json_type(
        value in prop::sample::select(vec!["null", "[]", "{}", "5", "9e99", "\"\"", "true", "[null]", "[[1]]", "{\"a\":null}", "[{}]"]),
    ) {
        for operation in Operation::ALL {
            let shapes = &lookback_protocol::shape::api().unwrap().operations[operation.name()];
            let lookback_protocol::shape::Kind::Structure(members) = &shapes.input.kind else {
                panic!("a request is a structure")
            };
            for member in members {
                read(*operation, format!(r#"{{"{}":{value}}}"#, member.name).as_bytes());
            }
        }
    }
}
