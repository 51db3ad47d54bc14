//! Which key it is this time.

use serde::{Deserialize, Serialize};

use crate::draws::Draws;

/// How popular the keys of a table are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Popularity {
    /// All the same.
    Uniform,
    /// The n-th is asked for 1/n times as often as the first.
    Zipf,
    /// One key takes this share, the others share the rest.
    Hot {
        /// The share, in thousandths.
        per_mille: u32,
    },
}

impl Popularity {
    /// The number of a key, below `keys`.
    pub(crate) fn draw(self, draws: &mut Draws, keys: u32) -> u32 {
        let any = |draws: &mut Draws| draws.below(u64::from(keys)) as u32;
        match self {
            Self::Uniform => any(draws),
            // Whole numbers only: a rounding that differs between machines would end the sameness of streams.
            Self::Zipf => {
                let weights = (1..=u64::from(keys)).map(|rank| 1_000_000 / rank);
                draws.weighted(weights).unwrap_or(0) as u32
            }
            Self::Hot { per_mille } if draws.chance(per_mille) => 0,
            Self::Hot { .. } => any(draws),
        }
    }

    /// Up to `wanted` different keys.
    pub(crate) fn several(self, draws: &mut Draws, keys: u32, wanted: u64) -> Vec<u32> {
        let mut chosen: Vec<u32> = Vec::new();
        // A hot key is drawn again and again: the number of draws has a bound.
        for _ in 0..wanted.saturating_mul(4) {
            let key = self.draw(draws, keys);
            if !chosen.contains(&key) {
                chosen.push(key);
            }
            if chosen.len() as u64 >= wanted {
                break;
            }
        }
        chosen
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(popularity: Popularity) -> Vec<u32> {
        let mut draws = Draws::new(5, 5);
        let mut times = vec![0; 10];
        for _ in 0..10_000 {
            times[popularity.draw(&mut draws, 10) as usize] += 1;
        }
        times
    }

    #[test]
    fn uniform_keys_are_all_the_same() {
        let times = drawn(Popularity::Uniform);
        assert!(
            times.iter().all(|times| (850..1_150).contains(times)),
            "{times:?}"
        );
    }

    #[test]
    fn the_second_of_zipf_is_half_as_popular_as_the_first() {
        let times = drawn(Popularity::Zipf);
        let ratio = f64::from(times[0]) / f64::from(times[1]);
        assert!((1.8..2.2).contains(&ratio), "{times:?}");
    }

    #[test]
    fn a_hot_key_takes_its_share() {
        let times = drawn(Popularity::Hot { per_mille: 700 });
        // Its share, and a tenth of the rest.
        assert!((7_100..7_500).contains(&times[0]), "{times:?}");
    }

    #[test]
    fn several_keys_differ() {
        let mut draws = Draws::new(5, 5);
        for _ in 0..100 {
            let mut keys = Popularity::Hot { per_mille: 900 }.several(&mut draws, 10, 5);
            let drawn = keys.len();
            keys.sort_unstable();
            keys.dedup();
            assert_eq!(keys.len(), drawn);
            assert!((1..=5).contains(&drawn));
        }
    }
}
