//! What is done how often, to what.

use serde::{Deserialize, Serialize};

use crate::deed::DeedKind;
use crate::keys::Popularity;
use crate::mix::Mix;
use crate::table::{KeyType, Projected, TableShape};

/// What is done how often, to what. Read and written as JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// The tables.
    pub tables: Vec<TableShape>,
    /// How popular the keys of each table are.
    pub popularity: Popularity,
    /// How large items are.
    pub sizes: Sizes,
    /// Which families of operations, how often.
    pub mix: Mix,
    /// What is written.
    pub values: Values,
    /// When.
    pub pace: Pace,
    /// What is done to the tables as a whole, how often: weights.
    pub deeds: Vec<(DeedKind, u32)>,
    /// From one deed to the next, in microseconds: least and most.
    pub deed_pause_us: (u64, u64),
}

/// How large items are, beside their other attributes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sizes {
    /// The least, in bytes.
    pub bytes_min: u32,
    /// The most, in bytes.
    pub bytes_max: u32,
}

/// What is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Values {
    /// How many writes in a thousand write one of a few values that are written again and again, instead of one that
    /// names the write.
    pub repeated_per_mille: u32,
    /// How many transactions in a thousand are sent a second time under their token: the second time must do nothing.
    #[serde(default)]
    pub same_token_per_mille: u32,
    /// How many writes of one item in a thousand have AttributeUpdates and Expected in the place of expressions, where
    /// they have any.
    #[serde(default)]
    pub legacy_per_mille: u32,
}

/// When clients call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pace {
    /// Between two calls of a client, in microseconds: least and most.
    pub pause_us: (u64, u64),
    /// How many pauses in a thousand end in a burst.
    pub burst_per_mille: u32,
    /// How many calls a burst has, without pauses: at most.
    pub burst_calls_max: u32,
    /// How many pauses in a thousand are quiet times.
    pub quiet_per_mille: u32,
    /// How long a quiet time is at most, in microseconds.
    pub quiet_us_max: u64,
}

impl Profile {
    /// The balanced mix on three tables of different shapes; every kind of artefact.
    pub fn steady() -> Self {
        let ranged = TableShape {
            range: Some(KeyType::N),
            per_hash: 8,
            local_index: Some(Projected::All),
            global_index: Some(Projected::All),
            ..TableShape::hash_only(24)
        };
        let grouped = TableShape {
            hash: KeyType::N,
            global_index: Some(Projected::KeysOnly),
            ..TableShape::hash_only(16)
        };
        Self {
            tables: vec![TableShape::hash_only(32), ranged, grouped],
            popularity: Popularity::Zipf,
            sizes: Sizes {
                bytes_min: 0,
                bytes_max: 200,
            },
            mix: Mix::balanced(),
            values: Values {
                repeated_per_mille: 50,
                same_token_per_mille: 100,
                legacy_per_mille: 100,
            },
            pace: Pace {
                pause_us: (1_000, 400_000),
                burst_per_mille: 30,
                burst_calls_max: 12,
                quiet_per_mille: 5,
                quiet_us_max: 3_000_000,
            },
            deeds: DeedKind::ALL
                .into_iter()
                .map(|kind| (kind, kind.usual_weight()))
                .collect(),
            deed_pause_us: (2_000_000, 12_000_000),
        }
    }
}
