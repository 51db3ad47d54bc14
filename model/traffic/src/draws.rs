//! Draws from a seed.

use oorandom::Rand64;

/// A sequence of draws. Sequences of one seed and different streams have nothing in common.
#[derive(Clone, Debug)]
pub(crate) struct Draws(Rand64);

impl Draws {
    /// The sequence of this seed and stream.
    pub fn new(seed: u64, stream: u64) -> Self {
        Self(Rand64::new(
            (u128::from(seed) << 64) | u128::from(stream.wrapping_add(1)),
        ))
    }

    /// A number below `bound`; 0 where there is none.
    pub fn below(&mut self, bound: u64) -> u64 {
        if bound == 0 {
            0
        } else {
            self.0.rand_range(0..bound)
        }
    }

    /// A number of `low..=high`; `low` where that is empty.
    pub fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.below(high.saturating_sub(low).saturating_add(1))
    }

    /// True so often in a thousand times.
    pub fn chance(&mut self, per_mille: u32) -> bool {
        self.below(1_000) < u64::from(per_mille)
    }

    /// One of these.
    pub fn pick<T: Copy>(&mut self, first: T, others: &[T]) -> T {
        match self.below(others.len() as u64 + 1) {
            0 => first,
            place => others.get(place as usize - 1).copied().unwrap_or(first),
        }
    }

    /// The place of a weight, each as often as it weighs; none where nothing weighs anything.
    pub fn weighted(&mut self, weights: impl Iterator<Item = u64> + Clone) -> Option<usize> {
        let mut drawn = self.below(weights.clone().sum());
        for (place, weight) in weights.enumerate() {
            if drawn < weight {
                return Some(place);
            }
            drawn -= weight;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The stream must be the same on every machine and with every later version: these numbers are part of what a
    /// saved seed means.
    #[test]
    fn the_stream_of_a_seed_never_changes() {
        let mut draws = Draws::new(7, 3);
        let drawn: Vec<u64> = (0..5).map(|_| draws.below(1_000)).collect();
        assert_eq!(drawn, [706, 952, 604, 636, 770]);
    }

    #[test]
    fn streams_of_one_seed_differ() {
        let mut sequences: Vec<Vec<u64>> = (0..20)
            .map(|stream| {
                let mut draws = Draws::new(1, stream);
                (0..4).map(|_| draws.below(1 << 40)).collect()
            })
            .collect();
        sequences.sort();
        sequences.dedup();
        assert_eq!(sequences.len(), 20);
    }

    #[test]
    fn a_bound_is_reached_and_never_passed() {
        let mut draws = Draws::new(1, 1);
        let drawn: Vec<u64> = (0..200).map(|_| draws.between(3, 5)).collect();
        assert!((3..=5).all(|number| drawn.contains(&number)));
        assert!(drawn.iter().all(|number| (3..=5).contains(number)));
        assert_eq!(draws.between(5, 3), 5);
        assert_eq!(draws.below(0), 0);
    }

    #[test]
    fn weights_decide_how_often() {
        let mut draws = Draws::new(1, 1);
        let mut times = [0_u32; 3];
        for _ in 0..4_000 {
            times[draws.weighted([1, 0, 3].into_iter()).unwrap()] += 1;
        }
        assert_eq!(times[1], 0);
        assert!((850..1_150).contains(&times[0]), "{times:?}");
        assert_eq!(draws.weighted([0, 0].into_iter()), None);
    }
}
