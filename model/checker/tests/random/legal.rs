//! What a naive store makes is legal: never a violation, and small histories are always judged whole.

use lookback_checker::{Options, Outcome, judge};
use proptest::prelude::*;

use crate::store::{Plan, Story, World};

fn plan(calls: usize) -> impl Strategy<Value = Plan> {
    let calls = prop::collection::vec(any::<u64>(), 0..calls);
    (any::<u64>(), calls).prop_map(|(nature, calls)| Plan { nature, calls })
}

fn is_no_violation(plan: &Plan, world: World, small: bool) -> Result<(), TestCaseError> {
    let story = Story::of(plan, world);
    let verdict = judge(&story.history(), &world.contract(), &Options::default());
    prop_assert!(
        verdict.violations.is_empty(),
        "{verdict:#?}\n{}",
        story.text()
    );
    if small && !story.ambiguous {
        prop_assert_eq!(verdict.outcome(), Outcome::Pass, "{}", story.text());
    }
    Ok(())
}

macro_rules! legal {
    ($($world:ident: $small:ident, $large:ident;)*) => {
        proptest! {
            #![proptest_config(ProptestConfig { cases: 1_000, max_shrink_iters: 2_000, failure_persistence: None, ..ProptestConfig::default() })]
            $(
                #[test]
                fn $small(plan in plan(16)) {
                    is_no_violation(&plan, World::$world, true)?;
                }
            )*
        }
        proptest! {
            #![proptest_config(ProptestConfig { cases: 100, max_shrink_iters: 2_000, failure_persistence: None, ..ProptestConfig::default() })]
            $(
                #[test]
                fn $large(plan in plan(120)) {
                    is_no_violation(&plan, World::$world, false)?;
                }
            )*
        }
    };
}

legal! {
    Dynamodb: small_histories_of_dynamodb_pass, large_histories_of_dynamodb_are_no_violation;
    Observed: small_histories_of_dynamodb_as_observed_pass, large_histories_of_dynamodb_as_observed_are_no_violation;
    Skewed: small_histories_with_skewed_clocks_pass, large_histories_with_skewed_clocks_are_no_violation;
    Snapshot: small_histories_of_a_snapshot_store_pass, large_histories_of_a_snapshot_store_are_no_violation;
    LogPrefix: small_histories_of_a_log_store_pass, large_histories_of_a_log_store_are_no_violation;
    Position: small_histories_with_positions_pass, large_histories_with_positions_are_no_violation;
    Statement: small_histories_of_statements_pass, large_histories_of_statements_are_no_violation;
}

#[test]
fn histories_speak_in_both_notations() {
    let stories = (0..100).map(|seed| Story::draw(seed, World::Dynamodb).text());
    let text: String = stories.collect();
    for member in [
        "AttributeUpdates",
        "Expected",
        "\"AND\"",
        "\"OR\"",
        "AttributesToGet",
        "KeyConditions",
        "UpdateExpression",
        "ConditionExpression",
        "ProjectionExpression",
        "KeyConditionExpression",
    ] {
        assert!(text.contains(member), "{member}");
    }
}
