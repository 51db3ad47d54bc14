//! Laws of reads and transactions: pages joined are one scan, and a transaction is done wholly or not at all.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::world::{World, merged, plain, wire_item};

/// Items of an indexed table by `sk`, each with a genre out of three or none.
fn shelved(genres: &[u8]) -> World {
    let mut aws = World::exact();
    aws.indexed_table("music");
    for (sk, genre) in genres.iter().enumerate() {
        let item = json!({"pk": format!("p{}", sk % 3), "sk": sk, "year": 2_000 - sk});
        let genre =
            json!({"genre": if *genre < 3 { json!(format!("g{genre}")) } else { Value::Null }});
        aws.put("music", merged(item, genre));
    }
    aws
}

/// What a read gives in pages of at most so many items: the items in order, and how many were looked at.
fn joined(
    aws: &mut World,
    operation: &str,
    mut input: Value,
    limit: Option<u32>,
) -> (Vec<Value>, u64) {
    if let Some(limit) = limit {
        input["Limit"] = json!(limit);
    }
    let (mut items, mut scanned) = (Vec::new(), 0);
    loop {
        let page = aws.ok(operation, input.clone());
        items.extend(page["Items"].as_array().unwrap().iter().map(plain));
        scanned += page["ScannedCount"].as_u64().unwrap();
        match page.get("LastEvaluatedKey") {
            Some(key) => input["ExclusiveStartKey"] = key.clone(),
            None => return (items, scanned),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn pages_joined_are_one_read(
        genres in proptest::collection::vec(0..4_u8, 0..24),
        limit in 1..9_u32,
        forward in any::<bool>(),
        filtered in any::<bool>(),
    ) {
        let mut aws = shelved(&genres);
        let filter = if filtered {
            json!({"FilterExpression": "#y > :y", "ExpressionAttributeNames": {"#y": "year"}})
        } else {
            json!({})
        };
        let year = if filtered { json!({":y": {"N": "1990"}}) } else { json!({}) };
        let query = |index: Value, name: &str, value: &str| {
            let keys = json!({
                "TableName": "music", "IndexName": index, "ScanIndexForward": forward,
                "KeyConditionExpression": format!("{name} = :k"),
                "ExpressionAttributeValues": merged(json!({":k": {"S": value}}), year.clone()),
            });
            merged(keys, filter.clone())
        };
        let mut reads = vec![
            ("Query", query(Value::Null, "pk", "p1")),
            ("Query", query(json!("by-genre"), "genre", "g1")),
        ];
        for index in [Value::Null, json!("by-genre"), json!("by-year")] {
            let values = if filtered { year.clone() } else { Value::Null };
            let scan = json!({"TableName": "music", "IndexName": index, "ExpressionAttributeValues": values});
            reads.push(("Scan", merged(scan, filter.clone())));
        }
        for (operation, input) in reads {
            let whole = joined(&mut aws, operation, input.clone(), None);
            prop_assert_eq!(joined(&mut aws, operation, input, Some(limit)), whole);
        }
    }

    #[test]
    fn segments_joined_are_one_scan(genres in proptest::collection::vec(0..4_u8, 0..24), total in 1..6_u32) {
        let mut aws = shelved(&genres);
        for index in [Value::Null, json!("by-genre")] {
            let scan = merged(json!({"TableName": "music", "IndexName": index}), json!({}));
            let (mut whole, _) = joined(&mut aws, "Scan", scan.clone(), None);
            let mut parts = Vec::new();
            for segment in 0..total {
                let of_segment = json!({"Segment": segment, "TotalSegments": total});
                parts.extend(joined(&mut aws, "Scan", merged(scan.clone(), of_segment), Some(3)).0);
            }
            let by_key = |item: &Value| item["sk"].as_i64();
            whole.sort_by_key(by_key);
            parts.sort_by_key(by_key);
            prop_assert_eq!(parts, whole);
        }
    }

    #[test]
    fn a_transaction_is_done_wholly_or_not_at_all(
        transactions in proptest::collection::vec(
            proptest::collection::btree_map(0..6_u8, (0..4_u8, 0..3_u8), 1..5), 1..12,
        ),
    ) {
        let mut aws = World::exact();
        aws.table("music");
        let mut expected: BTreeMap<u8, u8> = BTreeMap::new();
        for members in transactions {
            let is_met = |(key, (action, value)): (&u8, &(u8, u8))| match action {
                // Puts demand nothing, the others that this value is there.
                0 => true,
                _ => expected.get(key) == Some(value),
            };
            let met = members.iter().all(is_met);
            let member = |(key, (action, value)): (&u8, &(u8, u8))| {
                let named = json!({"TableName": "music"});
                let key = json!({"pk": format!("k{key}")});
                let guarded = json!({
                    "Key": wire_item(&key), "ConditionExpression": "v = :v",
                    "ExpressionAttributeValues": {":v": {"N": value.to_string()}},
                });
                match action {
                    0 => {
                        let item = wire_item(&merged(key, json!({"v": value})));
                        json!({"Put": merged(named, json!({"Item": item}))})
                    }
                    1 => json!({"Delete": merged(named, guarded)}),
                    2 => {
                        let update = json!({"UpdateExpression": "ADD v :v"});
                        json!({"Update": merged(named, merged(guarded, update))})
                    }
                    _ => json!({"ConditionCheck": merged(named, guarded)}),
                }
            };
            let items: Vec<Value> = members.iter().map(member).collect();
            let answer = aws.call("TransactWriteItems", json!({"TransactItems": items}));
            prop_assert_eq!(answer.is_ok(), met, "{:?}", answer);
            if met {
                for (key, (action, value)) in members {
                    match action {
                        0 => { expected.insert(key, value); }
                        1 => { expected.remove(&key); }
                        2 => { expected.insert(key, 2 * value); }
                        _ => {}
                    }
                }
            }
            let found = aws.items("music");
            let shown: BTreeMap<String, Value> = expected
                .iter()
                .map(|(key, value)| (format!("k{key}"), json!({"pk": format!("k{key}"), "v": value})))
                .collect();
            prop_assert_eq!(found, shown);
        }
    }
}
