//! Mutants of values, keys and limits of items: ITEM-001 to -010, ITEM-023.

use serde_json::{Value, json};

use crate::content::items;
use crate::model::{Call, Reply, every_object, put};
use crate::mutant::Mutant;

const WRITES: &[&str] = &["PutItem", "UpdateItem", "DeleteItem"];

/// Mutants of ITEM on what an item is.
pub const MUTANTS: &[Mutant] = &[
    Mutant::new(
        "null-values-are-dropped",
        "ITEM-001",
        "Attributes that are NULL are not kept.",
        |model, call| {
            model.pass(&puts(&call, |item| {
                item.as_object_mut()
                    .unwrap()
                    .retain(|_, value| value.get("NULL").is_none());
            }))
        },
    ),
    Mutant::new(
        "empty-keys",
        "ITEM-002",
        "A key attribute may be an empty string.",
        |model, call| {
            model.pass(&call.edited(|body| {
                for place in ["Item", "Key"] {
                    if body
                        .pointer(&format!("/{place}/pk"))
                        .is_some_and(|key| *key == json!({ "S": "" }))
                    {
                        put(&mut body[place], "pk", json!({ "S": "empty" }));
                    }
                }
            }))
        },
    ),
    Mutant::new(
        "long-sort-keys",
        "ITEM-002",
        "A sort key may be longer than 1024 bytes.",
        |model, call| {
            model.pass(&puts(&call, |item| {
                if item["sk"]["S"]
                    .as_str()
                    .is_some_and(|text| text.len() > 1024)
                {
                    put(item, "sk", json!({ "S": "long" }));
                }
            }))
        },
    ),
    Mutant::new(
        "put-merges",
        "ITEM-003",
        "PutItem keeps attributes of the item that it replaces.",
        |model, call| {
            let table = call.text("TableName");
            let key = call.body()["Item"]["pk"].clone();
            let known = if call.is(&["PutItem"]) {
                items(model, &table)
            } else {
                Vec::new()
            };
            let before = known
                .into_iter()
                .find(|item| item["pk"] == key && item["sk"] == call.body()["Item"]["sk"]);
            model.pass(&puts(&call, |item| {
                for (name, value) in before
                    .as_ref()
                    .and_then(Value::as_object)
                    .into_iter()
                    .flatten()
                {
                    if item.get(name).is_none() {
                        put(item, name, value.clone());
                    }
                }
            }))
        },
    ),
    Mutant::new(
        "keys-of-any-type",
        "ITEM-004",
        "A string key may be given as a number.",
        |model, call| {
            model.pass(&puts(&call, |item| {
                if let Some(number) = item["pk"]["N"].as_str().map(str::to_owned) {
                    put(item, "pk", json!({ "S": number }));
                }
            }))
        },
    ),
    Mutant::new(
        "further-key-attributes-are-ignored",
        "ITEM-005",
        "A key may hold attributes that are no key.",
        |model, call| {
            let described = model.ask(
                "DescribeTable",
                json!({ "TableName": call.text("TableName") }),
            );
            let names: Vec<Value> = described
                .list("/Table/KeySchema")
                .into_iter()
                .map(|key| key["AttributeName"].clone())
                .collect();
            model.pass(&call.edited(|body| {
                if let Some(key) = body
                    .get_mut("Key")
                    .and_then(Value::as_object_mut)
                    .filter(|_| !names.is_empty())
                {
                    key.retain(|name, _| names.contains(&json!(name)));
                }
            }))
        },
    ),
    Mutant::new(
        "items-of-any-size",
        "ITEM-006",
        "An item may be larger than 400 KB.",
        |model, call| {
            let reply = model.pass(&call);
            if call.is(WRITES)
                && reply.is_error("ValidationException")
                && reply.message().to_lowercase().contains("size")
            {
                return Reply::ok(json!({}));
            }
            reply
        },
    ),
    Mutant::new(
        "items-of-400-000-bytes",
        "ITEM-006",
        "The limit of an item is 400,000 bytes.",
        |model, call| {
            if call.is(WRITES) && call.raw.len() > 400_000 {
                return Reply::invalid("Item size has exceeded the maximum allowed size");
            }
            model.pass(&call)
        },
    ),
    Mutant::new(
        "numbers-are-doubles",
        "ITEM-007",
        "Numbers are kept as doubles.",
        |model, call| {
            model.pass(&puts(&call, |item| {
                every_object(item, &mut |object| {
                    let number = object
                        .get("N")
                        .and_then(Value::as_str)
                        .and_then(|text| text.parse::<f64>().ok());
                    if let Some(number) = number.filter(|number| number.is_finite()) {
                        put(object, "N", format!("{number:e}"));
                    }
                })
            }))
        },
    ),
    Mutant::new(
        "numbers-come-back-as-written",
        "ITEM-007",
        "Numbers come back in the spelling in which they were put.",
        |model, call| {
            if call.is(&["PutItem"]) {
                model.keep(
                    call.body()["Item"]["pk"].to_string(),
                    call.body()["Item"].clone(),
                );
            }
            let mut reply = model.pass(&call);
            every_object(&mut reply.body, &mut |object| {
                if let Some(item) = object
                    .get("pk")
                    .and_then(|pk| model.memory.get(&pk.to_string()))
                {
                    *object = item.clone();
                }
            });
            reply
        },
    ),
    Mutant::new(
        "empty-sets",
        "ITEM-008",
        "Empty sets are accepted and dropped.",
        |model, call| {
            model.pass(&puts(&call, |item| {
                item.as_object_mut().unwrap().retain(|_, value| {
                    ["SS", "NS", "BS"]
                        .iter()
                        .all(|kind| value.get(kind).is_none_or(|set| *set != json!([])))
                });
            }))
        },
    ),
    Mutant::new(
        "repeated-set-members",
        "ITEM-008",
        "A member that a set holds twice is dropped.",
        |model, call| {
            model.pass(&puts(&call, |item| {
                every_object(item, &mut |object| {
                    for kind in ["SS", "NS", "BS"] {
                        if let Some(set) = object.get_mut(kind).and_then(Value::as_array_mut) {
                            set.dedup();
                        }
                    }
                })
            }))
        },
    ),
    Mutant::new(
        "any-nesting",
        "ITEM-009",
        "Values may be nested to any depth.",
        |model, call| {
            let reply = model.pass(&call);
            if call.is(WRITES)
                && reply.is_error("ValidationException")
                && reply.message().to_lowercase().contains("nest")
            {
                return Reply::ok(json!({}));
            }
            reply
        },
    ),
    Mutant::new(
        "empty-strings-are-refused",
        "ITEM-010",
        "An attribute may not be an empty string.",
        |model, call| {
            let empty = call.body()["Item"]
                .as_object()
                .is_some_and(|item| item.values().any(|value| *value == json!({ "S": "" })));
            if call.is(&["PutItem"]) && empty {
                return Reply::invalid(
                    "One or more parameter values were invalid: An AttributeValue may not contain an empty string",
                );
            }
            model.pass(&call)
        },
    ),
    Mutant::new(
        "each-spelling-is-a-key",
        "ITEM-023",
        "1 and 1.0 are two number keys.",
        |model, call| {
            let mut serial = model.memory.len();
            let mut fresh = model.memory.clone();
            let told = call.edited(|body| {
                for place in ["Item", "Key"] {
                    if let Some(spelling) = body
                        .pointer(&format!("/{place}/pk/N"))
                        .and_then(Value::as_str)
                        .map(str::to_owned)
                    {
                        serial += 1;
                        let number = fresh
                            .entry(spelling)
                            .or_insert(json!(serial.to_string()))
                            .clone();
                        put(&mut body[place]["pk"], "N", number);
                    }
                }
            });
            model.memory = fresh;
            model.pass(&told)
        },
    ),
];

/// A PutItem with its item changed; any other call as it is.
fn puts(call: &Call, edit: impl FnOnce(&mut Value)) -> Call {
    if !call.is(&["PutItem"]) || !call.body()["Item"].is_object() {
        return call.clone();
    }
    call.edited(|body| edit(&mut body["Item"]))
}
