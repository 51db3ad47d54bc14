//! Writes a story down as a history.

mod parts;

use lookback_checker::history::{self, History};
use serde_json::{Map, Value, json};

use super::{
    Act, Artefact, Body, Deed, Index, Items, Key, Made, Outcome, Part, Returns, State, Story,
};

fn table_name(table: u8) -> &'static str {
    ["t", "u"][usize::from(table)]
}

fn key_json(key: Key) -> Value {
    json!({"pk": {"S": format!("p{}", key.pk)}, "sk": {"N": key.sk.to_string()}})
}

fn number(number: i64) -> Value {
    json!({"N": number.to_string()})
}

fn item_json(key: Key, body: Body) -> Value {
    let mut item = key_json(key);
    for (name, value) in [
        ("v", body.v),
        ("w", body.w),
        ("n", body.n),
        ("ttl", body.ttl_s),
    ] {
        if let Some(value) = value {
            item[name] = number(value);
        }
    }
    item
}

fn answer(key: Key, state: State, projected: bool) -> Value {
    match state {
        Some(body) if projected => {
            let part: Map<String, Value> = body
                .v
                .map(|v| ("v".to_owned(), number(v)))
                .into_iter()
                .collect();
            json!({"Item": part})
        }
        Some(body) => json!({"Item": item_json(key, body)}),
        None => json!({}),
    }
}

const ON_FAILURE: &str = "ReturnValuesOnConditionCheckFailure";

impl Made {
    /// Whether its request has the notation from before expressions, where there is one.
    fn speaks_as_before(&self) -> bool {
        self.id.is_multiple_of(3)
    }

    fn request(&self) -> (&'static str, Value) {
        match &self.deed {
            Deed::Write {
                part,
                returns,
                tell,
            } => {
                let mut input = match self.speaks_as_before() {
                    true => parts::before_expressions(part, self.id),
                    false => parts::with_expressions(part),
                };
                match returns {
                    Returns::Nothing => {}
                    Returns::AllOld => input["ReturnValues"] = json!("ALL_OLD"),
                    Returns::AllNew => input["ReturnValues"] = json!("ALL_NEW"),
                }
                if *tell {
                    input[ON_FAILURE] = json!("ALL_OLD");
                }
                (parts::operation(part), input)
            }
            Deed::Batch { parts } => {
                let mut requests: Map<String, Value> = Map::new();
                for part in parts {
                    let request = match part.act {
                        Act::Put(body) => {
                            json!({"PutRequest": {"Item": item_json(part.key, body)}})
                        }
                        _ => json!({"DeleteRequest": {"Key": key_json(part.key)}}),
                    };
                    let of_table = requests
                        .entry(table_name(part.key.table))
                        .or_insert_with(|| json!([]));
                    of_table.as_array_mut().unwrap().push(request);
                }
                ("BatchWriteItem", json!({"RequestItems": requests}))
            }
            Deed::Transact { parts, token, tell } => {
                let members = parts.iter().map(|part| {
                    let mut input = parts::with_expressions(part);
                    if *tell {
                        input[ON_FAILURE] = json!("ALL_OLD");
                    }
                    json!({parts::member(part): input})
                });
                let mut input = json!({"TransactItems": members.collect::<Vec<_>>()});
                if let Some(token) = token {
                    input["ClientRequestToken"] = json!(token.to_string());
                }
                ("TransactWriteItems", input)
            }
            Deed::Get {
                key,
                strong,
                projected,
            } => {
                let mut input = json!({"TableName": table_name(key.table), "Key": key_json(*key), "ConsistentRead": strong});
                match *projected {
                    true if self.speaks_as_before() => input["AttributesToGet"] = json!(["v"]),
                    true => input["ProjectionExpression"] = json!("v"),
                    false => {}
                }
                ("GetItem", input)
            }
            Deed::BatchGet { keys, strong } => {
                let mut asked: Map<String, Value> = Map::new();
                for key in keys {
                    let of_table = asked
                        .entry(table_name(key.table))
                        .or_insert_with(|| json!({"Keys": [], "ConsistentRead": strong}));
                    of_table["Keys"]
                        .as_array_mut()
                        .unwrap()
                        .push(key_json(*key));
                }
                ("BatchGetItem", json!({"RequestItems": asked}))
            }
            Deed::TransactGet { keys } => {
                let gets = keys.iter().map(|key| json!({"Get": {"TableName": table_name(key.table), "Key": key_json(*key)}}));
                (
                    "TransactGetItems",
                    json!({"TransactItems": gets.collect::<Vec<_>>()}),
                )
            }
            Deed::Page {
                table,
                pk,
                strong,
                limit,
                start,
            } => {
                let mut input = json!({"TableName": table_name(*table), "ConsistentRead": strong, "Limit": limit});
                if let Some(start) = start {
                    input["ExclusiveStartKey"] = key_json(*start);
                }
                let Some(pk) = pk else { return ("Scan", input) };
                if self.speaks_as_before() {
                    input["KeyConditions"] = parts::key_conditions(*pk);
                } else {
                    input["KeyConditionExpression"] = json!("pk = :p");
                    input["ExpressionAttributeValues"] = json!({":p": {"S": format!("p{pk}")}});
                }
                ("Query", input)
            }
            Deed::IndexQuery { v } => (
                "Query",
                json!({
                    "TableName": "t", "IndexName": "by-v", "KeyConditionExpression": "v = :v",
                    "ExpressionAttributeValues": {":v": number(*v)},
                }),
            ),
            Deed::DeleteTable => ("DeleteTable", json!({"TableName": "t"})),
            Deed::CreateTable => {
                let (key_schema, definitions) = schema();
                (
                    "CreateTable",
                    json!({
                        "TableName": "t", "BillingMode": "PAY_PER_REQUEST",
                        "KeySchema": key_schema, "AttributeDefinitions": definitions,
                    }),
                )
            }
            Deed::EnableTtl => {
                let name = table_name((self.client - 5_001) as u8);
                (
                    "UpdateTimeToLive",
                    json!({
                        "TableName": name, "TimeToLiveSpecification": {"AttributeName": "ttl", "Enabled": true},
                    }),
                )
            }
            Deed::Ask { kind, table } => {
                let name = table_name(*table);
                match *kind {
                    "on-demand-backup" => (
                        "CreateBackup",
                        json!({"TableName": name, "BackupName": "b"}),
                    ),
                    "point-in-time-restore" => (
                        "RestoreTableToPointInTime",
                        json!({
                            "SourceTableName": name, "TargetTableName": format!("restored-{}", self.id),
                            "UseLatestRestorableTime": true,
                        }),
                    ),
                    "export" | "export-at" => (
                        "ExportTableToPointInTime",
                        json!({"TableArn": name, "S3Bucket": "b"}),
                    ),
                    _ => ("Snapshot", json!({})),
                }
            }
        }
    }

    fn output(&self) -> Value {
        match &self.deed {
            Deed::Write { part, returns, .. } => {
                let (before, after) = self.change.unwrap_or_default();
                let told = match returns {
                    Returns::Nothing => None,
                    Returns::AllOld => before,
                    Returns::AllNew => after,
                };
                told.map_or(
                    json!({}),
                    |body| json!({"Attributes": item_json(part.key, body)}),
                )
            }
            Deed::Get { projected, .. } => self
                .seen
                .first()
                .map_or(json!({}), |(key, state)| answer(*key, *state, *projected)),
            Deed::BatchGet { .. } => {
                let mut responses: Map<String, Value> = Map::new();
                for (key, state) in &self.seen {
                    if let Some(body) = state {
                        let of_table = responses
                            .entry(table_name(key.table))
                            .or_insert_with(|| json!([]));
                        of_table
                            .as_array_mut()
                            .unwrap()
                            .push(item_json(*key, *body));
                    }
                }
                json!({"Responses": responses})
            }
            Deed::TransactGet { .. } => {
                let responses = self
                    .seen
                    .iter()
                    .map(|(key, state)| answer(*key, *state, false));
                json!({"Responses": responses.collect::<Vec<_>>()})
            }
            Deed::Page { .. } | Deed::IndexQuery { .. } => {
                let seen = self
                    .seen
                    .iter()
                    .filter_map(|(key, state)| Some(item_json(*key, (*state)?)));
                let mut output = json!({"Items": seen.collect::<Vec<_>>()});
                if let Some(next) = self.next {
                    output["LastEvaluatedKey"] = key_json(next);
                }
                output
            }
            _ => json!({}),
        }
    }

    fn returned(&self) -> Option<Value> {
        let mut returned = match &self.outcome {
            Outcome::Done => json!({"out": self.output()}),
            Outcome::Refused(error) => json!({"error": error, "out": {}}),
            Outcome::Lost if !self.returns => return None,
            Outcome::Lost if self.id.is_multiple_of(2) => {
                json!({"error": "InternalServerError", "out": {}})
            }
            Outcome::Lost => json!({"uncertain": "timed out"}),
            Outcome::Cancelled(met) => self.cancelled(met),
        };
        returned["id"] = json!(self.id);
        returned["at_us"] = json!(self.to_us);
        if let Some(position) = self.position {
            returned["position"] = json!(position);
        }
        Some(returned)
    }

    fn cancelled(&self, met: &[(State, bool)]) -> Value {
        let item = |part: &Part, state: State, tell: bool| {
            state.filter(|_| tell).map(|body| item_json(part.key, body))
        };
        match &self.deed {
            Deed::Write { part, tell, .. } => {
                let body =
                    item(part, met[0].0, *tell).map_or(json!({}), |item| json!({"Item": item}));
                json!({"error": "ConditionalCheckFailedException", "out": body})
            }
            Deed::Transact { parts, tell, .. } => {
                let reasons = parts.iter().zip(met).map(|(part, (state, holds))| {
                    if *holds {
                        return json!({"Code": "None"});
                    }
                    let mut reason = json!({"Code": "ConditionalCheckFailed"});
                    if let Some(item) = item(part, *state, *tell) {
                        reason["Item"] = item;
                    }
                    reason
                });
                json!({
                    "error": "TransactionCanceledException",
                    "out": {"CancellationReasons": reasons.collect::<Vec<_>>()},
                })
            }
            _ => unreachable!("has no condition"),
        }
    }
}

fn schema() -> (Value, Value) {
    (
        json!([{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}]),
        json!([{"AttributeName": "pk", "AttributeType": "S"}, {"AttributeName": "sk", "AttributeType": "N"}]),
    )
}

fn items_json(items: &Items) -> Vec<Value> {
    items
        .iter()
        .map(|(key, body)| item_json(*key, *body))
        .collect()
}

impl Index {
    fn json(&self) -> Value {
        let hash = if self.global { "v" } else { "pk" };
        let mut key_schema = vec![json!({"AttributeName": hash, "KeyType": "HASH"})];
        if !self.global {
            key_schema.push(json!({"AttributeName": "v", "KeyType": "RANGE"}));
        }
        let entries = self.entries.iter().map(|(key, body)| match self.whole {
            true => item_json(*key, *body),
            false => item_json(
                *key,
                Body {
                    v: body.v,
                    ..Body::default()
                },
            ),
        });
        json!({
            "name": if self.global { "by-v" } else { "by-pk-v" },
            "global": self.global, "settled": self.settled, "key_schema": key_schema,
            "attribute_definitions": [
                {"AttributeName": "pk", "AttributeType": "S"},
                {"AttributeName": "sk", "AttributeType": "N"},
                {"AttributeName": "v", "AttributeType": "N"},
            ],
            "projection": {"ProjectionType": if self.whole { "ALL" } else { "KEYS_ONLY" }},
            "items": entries.collect::<Vec<_>>(),
        })
    }
}

impl Artefact {
    fn json(&self) -> Value {
        let indexes: Vec<Value> = self.indexes.iter().map(Index::json).collect();
        json!({
            "id": self.id, "kind": self.kind, "table": table_name(self.table), "call": self.call,
            "anchor_us": self.anchor_us, "position": self.position, "group": self.group,
            "items": items_json(&self.items), "indexes": indexes,
        })
    }
}

impl Story {
    /// The lines of the history, as a recorder writes them.
    pub fn text(&self) -> String {
        let mut lines: Vec<(i64, u8, Value)> = Vec::new();
        for (table, items) in self.initial.iter().enumerate() {
            let (key_schema, definitions) = schema();
            let table = json!({"table": {
                "name": table_name(table as u8), "at_us": 0, "items": items_json(items),
                "key_schema": key_schema, "attribute_definitions": definitions,
            }});
            lines.push((0, 0, table));
        }
        for (at_us, least_us, most_us) in &self.estimates {
            let estimate =
                json!({"at_us": at_us, "offset_us_min": least_us, "offset_us_max": most_us});
            lines.push((*at_us, 1, json!({"estimate": estimate})));
        }
        for call in &self.calls {
            let (operation, input) = call.request();
            let made = json!({
                "id": call.id, "at_us": call.from_us, "client": call.client, "op": operation, "in": input,
            });
            lines.push((call.from_us, 2, json!({"call": made})));
            if call.duplicated {
                let fault = json!({"at_us": call.to_us, "kind": "duplicated", "call": call.id});
                lines.push((call.to_us, 3, json!({"fault": fault})));
            }
            if let Some(returned) = call.returned() {
                // Pages of one client follow each other, also within one instant.
                lines.push((call.to_us, 2, json!({"return": returned})));
            }
        }
        for artefact in &self.artefacts {
            lines.push((self.end_us, 4, json!({"artefact": artefact.json()})));
        }
        lines.sort_by_key(|(at_us, rank, _)| (*at_us, *rank));
        let mut text = format!("{}\n", json!({"history": {"version": 1}}));
        for (_, _, line) in lines {
            text.push_str(&line.to_string());
            text.push('\n');
        }
        text.push_str(&json!({"end": {"at_us": self.end_us}}).to_string());
        text
    }

    pub fn history(&self) -> History {
        let text = self.text();
        history::read(text.as_bytes()).unwrap_or_else(|error| panic!("{error}\n{text}"))
    }
}
