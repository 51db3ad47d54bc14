//! Makes equal what may differ: identifiers, times, statuses in flight, and orders that nobody promised.

use lookback_protocol::number::Number;
use lookback_traffic::program::{Body, Program, ProgramStep};
use serde_json::{Value, json};

/// Members of answers about tables that differ between any two services.
const IDENTIFIERS: [&str; 5] = [
    "TableId",
    "LatestStreamLabel",
    "LatestStreamArn",
    "TableStatus",
    "IndexStatus",
];
/// Statistics, which lag behind (TABLE-019).
const STATISTICS: [&str; 4] = [
    "ItemCount",
    "TableSizeBytes",
    "IndexSizeBytes",
    "Backfilling",
];

/// An answer in the form in which two services can be compared; numbers by their value, or as they are written.
pub fn answer(program: &Program, step: &ProgramStep, mut json: Value, by_value: bool) -> Value {
    if by_value {
        numbers(&mut json);
    }
    match step.operation.as_str() {
        "PutItem" | "GetItem" | "UpdateItem" | "DeleteItem" | "TransactGetItems" => {}
        "Query" | "Scan" => {
            page(program, step, &mut json);
        }
        "BatchGetItem" | "BatchWriteItem" | "TransactWriteItems" => {
            each_list(&mut json, &["Responses", "ItemCollectionMetrics"])
        }
        // Names of others are among them.
        "ListTables" => return json!({ "TableNames": "~" }),
        "ListTagsOfResource" => sort(json.get_mut("Tags")),
        _ => table(&mut json),
    }
    if let Some(Value::Array(consumed)) = json.get_mut("ConsumedCapacity") {
        consumed.sort_by_key(Value::to_string);
    }
    sets(&mut json);
    json
}

/// The order of a Scan is nobody's promise; that of a Query in an index is, but not among equal keys.
fn page(program: &Program, step: &ProgramStep, json: &mut Value) {
    let Body::Json(request) = &step.body else {
        return;
    };
    let index = request.get("IndexName").and_then(Value::as_str);
    if step.operation == "Query" && index.is_none() {
        return;
    }
    if step.operation == "Query"
        && let Some(range) = index.and_then(|index| range_of_index(program, request, index))
        && let Some(items) = json.get("Items").and_then(Value::as_array)
    {
        let order: Vec<Value> = items
            .iter()
            .map(|item| item.get(&range).cloned().unwrap_or_default())
            .collect();
        insert(json, "(order of the index)", order.into());
    }
    sort(json.get_mut("Items"));
    if (request.get("Limit").is_some() || request.get("TotalSegments").is_some())
        && let Some(members) = json.as_object_mut()
    {
        // What the pages cost depends on where they end.
        members.remove("ConsumedCapacity");
        members.remove("LastEvaluatedKey");
    }
}

fn range_of_index(program: &Program, request: &Value, index: &str) -> Option<String> {
    let name = request.get("TableName")?;
    let table = program
        .tables
        .iter()
        .find(|table| table.get("TableName") == Some(name))?;
    let indexes = ["LocalSecondaryIndexes", "GlobalSecondaryIndexes"];
    let mut indexes = indexes
        .iter()
        .filter_map(|kind| table.get(kind)?.as_array())
        .flatten();
    let found =
        indexes.find(|known| known.get("IndexName").and_then(Value::as_str) == Some(index))?;
    Some(
        found
            .pointer("/KeySchema/1/AttributeName")?
            .as_str()?
            .to_owned(),
    )
}

fn each_list(json: &mut Value, names: &[&str]) {
    for name in names {
        match json.get_mut(*name) {
            Some(Value::Object(tables)) => tables.values_mut().for_each(|list| sort(Some(list))),
            other => sort(other),
        }
    }
}

fn sort(list: Option<&mut Value>) {
    if let Some(Value::Array(list)) = list {
        list.iter_mut().for_each(sets);
        list.sort_by_key(Value::to_string);
    }
}

/// Writes numbers as the model does.
fn numbers(value: &mut Value) {
    let written = |value: &mut Value| {
        if let Some(number) = value.as_str().and_then(|text| Number::parse(text).ok()) {
            *value = number.to_string().into();
        }
    };
    match value {
        Value::Array(elements) => elements.iter_mut().for_each(numbers),
        Value::Object(members) => {
            for (name, inner) in members.iter_mut() {
                match inner {
                    Value::String(_) if name == "N" => written(inner),
                    Value::Array(list) if name == "NS" => list.iter_mut().for_each(written),
                    _ => numbers(inner),
                }
            }
        }
        _ => {}
    }
}

/// Puts the members of sets into one order.
fn sets(value: &mut Value) {
    match value {
        Value::Array(elements) => elements.iter_mut().for_each(sets),
        Value::Object(members) => {
            for (name, inner) in members.iter_mut() {
                match inner {
                    Value::Array(list)
                        if matches!(name.as_str(), "SS" | "NS" | "BS")
                            && list.iter().all(Value::is_string) =>
                    {
                        list.sort_by_key(Value::to_string);
                    }
                    _ => sets(inner),
                }
            }
        }
        _ => {}
    }
}

/// Descriptions of tables.
fn table(value: &mut Value) {
    match value {
        Value::Array(elements) => {
            elements.iter_mut().for_each(table);
            elements.sort_by_key(Value::to_string);
        }
        Value::Object(members) => {
            members.retain(|name, _| !STATISTICS.contains(&name.as_str()));
            for (name, inner) in members.iter_mut() {
                let is_time = name.ends_with("DateTime");
                match inner {
                    _ if is_time || IDENTIFIERS.contains(&name.as_str()) => *inner = "~".into(),
                    Value::String(text) if text.starts_with("arn:") => *inner = "arn".into(),
                    Value::String(text) if text == "ENABLING" => *inner = "ENABLED".into(),
                    Value::String(text) if text == "DISABLING" => *inner = "DISABLED".into(),
                    _ => table(inner),
                }
            }
        }
        _ => {}
    }
}

fn insert(json: &mut Value, name: &str, value: Value) {
    if let Some(members) = json.as_object_mut() {
        members.insert(name.to_owned(), value);
    }
}
