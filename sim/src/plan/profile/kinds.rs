//! The profiles: `quick` and `swarm`, and what is drawn out of them for what they show seldom.
//!
//! A new one is a function here and a line in the table: its name, and what it is. A run of a profile differs from another by its
//! seed alone, so that the name and the seed are enough to run it again.

use lookback_traffic::{DeedKind, Family, Mix};

use super::{Named, Profile, Rates, SECOND_US};

/// Every profile.
pub(super) const ALL: &[Named] = &[
    Named {
        name: "quick",
        about: "half a minute of load on two or three tables, crashes and lost leaders",
        of: Profile::quick,
    },
    Named {
        name: "swarm",
        about: "the same with each family of faults off, usual or heavy, by the seed",
        of: Profile::swarm,
    },
    Named {
        name: "busy",
        about: "the same close together: small snapshots, early splits, many artefacts, tables deleted",
        of: Profile::busy,
    },
    Named {
        name: "skew",
        about: "clocks that are up to 25 s off, and jump",
        of: Profile::skew,
    },
    Named {
        name: "storage",
        about: "slow disks, an object store that is slow and fails, early snapshots and splits",
        of: Profile::storage,
    },
    Named {
        name: "long",
        about: "five weeks, mostly quiet",
        of: Profile::long,
    },
    Named {
        name: "contended",
        about: "many transactions on few items",
        of: Profile::contended,
    },
    Named {
        name: "crossing",
        about: "transactions that take long, by hybrid time, and restores that cut through them",
        of: Profile::crossing,
    },
    Named {
        name: "expiring",
        about: "swarm with a table whose items expire, for a minute",
        of: Profile::expiring,
    },
    Named {
        name: "lying",
        about: "disks that call safe what is not, and leaders that are lost",
        of: Profile::lying,
    },
    Named {
        name: "torn",
        about: "swarm with uploads that are torn",
        of: Profile::torn,
    },
    Named {
        name: "exporting",
        about: "swarm with an export each second, most of them incremental",
        of: Profile::exporting,
    },
    Named {
        name: "deposed",
        about: "busy with nodes that are cut off all the time: leaders are replaced and do not know it",
        of: Profile::deposed,
    },
    Named {
        name: "splitting",
        about: "partitions that are split early and again, many routers, clients that mostly read: maps grow old",
        of: Profile::splitting,
    },
];

impl Profile {
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

    /// A table whose items expire, and a minute in which they do.
    pub fn expiring(seed: u64) -> Self {
        Self {
            name: "expiring".to_owned(),
            expiry: true,
            load_us: 60 * SECOND_US,
            ..Self::swarm(seed)
        }
    }

    /// Disks that call safe what is not, and leaders that are lost.
    pub fn lying(seed: u64) -> Self {
        let profile = Self::quick(seed).with_rates(|rates| {
            rates.lying_disk_us = Some(1_500_000);
            rates.leader_loss_us = Some(2_500_000);
        });
        Self {
            name: "lying".to_owned(),
            ..profile
        }
    }

    /// Uploads that are torn.
    pub fn torn(seed: u64) -> Self {
        let profile = Self::swarm(seed).with_rates(|rates| {
            rates.torn_uploads_us = Some(3 * SECOND_US);
        });
        Self {
            name: "torn".to_owned(),
            ..profile
        }
    }

    /// An export each second, most of them incremental, on one table.
    pub fn exporting(seed: u64) -> Self {
        let mut profile = Self::swarm(seed);
        let load = &mut profile.load;
        load.tables.truncate(1);
        for table in &mut load.tables {
            table.keys = 8;
        }
        let mix = [(Family::Put, 5), (Family::Delete, 3), (Family::Count, 2)];
        load.mix = Mix(mix.into_iter().collect());
        load.pace.pause_us = (1_000, 120_000);
        load.deed_pause_us = (50_000, 600_000);
        // One restore in three is an export.
        load.deeds = vec![
            (DeedKind::RecoveryOn, 1),
            (DeedKind::RestoreToMillisecond, 12),
        ];
        Self {
            name: "exporting".to_owned(),
            expiry: false,
            load_us: 12 * SECOND_US,
            ..profile
        }
    }

    /// Everything close together, and nodes that are cut off all the time: leaders are replaced and do not know it.
    pub fn deposed(seed: u64) -> Self {
        let profile = Self::busy(seed).with_rates(|rates| {
            *rates = Rates {
                cut_us: Some(500_000),
                ..Rates::default()
            };
        });
        Self {
            name: "deposed".to_owned(),
            snapshot_every: 10,
            ..profile
        }
    }

    /// Partitions that are split early and again, many routers, clients that mostly read: maps grow old.
    pub fn splitting(seed: u64) -> Self {
        let mut profile = Self::quick(seed);
        let load = &mut profile.load;
        load.tables.truncate(1);
        for table in &mut load.tables {
            table.keys = 8;
        }
        let mix = [(Family::Put, 3), (Family::GetStrong, 12), (Family::Scan, 1)];
        load.mix = Mix(mix.into_iter().collect());
        load.pace.pause_us = (1_000, 60_000);
        load.pace.quiet_per_mille = 0;
        Self {
            name: "splitting".to_owned(),
            routers: 12,
            clients: 6,
            partitions: 1,
            split_after: 20,
            load_us: 8 * SECOND_US,
            rates: Rates::default(),
            ..profile
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_is_called_what_it_is_asked_for_by() {
        for known in Profile::ALL {
            for name in [known.name.to_owned(), format!("{}+hybrid", known.name)] {
                assert_eq!(Profile::named(&name, 3).unwrap().name, name);
            }
        }
    }
}
