//! Histories of any length: sixteen clients that write and read a thousand items, and backups in between.

use std::collections::BTreeMap;

use lookback_checker::history::{Artefact, Call, End, Entry, Header, Return, Table};
use serde_json::value::RawValue;

/// Calls that are under way at one time.
const CLIENTS: u64 = 16;

/// Time between two calls, in microseconds.
const STEP_US: i64 = 50;

/// A history that is right: every second call writes a value of its own, the others read.
pub struct Histories {
    /// How many calls.
    pub calls: u64,
    /// Over how many items.
    pub keys: u64,
    /// How many backups, evenly spread.
    pub backups: u64,
}

impl Histories {
    /// The header.
    pub fn header() -> Header {
        Header {
            version: 1,
            ..Header::default()
        }
    }

    /// Gives the entries one by one, in the order of time.
    ///
    /// # Errors
    /// None but those of making JSON.
    pub fn each(&self, mut take: impl FnMut(Entry)) -> Result<(), serde_json::Error> {
        take(Entry::Table(Table {
            name: "t".to_owned(),
            at_us: 0,
            key_schema: raw(r#"[{"AttributeName":"pk","KeyType":"HASH"}]"#.to_owned())?,
            attribute_definitions: raw(
                r#"[{"AttributeName":"pk","AttributeType":"S"}]"#.to_owned()
            )?,
            items: Vec::new(),
        }));
        let mut state: BTreeMap<u64, u64> = BTreeMap::new();
        let mut answers: Vec<Option<Return>> = vec![None; CLIENTS as usize];
        let every = self.calls / (self.backups + 1);
        let mut draw = 1_u64;
        for index in 0..self.calls {
            let at_us = (index as i64 + 1) * STEP_US;
            let client = index % CLIENTS;
            let slot = answers.get_mut(client as usize);
            if let Some(slot) = slot
                && let Some(answer) = slot.take()
            {
                take(Entry::Return(Return { at_us, ..answer }));
            }
            // A linear congruential generator is enough to spread keys.
            draw = draw
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let key = (draw >> 33) % self.keys;
            let (op, input, output) = if index % 2 == 0 {
                state.insert(key, index);
                (
                    "PutItem",
                    format!(r#"{{"TableName":"t","Item":{}}}"#, item(key, index)),
                    "{}".to_owned(),
                )
            } else {
                let shown = state.get(&key).map(|value| item(key, *value));
                (
                    "GetItem",
                    format!(
                        r#"{{"TableName":"t","Key":{{"pk":{{"S":"key-{key:06}"}}}},"ConsistentRead":true}}"#
                    ),
                    shown.map_or("{}".to_owned(), |item| format!(r#"{{"Item":{item}}}"#)),
                )
            };
            take(Entry::Call(Call {
                id: index,
                at_us,
                client: client as u32,
                op: op.to_owned(),
                input: raw(input)?,
            }));
            if let Some(slot) = answers.get_mut(client as usize) {
                *slot = Some(Return {
                    id: index,
                    at_us,
                    output: Some(raw(output)?),
                    error: None,
                    uncertain: None,
                    position: None,
                });
            }
            if every > 0 && index % every == every - 1 && index / every < self.backups {
                take(self.backup(index, at_us, &state)?);
            }
        }
        let at_us = (self.calls as i64 + CLIENTS as i64 + 1) * STEP_US;
        for answer in answers.into_iter().flatten() {
            take(Entry::Return(Return { at_us, ..answer }));
        }
        take(Entry::End(End { at_us }));
        Ok(())
    }

    /// What a restore of a backup shows.
    fn backup(
        &self,
        index: u64,
        at_us: i64,
        state: &BTreeMap<u64, u64>,
    ) -> Result<Entry, serde_json::Error> {
        let items = state.iter().map(|(key, value)| raw(item(*key, *value)));
        Ok(Entry::Artefact(Artefact {
            id: index,
            kind: "on-demand-backup".to_owned(),
            name: None,
            table: "t".to_owned(),
            call: None,
            anchor_us: Some(at_us),
            position: None,
            group: None,
            items: items.collect::<Result<_, _>>()?,
            indexes: Vec::new(),
        }))
    }
}

fn item(key: u64, value: u64) -> String {
    format!(r#"{{"pk":{{"S":"key-{key:06}"}},"v":{{"N":"{value}"}}}}"#)
}

fn raw(text: String) -> Result<Box<RawValue>, serde_json::Error> {
    RawValue::from_string(text)
}
