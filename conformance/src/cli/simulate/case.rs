//! A witness as a case file, where it shows in a sequential program at the public API.
//!
//! The program does what the witness tells, one call after the other, with its gaps stretched until the documents promise one
//! outcome: a minute on both sides of a backup, a second on both sides of a point in time. It cannot be made where the witness
//! holds more than acknowledged PutItem and DeleteItem on one item and one artefact of a table: no calls that overlap, no call
//! of unknown outcome, no transaction, no read; nor can a case crash a node. A finding that hangs on any of that stays a plan.
//!
//! A condition is left out: it was met. What the artefact shows and no write of the witness put is put first of all: without it
//! nothing could be shown wrongly.

use lookback_checker::history::{Artefact, Call, Entry};
use lookback_checker::verdict::{Fact, Role, Source};
use lookback_checker::{History, Violation};
use serde_json::{Map, Value, json};

/// Why something is waited for around a backup.
const BAND: &str =
    "What is a minute from a backup is surely in it, or surely not (CONSISTENCY-001)";
/// Why something is waited for around a point in time.
const SECOND: &str = "A point in time has the resolution of a second";
/// Why something is waited for before a restore to a point in time.
const LATEST: &str =
    "The instant is then older than LatestRestorableDateTime, whatever its lag is (A-04)";

/// The case, where there is one; else why there is none.
///
/// # Errors
/// Why a sequential program cannot show it.
pub fn of(history: &History, violation: &Violation, seed: u64) -> Result<Value, &'static str> {
    if violation.clauses.is_empty() {
        return Err("no clause of DynamoDB promises it");
    }
    let facts = &violation.witness.facts;
    let artefact = artefact(history, facts)?;
    let writes = writes(history, facts)?;
    let table = table(history, &artefact.table).ok_or("its table is not made in the history")?;
    let cut_us = facts.iter().find(|it| it.role == Role::ArtefactRead);
    let cut_us = cut_us.map(|it| it.shown_us).ok_or("it shows no item")?;
    let (mut before, mut after) = (Vec::new(), Vec::new());
    for (fact, call) in writes {
        let step = put_or_delete(call)?;
        // The call that asked for the artefact, or the anchor that it names.
        let anchor = artefact.anchor_us.unwrap_or(cut_us.0);
        if fact.shown_us.1 <= anchor {
            before.push(step);
        } else if fact.shown_us.0 >= anchor {
            after.push(step);
        } else {
            return Err("a write overlaps the artefact");
        }
    }
    if let Some(shown) = shown_and_not_put(artefact, facts, before.iter().chain(&after)) {
        before.insert(0, shown);
    }
    let expected: Vec<Value> = match before.last() {
        Some(step) => step.pointer("/in/Item").cloned().into_iter().collect(),
        None => Vec::new(),
    };
    let mut steps = Vec::new();
    match artefact.kind.as_str() {
        "on-demand-backup" => backup(&mut steps, before, after),
        "point-in-time-restore" => point_in_time(&mut steps, before, after),
        "system-backup" if after.is_empty() => system(&mut steps, before),
        _ => return Err("there is no case form for such an artefact"),
    }
    steps.push(json!({ "table": "${case}-restored", "becomes": "ACTIVE", "within_s": 1800 }));
    steps.push(json!({ "items": "${case}-restored", "are": expected }));
    Ok(json!({
        "$schema": "../../case.schema.json",
        "title": "What comes back is what was there at the cut",
        "clauses": violation.clauses,
        "why": format!("Found by the simulation with seed {seed}: {}", violation.witness.summary),
        "tables": { "t": table },
        "steps": steps,
    }))
}

fn artefact<'a>(history: &'a History, facts: &[Fact]) -> Result<&'a Artefact, &'static str> {
    let mut ids = facts.iter().filter_map(|fact| match fact.source {
        Source::Artefact(id) => Some(id),
        _ => None,
    });
    let (Some(wanted), None) = (ids.next(), ids.next()) else {
        return Err("it is not about one artefact");
    };
    let found = history.entries.iter().find_map(|entry| match entry {
        Entry::Artefact(artefact) if artefact.id == wanted => Some(artefact),
        _ => None,
    });
    found.ok_or("its artefact is not in the history")
}

/// The writes of the witness, in the order of time, none over another.
fn writes<'a, 'b>(
    history: &'a History,
    facts: &'b [Fact],
) -> Result<Vec<(&'b Fact, &'a Call)>, &'static str> {
    let mut writes = Vec::new();
    for fact in facts.iter().filter(|it| it.role != Role::ArtefactRead) {
        let (Role::Write, Source::Call(id)) = (fact.role, fact.source) else {
            return Err("it needs more than acknowledged writes");
        };
        let call = history.entries.iter().find_map(|entry| match entry {
            Entry::Call(call) if call.id == id => Some(call),
            _ => None,
        });
        writes.push((fact, call.ok_or("its call is not in the history")?));
    }
    writes.sort_by_key(|(fact, _)| fact.shown_us);
    let mut pairs = writes.iter().zip(writes.iter().skip(1));
    if pairs.any(|((one, _), (next, _))| next.shown_us.0 < one.shown_us.1) {
        return Err("its writes overlap");
    }
    let mut items = facts.iter().filter_map(|fact| fact.item.as_ref());
    let first = items.next();
    if items.any(|item| Some(item) != first) {
        return Err("it is about several items");
    }
    Ok(writes)
}

fn put_or_delete(call: &Call) -> Result<Value, &'static str> {
    let input: Map<String, Value> = serde_json::from_str(call.input.get()).unwrap_or_default();
    let member = match call.op.as_str() {
        "PutItem" => "Item",
        "DeleteItem" => "Key",
        _ => return Err("it needs more than PutItem and DeleteItem"),
    };
    let what = input.get(member).cloned().unwrap_or_default();
    Ok(json!({ "call": call.op, "in": { "TableName": "${t}", member: what } }))
}

/// The put of what the artefact shows of the item, where no write of the program puts it.
fn shown_and_not_put<'a>(
    artefact: &Artefact,
    facts: &[Fact],
    mut writes: impl Iterator<Item = &'a Value>,
) -> Option<Value> {
    let item = facts.iter().find_map(|fact| fact.item.as_deref())?;
    let (_, key) = item.split_once(' ')?;
    let key: Map<String, Value> = serde_json::from_str(key).ok()?;
    let mut items = artefact.items.iter();
    let shown = items.find_map(|item| {
        let item: Map<String, Value> = serde_json::from_str(item.get()).ok()?;
        let mut key = key.iter();
        key.all(|(name, value)| item.get(name) == Some(value))
            .then_some(Value::from(item))
    })?;
    let put = writes.any(|step| step.pointer("/in/Item") == Some(&shown));
    (!put).then(|| json!({ "call": "PutItem", "in": { "TableName": "${t}", "Item": shown } }))
}

/// The keys of a table, as a case gives them.
fn table(history: &History, name: &str) -> Option<Value> {
    let created = history.entries.iter().find_map(|entry| match entry {
        Entry::Call(call) if call.op == "CreateTable" => {
            let input: Value = serde_json::from_str(call.input.get()).ok()?;
            (input.get("TableName")?.as_str()? == name).then_some(input)
        }
        _ => None,
    })?;
    let definitions = created.get("AttributeDefinitions")?.as_array()?;
    let key = |kind: &str| {
        let schema = created.get("KeySchema")?.as_array()?.iter();
        let mut of_kind =
            schema.filter(|it| it.get("KeyType").and_then(Value::as_str) == Some(kind));
        let name = of_kind.next()?.get("AttributeName")?.as_str()?;
        let mut named = definitions
            .iter()
            .filter(|it| it.get("AttributeName").and_then(Value::as_str) == Some(name));
        let of_type = named.next()?.get("AttributeType")?.as_str()?;
        Some(format!("{name}:{of_type}"))
    };
    let mut table = Map::new();
    table.insert("hash".to_owned(), key("HASH")?.into());
    if let Some(range) = key("RANGE") {
        table.insert("range".to_owned(), range.into());
    }
    Some(table.into())
}

fn wait(s: u32, why: &str) -> Value {
    json!({ "wait_s": s, "why": why })
}

fn recovery() -> Value {
    let on = json!({ "PointInTimeRecoveryEnabled": true });
    json!({
        "call": "UpdateContinuousBackups",
        "in": { "TableName": "${t}", "PointInTimeRecoverySpecification": on },
    })
}

/// Waits until the backup is there, and restores it.
fn restore_backup(steps: &mut Vec<Value>) {
    let available =
        json!({ "BackupDescription": { "BackupDetails": { "BackupStatus": "AVAILABLE" } } });
    steps.push(json!({
        "call": "DescribeBackup", "in": { "BackupArn": "${arn}" },
        "until": { "body": available }, "within_s": 900,
    }));
    let input = json!({ "TargetTableName": "${case}-restored", "BackupArn": "${arn}" });
    steps.push(json!({ "call": "RestoreTableFromBackup", "in": input }));
}

fn backup(steps: &mut Vec<Value>, before: Vec<Value>, after: Vec<Value>) {
    steps.extend(before);
    steps.push(wait(61, BAND));
    steps.push(json!({
        "call": "CreateBackup", "in": { "TableName": "${t}", "BackupName": "nightly" },
        "bind": { "arn": "/BackupDetails/BackupArn" },
    }));
    if !after.is_empty() {
        steps.push(wait(61, BAND));
        steps.extend(after);
    }
    restore_backup(steps);
}

fn point_in_time(steps: &mut Vec<Value>, before: Vec<Value>, after: Vec<Value>) {
    steps.extend([recovery(), wait(2, SECOND)]);
    steps.extend(before);
    steps.extend([
        wait(2, SECOND),
        json!({ "let": { "cut": "${now}" } }),
        wait(2, SECOND),
    ]);
    steps.extend(after);
    steps.push(wait(660, LATEST));
    let input = json!({
        "SourceTableName": "${t}", "TargetTableName": "${case}-restored", "RestoreDateTime": "${cut}",
    });
    steps.push(json!({ "call": "RestoreTableToPointInTime", "in": input }));
}

fn system(steps: &mut Vec<Value>, before: Vec<Value>) {
    steps.push(recovery());
    steps.extend(before);
    steps.push(json!({ "call": "DeleteTable", "in": { "TableName": "${t}" } }));
    steps.push(json!({ "table": "${t}", "becomes": "GONE", "within_s": 300 }));
    steps.push(json!({
        "call": "ListBackups", "in": { "TableName": "${t}", "BackupType": "SYSTEM" },
        "until": { "body": { "BackupSummaries": [{ "BackupType": "SYSTEM" }] } }, "within_s": 15,
        "bind": { "arn": "/BackupSummaries/0/BackupArn" },
    }));
    restore_backup(steps);
}

#[cfg(test)]
mod tests {
    use lookback_checker::judge::{Options, judge};
    use lookback_checker::{Contract, history};

    use super::*;

    /// What a trace of the corpus makes.
    fn made(name: &str) -> Result<Value, &'static str> {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../corpus/traces/");
        let text = std::fs::read(format!("{folder}{name}.jsonl")).unwrap();
        let history = history::read(text.as_slice()).unwrap();
        let verdict = judge(&history, &Contract::dynamodb(), &Options::default());
        of(&history, verdict.violations.first().unwrap(), 7)
    }

    #[test]
    fn a_witness_of_writes_and_a_backup_becomes_a_case_that_can_be_read() {
        let lines = r#"{"history":{"version":1,"contract":"dynamodb"}}
{"call":{"id":1,"at_us":0,"client":0,"op":"CreateTable","in":{"TableName":"music","KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],"AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}]}}}
{"return":{"id":1,"at_us":10,"out":{}}}
{"estimate":{"at_us":0,"offset_us_min":0,"offset_us_max":2000}}
{"call":{"id":2,"at_us":10000000,"client":0,"op":"PutItem","in":{"TableName":"music","Item":{"pk":{"S":"a"},"v":{"S":"c0-1"}}}}}
{"return":{"id":2,"at_us":10003000,"out":{}}}
{"call":{"id":3,"at_us":100000000,"client":1,"op":"CreateBackup","in":{"TableName":"music","BackupName":"b"}}}
{"return":{"id":3,"at_us":100003000,"out":{"BackupDetails":{"BackupName":"b","BackupCreationDateTime":100.002}}}}
{"artefact":{"id":1,"kind":"on-demand-backup","table":"music","call":3,"anchor_us":100002000,"items":[]}}
{"end":{"at_us":200000000}}
"#;
        let history = history::read(lines.as_bytes()).unwrap();
        let verdict = judge(&history, &Contract::dynamodb(), &Options::default());
        let case = of(&history, verdict.violations.first().unwrap(), 7).unwrap();
        let text = serde_json::to_string_pretty(&case).unwrap();
        let read = crate::case::load::parse("simulated/one", "one.json", &text).unwrap();
        assert_eq!(crate::case::check::problems(&read).len(), 0);
        let puts = read.source["steps"].as_array().unwrap();
        assert_eq!(puts.last().unwrap()["are"][0]["v"]["S"], "c0-1");
    }

    #[test]
    fn a_witness_that_no_case_can_show_says_why() {
        assert_eq!(
            made("backup-lacks-a-write-of-a-minute-before"),
            Err("its table is not made in the history")
        );
    }
}
