//! Restores to an instant and from SYSTEM backups: which are refused, and what the others must show.

use std::collections::BTreeMap;

use serde_json::json;

use super::{Pending, Run, Shows};
use crate::recovery_program::When;
use crate::world::{DAY_US, SECOND_US, merged, micros, restore_input};

/// The longest that a deletion lasts until its SYSTEM backup is listed.
const SYSTEM_BACKUP_US_MAX: i64 = 10 * SECOND_US;

impl Run {
    pub(super) fn new_target(&mut self) -> String {
        self.targets += 1;
        format!("copy-{}", self.targets)
    }

    pub(super) fn restore(&mut self, table: usize, when: &When) {
        let name = self.table(table);
        let now_us = self.world.now_us;
        let status = self.world.status(&name);
        let source = self.current.get(&name).copied();
        let window = source.and_then(|source| self.incarnations[source].window);
        let earliest_us = window.map_or(now_us, |window| window.earliest_us(now_us));
        let latest_us = match (&*status, when) {
            ("ACTIVE", When::Latest) => Some(self.check_window(&name)),
            _ => None,
        };
        let wanted_us = match when {
            When::Latest => None,
            When::Earliest => Some(earliest_us),
            When::Inside(part) => {
                let length_us = i128::from(now_us - earliest_us) * i128::from(*part) / 65_535;
                Some(earliest_us + i64::try_from(length_us).unwrap())
            }
            When::NearCommit { commit, after_ms } => {
                let commits = source.map(|source| self.incarnations[source].commits_us());
                let commits = commits.unwrap_or_default();
                let number = commit.checked_rem(commits.len());
                // The latest commits first.
                let at_us = number.map_or(now_us, |number| commits[commits.len() - 1 - number]);
                Some(at_us + after_ms * 1_000)
            }
            When::TooEarly(us) => Some(earliest_us - us),
            When::Future(us) => Some(now_us + us),
        };
        let wanted_us = wanted_us.map(|us| us - us.rem_euclid(1_000));
        let target = self.new_target();
        let time = match wanted_us {
            Some(us) => json!({"RestoreDateTime": us as f64 / 1e6}),
            None => json!({"UseLatestRestorableTime": true}),
        };
        let input = json!({"SourceTableName": name, "TargetTableName": target});
        let in_window = wanted_us.is_none_or(|us| (earliest_us..=now_us).contains(&us));
        let refused = match &*status {
            "CREATING" | "gone" => Some("TableNotFoundException"),
            _ if window.is_none() => Some("PointInTimeRecoveryUnavailableException"),
            _ if !in_window => Some("InvalidRestoreTimeException"),
            _ if self.pending.len() >= 50 => Some("LimitExceededException"),
            _ => None,
        };
        let answer = self
            .world
            .call("RestoreTableToPointInTime", merged(input, time));
        let body = match answer {
            Ok(body) => body,
            Err(refusal) => {
                // A table that is being deleted is known for a moment only.
                let forgotten = status == "DELETING" && refusal.code == "TableNotFoundException";
                let right = forgotten || refused == Some(&*refusal.code);
                assert!(right, "{when:?}: {refusal:?}, not {refused:?}");
                self.tally.refused_times += usize::from(window.is_some() && !in_window);
                self.tally.restores_without_recovery +=
                    usize::from(refusal.code == "PointInTimeRecoveryUnavailableException");
                return;
            }
        };
        assert_eq!(refused, None, "{when:?} was admitted");
        let echoed = &body["TableDescription"]["RestoreSummary"]["RestoreDateTime"];
        let restored_us = micros(echoed);
        for expected_us in [wanted_us, latest_us].into_iter().flatten() {
            assert_eq!(restored_us, expected_us);
        }
        let source = source.unwrap();
        self.pending.push(Pending {
            target,
            source,
            shows: Shows::At {
                // The window begins with the second of the switch, and with the state at the switch.
                at_us: restored_us.max(window.unwrap().enabled_us),
                copies: self.incarnations[source].copies(),
            },
        });
    }

    /// The SYSTEM backups that are listed: those of the tables that were deleted with recovery on, for 35 days.
    pub(super) fn system_backups(&mut self) -> Vec<(String, usize)> {
        let now_us = self.world.now_us;
        let body = self
            .world
            .ok("ListBackups", json!({"BackupType": "SYSTEM"}));
        let mut listed: BTreeMap<(String, i64), String> = BTreeMap::new();
        for summary in body["BackupSummaries"].as_array().unwrap() {
            let name = summary["TableName"].as_str().unwrap().to_owned();
            let created_us = micros(&summary["BackupCreationDateTime"]);
            let expires_us = micros(&summary["BackupExpiryDateTime"]);
            assert_eq!(expires_us, created_us + 35 * DAY_US);
            let arn = summary["BackupArn"].as_str().unwrap().to_owned();
            assert_eq!(listed.insert((name, created_us), arn), None);
        }
        let mut found = Vec::new();
        for (name, number) in &self.deleted {
            let incarnation = &self.incarnations[*number];
            let deleted_us = incarnation.deleted_us.unwrap();
            let created_us = deleted_us - deleted_us.rem_euclid(1_000);
            let arn = listed.remove(&(name.clone(), created_us));
            let expired = now_us >= created_us + 35 * DAY_US;
            if incarnation.window.is_none() || expired {
                assert_eq!(arn, None, "{name}");
            } else if now_us >= deleted_us + SYSTEM_BACKUP_US_MAX {
                assert!(arn.is_some(), "{name} left no SYSTEM backup");
            }
            found.extend(arn.map(|arn| (arn, *number)));
        }
        assert!(listed.is_empty(), "{listed:?}");
        self.tally.system_backups_listed += found.len();
        found
    }

    pub(super) fn restore_system_backup(&mut self, backup: usize, into_original: bool) {
        let backups = self.system_backups();
        let Some(number) = backup.checked_rem(backups.len()) else {
            return;
        };
        let (arn, source) = backups[number].clone();
        let target = if into_original {
            let deleted = self.deleted.iter().find(|(_, number)| *number == source);
            deleted.unwrap().0.clone()
        } else {
            self.new_target()
        };
        let input = restore_input(&arn, &target, json!({}));
        match self.world.call("RestoreTableFromBackup", input) {
            Ok(_) => self.pending.push(Pending {
                target,
                source,
                shows: Shows::Last,
            }),
            Err(refusal) => match &*refusal.code {
                "TableAlreadyExistsException" => assert_ne!(self.world.status(&target), "gone"),
                "TableInUseException" => {
                    assert!(self.pending.iter().any(|pending| pending.target == target));
                }
                "BackupInUseException" => {
                    assert!(self.pending.iter().any(|pending| pending.source == source));
                }
                code => panic!("{code}"),
            },
        }
    }
}
