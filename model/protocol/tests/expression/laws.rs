use lookback_protocol::expression::{Condition, ExpressionKind, KeyCondition, Projection, Update};
use lookback_protocol::key::{KeyAttribute, KeySchema, KeyType};
use proptest::prelude::*;

use crate::{Request, n, request, sample};

/// Texts of tokens in any order.
fn tokens() -> impl Strategy<Value = String> {
    let token = prop_oneof![
        Just("AND"),
        Just("OR"),
        Just("NOT"),
        Just("BETWEEN"),
        Just("IN"),
        Just("SET"),
        Just("REMOVE"),
        Just("ADD"),
        Just("DELETE"),
        Just("num"),
        Just("letters"),
        Just("info"),
        Just("#num"),
        Just("#x"),
        Just(":one"),
        Just(":red"),
        Just(":x"),
        Just("("),
        Just(")"),
        Just("["),
        Just("]"),
        Just(","),
        Just("."),
        Just("1"),
        Just("="),
        Just("<>"),
        Just("<"),
        Just(">="),
        Just("+"),
        Just("-"),
        Just("size("),
        Just("begins_with("),
        Just("if_not_exists("),
        Just("list_append("),
        Just("é"),
        Just("!"),
    ];
    proptest::collection::vec(token, 0..16).prop_map(|tokens| tokens.join(" "))
}

/// A condition's text, and what it says about three truth values `a`, `b` and `c`.
fn formula() -> impl Strategy<Value = (String, [bool; 8])> {
    let worlds = |index: u8| std::array::from_fn(|world: usize| world >> index & 1 == 1);
    let leaf = prop_oneof![
        Just(("a = :one".to_owned(), worlds(0))),
        Just(("b = :one".to_owned(), worlds(1))),
        Just(("c = :one".to_owned(), worlds(2))),
    ];
    leaf.prop_recursive(4, 24, 2, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|((left, l), (right, r))| {
                (
                    format!("({left}) AND ({right})"),
                    std::array::from_fn(|world| l[world] && r[world]),
                )
            }),
            (inner.clone(), inner.clone()).prop_map(|((left, l), (right, r))| {
                (
                    format!("({left}) OR ({right})"),
                    std::array::from_fn(|world| l[world] || r[world]),
                )
            }),
            inner.prop_map(|(text, holds)| (format!("NOT ({text})"), holds.map(|holds| !holds))),
        ]
    })
}

proptest! {
    #[test]
    fn no_text_makes_a_parser_panic(text in prop_oneof![tokens(), ".{0,60}"]) {
        let request = request();
        let schema = KeySchema {
            hash: KeyAttribute { name: "pk".to_owned(), kind: KeyType::S },
            range: Some(KeyAttribute { name: "num".to_owned(), kind: KeyType::N }),
        };
        if let Ok(condition) = Condition::parse(ExpressionKind::Filter, &text, &mut request.placeholders()) {
            prop_assert_ne!(Condition::Not(Box::new(condition.clone())).holds(Some(&sample())), condition.holds(Some(&sample())));
        }
        if let Ok(update) = Update::parse(&text, &mut request.placeholders()) {
            prop_assert!(update.apply(sample()).map_or(true, |applied| applied.item.contains_key("pk")));
        }
        if let Ok(projection) = Projection::parse(&text, &mut request.placeholders()) {
            let once = projection.project(&sample());
            prop_assert!(once.keys().all(|name| sample().contains_key(name)));
        }
        if let Ok(condition) = KeyCondition::parse(&text, &mut request.placeholders(), &schema) {
            prop_assert!(schema.key_range(&condition.hash, condition.range.as_ref()).is_ok());
        }
    }

    #[test]
    fn conditions_obey_their_truth_table((text, holds) in formula()) {
        let request = Request::default().value(":one", n("1"));
        let condition = Condition::parse(ExpressionKind::Condition, &text, &mut request.placeholders());
        let condition = condition.unwrap();
        for (world, expected) in holds.iter().enumerate() {
            let item = ["a", "b", "c"]
                .iter()
                .enumerate()
                .map(|(index, name)| ((*name).to_owned(), n(if world >> index & 1 == 1 { "1" } else { "0" })))
                .collect();
            prop_assert_eq!(condition.holds(Some(&item)), *expected, "{} in {}", text, world);
        }
    }
}
