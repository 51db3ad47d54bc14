//! Kinds of runs.

mod kinds;

use lookback_traffic::TableShape;
use serde::{Deserialize, Serialize};

const SECOND_US: i64 = 1_000_000;
/// What the name of a profile ends in whose cuts are made by hybrid time.
const HYBRID: &str = "+hybrid";

/// A cluster, its load and how its machines behave. Lengths of time in pairs are least and most, in microseconds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// What it is called.
    pub name: String,
    /// How many storage nodes there are: at least 3.
    pub nodes: u32,
    /// How many routers.
    pub routers: u32,
    /// How many clients.
    pub clients: u32,
    /// How many partitions a new table has.
    pub partitions: u32,
    /// What the clients do, and what is done to the tables.
    pub load: lookback_traffic::Profile,
    /// Whether there is a table whose items expire.
    pub expiry: bool,
    /// How long the clients go on, in microseconds: the safety phase.
    pub load_us: i64,
    /// Within which time something more must be done, until nothing is left, in microseconds: after the last fault, and after each
    /// deed that ends. The liveness phase.
    pub settle_us: i64,
    /// Cuts are made by hybrid time, and are consistent.
    pub hybrid: bool,
    /// How far any clock may be from the true time, in microseconds.
    pub skew_us: i64,
    /// How much a clock gains or loses at most, in microseconds per second.
    pub drift_ppm: i64,
    /// How long a message takes.
    pub latency_us: (i64, i64),
    /// How many messages in a thousand are lost.
    pub loss_per_mille: u32,
    /// How many messages between replicas in a thousand arrive twice.
    pub duplicates_per_mille: u32,
    /// How long a sync takes.
    pub sync_us: (i64, i64),
    /// How long a call of the object store takes.
    pub object_us: (i64, i64),
    /// After how many records a snapshot of a partition is put away.
    pub snapshot_every: u64,
    /// After how many records a partition is split.
    pub split_after: u64,
    /// How often faults come.
    pub rates: Rates,
}

/// How often faults come: the mean time from one to the next, in microseconds; none: never.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Rates {
    /// A storage node or a router crashes and comes back.
    pub crash_us: Option<i64>,
    /// The leader of some group crashes.
    pub leader_loss_us: Option<i64>,
    /// A node is cut off, both ways or one way.
    pub cut_us: Option<i64>,
    /// A disk is slow for a while.
    pub slow_disk_us: Option<i64>,
    /// Calls of the object store fail for a while.
    pub objects_us: Option<i64>,
    /// A clock jumps.
    pub clock_jump_us: Option<i64>,
    /// A clock gains or loses for a while.
    pub drift_us: Option<i64>,
    /// The links of a node are slow for a while.
    pub delay_us: Option<i64>,
    /// A disk is full for a while.
    pub full_disk_us: Option<i64>,
    /// A disk calls safe what is not, until its node crashes.
    pub lying_disk_us: Option<i64>,
    /// Uploads to the object store are torn for a while.
    pub torn_uploads_us: Option<i64>,
    /// A rack or the control plane loses its power, or a node crashes again and again.
    pub outage_us: Option<i64>,
    /// A leader crashes in the middle of a split, a backup or a restore.
    pub moment_us: Option<i64>,
}

/// A profile as it is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Named {
    /// Its name on the command line.
    pub name: &'static str,
    /// What it is, in a few words.
    pub about: &'static str,
    /// The profile for a seed.
    of: fn(u64) -> Profile,
}

impl Profile {
    /// The profiles. Each has a variant `NAME+hybrid`, whose cuts are made by hybrid time.
    pub const ALL: &'static [Named] = kinds::ALL;

    /// The names of the profiles, without their variants.
    pub fn names() -> Vec<&'static str> {
        Self::ALL.iter().map(|it| it.name).collect()
    }

    /// The profile of this name for a seed.
    pub fn named(name: &str, seed: u64) -> Option<Self> {
        if let Some(name) = name.strip_suffix(HYBRID) {
            return Self::named(name, seed).map(Self::hybrid);
        }
        let known = Self::ALL.iter().find(|it| it.name == name)?;
        Some((known.of)(seed))
    }

    /// A small run: half a minute of load over two or three tables, crashes and lost leaders.
    pub fn quick(seed: u64) -> Self {
        let mut load = lookback_traffic::Profile::drawn(seed);
        for table in &mut load.tables {
            // The specimen has no secondary indexes.
            *table = TableShape {
                local_index: None,
                global_index: None,
                ..table.clone()
            };
        }
        load.deed_pause_us = (300_000, 3_000_000);
        load.pace.quiet_us_max = load.pace.quiet_us_max.min(5_000_000);
        Self {
            name: "quick".to_owned(),
            nodes: 4,
            routers: 2,
            clients: 4,
            partitions: 2,
            load,
            expiry: seed.is_multiple_of(2),
            load_us: 25 * SECOND_US,
            settle_us: 60 * SECOND_US,
            hybrid: false,
            skew_us: 200_000,
            drift_ppm: 100,
            latency_us: (200, 3_000),
            loss_per_mille: 0,
            duplicates_per_mille: 5,
            sync_us: (100, 2_000),
            object_us: (2_000, 40_000),
            snapshot_every: 60,
            split_after: 150,
            rates: Rates {
                crash_us: Some(6 * SECOND_US),
                leader_loss_us: Some(9 * SECOND_US),
                ..Rates::default()
            },
        }
    }

    /// The same, with every family of faults drawn off, usual or heavy.
    pub fn swarm(seed: u64) -> Self {
        let draws = crate::draws::Draws::new(seed, crate::draws::Stream::Swarm);
        let rate = |usual_us: i64| match draws.between(0, 9) {
            0..=3 => None,
            4..=7 => Some(usual_us),
            _ => Some(usual_us / 4),
        };
        Self {
            name: "swarm".to_owned(),
            rates: Rates {
                crash_us: rate(8 * SECOND_US),
                leader_loss_us: rate(10 * SECOND_US),
                cut_us: rate(8 * SECOND_US),
                slow_disk_us: rate(10 * SECOND_US),
                objects_us: rate(8 * SECOND_US),
                clock_jump_us: rate(6 * SECOND_US),
                drift_us: rate(8 * SECOND_US),
                delay_us: rate(8 * SECOND_US),
                full_disk_us: rate(12 * SECOND_US),
                lying_disk_us: rate(12 * SECOND_US),
                torn_uploads_us: rate(8 * SECOND_US),
                outage_us: rate(15 * SECOND_US),
                moment_us: rate(8 * SECOND_US),
            },
            loss_per_mille: u32::try_from(draws.between(0, 10)).unwrap_or(0),
            nodes: u32::try_from(draws.between(3, 5)).unwrap_or(3),
            partitions: u32::try_from(draws.between(1, 3)).unwrap_or(1),
            skew_us: draws.between(0, 2_000_000),
            ..Self::quick(seed)
        }
    }

    /// The same with faults as often as this says.
    pub fn with_rates(mut self, change: impl FnOnce(&mut Rates)) -> Self {
        change(&mut self.rates);
        self
    }

    /// The same by hybrid time.
    pub fn hybrid(self) -> Self {
        Self {
            name: format!("{}{HYBRID}", self.name),
            hybrid: true,
            // A response waits out the uncertainty: it has to be small.
            skew_us: self.skew_us.min(5_000),
            ..self
        }
    }

    /// The same with clocks that far from the true time.
    pub fn skewed(self, skew_us: i64) -> Self {
        Self {
            name: "skew".to_owned(),
            skew_us,
            settle_us: self.settle_us + 4 * skew_us,
            ..self
        }
    }
}
