//! Backups on demand: what each may hold, beside recovery, transactions and time to live.

use serde_json::json;

use super::{Pending, Run, Shows};
use crate::world::{Items, restore_input, text};

/// A backup that was asked for.
pub(super) struct Backup {
    arn: String,
    source: usize,
    requested_us: i64,
    /// What the table held at the request.
    copy: Items,
}

impl Run {
    pub(super) fn backup(&mut self, name: &str) {
        let input = json!({"TableName": name, "BackupName": "any"});
        match self.world.call("CreateBackup", input) {
            Ok(body) => {
                let source = self.current[name];
                self.backups.push(Backup {
                    arn: text(&body["BackupDetails"]["BackupArn"]),
                    source,
                    requested_us: self.world.now_us,
                    copy: self.incarnations[source].items().clone(),
                });
            }
            Err(refusal) if refusal.code == "ContinuousBackupsUnavailableException" => {
                assert_eq!(self.world.status(name), "ACTIVE");
            }
            Err(refusal) => {
                assert_eq!(refusal.code, "TableNotFoundException");
                assert_ne!(self.world.status(name), "ACTIVE");
            }
        }
    }

    pub(super) fn restore_backup(&mut self, backup: usize) {
        let Some(number) = backup.checked_rem(self.backups.len()) else {
            return;
        };
        let arn = self.backups[number].arn.clone();
        let target = self.new_target();
        let input = restore_input(&arn, &target, json!({}));
        match self.world.call("RestoreTableFromBackup", input) {
            Ok(_) => self.pending.push(Pending {
                target,
                source: self.backups[number].source,
                shows: Shows::Backup(number),
            }),
            Err(refusal) if refusal.code == "LimitExceededException" => {
                assert!(self.pending.len() >= 50);
            }
            Err(refusal) => {
                assert_eq!(refusal.code, "BackupInUseException");
                let feeds = |pending: &Pending| matches!(pending.shows, Shows::Backup(fed) if fed == number);
                let fed = self.pending.iter().any(feeds);
                assert!(fed || self.world.backup_status(&arn) == "CREATING");
            }
        }
    }

    pub(super) fn check_backup(&mut self, number: usize, observed: &Items) {
        let backup = &self.backups[number];
        let unlike = observed != &backup.copy;
        if self.band_us == 0 {
            assert!(
                !unlike,
                "{}: {observed:?}, not {:?}",
                backup.arn, backup.copy
            );
        } else {
            let from_us = backup.requested_us - self.band_us;
            let to_us = backup.requested_us + self.band_us;
            let source = &self.incarnations[backup.source];
            let right = source.may_show_in_band(from_us, to_us, observed);
            assert!(
                right,
                "{}: {observed:?}, at the request {:?}",
                backup.arn, backup.copy
            );
        }
        self.tally.backups_restored += 1;
        self.tally.backups_unlike_their_request += usize::from(unlike);
    }
}
