//! Which fault befalls which call.
//!
//! Drawn from the seed and the call's id alone. Faults come in spells: for some hundred calls nothing goes wrong, then
//! much, as on a real network.

use std::time::Duration;

use oorandom::Rand64;

/// How many calls a spell has.
const SPELL_CALLS: u64 = 150;
/// The longest delay, in milliseconds.
const DELAY_MS_MAX: u64 = 150;

/// What befalls one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Nothing.
    Spared,
    /// The request never reaches the target; the connection breaks.
    Reset,
    /// The request is carried out; the connection breaks before the answer.
    AnswerDropped,
    /// The request waits before it goes on.
    Delayed(Duration),
    /// The answer waits before it goes on.
    AnswerDelayed(Duration),
    /// The request goes out twice, the second time so much later; the first answer counts.
    Duplicated(Duration),
}

/// The fate of a call; `writes`: whether it can change anything.
pub fn fate(seed: u64, call: u64, writes: bool) -> Fate {
    let spell = draws(seed, u64::MAX - call / SPELL_CALLS).rand_range(0..4);
    let mut draws = draws(seed, call);
    // One spell in four is calm, one is bad.
    let per_mille = match spell {
        0 => 0,
        1 => 250,
        _ => 40,
    };
    if draws.rand_range(0..1_000) >= per_mille {
        return Fate::Spared;
    }
    let delay = Duration::from_millis(draws.rand_range(1..DELAY_MS_MAX + 1));
    match draws.rand_range(0..10) {
        0 | 1 => Fate::Reset,
        2..=4 => Fate::AnswerDropped,
        5 | 6 => Fate::Delayed(delay),
        7 => Fate::AnswerDelayed(delay),
        _ if writes => Fate::Duplicated(delay),
        _ => Fate::Spared,
    }
}

fn draws(seed: u64, stream: u64) -> Rand64 {
    Rand64::new((u128::from(seed) << 64) | u128::from(stream))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_seed_gives_one_fate() {
        let fates = |seed| {
            (0..2_000)
                .map(|call| fate(seed, call, true))
                .collect::<Vec<_>>()
        };
        assert_eq!(fates(7), fates(7));
        assert_ne!(fates(7), fates(8));
    }

    #[test]
    fn every_fault_comes_and_most_calls_are_spared() {
        let fates: Vec<Fate> = (0..20_000).map(|call| fate(7, call, true)).collect();
        let share = |is: fn(&Fate) -> bool| fates.iter().filter(|fate| is(fate)).count();
        assert!(share(|fate| matches!(fate, Fate::Reset)) > 100);
        assert!(share(|fate| matches!(fate, Fate::AnswerDropped)) > 100);
        assert!(share(|fate| matches!(fate, Fate::Delayed(_))) > 100);
        assert!(share(|fate| matches!(fate, Fate::AnswerDelayed(_))) > 50);
        assert!(share(|fate| matches!(fate, Fate::Duplicated(_))) > 100);
        assert!(share(|fate| *fate == Fate::Spared) > 15_000);
    }

    #[test]
    fn reads_are_never_duplicated() {
        let fates = (0..20_000).map(|call| fate(7, call, false));
        assert!(
            !fates
                .into_iter()
                .any(|fate| matches!(fate, Fate::Duplicated(_)))
        );
    }
}
