//! No member is missing or misspelt: for each operation a request and an answer with every member of the API
//! model is read into its type, written again, and compared.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

use lookback_protocol::shape::{Api, Kind, Shape, api};
use lookback_protocol::wire::{Operation, Request, Response, is_known_operation_name};
use serde_json::{Map, Value, json};

/// A value that has every member of the shape and breaks no constraint.
fn sample(shape: &Shape) -> Value {
    match &shape.kind {
        Kind::Structure(members) => {
            let members = members
                .iter()
                .map(|member| (member.name.clone(), sample(&member.shape)));
            Value::Object(members.collect::<Map<_, _>>())
        }
        Kind::List { element, length } => {
            let count = length.min.unwrap_or(0).max(1);
            (0..count).map(|_| sample(element)).collect()
        }
        Kind::Map { key, value, .. } => {
            let name = sample(key).as_str().unwrap().to_owned();
            Value::Object(Map::from_iter([(name, sample(value))]))
        }
        Kind::String {
            length,
            pattern,
            values,
        } => match (values.first(), pattern) {
            (Some(value), _) => value.clone().into(),
            (None, Some(pattern)) => matching(&pattern.text).into(),
            (None, None) => "n".repeat(length.min.unwrap_or(0).max(3) as usize).into(),
        },
        Kind::Integer(bounds) | Kind::Long(bounds) => bounds.min.unwrap_or(7).max(1).into(),
        Kind::Double => json!(2.5),
        Kind::Boolean => json!(true),
        Kind::Timestamp => json!(1_576_616_366.715),
        Kind::AttributeValue => json!({ "S": "text" }),
    }
}

/// A text for each pattern of the API model.
fn matching(pattern: &str) -> String {
    match pattern {
        "[a-zA-Z0-9_.-]+" => "A-name_1.2".to_owned(),
        "[0-9]{12}" => "012345678901".to_owned(),
        "[,;:|\\t ]" => ";".to_owned(),
        "([0-9a-f]{16})+" => "0123456789abcdef".repeat(7),
        "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}" => {
            "01234567-89ab-cdef-0123-456789abcdef".to_owned()
        }
        "^[^\\$]+$"
        | "[\\x20-\\x21\\x23-\\x2B\\x2D-\\x7E]*"
        | "^[a-z0-9A-Z]+[\\.\\-\\w]*[a-z0-9A-Z]+$" => "sample".to_owned(),
        other => panic!("no sample for the pattern {other}"),
    }
}

fn model() -> &'static Api {
    api().unwrap()
}

#[test]
fn every_described_operation_is_an_operation_and_the_other_way_round() {
    let described: Vec<&str> = model().operations.keys().map(String::as_str).collect();
    let mut names: Vec<&str> = Operation::ALL
        .iter()
        .map(|operation| operation.name())
        .collect();
    names.sort_unstable();
    assert_eq!(described, names);
    assert_eq!(names.len(), 36);
}

#[test]
fn operations_are_found_by_their_exact_name() {
    for operation in Operation::ALL {
        assert_eq!(Operation::from_name(operation.name()), Some(*operation));
        assert!(is_known_operation_name(operation.name()));
    }
    assert_eq!(Operation::from_name("createBackup"), None);
    assert_eq!(Operation::from_name("ExecuteStatement"), None);
    assert!(is_known_operation_name("ExecuteStatement"));
    assert!(!is_known_operation_name("Nonsense"));
}

#[test]
fn requests_carry_every_member_of_the_model() {
    for operation in Operation::ALL {
        let full = sample(&model().operations[operation.name()].input);
        let request = Request::parse(*operation, full.to_string().as_bytes())
            .unwrap_or_else(|error| panic!("{}: {error}", operation.name()));
        assert_eq!(request.operation(), *operation);
        let mut body = Vec::new();
        request.to_json(&mut body);
        let written: Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(written, full, "{}", operation.name());
    }
}

#[test]
fn answers_carry_every_member_of_the_model() {
    for operation in Operation::ALL {
        let Some(shape) = &model().operations[operation.name()].output else {
            continue;
        };
        let full = sample(shape);
        let answer = Response::parse(*operation, full.to_string().as_bytes())
            .unwrap_or_else(|error| panic!("{}: {error}", operation.name()));
        assert_eq!(answer.operation(), *operation);
        let mut body = Vec::new();
        answer.to_json(&mut body);
        let written: Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(written, full, "{}", operation.name());
    }
}

#[test]
fn answers_without_members_have_an_empty_body() {
    for operation in Operation::ALL {
        let answer = Response::parse(*operation, b"{}").unwrap();
        let mut body = Vec::new();
        answer.to_json(&mut body);
        let no_members = model().operations[operation.name()].output.is_none();
        assert_eq!(body.is_empty(), no_members, "{}", operation.name());
    }
}

#[test]
fn absent_members_are_not_written() {
    let body = br#"{"TableName":"music","Key":{"pk":{"S":"a"}}}"#;
    let mut written = Vec::new();
    Request::parse(Operation::GetItem, body)
        .unwrap()
        .to_json(&mut written);
    assert_eq!(
        String::from_utf8(written).unwrap(),
        String::from_utf8_lossy(body)
    );
}

#[test]
fn unknown_members_are_ignored_at_every_depth() {
    let body = br#"{"TableName":"music","DefinitelyNotAMember":{"a":[1,{"b":null}]},
        "PointInTimeRecoverySpecification":{"PointInTimeRecoveryEnabled":true,"Nonsense":1}}"#;
    let request = Request::parse(Operation::UpdateContinuousBackups, body).unwrap();
    let mut written = Vec::new();
    request.to_json(&mut written);
    assert_eq!(
        serde_json::from_slice::<Value>(&written).unwrap(),
        json!({
            "TableName": "music",
            "PointInTimeRecoverySpecification": { "PointInTimeRecoveryEnabled": true }
        })
    );
}

#[test]
fn null_members_count_as_absent() {
    let body =
        br#"{"TableName":"music","Limit":null,"BackupType":null,"TimeRangeLowerBound":null}"#;
    let Request::ListBackups(request) = Request::parse(Operation::ListBackups, body).unwrap()
    else {
        panic!("another request")
    };
    assert_eq!(request.table_name.as_deref(), Some("music"));
    assert_eq!((request.limit, request.backup_type), (None, None));
    assert_eq!(request.time_range_lower_bound, None);
}

#[test]
fn whole_numbers_may_have_a_fraction_that_is_cut_off() {
    let body = br#"{"Limit":10.9}"#;
    let Request::ListBackups(request) = Request::parse(Operation::ListBackups, body).unwrap()
    else {
        panic!("another request")
    };
    assert_eq!(request.limit, Some(10));
}
