//! Profiles drawn from a seed: whole families off, others heavy.

use crate::deed::DeedKind;
use crate::draws::Draws;
use crate::keys::Popularity;
use crate::mix::{Family, Mix};
use crate::profile::{Pace, Profile, Sizes, Values};
use crate::table::{KeyType, Projected, TableShape};

/// The stream that profiles are drawn from; clients have the small numbers.
const STREAM: u64 = u64::MAX - 2;
/// How many families in a thousand are off.
const OFF_PER_MILLE: u32 = 300;
/// How many of the others in a thousand are heavy.
const HEAVY_PER_MILLE: u32 = 200;
/// By how much a heavy family weighs more.
const HEAVY: u32 = 6;

impl Profile {
    /// The profile of this seed.
    pub fn drawn(seed: u64) -> Self {
        let mut draws = Draws::new(seed, STREAM);
        let draws = &mut draws;
        let tables = (0..draws.between(1, 3)).map(|_| table(draws)).collect();
        let popularity = draws.pick(
            Popularity::Uniform,
            &[Popularity::Zipf, Popularity::Hot { per_mille: 400 }],
        );
        let sizes = Sizes {
            bytes_min: 0,
            bytes_max: draws.pick(0, &[100, 100, 400, 4_000]),
        };
        Self {
            tables,
            popularity,
            sizes,
            mix: mix(draws),
            values: Values {
                repeated_per_mille: draws.pick(0, &[0, 50, 300]),
                same_token_per_mille: draws.pick(0, &[100, 300]),
                legacy_per_mille: 0,
            },
            pace: pace(draws),
            deeds: deeds(draws),
            deed_pause_us: draws.pick(
                (2_000_000, 12_000_000),
                &[(500_000, 5_000_000), (5_000_000, 20_000_000)],
            ),
        }
    }
}

fn table(draws: &mut Draws) -> TableShape {
    let kinds = [KeyType::N, KeyType::B];
    let projections = [
        None,
        Some(Projected::All),
        Some(Projected::KeysOnly),
        Some(Projected::Include),
    ];
    let hash = draws.pick(KeyType::S, &kinds);
    let range = draws.chance(600).then(|| draws.pick(KeyType::S, &kinds));
    TableShape {
        keys: draws.pick(12, &[4, 24, 40]),
        hash,
        range,
        per_hash: range.map_or(1, |_| draws.pick(4, &[1, 12]) as u32),
        local_index: draws.pick(None, &projections).filter(|_| range.is_some()),
        global_index: draws.pick(None, &projections),
    }
}

/// Something is always written under its own name, and something is always read.
fn mix(draws: &mut Draws) -> Mix {
    let balanced = Mix::balanced();
    let mut mix = Mix::default();
    for family in Family::ALL {
        if draws.chance(OFF_PER_MILLE) {
            continue;
        }
        let times = if draws.chance(HEAVY_PER_MILLE) {
            HEAVY
        } else {
            1
        };
        mix.0.insert(family, balanced.weight(family) * times);
    }
    if !mix.0.keys().any(|family| family.writes_values()) {
        mix.0.insert(Family::Put, balanced.weight(Family::Put));
    }
    if !mix.0.keys().any(|family| family.reads()) {
        mix.0
            .insert(Family::GetStrong, balanced.weight(Family::GetStrong));
    }
    mix
}

fn pace(draws: &mut Draws) -> Pace {
    Pace {
        pause_us: draws.pick((1_000, 400_000), &[(0, 50_000), (100_000, 1_500_000)]),
        burst_per_mille: draws.pick(30, &[0, 150]),
        burst_calls_max: draws.pick(12, &[4, 30]),
        quiet_per_mille: draws.pick(5, &[0, 30]),
        quiet_us_max: draws.pick(3_000_000, &[500_000, 15_000_000]),
    }
}

/// Backups are always taken: without an artefact nothing looks back.
fn deeds(draws: &mut Draws) -> Vec<(DeedKind, u32)> {
    let mut deeds: Vec<(DeedKind, u32)> = Vec::new();
    for kind in DeedKind::ALL {
        if kind == DeedKind::Backup || !draws.chance(OFF_PER_MILLE) {
            let times = if draws.chance(HEAVY_PER_MILLE) {
                HEAVY
            } else {
                1
            };
            deeds.push((kind, kind.usual_weight() * times));
        }
    }
    deeds
}
