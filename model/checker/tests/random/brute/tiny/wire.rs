//! Writes a tiny history down.

use lookback_checker::history::{self, History};
use serde_json::{Value, json};

use super::notation::{addition, condition, set_all};
use super::{Deed, EXPIRING, SECOND_US, State, Tiny, Went};

fn key(item: usize) -> Value {
    let name = ["a", "b", "c"][item];
    json!({"pk": {"S": name}})
}

fn json_of(item: usize, value: u8) -> Value {
    let mut json = key(item);
    json["v"] = json!({"N": value.to_string()});
    if (EXPIRING..EXPIRING + 50).contains(&value) {
        json["x"] = json!({"N": (value - EXPIRING).to_string()});
    }
    json
}

fn of_state(item: usize, state: State) -> Value {
    match state {
        Some(value) => json!({"Item": json_of(item, value)}),
        None => json!({}),
    }
}

fn items_of(states: &[State]) -> Vec<Value> {
    let items = states.iter().enumerate();
    items
        .filter_map(|(item, state)| Some(json_of(item, (*state)?)))
        .collect()
}

impl Tiny {
    pub fn history(&self) -> History {
        let mut lines: Vec<(i64, usize, Value)> = Vec::new();
        let table = json!({"table": {
            "name": "t", "at_us": 0, "items": items_of(&self.initial),
            "key_schema": [{"AttributeName": "pk", "KeyType": "HASH"}],
            "attribute_definitions": [{"AttributeName": "pk", "AttributeType": "S"}],
        }});
        lines.push((0, 0, table));
        if self.expires {
            let input = json!({"TableName": "t", "TimeToLiveSpecification": {"AttributeName": "x", "Enabled": true}});
            lines.push((0, 0, json!({"call": {"id": 999, "at_us": 0, "client": 999, "op": "UpdateTimeToLive", "in": input}})));
            lines.push((0, 0, json!({"return": {"id": 999, "at_us": 0, "out": {}}})));
        }
        for (index, op) in self.ops.iter().enumerate() {
            let (from_us, to_us) = (op.from_s * SECOND_US, op.to_s * SECOND_US);
            if let Deed::Artefact { how, seen } = &op.deed {
                let artefact = json!({"artefact": {
                    "id": index, "kind": how.kind(), "table": "t", "anchor_us": from_us, "items": items_of(seen),
                }});
                lines.push((to_us, 1, artefact));
                continue;
            }
            let (name, input, mut returned) = op.deed.wire(op.legacy);
            lines.push((from_us, 1, json!({"call": {"id": index, "at_us": from_us, "client": index, "op": name, "in": input}})));
            returned["id"] = json!(index);
            returned["at_us"] = json!(to_us);
            lines.push((to_us, 2, json!({"return": returned})));
        }
        lines.sort_by_key(|(at_us, rank, _)| (*at_us, *rank));
        let last_us = lines.last().map_or(0, |(at_us, ..)| *at_us);
        let mut text = format!("{}\n", json!({"history": {"version": 1}}));
        for (_, _, line) in lines {
            text.push_str(&line.to_string());
            text.push('\n');
        }
        text.push_str(&json!({"end": {"at_us": last_us}}).to_string());
        history::read(text.as_bytes()).unwrap()
    }
}

impl Deed {
    /// Operation, request and return.
    fn wire(&self, legacy: bool) -> (&'static str, Value, Value) {
        let went = |lost: bool, out: Value| match lost {
            true => json!({"uncertain": "timed out"}),
            false => json!({"out": out}),
        };
        match self {
            Self::Write {
                item,
                to: Some(to),
                lost,
            } => (
                "PutItem",
                json!({"TableName": "t", "Item": json_of(*item, *to)}),
                went(*lost, json!({})),
            ),
            Self::Write {
                item,
                to: None,
                lost,
            } => (
                "DeleteItem",
                json!({"TableName": "t", "Key": key(*item)}),
                went(*lost, json!({})),
            ),
            Self::Add { item, lost, told } => {
                let mut input = json!({"TableName": "t", "Key": key(*item)});
                set_all(&mut input, addition(legacy));
                let mut out = json!({});
                if let Some(told) = told {
                    input["ReturnValues"] = json!("ALL_NEW");
                    out = json!({"Attributes": json_of(*item, *told)});
                }
                ("UpdateItem", input, went(*lost, out))
            }
            Self::Claim {
                item,
                to,
                when,
                went: outcome,
            } => {
                let mut input = json!({"TableName": "t", "Item": json_of(*item, *to)});
                set_all(&mut input, condition(*when, legacy));
                let returned = match outcome {
                    Went::Refused => json!({"error": "ConditionalCheckFailedException", "out": {}}),
                    outcome => went(*outcome == Went::Lost, json!({})),
                };
                ("PutItem", input, returned)
            }
            Self::Together { writes, lost } => {
                let members: Vec<Value> = writes
                    .iter()
                    .map(|(item, to)| match to {
                        Some(to) => json!({"Put": {"TableName": "t", "Item": json_of(*item, *to)}}),
                        None => json!({"Delete": {"TableName": "t", "Key": key(*item)}}),
                    })
                    .collect();
                (
                    "TransactWriteItems",
                    json!({"TransactItems": members}),
                    went(*lost, json!({})),
                )
            }
            Self::Get { item, seen, strong } => (
                "GetItem",
                json!({"TableName": "t", "Key": key(*item), "ConsistentRead": strong}),
                json!({"out": of_state(*item, *seen)}),
            ),
            Self::GetTogether { seen } => {
                let gets: Vec<Value> = seen
                    .iter()
                    .map(|(item, _)| json!({"Get": {"TableName": "t", "Key": key(*item)}}))
                    .collect();
                let responses: Vec<Value> = seen
                    .iter()
                    .map(|(item, seen)| of_state(*item, *seen))
                    .collect();
                (
                    "TransactGetItems",
                    json!({"TransactItems": gets}),
                    json!({"out": {"Responses": responses}}),
                )
            }
            Self::Artefact { .. } => unreachable!("no call"),
        }
    }
}
