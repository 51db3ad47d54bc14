//! One item: the states it had, and which of them an artefact may show (CONSISTENCY-005).

use lookback_protocol::value::Item;

use crate::contract::Promise;

/// What an item was from one commit until the next.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    /// When this state was committed, in microseconds since the Unix epoch.
    pub committed_us: i64,
    /// The item, or `None` for its absence.
    pub item: Option<Item>,
}

/// What the judge says of one item.
#[derive(Clone, Debug, PartialEq)]
#[must_use]
pub enum Verdict {
    /// The item had the observed state at some instant of the band.
    Pass,
    /// It had not. The legal states are given in the order of time, each once.
    Violation {
        /// The states that the band allows.
        legal: Vec<Option<Item>>,
    },
}

impl Verdict {
    /// Whether nothing is wrong.
    pub fn is_pass(&self) -> bool {
        matches!(self, Self::Pass)
    }
}

/// Judges what an artefact shows of one item. `history` has the item's states in the order of their commits; before
/// the first one the item was absent. Of several commits of one instant each counts: an artefact may have been
/// cut between them. For those who know the instants of all commits; [`crate::judge`] knows only when calls began and
/// ended.
pub fn judge_item(
    history: &[State],
    observed: Option<&Item>,
    anchor_us: i64,
    promise: &Promise,
) -> Verdict {
    let (first_us, last_us) = promise.interval_us(anchor_us);
    let mut legal: Vec<Option<Item>> = Vec::new();
    let mut allow = |item: Option<&Item>| {
        if !legal.iter().any(|known| known.as_ref() == item) {
            legal.push(item.cloned());
        }
    };
    let mut current: Option<&Item> = None;
    let mut since_us = i64::MIN;
    for state in history {
        if since_us <= last_us && state.committed_us >= first_us {
            allow(current);
        }
        (current, since_us) = (state.item.as_ref(), state.committed_us);
    }
    if since_us <= last_us {
        allow(current);
    }
    if legal.iter().any(|item| item.as_ref() == observed) {
        Verdict::Pass
    } else {
        Verdict::Violation { legal }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::Contract;
    use lookback_protocol::value::AttributeValue;
    use proptest::prelude::*;

    const SECOND: i64 = 1_000_000;

    fn item(version: i64) -> Item {
        [("v".to_owned(), AttributeValue::S(version.to_string()))]
            .into_iter()
            .collect()
    }

    fn put(second: i64, version: i64) -> State {
        State {
            committed_us: second * SECOND,
            item: Some(item(version)),
        }
    }

    fn delete(second: i64) -> State {
        State {
            committed_us: second * SECOND,
            item: None,
        }
    }

    fn on_demand_backup() -> Promise {
        let contract = Contract::dynamodb();
        contract.promise("on-demand-backup").unwrap().clone()
    }

    fn judged(history: &[State], observed: Option<i64>, anchor: i64) -> Verdict {
        let observed = observed.map(item);
        judge_item(
            history,
            observed.as_ref(),
            anchor * SECOND,
            &on_demand_backup(),
        )
    }

    #[test]
    fn a_write_more_than_a_minute_before_must_be_in() {
        let history = [put(0, 1), put(100, 2)];
        assert!(judged(&history, Some(2), 161).is_pass());
        assert_eq!(
            judged(&history, Some(1), 161),
            Verdict::Violation {
                legal: vec![Some(item(2))]
            }
        );
        assert!(!judged(&history, None, 161).is_pass());
    }

    #[test]
    fn a_write_more_than_a_minute_after_must_be_out() {
        let history = [put(0, 1), put(200, 2)];
        assert!(!judged(&history, Some(2), 139).is_pass());
        assert!(judged(&history, Some(1), 139).is_pass());
    }

    #[test]
    fn inside_the_band_both_states_are_legal() {
        let history = [put(0, 1), put(100, 2)];
        assert!(judged(&history, Some(1), 100).is_pass());
        assert!(judged(&history, Some(2), 100).is_pass());
    }

    #[test]
    fn a_deletion_inside_the_band_allows_presence_and_absence() {
        let history = [put(0, 1), delete(100)];
        assert!(judged(&history, Some(1), 120).is_pass());
        assert!(judged(&history, None, 120).is_pass());
        assert!(!judged(&history, Some(1), 161).is_pass());
    }

    #[test]
    fn an_item_never_written_is_a_violation() {
        assert!(!judged(&[put(0, 1)], Some(9), 10).is_pass());
    }

    proptest! {
        #[test]
        fn a_state_is_legal_exactly_when_some_instant_of_the_band_had_it(
            writes in prop::collection::vec((0_i64..300, prop::option::of(0_i64..4)), 0..8),
            anchor in 0_i64..300,
            observed in prop::option::of(0_i64..4),
        ) {
            let mut writes = writes;
            writes.sort_by_key(|(second, _)| *second);
            let history: Vec<State> = writes
                .iter()
                .map(|(second, version)| State { committed_us: second * SECOND, item: version.map(item) })
                .collect();
            // The naive judge looks between all commits, also between those of one instant.
            let mut naive = false;
            for cut in 0..=writes.len() {
                let begins = cut.checked_sub(1).map_or(i64::MIN, |last| writes[last].0);
                let ends = writes.get(cut).map_or(i64::MAX, |next| next.0);
                let state = cut.checked_sub(1).and_then(|last| writes[last].1);
                naive |= state == observed && begins <= anchor + 60 && ends >= anchor - 60;
            }
            prop_assert_eq!(judged(&history, observed, anchor).is_pass(), naive);
        }
    }
}
