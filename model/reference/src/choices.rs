//! What the documentation leaves open, decided in one place.
//!
//! A legal service may take milliseconds or minutes, and may put an item of a backup anywhere in a band of
//! two minutes. The model asks [`Choices`] each time; it never decides by itself.

use crate::draw::{draw, draw_between};
use crate::store::{Lag, Refresh};

/// One millisecond in microseconds.
pub const MILLISECOND_US: i64 = 1_000;
/// One second in microseconds.
pub const SECOND_US: i64 = 1_000_000;
/// One day in microseconds.
pub const DAY_US: i64 = 86_400 * SECOND_US;

/// The documented band on each side of a backup's request (CONSISTENCY-001).
pub const BAND_US: i64 = 60 * SECOND_US;

/// How the open choices are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// The cut is the request; delays are short and fixed.
    Exact,
    /// What the live service was recorded to do (corpus/records).
    Typical,
    /// The worst that is legal, drawn from a seed: each item has a cut of its own anywhere in the band,
    /// statuses last their longest or shortest legal time.
    Adversarial,
}

/// When an import gets on, in microseconds after its request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ImportTimes {
    pub appears_us: i64,
    pub active_us: i64,
    pub ends_us: i64,
}

/// The choices of one service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choices {
    /// How open choices are made.
    pub mode: Mode,
    /// What identifiers and draws depend on.
    pub seed: u64,
    /// How long a backup is CREATING under *exact* (LIFECYCLE-002), in microseconds.
    pub exact_backup_us: i64,
    /// How long a restored table is CREATING under *exact* (RESTORE-029), in microseconds.
    pub exact_restore_us: i64,
    /// How long a restored table is CREATING under *typical*, in microseconds.
    pub typical_restore_us: i64,
    /// How long an export is IN_PROGRESS under *exact* (EXPORT-FULL-018), in microseconds.
    pub exact_export_us: i64,
}

impl Default for Choices {
    fn default() -> Self {
        Self::exact()
    }
}

impl Choices {
    /// The cut at the request; a backup is AVAILABLE after 50 ms, a restore ACTIVE and an export COMPLETED after 1 s.
    pub fn exact() -> Self {
        Self {
            mode: Mode::Exact,
            seed: 0,
            exact_backup_us: 50 * MILLISECOND_US,
            exact_restore_us: SECOND_US,
            typical_restore_us: 200 * SECOND_US,
            exact_export_us: SECOND_US,
        }
    }

    /// The recorded behaviour of the live service: restores of small tables take about 200 s (record S8).
    pub fn typical() -> Self {
        Self {
            mode: Mode::Typical,
            ..Self::exact()
        }
    }

    /// The legal worst case, drawn from `seed`.
    pub fn adversarial(seed: u64) -> Self {
        Self {
            mode: Mode::Adversarial,
            seed,
            ..Self::exact()
        }
    }

    /// A length of time: one for *exact*, one for *typical*, a range for *adversarial*.
    fn lasts(&self, what: &str, subject: u64, exact: i64, typical: i64, legal: (i64, i64)) -> i64 {
        match self.mode {
            Mode::Exact => exact,
            Mode::Typical => typical,
            Mode::Adversarial => {
                let mut name = what.as_bytes().to_vec();
                name.extend_from_slice(&subject.to_le_bytes());
                draw_between(self.seed, &name, legal.0, legal.1)
            }
        }
    }

    /// From CreateTable to ACTIVE: about 1 to 8 s on the live service (TABLE-001).
    pub(crate) fn table_creation_us(&self, subject: u64) -> i64 {
        self.lasts(
            "create",
            subject,
            50 * MILLISECOND_US,
            3 * SECOND_US,
            (0, 8 * SECOND_US),
        )
    }

    /// From CreateTable until DescribeTable knows the table: documented as eventually consistent, to be tolerated for a
    /// few seconds, and never observed (TABLE-002). No other call is said to lag: ListTables and ListBackups show at
    /// once what there is (LIST-BACKUPS-020).
    pub(crate) fn table_visibility_us(&self, subject: u64) -> i64 {
        self.lasts("visible", subject, 0, 0, (0, 3 * SECOND_US))
    }

    /// From ACTIVE until backups can be taken: 0 to 6.23 s (BACKUP-CREATE-011, record 3.1).
    pub(crate) fn backups_enabling_us(&self, subject: u64) -> i64 {
        let legal = (0, 6_230 * MILLISECOND_US);
        self.lasts("enabling", subject, 0, 3 * SECOND_US, legal)
    }

    /// From UpdateTable to ACTIVE again (TABLE-009).
    pub(crate) fn table_update_us(&self, subject: u64) -> i64 {
        self.lasts(
            "update",
            subject,
            50 * MILLISECOND_US,
            2 * SECOND_US,
            (0, 60 * SECOND_US),
        )
    }

    /// From UpdateTable until a table has the warm throughput that was asked for: 2 to 608 s (record 10.24).
    pub(crate) fn warming_us(&self, subject: u64) -> i64 {
        let legal = (0, 610 * SECOND_US);
        self.lasts("warm", subject, 50 * MILLISECOND_US, 390 * SECOND_US, legal)
    }

    /// From the request until a new global index is ACTIVE (TABLE-011).
    pub(crate) fn index_creation_us(&self, subject: u64) -> i64 {
        self.lasts(
            "index",
            subject,
            100 * MILLISECOND_US,
            30 * SECOND_US,
            (0, 300 * SECOND_US),
        )
    }

    /// From DeleteTable until DescribeTable no longer knows the table: 4 to 16 s (TABLE-012, record S20).
    pub(crate) fn table_deletion_us(&self, subject: u64) -> i64 {
        self.lasts(
            "delete",
            subject,
            100 * MILLISECOND_US,
            6 * SECOND_US,
            (MILLISECOND_US, 16 * SECOND_US),
        )
    }

    /// From DeleteTable until backup calls no longer know the table: 1.0 to 1.63 s were observed, and a table that is
    /// gone at once breaks no promise (BACKUP-CREATE-013, SURVIVAL-007, record 2.17).
    pub(crate) fn deletion_admission_us(&self, subject: u64) -> i64 {
        self.lasts(
            "admission",
            subject,
            50 * MILLISECOND_US,
            1_300 * MILLISECOND_US,
            (0, 1_630 * MILLISECOND_US),
        )
    }

    /// From CreateBackup to AVAILABLE: milliseconds to minutes (LIFECYCLE-002). Never before the last item's cut has
    /// passed.
    pub(crate) fn backup_creation_us(&self, subject: u64) -> i64 {
        let legal = (BAND_US, 5 * BAND_US);
        self.lasts(
            "backup",
            subject,
            self.exact_backup_us,
            50 * MILLISECOND_US,
            legal,
        )
    }

    /// From a restore's request to ACTIVE: 81 to 721 s on the live service, up to 767 s across regions, with no lower
    /// bound worth relying on (RESTORE-029).
    pub(crate) fn restore_us(&self, subject: u64) -> i64 {
        let legal = (SECOND_US, 767 * SECOND_US);
        self.lasts(
            "restore",
            subject,
            self.exact_restore_us,
            self.typical_restore_us,
            legal,
        )
    }

    /// From an export's request to its end: 125 to 155 s for empty tables and 706 to 740 s for three items on the live
    /// service, to be waited for half an hour (EXPORT-FULL-018, record 4.23). Never before the last item's cut has
    /// passed.
    pub(crate) fn export_us(&self, subject: u64, empty: bool) -> i64 {
        let typical_s = if empty { 140 } else { 720 };
        let legal = (BAND_US, 1_800 * SECOND_US);
        let exact = self.exact_export_us;
        self.lasts("export", subject, exact, typical_s * SECOND_US, legal)
    }

    /// When the table of an import comes up, turns ACTIVE, and when the import is over: after about 30 s, some minutes, and
    /// about 6 s more on the live service, which told no duration (IMPORT-007, -009, record 5.8).
    pub(crate) fn import_times(&self, subject: u64) -> ImportTimes {
        let appears_us = self.lasts(
            "import table",
            subject,
            // Not at once: until then the name is nobody's (IMPORT-038).
            SECOND_US,
            30 * SECOND_US,
            (0, 60 * SECOND_US),
        );
        let read_us = self.lasts(
            "import read",
            subject,
            SECOND_US,
            120 * SECOND_US,
            (SECOND_US, 900 * SECOND_US),
        );
        let rest_us = self.lasts(
            "import rest",
            subject,
            0,
            6 * SECOND_US,
            (0, 10 * SECOND_US),
        );
        ImportTimes {
            appears_us,
            active_us: appears_us + read_us,
            ends_us: appears_us + read_us + rest_us,
        }
    }

    /// Whether an export may name a time later than the latest restorable one: refused on the live service, and accepted
    /// by another account of it (EXPORT-FULL-007, -008, A-32, conflict C8).
    pub(crate) fn admits_recent_export_time(&self, subject: u64) -> bool {
        self.lasts("recent export", subject, 0, 0, (0, 1)) == 1
    }

    /// Whether a key that was rewritten with the same content is a record of an incremental export: undocumented
    /// (EXPORT-INCR-018, A-33).
    pub(crate) fn exports_rewrites(&self, subject: u64) -> bool {
        self.lasts("rewrites", subject, 1, 1, (0, 1)) == 1
    }

    /// Whether a restore works with capacity of its own, and lowers it to the table's at its end (record S5).
    pub(crate) fn restore_lowers_capacity(&self) -> bool {
        self.mode == Mode::Typical
    }

    /// How far the latest restorable time is behind the present: typically five minutes, exactly five on the live
    /// service. A minute to ten are taken for legal (PITR-CFG-014, A-04): without a lag, latest would be a copy of now
    /// (PITR-RESTORE-008).
    pub(crate) fn latest_restorable_lag_us(&self, subject: u64) -> i64 {
        let usual = 300 * SECOND_US;
        let legal = (60 * SECOND_US, 600 * SECOND_US);
        self.lasts("lag", subject, usual, usual, legal)
    }

    /// Whether the window's description has PointInTimeRecoveryWindowDays, an undocumented twin of the period: one record
    /// shows it (S17). Under *adversarial* it is left out: nobody may rely on it.
    pub(crate) fn tells_window_days(&self) -> bool {
        self.mode != Mode::Adversarial
    }

    /// What the live service's clock has and the model's has not: the nanoseconds within a microsecond, as a refused
    /// time tells them (record S10). From 1 to 999, so that they show.
    pub(crate) fn nanoseconds(&self, subject: i64) -> i64 {
        let mut name = b"nanoseconds".to_vec();
        name.extend_from_slice(&subject.to_le_bytes());
        draw_between(self.seed, &name, 1, 999)
    }

    /// When a table's statistics are refreshed: about every six hours (TABLE-019, BACKUP-DESCRIBE-008, A-45). Under
    /// *adversarial* the first refresh comes at any time within six hours, and for one table in four figures are
    /// always those of now, so that neither zero nor the truth can be relied on.
    pub(crate) fn statistics_refresh(&self, subject: u64) -> Refresh {
        if self.mode != Mode::Adversarial {
            return Refresh::default();
        }
        let drawn = |what, most| self.lasts(what, subject, 0, 0, (0, most));
        let at_once = drawn("refresh", 3) == 0;
        if at_once {
            return Refresh {
                first_us: 0,
                period_us: 1,
            };
        }
        Refresh {
            first_us: drawn("first refresh", Refresh::PERIOD_US),
            period_us: Refresh::PERIOD_US,
        }
    }

    /// How old the on-demand maxima are that a backup copies from its table: five seconds were too few on the live
    /// service, some minutes were enough (BACKUP-CREATE-019, record 1.10). No other member was seen to lag.
    pub(crate) fn backup_metadata_lag_us(&self, subject: u64) -> i64 {
        let legal = (0, 300 * SECOND_US);
        self.lasts("metadata", subject, 0, 60 * SECOND_US, legal)
    }

    /// From DeleteTable until the SYSTEM backup is listed: 5 to 10 s on the live service, whether or not the table is
    /// gone by then (SYSTEM-BACKUP-001). Never while recovery can still be switched off (SYSTEM-BACKUP-010).
    pub(crate) fn system_backup_us(&self, subject: u64) -> i64 {
        let legal = (5 * SECOND_US, 10 * SECOND_US);
        self.lasts("system backup", subject, 0, 8 * SECOND_US, legal)
    }

    /// From a tag call until readers see it: about 2 s, at most 3 (TAG-001).
    pub(crate) fn tag_propagation_us(&self, subject: u64) -> i64 {
        self.lasts("tag", subject, 0, 2 * SECOND_US, (0, 3 * SECOND_US))
    }

    /// From one change of time to live until the next one is allowed: an hour is documented, 1,811.6 to 1,871.7 s were
    /// observed (TTL-004, A-43).
    pub(crate) fn ttl_change_interval_us(&self, subject: u64) -> i64 {
        let documented = 3_600 * SECOND_US;
        let legal = (1_811_600 * MILLISECOND_US, documented);
        self.lasts("ttl", subject, documented, 1_840 * SECOND_US, legal)
    }

    /// From an item's expiry until it is deleted: within about 48 hours, and readable until then (TTL-006).
    pub(crate) fn expiry_lag(&self, subject: u64) -> Lag {
        let (least_us, most_us) = match self.mode {
            Mode::Exact => (600 * SECOND_US, 600 * SECOND_US),
            Mode::Typical => (6 * 3_600 * SECOND_US, 6 * 3_600 * SECOND_US),
            Mode::Adversarial => (0, 2 * DAY_US),
        };
        Lag {
            least_us,
            most_us,
            seed: draw(self.seed, &subject.to_le_bytes()),
        }
    }

    /// From a write until a global index shows it: documented as a fraction of a second as a rule and bounded by nothing
    /// (ITEM-013). Under *adversarial* some seconds, and for each item another time; no record says how long, so that
    /// *typical* does not lag.
    pub(crate) fn global_index_lag(&self, subject: u64) -> Lag {
        let most_us = match self.mode {
            Mode::Exact | Mode::Typical => 0,
            Mode::Adversarial => 10 * SECOND_US,
        };
        let mut name = b"global index".to_vec();
        name.extend_from_slice(&subject.to_le_bytes());
        Lag {
            least_us: 0,
            most_us,
            seed: draw(self.seed, &name),
        }
    }

    /// The band in which each item of an on-demand backup has its own cut: microseconds before and after the
    /// request. Zero unless adversarial (CONSISTENCY-001).
    pub(crate) fn band_us(&self) -> i64 {
        match self.mode {
            Mode::Exact | Mode::Typical => 0,
            Mode::Adversarial => BAND_US,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exact_delays_are_the_documented_defaults() {
        let choices = Choices::exact();
        assert_eq!(choices.backup_creation_us(1), 50_000);
        assert_eq!(choices.restore_us(1), 1_000_000);
        assert_eq!(choices.band_us(), 0);
    }

    #[test]
    fn an_adversarial_backup_is_creating_until_its_last_cut_has_passed() {
        for seed in 0..200 {
            assert!(Choices::adversarial(seed).backup_creation_us(seed) >= BAND_US);
        }
    }

    #[test]
    fn adversarial_statistics_are_at_most_six_hours_old_and_sometimes_of_now() {
        let refresh = |seed| Choices::adversarial(seed).statistics_refresh(seed);
        let drawn: Vec<Refresh> = (0..200).map(refresh).collect();
        let legal = |refresh: &Refresh| {
            (0..=Refresh::PERIOD_US).contains(&refresh.first_us)
                && (1..=Refresh::PERIOD_US).contains(&refresh.period_us)
        };
        assert!(drawn.iter().all(legal), "{drawn:?}");
        let at_once = drawn
            .iter()
            .filter(|refresh| refresh.period_us == 1)
            .count();
        assert!((20..100).contains(&at_once), "{at_once} of 200");
    }

    #[test]
    fn adversarial_delays_depend_on_the_subject_and_the_seed_only() {
        let choices = Choices::adversarial(3);
        assert_eq!(choices.restore_us(4), choices.restore_us(4));
        assert_ne!(choices.restore_us(4), choices.restore_us(5));
    }
}
