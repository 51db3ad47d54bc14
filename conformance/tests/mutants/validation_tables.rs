//! Mutants of what a table must look like: VALIDATION-026 to -028.

use serde_json::{Value, json};

use crate::model::{Call, every_object, put};
use crate::mutant::Mutant;

/// Mutants of VALIDATION on keys, indexes and projections.
pub const MUTANTS: &[Mutant] = &[
    Mutant::new(
        "key-definitions-are-filled-in",
        "VALIDATION-026",
        "A key attribute without a definition is a string.",
        |model, call| {
            model.pass(&creation(&call, |body| {
                let mut definitions = body["AttributeDefinitions"]
                    .as_array()
                    .cloned()
                    .unwrap_or_default();
                for key in body["KeySchema"].as_array().cloned().unwrap_or_default() {
                    let name = key["AttributeName"].clone();
                    if definitions
                        .iter()
                        .all(|definition| definition["AttributeName"] != name)
                    {
                        definitions.push(json!({ "AttributeName": name, "AttributeType": "S" }));
                    }
                }
                put(body, "AttributeDefinitions", definitions);
            }))
        },
    ),
    Mutant::new(
        "definitions-without-use",
        "VALIDATION-026",
        "Attributes may be defined that no key uses.",
        |model, call| {
            model.pass(&creation(&call, |body| {
            let mut used = Vec::new();
            let mut whole = json!({ "table": body["KeySchema"], "g": body["GlobalSecondaryIndexes"], "l": body["LocalSecondaryIndexes"] });
            every_object(&mut whole, &mut |object| used.push(object["AttributeName"].clone()));
            if let Some(definitions) = body["AttributeDefinitions"].as_array_mut() {
                definitions.retain(|definition| used.contains(&definition["AttributeName"]));
            }
        }))
        },
    ),
    Mutant::new(
        "two-indexes-of-one-name",
        "VALIDATION-027",
        "A second index of a name replaces the first.",
        |model, call| {
            model.pass(&creation(&call, |body| {
                if let Some(indexes) = body["GlobalSecondaryIndexes"].as_array_mut() {
                    let names: Vec<Value> = indexes
                        .iter()
                        .map(|index| index["IndexName"].clone())
                        .collect();
                    let mut place = 0;
                    indexes.retain(|index| {
                        place += 1;
                        !names[place..].contains(&index["IndexName"])
                    });
                }
            }))
        },
    ),
    Mutant::new(
        "index-names-of-any-length",
        "VALIDATION-027",
        "An index's name may have any length.",
        |model, call| {
            model.pass(&call.edited(|body| {
                every_object(body, &mut |object| {
                    let length = object
                        .get("IndexName")
                        .and_then(Value::as_str)
                        .map_or(3, str::len);
                    if !(3..=255).contains(&length) {
                        put(object, "IndexName", "some-index");
                    }
                })
            }))
        },
    ),
    Mutant::new(
        "projections-of-any-length",
        "VALIDATION-028",
        "An index may project any number of attributes.",
        |model, call| {
            model.pass(&creation(&call, |body| {
                every_object(body, &mut |object| {
                    if let Some(names) = object
                        .get_mut("NonKeyAttributes")
                        .and_then(Value::as_array_mut)
                    {
                        names.truncate(1);
                    }
                })
            }))
        },
    ),
];

/// A CreateTable with another body; any other call as it is.
fn creation(call: &Call, edit: impl FnOnce(&mut Value)) -> Call {
    if call.is(&["CreateTable"]) {
        call.edited(edit)
    } else {
        call.clone()
    }
}
