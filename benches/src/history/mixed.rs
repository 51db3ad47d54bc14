//! All that values do not identify: counters, deletions, conditions, transactions, scans, answers that are lost.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use lookback_checker::history::Entry;
use oorandom::Rand64;

use super::Histories;
use super::recorder::{Answer, Recorder};

/// Of so many calls one is a scan of the whole table.
const SCAN_EVERY: u64 = 5_000;

/// Of so many calls one is a put whose answer is lost.
const LOST_EVERY: u64 = 1_000;

/// What an item holds besides its key.
#[derive(Clone, Copy)]
struct Row {
    counter: Option<u64>,
    value: Option<u64>,
}

/// The items, and the calls on them.
struct Mixed<'a, F> {
    state: BTreeMap<u64, Row>,
    recorder: &'a mut Recorder<F>,
}

pub(super) fn record<F: FnMut(Entry)>(
    histories: &Histories,
    draw: &mut Rand64,
    recorder: &mut Recorder<F>,
) -> Result<(), serde_json::Error> {
    let mut mixed = Mixed {
        state: BTreeMap::new(),
        recorder,
    };
    for index in 0..histories.calls {
        let key = draw.rand_range(0..histories.keys);
        let percent = draw.rand_range(0..100);
        if index % SCAN_EVERY == SCAN_EVERY - 1 {
            mixed.scan()?;
        } else if index % LOST_EVERY == LOST_EVERY - 1 {
            mixed.put_lost(key, index, percent < 50)?;
        } else {
            match percent {
                0..40 => mixed.get(key)?,
                40..60 => mixed.count(key, percent < 50)?,
                60..75 => mixed.put(key, index)?,
                75..85 => mixed.put_if_absent(key, index)?,
                85..95 => mixed.delete(key)?,
                _ => mixed.put_two(key, (key + 1) % histories.keys, index)?,
            }
        }
        if histories.has_backup_after(index) {
            let items = mixed.items();
            mixed.recorder.backup(items)?;
        }
    }
    Ok(())
}

impl<F: FnMut(Entry)> Mixed<'_, F> {
    fn get(&mut self, key: u64) -> Result<(), serde_json::Error> {
        let input = format!(r#"{{{},"ConsistentRead":true}}"#, named(key));
        let output = match self.state.get(&key) {
            Some(row) => format!(r#"{{"Item":{}}}"#, item(key, row)),
            None => done(),
        };
        self.recorder.call("GetItem", input, Answer::Output(output))
    }

    fn count(&mut self, key: u64, told: bool) -> Result<(), serde_json::Error> {
        let row = self.state.entry(key).or_insert(Row {
            counter: None,
            value: None,
        });
        let counter = row.counter.unwrap_or(0) + 1;
        row.counter = Some(counter);
        let returned = if told {
            r#","ReturnValues":"UPDATED_NEW""#
        } else {
            ""
        };
        let input = format!(
            r#"{{{},"UpdateExpression":"ADD n :one","ExpressionAttributeValues":{{":one":{{"N":"1"}}}}{returned}}}"#,
            named(key)
        );
        let output = if told {
            format!(r#"{{"Attributes":{{"n":{{"N":"{counter}"}}}}}}"#)
        } else {
            done()
        };
        self.recorder
            .call("UpdateItem", input, Answer::Output(output))
    }

    fn put(&mut self, key: u64, value: u64) -> Result<(), serde_json::Error> {
        let row = self.replace(key, value);
        let input = format!(r#"{{"TableName":"t","Item":{}}}"#, item(key, &row));
        self.recorder.call("PutItem", input, Answer::Output(done()))
    }

    fn put_lost(
        &mut self,
        key: u64,
        value: u64,
        took_effect: bool,
    ) -> Result<(), serde_json::Error> {
        let row = written(value);
        if took_effect {
            self.state.insert(key, row);
        }
        let input = format!(r#"{{"TableName":"t","Item":{}}}"#, item(key, &row));
        self.recorder.call("PutItem", input, Answer::Lost)
    }

    fn put_if_absent(&mut self, key: u64, value: u64) -> Result<(), serde_json::Error> {
        let input = format!(
            r#"{{"TableName":"t","Item":{},"ConditionExpression":"attribute_not_exists(pk)"}}"#,
            item(key, &written(value))
        );
        let answer = if self.state.contains_key(&key) {
            Answer::Refused("ConditionalCheckFailedException")
        } else {
            self.replace(key, value);
            Answer::Output(done())
        };
        self.recorder.call("PutItem", input, answer)
    }

    fn put_two(&mut self, one: u64, other: u64, value: u64) -> Result<(), serde_json::Error> {
        let member = |key, row| {
            format!(
                r#"{{"Put":{{"TableName":"t","Item":{}}}}}"#,
                item(key, &row)
            )
        };
        let members = [one, other].map(|key| member(key, self.replace(key, value)));
        let input = format!(r#"{{"TransactItems":[{}]}}"#, members.join(","));
        self.recorder
            .call("TransactWriteItems", input, Answer::Output(done()))
    }

    fn delete(&mut self, key: u64) -> Result<(), serde_json::Error> {
        self.state.remove(&key);
        let input = format!("{{{}}}", named(key));
        self.recorder
            .call("DeleteItem", input, Answer::Output(done()))
    }

    fn scan(&mut self) -> Result<(), serde_json::Error> {
        let input = r#"{"TableName":"t","ConsistentRead":true}"#.to_owned();
        let items = self.items();
        let count = items.len();
        let output = format!(
            r#"{{"Items":[{}],"Count":{count},"ScannedCount":{count}}}"#,
            items.join(",")
        );
        self.recorder.call("Scan", input, Answer::Output(output))
    }

    fn replace(&mut self, key: u64, value: u64) -> Row {
        let row = written(value);
        self.state.insert(key, row);
        row
    }

    fn items(&self) -> Vec<String> {
        let items = self.state.iter().map(|(key, row)| item(*key, row));
        items.collect()
    }
}

fn written(value: u64) -> Row {
    Row {
        counter: None,
        value: Some(value),
    }
}

fn done() -> String {
    "{}".to_owned()
}

/// The members of a request that name an item.
fn named(key: u64) -> String {
    format!(r#""TableName":"t","Key":{{"pk":{{"S":"key-{key:06}"}}}}"#)
}

fn item(key: u64, row: &Row) -> String {
    let mut text = "{".to_owned();
    // Writing to a string does not fail.
    if let Some(counter) = row.counter {
        let _ = write!(text, r#""n":{{"N":"{counter}"}},"#);
    }
    let _ = write!(text, r#""pk":{{"S":"key-{key:06}"}}"#);
    if let Some(value) = row.value {
        let _ = write!(text, r#","v":{{"N":"{value}"}}"#);
    }
    text.push('}');
    text
}
