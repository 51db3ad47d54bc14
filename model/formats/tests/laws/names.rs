//! Names of keys, and records by their keys.

use std::sync::Arc;

use lookback_formats::laws::{KeyNames, changes_of, table_of};
use lookback_formats::manifest::View;
use lookback_protocol::export::{Change, ExportRecord};
use lookback_protocol::value::Item;
use lookback_protocol::wire::{WireItem, item_from_wire};
use serde_json::{Value, json};

fn item(attributes: Value) -> Arc<Item> {
    let wire: WireItem = serde_json::from_value(attributes).unwrap();
    Arc::new(item_from_wire(wire).unwrap())
}

#[test]
fn one_or_two_names_make_a_key() {
    let key: KeyNames = "id".parse().unwrap();
    assert_eq!(key.iter().collect::<Vec<_>>(), ["id"]);
    let key: KeyNames = "id,sort".parse().unwrap();
    assert_eq!(key.iter().collect::<Vec<_>>(), ["id", "sort"]);
    for wrong in ["", ",", "id,", ",sort", "id,id", "a,b,c"] {
        let told = wrong.parse::<KeyNames>().unwrap_err();
        assert!(told.contains("such as id or id,sort"), "{wrong}");
    }
}

#[test]
fn keys_tell_their_names() {
    let names = |keys| KeyNames::of_keys(&item(keys));
    assert_eq!(
        names(json!({"pk": {"S": "a"}})),
        Some("pk".parse().unwrap())
    );
    let two = names(json!({"sk": {"N": "1"}, "pk": {"S": "a"}}));
    assert_eq!(two, Some("pk,sk".parse().unwrap()));
    assert_eq!(names(json!({})), None);
    let three = names(json!({"a": {"N": "1"}, "b": {"N": "1"}, "c": {"N": "1"}}));
    assert_eq!(three, None);
}

#[test]
fn items_are_gathered_by_key_and_what_is_there_twice_is_told() {
    let one = |n: &str| ExportRecord::Item(item(json!({"pk": {"S": "a"}, "n": {"N": n}})));
    let keyless = ExportRecord::Item(item(json!({"n": {"N": "1"}})));
    let gathered = table_of([one("1"), one("2"), keyless], &"pk".parse().unwrap());
    let key = r#"{"pk":{"S":"a"}}"#;
    assert_eq!(gathered.duplicates, [key]);
    assert_eq!(gathered.strangers, 1);
    assert_eq!(gathered.found.len(), 1);
    assert_eq!(ExportRecord::Item(gathered.found[key].clone()), one("1"));
}

#[test]
fn changes_are_gathered_by_their_keys() {
    let new_image = item(json!({"pk": {"S": "a"}, "n": {"N": "1"}}));
    let change = ExportRecord::Change(Change {
        write_timestamp_us: 1,
        keys: (*item(json!({"pk": {"S": "a"}}))).clone(),
        old_image: None,
        new_image: Some(new_image.clone()),
    });
    let stranger = ExportRecord::Item(new_image.clone());
    let gathered = changes_of([change, stranger], View::NewImage);
    assert_eq!(gathered.strangers, 1);
    let record = &gathered.found.records[r#"{"pk":{"S":"a"}}"#];
    assert_eq!(record.new, Some(new_image));
    assert_eq!(record.old, None);
}
