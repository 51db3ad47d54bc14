//! Deterministic draws: numbers that look random and depend on nothing but a seed and a name.
//!
//! The model has no source of randomness. Whoever needs "any" number hashes what it is for; the same seed
//! and the same requests give the same numbers whatever the clock says.

/// SplitMix64's finaliser: spreads every bit of the input over the output.
fn mix(mut x: u64) -> u64 {
    x = x.wrapping_add(0x9E37_79B9_7F4A_7C15);
    x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^ (x >> 31)
}

/// A number from a seed and a subject.
pub(crate) fn draw(seed: u64, subject: &[u8]) -> u64 {
    let mut state = mix(seed);
    for chunk in subject.chunks(8) {
        let mut word = [0_u8; 8];
        for (to, from) in word.iter_mut().zip(chunk) {
            *to = *from;
        }
        state = mix(state ^ u64::from_le_bytes(word));
    }
    mix(state ^ subject.len() as u64)
}

/// A number from `low..=high`.
pub(crate) fn draw_between(seed: u64, subject: &[u8], low: i64, high: i64) -> i64 {
    let span = high.saturating_sub(low).max(0) as u64;
    if span == u64::MAX {
        return low;
    }
    low.saturating_add((draw(seed, subject) % (span + 1)) as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_subject_gives_the_same_number() {
        assert_eq!(draw(7, b"backup"), draw(7, b"backup"));
        assert_ne!(draw(7, b"backup"), draw(8, b"backup"));
        assert_ne!(draw(7, b"backup"), draw(7, b"backup\0"));
    }

    #[test]
    fn a_bounded_draw_reaches_both_ends_and_nothing_else() {
        let drawn: Vec<i64> = (0..200_u64)
            .map(|seed| draw_between(seed, b"x", -2, 2))
            .collect();
        assert!(drawn.iter().all(|n| (-2..=2).contains(n)));
        assert!((-2..=2).all(|n| drawn.contains(&n)));
    }
}
