//! What holds for every seed.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

use std::collections::BTreeMap;

use lookback_protocol::wire::Request;
use lookback_traffic::{Family, Profile, Step, Traffic};
use proptest::prelude::*;

fn traffic(seed: u64) -> Traffic {
    Traffic::new(seed, &Profile::drawn(seed), "lb-m0000000")
}

fn body(request: &Request) -> Vec<u8> {
    let mut out = Vec::new();
    request.to_json(&mut out);
    out
}

fn requests(traffic: &Traffic, client: u32, steps: usize) -> Vec<Request> {
    traffic
        .client(client)
        .take(steps)
        .filter_map(|step| match step {
            Step::Call(call) => Some(call.request),
            _ => None,
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn one_seed_gives_one_stream(seed: u64, client in 0_u32..100) {
        let twice = [traffic(seed), traffic(seed)];
        let [first, second] = twice.map(|traffic| {
            (
                format!("{:?}", traffic.tables()),
                traffic.client(client).take(200).collect::<Vec<_>>(),
                traffic.deeds().take(100).collect::<Vec<_>>(),
            )
        });
        prop_assert_eq!(first, second);
    }

    #[test]
    fn another_seed_or_client_gives_another_stream(seed: u64) {
        let steps = |seed, client| requests(&traffic(seed), client, 60);
        prop_assert_ne!(steps(seed, 0), steps(seed, 1));
        let other = Traffic::new(seed ^ 1, &Profile::drawn(seed), "lb-m0000000");
        prop_assert_ne!(steps(seed, 0), requests(&other, 0, 60));
    }

    #[test]
    fn the_api_model_accepts_every_request_as_it_is(seed: u64) {
        let traffic = traffic(seed);
        let mut all = traffic.tables();
        all.extend(requests(&traffic, 3, 300));
        for request in all {
            let body = body(&request);
            let parsed = Request::parse(request.operation(), &body);
            prop_assert_eq!(parsed.as_ref(), Ok(&request), "{}", String::from_utf8_lossy(&body));
        }
    }

    #[test]
    fn a_profile_survives_its_file(seed: u64) {
        let profile = Profile::drawn(seed);
        let text = serde_json::to_string(&profile).unwrap();
        prop_assert_eq!(serde_json::from_str::<Profile>(&text).unwrap(), profile);
    }

    #[test]
    fn every_drawn_profile_writes_and_reads(seed: u64) {
        let mix = Profile::drawn(seed).mix;
        prop_assert!(mix.0.keys().any(|family| family.writes_values()));
        prop_assert!(mix.0.keys().any(|family| family.reads()));
    }
}

#[test]
fn families_come_as_often_as_they_weigh() {
    let profile = Profile::steady();
    let traffic = Traffic::new(11, &profile, "lb-m0000000");
    let mut times: BTreeMap<Family, u32> = BTreeMap::new();
    let calls = traffic.client(0).filter_map(|step| match step {
        Step::Call(call) => Some(call.family),
        _ => None,
    });
    for family in calls.take(20_000) {
        *times.entry(family).or_default() += 1;
    }
    let whole: u32 = profile.mix.0.values().sum();
    for (family, weight) in &profile.mix.0 {
        let expected = f64::from(20_000 * weight) / f64::from(whole);
        let found = f64::from(times[family]);
        assert!(
            (found - expected).abs() < expected * 0.15,
            "{family:?}: {found}, not {expected}"
        );
    }
}

#[test]
fn over_the_seeds_every_family_is_off_somewhere_and_heavy_elsewhere() {
    let profiles: Vec<Profile> = (0..200).map(Profile::drawn).collect();
    let usual = Profile::steady().mix;
    for family in Family::ALL {
        let weights = profiles.iter().map(|profile| profile.mix.weight(family));
        assert!(weights.clone().any(|weight| weight == 0), "{family:?}");
        assert!(
            weights.clone().any(|weight| weight > usual.weight(family)),
            "{family:?}"
        );
    }
}

#[test]
fn each_value_that_is_not_repeated_names_one_write() {
    let mut profile = Profile::steady();
    profile.values.repeated_per_mille = 0;
    let traffic = Traffic::new(5, &profile, "lb-m0000000");
    let mut seen = BTreeMap::new();
    for client in 0..3 {
        for request in requests(&traffic, client, 1_000) {
            if let Request::PutItem(input) = &request {
                let value = format!("{:?}", input.item["v"]);
                assert!(
                    seen.insert(value.clone(), client).is_none(),
                    "{value} twice"
                );
                assert!(value.contains(&format!("c{client}-")), "{value}");
            }
        }
    }
    assert!(seen.len() > 100);
}

/// How many requests have parameters from before expressions, and how many have expressions, of the writes of one item.
fn notations(legacy_per_mille: u32) -> (usize, usize) {
    let mut profile = Profile::steady();
    profile.values.legacy_per_mille = legacy_per_mille;
    let traffic = Traffic::new(5, &profile, "lb-m0000000");
    let (mut legacy, mut expressions) = (0, 0);
    for request in requests(&traffic, 0, 5_000) {
        let (old, new) = match request {
            Request::PutItem(it) => (it.expected.is_some(), it.condition_expression.is_some()),
            Request::DeleteItem(it) => (it.expected.is_some(), it.condition_expression.is_some()),
            Request::UpdateItem(it) => (
                it.attribute_updates.is_some(),
                it.update_expression.is_some(),
            ),
            _ => continue,
        };
        assert!(!(old && new), "both at once");
        legacy += usize::from(old);
        expressions += usize::from(new);
    }
    (legacy, expressions)
}

#[test]
fn writes_have_the_notation_that_the_profile_asks_for() {
    let (legacy, expressions) = notations(0);
    assert!(legacy == 0 && expressions > 500, "{legacy} {expressions}");
    let (legacy, expressions) = notations(1_000);
    assert!(legacy > 500 && expressions == 0, "{legacy} {expressions}");
    let (legacy, expressions) = notations(500);
    assert!(legacy > 200 && expressions > 200, "{legacy} {expressions}");
}

#[test]
fn a_token_is_sent_again_with_the_same_request_only() {
    let mut profile = Profile::steady();
    profile.values.same_token_per_mille = 500;
    let traffic = Traffic::new(5, &profile, "lb-m0000000");
    let mut bodies: BTreeMap<String, Request> = BTreeMap::new();
    let mut again = 0;
    for request in requests(&traffic, 0, 5_000) {
        let Request::TransactWriteItems(input) = &request else {
            continue;
        };
        let token = input.client_request_token.clone().unwrap();
        if let Some(first) = bodies.insert(token, request.clone()) {
            assert_eq!(first, request);
            again += 1;
        }
    }
    assert!(again > 10);
}
