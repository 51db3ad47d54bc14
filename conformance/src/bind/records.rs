//! Records of incremental exports as values of a case: `{"keys", "old", "new"}`, images absent where there are none.

use serde_json::{Map, Value, json};

use crate::pattern::difference::shown;
use crate::pattern::{Difference, item};

/// The items that come of applying records to items: a new image is put, a record without one deletes (EXPORT-INCR-024).
pub fn apply(items: &[Value], records: &[Value]) -> Value {
    let mut after: Vec<Value> = items.to_vec();
    for record in records {
        let keys = record.get("keys").cloned().unwrap_or_default();
        after.retain(|item| !item::has(&keys, item));
        after.extend(record.get("new").cloned());
    }
    Value::Array(after)
}

/// The records of two windows that follow each other, as one window has them: the old image of the first, the new one of
/// the second; a key that neither has at its ends has no record.
pub fn compose(first: &[Value], second: &[Value]) -> Value {
    let keys = |record: &Value| record.get("keys").cloned().unwrap_or_default();
    let mut composed = Vec::new();
    for record in first {
        let later = second
            .iter()
            .find(|later| same(&keys(record), &keys(later)));
        let Some(later) = later else {
            composed.push(record.clone());
            continue;
        };
        let mut whole = Map::new();
        whole.insert("keys".to_owned(), keys(record));
        for (name, from) in [("old", record), ("new", later)] {
            whole.extend(from.get(name).map(|image| (name.to_owned(), image.clone())));
        }
        if whole.len() > 1 {
            composed.push(Value::Object(whole));
        }
    }
    let new = |record: &&Value| {
        !first
            .iter()
            .any(|earlier| same(&keys(earlier), &keys(record)))
    };
    composed.extend(second.iter().filter(new).cloned());
    Value::Array(composed)
}

/// Where records are not those that were wanted, as sets; times and records with two equal images are left out.
pub fn differences(wanted: &Value, found: Option<&Value>) -> Vec<Difference> {
    let mut left = told(found);
    let mut differences = Vec::new();
    for record in told(Some(wanted)) {
        match left.iter().position(|other| equal(&record, other)) {
            Some(index) => drop(left.swap_remove(index)),
            None => differences.push(Difference::words(
                "/records",
                format!("the record {}", shown(&record)),
                shown(found.unwrap_or(&Value::Null)),
            )),
        }
    }
    let surplus = left
        .iter()
        .map(|record| Difference::new("/records", "no further record", Some(record)));
    differences.extend(surplus);
    differences
}

fn told(records: Option<&Value>) -> Vec<Value> {
    let images = |record: &Value| (record.get("old").cloned(), record.get("new").cloned());
    let changes = |record: &&Value| match images(record) {
        (Some(old), Some(new)) => !same(&old, &new),
        _ => true,
    };
    let list = records.and_then(Value::as_array).into_iter().flatten();
    list.filter(changes).cloned().collect()
}

fn same(one: &Value, other: &Value) -> bool {
    item::differs(one, other).is_none()
}

fn equal(one: &Value, other: &Value) -> bool {
    let part = |record: &Value, name: &str| record.get(name).cloned().unwrap_or(json!(false));
    ["keys", "old", "new"]
        .iter()
        .all(|name| same(&part(one, name), &part(other, name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(key: &str, n: &str) -> Value {
        json!({ "pk": { "S": key }, "n": { "N": n } })
    }

    fn record(key: &str, old: Option<&str>, new: Option<&str>) -> Value {
        let mut record = json!({ "keys": { "pk": { "S": key } }, "at_us": 1 });
        for (name, n) in [("old", old), ("new", new)] {
            if let (Some(n), Value::Object(members)) = (n, &mut record) {
                members.insert(name.to_owned(), item(key, n));
            }
        }
        record
    }

    #[test]
    fn records_are_applied_to_items() {
        let items = [item("a", "1"), item("b", "1")];
        let records = [
            record("a", Some("1"), Some("2")),
            record("b", Some("1"), None),
            record("c", None, Some("1")),
        ];
        assert_eq!(
            apply(&items, &records),
            json!([item("a", "2"), item("c", "1")])
        );
    }

    #[test]
    fn two_windows_are_one() {
        let first = [
            record("a", None, Some("1")),
            record("b", Some("1"), Some("2")),
            record("c", None, Some("1")),
        ];
        let second = [
            record("a", Some("1"), Some("3")),
            record("c", Some("1"), None),
            record("d", None, Some("1")),
        ];
        let whole = json!([
            record("a", None, Some("3")),
            record("b", Some("1"), Some("2")),
            record("d", None, Some("1"))
        ]);
        let composed = compose(&first, &second);
        assert!(
            differences(&whole, Some(&composed)).is_empty(),
            "{composed}"
        );
    }

    #[test]
    fn records_are_compared_as_sets_by_value() {
        let one = json!([
            record("a", None, Some("1")),
            record("b", Some("1"), Some("1.0"))
        ]);
        let other = json!([record("a", None, Some("1.0"))]);
        assert!(differences(&one, Some(&other)).is_empty());
        assert_eq!(differences(&json!([]), Some(&other)).len(), 1);
        assert_eq!(differences(&one, None).len(), 1);
    }
}
