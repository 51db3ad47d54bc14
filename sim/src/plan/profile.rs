//! Kinds of runs.

use lookback_traffic::{DeedKind, Family, Mix, TableShape};
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
    /// Within which time everything must be done after the last fault, in microseconds: the liveness phase.
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

impl Profile {
    /// The names of the profiles. Each has a variant `NAME+hybrid`, whose cuts are made by hybrid time.
    pub const NAMES: [&'static str; 8] = [
        "quick",
        "swarm",
        "busy",
        "skew",
        "storage",
        "long",
        "contended",
        "crossing",
    ];

    /// The profile of this name for a seed.
    pub fn named(name: &str, seed: u64) -> Option<Self> {
        if let Some(name) = name.strip_suffix(HYBRID) {
            return Self::named(name, seed).map(Self::hybrid);
        }
        Some(match name {
            "quick" => Self::quick(seed),
            "swarm" => Self::swarm(seed),
            "skew" => Self::skew(seed),
            "storage" => Self::storage(seed),
            "long" => Self::long(seed),
            "contended" => Self::contended(seed),
            "busy" => Self::busy(seed),
            "crossing" => Self::crossing(seed),
            _ => return None,
        })
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

    /// Everything close together: small snapshots, early splits, many artefacts, recovery switched off and on, tables deleted.
    pub fn busy(seed: u64) -> Self {
        let mut profile = Self::swarm(seed);
        let load = &mut profile.load;
        load.tables.truncate(2);
        for table in &mut load.tables {
            table.keys = table.keys.min(12);
        }
        load.pace.pause_us = (1_000, 120_000);
        load.pace.quiet_per_mille = 0;
        load.deed_pause_us = (100_000, 1_200_000);
        load.deeds = vec![
            (DeedKind::Backup, 6),
            (DeedKind::BackupTwice, 1),
            (DeedKind::RecoveryOn, 6),
            (DeedKind::RecoveryOff, 2),
            (DeedKind::RestoreToSecond, 3),
            (DeedKind::RestoreToMillisecond, 8),
            (DeedKind::RestoreToLatest, 1),
            (DeedKind::DeleteTable, 2),
        ];
        Self {
            name: "busy".to_owned(),
            snapshot_every: 20,
            split_after: 60,
            load_us: 15 * SECOND_US,
            ..profile
        }
    }

    /// Many transactions on few items, and routers that crash in the middle of them.
    pub fn contended(seed: u64) -> Self {
        let mut profile = Self::quick(seed);
        let load = &mut profile.load;
        load.tables.truncate(1);
        for table in &mut load.tables {
            table.keys = 6;
        }
        let weight = |family| match family {
            Family::TransactWrite | Family::TransactGet => 8,
            Family::GetStrong | Family::Count | Family::Set => 3,
            Family::BatchGet | Family::Delete => 1,
            _ => 0,
        };
        let families = Family::ALL.into_iter().map(|it| (it, weight(it)));
        load.mix = Mix(families.filter(|(_, weight)| *weight > 0).collect());
        load.pace.pause_us = (0, 40_000);
        load.pace.quiet_per_mille = 0;
        load.values.same_token_per_mille = 200;
        Self {
            name: "contended".to_owned(),
            partitions: 4,
            load_us: 8 * SECOND_US,
            rates: Rates {
                crash_us: Some(2 * SECOND_US),
                ..Rates::default()
            },
            ..profile
        }
    }

    /// Transactions that take long, by hybrid time, and restores that cut through them.
    pub fn crossing(seed: u64) -> Self {
        let mut profile = Self::contended(seed).hybrid();
        let load = &mut profile.load;
        load.deed_pause_us = (20_000, 250_000);
        load.deeds = vec![
            (DeedKind::RecoveryOn, 1),
            (DeedKind::RestoreToMillisecond, 20),
        ];
        Self {
            name: "crossing".to_owned(),
            latency_us: (500, 20_000),
            rates: Rates::default(),
            ..profile
        }
    }

    /// Clocks that are seconds off, and jump: within the document's minute.
    pub fn skew(seed: u64) -> Self {
        let draws = crate::draws::Draws::new(seed, crate::draws::Stream::Swarm);
        let skew_us = draws.between(2 * SECOND_US, 25 * SECOND_US);
        let mut profile = Self::quick(seed).skewed(skew_us);
        profile.rates.clock_jump_us = Some(5 * SECOND_US);
        profile
    }

    /// Slow disks, an object store that fails and is slow, small segments and snapshots, splits early.
    pub fn storage(seed: u64) -> Self {
        Self {
            name: "storage".to_owned(),
            sync_us: (500, 20_000),
            object_us: (5_000, 400_000),
            snapshot_every: 20,
            split_after: 60,
            rates: Rates {
                crash_us: Some(5 * SECOND_US),
                leader_loss_us: Some(8 * SECOND_US),
                slow_disk_us: Some(4 * SECOND_US),
                objects_us: Some(4 * SECOND_US),
                torn_uploads_us: Some(6 * SECOND_US),
                full_disk_us: Some(10 * SECOND_US),
                ..Rates::default()
            },
            ..Self::quick(seed)
        }
    }

    /// Five weeks, mostly quiet: a few calls each hour, a crash each day.
    pub fn long(seed: u64) -> Self {
        let mut profile = Self::quick(seed);
        let load = &mut profile.load;
        load.pace.pause_us = (1_000, 2 * 1_200 * 1_000_000);
        load.pace.quiet_per_mille = 10;
        load.pace.quiet_us_max = 86_400 * 1_000_000;
        load.deed_pause_us = (3_600 * 1_000_000, 3 * 86_400 * 1_000_000);
        let day_us = 86_400 * SECOND_US;
        Self {
            name: "long".to_owned(),
            load_us: 35 * day_us,
            expiry: false,
            rates: Rates {
                crash_us: Some(day_us),
                leader_loss_us: Some(3 * day_us),
                ..Rates::default()
            },
            ..profile
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
