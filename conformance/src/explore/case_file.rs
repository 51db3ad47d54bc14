//! A program as a case file (docs/cases.md): any target can run it, and it gates nothing before somebody has judged it.

use lookback_traffic::program::{Body, ProgramStep, Reading};
use serde_json::{Map, Value, json};

use super::shrink::Shrunk;

/// The text of the case.
pub fn text(shrunk: &Shrunk, target: &str, command: &str) -> String {
    let difference = &shrunk.difference;
    let cause = &difference.cause;
    let tables = shrunk.program.tables.len();
    let mut steps = Vec::new();
    for step in &shrunk.program.steps {
        if step.gap_s > 0 {
            steps.push(json!({ "wait_s": step.gap_s, "why": "time passes between these calls" }));
        }
        steps.push(called(step));
    }
    if difference.step < tables {
        // CreateTable itself differs: it is a step of its own.
        steps = shrunk
            .program
            .tables
            .iter()
            .take(difference.step + 1)
            .map(|table| json!({ "call": "CreateTable", "in": renamed(table), "observe": true }))
            .collect();
    }
    let mut case = json!({
        "$schema": "../case.schema.json",
        "title": format!("{} of a program found by exploration", cause.operation),
        "clauses": [clause(&cause.operation)],
        "unspecified": "found by exploration and not judged yet",
        "why": format!("{target} answers {}; expected was {}. Found by: {command}", difference.found, difference.expected),
        "steps": steps,
    });
    if difference.step >= tables {
        let specs: Map<String, Value> = shrunk
            .program
            .tables
            .iter()
            .zip(["t", "u"])
            .map(|(table, name)| (name.to_owned(), spec(table)))
            .collect();
        insert(&mut case, "tables", specs.into());
    }
    let mut text = serde_json::to_string_pretty(&case).unwrap_or_default();
    text.push('\n');
    text
}

fn insert(case: &mut Value, name: &str, value: Value) {
    if let Some(members) = case.as_object_mut() {
        members.insert(name.to_owned(), value);
    }
}

fn called(step: &ProgramStep) -> Value {
    match &step.body {
        Body::Raw(text) => {
            json!({ "call": step.operation, "raw": { "body": text }, "observe": true })
        }
        Body::Json(body) if step.reading == Reading::Pages && body.get("Segment").is_none() => {
            json!({
                "pages": step.operation,
                "in": body,
                "collect": "/Items",
                "cursor": "/LastEvaluatedKey",
                "as_input": "ExclusiveStartKey",
            })
        }
        Body::Json(body) => json!({ "call": step.operation, "in": body, "observe": true }),
    }
}

/// A table that stands ready, from its CreateTable request.
fn spec(table: &Value) -> Value {
    let mut with = table.as_object().cloned().unwrap_or_default();
    with.remove("TableName");
    let schema = with.remove("KeySchema").unwrap_or_default();
    let kind = |name: &str| {
        let definitions = table.get("AttributeDefinitions").and_then(Value::as_array);
        let mut definitions = definitions.into_iter().flatten();
        let found = definitions
            .find(|known| known.get("AttributeName").and_then(Value::as_str) == Some(name));
        let kind = found.and_then(|known| known.get("AttributeType")?.as_str());
        format!("{name}:{}", kind.unwrap_or("S"))
    };
    let key = |place: usize| {
        schema
            .get(place)
            .and_then(|key| key.get("AttributeName")?.as_str())
            .map(kind)
    };
    let mut spec = json!({ "settle": false, "with": with });
    for (place, name) in ["hash", "range"].into_iter().enumerate() {
        if let Some(key) = key(place) {
            insert(&mut spec, name, key.into());
        }
    }
    spec
}

/// A table that a case creates itself starts with the case's prefix.
fn renamed(table: &Value) -> Value {
    let text = table
        .to_string()
        .replace("${t}", "${case}-t")
        .replace("${u}", "${case}-u");
    serde_json::from_str(&text).unwrap_or_default()
}

/// The clause that is nearest to an operation.
fn clause(operation: &str) -> &'static str {
    match operation {
        "PutItem" => "ITEM-003",
        "GetItem" => "ITEM-011",
        "UpdateItem" => "ITEM-015",
        "DeleteItem" => "ITEM-012",
        "BatchWriteItem" => "ITEM-016",
        "BatchGetItem" => "ITEM-017",
        "TransactWriteItems" | "TransactGetItems" => "ITEM-018",
        "Query" => "ITEM-020",
        "Scan" => "ITEM-021",
        "UpdateTimeToLive" | "DescribeTimeToLive" => "TTL-001",
        "TagResource" | "UntagResource" | "ListTagsOfResource" => "TAG-001",
        "UpdateTable" => "TABLE-009",
        "ListTables" => "TABLE-017",
        _ => "TABLE-001",
    }
}

/// A name for the file: what differs, and a number that tells causes apart.
pub fn name(target: &str, shrunk: &Shrunk) -> String {
    let cause = &shrunk.difference.cause;
    let whole = format!("{cause:?}");
    format!(
        "{target}-{}-{:08x}",
        cause.operation.to_lowercase(),
        crc32fast::hash(whole.as_bytes())
    )
}
