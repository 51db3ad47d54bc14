//! Runs a program on a service and on the oracle, and compares every restore.

use std::collections::{BTreeMap, BTreeSet};

use lookback_reference::{Mode, Settings};
use serde_json::{Value, json};

use super::oracle::{Incarnation, Lag, Window};
use super::step::{Action, Step, When};
use super::tally::Tally;
use crate::world::{
    DAY_US, HOUR_US, Items, SECOND_US, World, global_index, merged, micros, restore_input,
    table_input, wire_item,
};

/// Restored tables beyond this number are compared and deleted.
const TABLES_MAX: usize = 6;

/// The longest that a deletion lasts until its SYSTEM backup is listed.
const SYSTEM_BACKUP_US_MAX: i64 = 16 * SECOND_US;

/// A restore that is on its way.
struct Pending {
    target: String,
    source: usize,
    shows: Shows,
}

/// What a restore must show.
#[derive(Clone, Copy)]
enum Shows {
    /// The state at an instant, as far as copies had been taken when it was requested.
    At { at_us: i64, copies: usize },
    /// The last state of a deleted table.
    Last,
}

pub struct Run {
    pub world: World,
    pub tally: Tally,
    lag: Lag,
    /// The names that steps mean, in the order in which they appeared.
    tables: Vec<String>,
    incarnations: Vec<Incarnation>,
    current: BTreeMap<String, usize>,
    /// The deleted incarnations and their names.
    deleted: Vec<(String, usize)>,
    pending: Vec<Pending>,
    targets: usize,
    observed_us: i64,
}

impl Run {
    /// Two tables, recovery on for both; a third name.
    pub fn new(settings: Settings, start_us: i64) -> Self {
        let lag = match settings.choices.mode {
            Mode::Exact => Lag::Fixed(600 * SECOND_US),
            Mode::Typical => Lag::Fixed(6 * HOUR_US),
            Mode::Adversarial => Lag::AtMost(2 * DAY_US),
        };
        let mut run = Self {
            world: World::new(settings, start_us),
            tally: Tally::default(),
            lag,
            tables: ["red", "green", "blue"].map(str::to_owned).to_vec(),
            incarnations: Vec::new(),
            current: BTreeMap::new(),
            deleted: Vec::new(),
            pending: Vec::new(),
            targets: 0,
            observed_us: start_us,
        };
        run.create("red");
        run.create("green");
        run.world.settle();
        run.recovery("red", true, None);
        run.recovery("green", true, Some(1));
        run
    }

    /// Does all steps, then restores every table that is left to many instants of its window.
    pub fn run(mut self, program: &[Step]) -> Self {
        for step in program {
            self.world.advance_us(step.gap_us);
            self.observe();
            self.act(&step.action);
        }
        self.finish();
        self
    }

    fn finish(&mut self) {
        self.wait_for_restores();
        let last = self.tables.len();
        for table in 0..last {
            for part in [0, 13_000, 26_000, 39_000, 52_000, u16::MAX] {
                self.restore(table, &When::Inside(part));
            }
            for commit in 0..6 {
                self.restore(
                    table,
                    &When::NearCommit {
                        commit,
                        after_ms: 1,
                    },
                );
            }
            self.wait_for_restores();
        }
        self.system_backups();
        for (name, incarnation) in self.current.clone() {
            if self.world.status(&name) == "ACTIVE" {
                let items = self.world.items(&name);
                assert_eq!(&items, self.incarnations[incarnation].items(), "{name}");
            }
        }
    }

    fn wait_for_restores(&mut self) {
        self.observe();
        while !self.pending.is_empty() {
            let due_us = self.world.service.next_due(self.world.now_us);
            let due_us = due_us.expect("a restore never ended");
            self.world.now_us = due_us.min(self.world.now_us + 1_000 * SECOND_US);
            self.observe();
        }
    }

    // --- what happens by itself

    /// Time to live, and restores that have ended.
    fn observe(&mut self) {
        let (before_us, now_us) = (self.observed_us, self.world.now_us);
        self.observed_us = now_us;
        for (name, number) in self.current.clone() {
            let incarnation = &self.incarnations[number];
            if incarnation.deleted_us.is_some() || incarnation.expires_since_us.is_none() {
                continue;
            }
            let observed = self.world.items(&name);
            let incarnation = &mut self.incarnations[number];
            let expired = match self.lag {
                Lag::Fixed(lag_us) => incarnation.expire(now_us, lag_us),
                Lag::AtMost(lag_us) => {
                    incarnation.observe(before_us, now_us, lag_us, observed.clone())
                }
            };
            assert_eq!(
                &observed,
                incarnation.items(),
                "{name} after {expired} expired"
            );
            self.tally.expired_items += expired;
        }
        for pending in std::mem::take(&mut self.pending) {
            match &*self.world.status(&pending.target) {
                "CREATING" => self.pending.push(pending),
                "ACTIVE" => self.check_restored(&pending),
                status => panic!("{} is {status} after its restore", pending.target),
            }
        }
    }

    fn check_restored(&mut self, pending: &Pending) {
        let observed = self.world.items(&pending.target);
        let source = &self.incarnations[pending.source];
        match pending.shows {
            Shows::At { at_us, copies } => {
                let right = source.may_show(at_us, copies, &observed);
                let expected = source.copy_at(at_us);
                assert!(right, "at {at_us}: {observed:?}, not about {expected:?}");
                self.tally.restores_to_another_state += usize::from(&observed != source.items());
            }
            Shows::Last => {
                assert_eq!(&observed, source.items());
                self.tally.system_backups_restored += 1;
            }
        }
        self.tally.restores += 1;
        let with_v = |(_, item): &(String, Value)| item.get("v").is_some();
        let indexed: Items = observed.clone().into_iter().filter(with_v).collect();
        assert_eq!(self.world.entries(&pending.target, "by-v"), indexed);
        self.incarnate(&pending.target, Incarnation::new(observed));
        if self.tables.contains(&pending.target) {
            return;
        }
        if self.tables.len() < TABLES_MAX {
            self.tables.push(pending.target.clone());
        } else {
            self.drop(&pending.target);
        }
    }

    // --- what a step does

    fn act(&mut self, action: &Action) {
        match action {
            Action::Nothing => {}
            Action::Put {
                table,
                key,
                value,
                expires_s,
            } => {
                let mut item = json!({"pk": name_of(*key), "v": value});
                if let Some(expires_s) = expires_s {
                    item["ttl"] = json!(self.world.now_us.div_euclid(SECOND_US) + expires_s);
                }
                let name = self.table(*table);
                let input = json!({"TableName": name, "Item": wire_item(&item)});
                self.write(&name, "PutItem", input, |_| {
                    vec![(name_of(*key), Some(item.clone()))]
                });
            }
            Action::Update { table, key, value } => {
                let (name, key) = (self.table(*table), name_of(*key));
                let input = json!({
                    "TableName": name,
                    "Key": {"pk": {"S": key}},
                    "UpdateExpression": "SET u = :u",
                    "ExpressionAttributeValues": {":u": {"N": value.to_string()}},
                });
                self.write(&name, "UpdateItem", input, |items| {
                    let before = items.get(&key).cloned();
                    let before = before.unwrap_or_else(|| json!({"pk": key}));
                    vec![(key.clone(), Some(merged(before, json!({"u": value}))))]
                });
            }
            Action::Delete { table, key } => {
                let (name, key) = (self.table(*table), name_of(*key));
                let input = json!({"TableName": name, "Key": {"pk": {"S": key}}});
                self.write(&name, "DeleteItem", input, |_| vec![(key.clone(), None)]);
            }
            Action::Transact { writes, fails } => self.transact(writes, *fails),
            Action::TimeToLive { table, on } => self.time_to_live(&self.table(*table), *on),
            Action::Recovery { table, on, days } => self.recovery(&self.table(*table), *on, *days),
            Action::Drop { table } => self.drop(&self.table(*table)),
            Action::Create { table } => {
                let name = self.table(*table);
                if self.world.status(&name) == "gone" {
                    self.create(&name);
                }
            }
            Action::Restore { table, when } => self.restore(*table, when),
            Action::RestoreSystemBackup {
                backup,
                into_original,
            } => self.restore_system_backup(*backup, *into_original),
        }
    }

    fn table(&self, number: usize) -> String {
        self.tables[number % self.tables.len()].clone()
    }

    fn create(&mut self, name: &str) {
        let indexed = json!({
            "AttributeDefinitions": [
                {"AttributeName": "pk", "AttributeType": "S"},
                {"AttributeName": "v", "AttributeType": "N"},
            ],
            "GlobalSecondaryIndexes": [global_index("by-v", "v", "ALL", None)],
        });
        self.world.ok("CreateTable", table_input(name, indexed));
        self.incarnate(name, Incarnation::new(Items::new()));
    }

    fn incarnate(&mut self, name: &str, incarnation: Incarnation) {
        self.current
            .insert(name.to_owned(), self.incarnations.len());
        self.incarnations.push(incarnation);
    }

    fn drop(&mut self, name: &str) {
        if self
            .world
            .call("DeleteTable", json!({"TableName": name}))
            .is_err()
        {
            assert!(matches!(&*self.world.status(name), "CREATING" | "gone"));
            return;
        }
        let number = self.current[name];
        let now_us = self.world.now_us;
        let incarnation = &mut self.incarnations[number];
        if incarnation.deleted_us.is_none() {
            incarnation.deleted_us = Some(now_us);
            self.deleted.push((name.to_owned(), number));
        }
    }

    /// A call that writes to one table: accepted exactly while the table can be written to.
    fn write(
        &mut self,
        name: &str,
        operation: &str,
        input: Value,
        written: impl Fn(&Items) -> Vec<(String, Option<Value>)>,
    ) {
        match self.world.call(operation, input) {
            Ok(_) => {
                let incarnation = &mut self.incarnations[self.current[name]];
                let writes = written(incarnation.items());
                incarnation.write(self.world.now_us, writes);
                self.tally.writes += 1;
            }
            Err(refusal) => {
                assert_eq!(refusal.code, "ResourceNotFoundException");
                assert_ne!(self.world.status(name), "ACTIVE");
            }
        }
    }

    fn transact(&mut self, writes: &[(usize, u8, Option<u8>)], fails: bool) {
        let writes: BTreeMap<(String, String), Option<u8>> = writes
            .iter()
            .map(|(table, key, value)| ((self.table(*table), name_of(*key)), *value))
            .collect();
        let item = |key: &str, value: u8| json!({"pk": key, "v": value});
        let mut members: Vec<Value> = writes
            .iter()
            .map(|((table, key), value)| match value {
                Some(value) => {
                    json!({"Put": {"TableName": table, "Item": wire_item(&item(key, *value))}})
                }
                None => json!({"Delete": {"TableName": table, "Key": {"pk": {"S": key}}}}),
            })
            .collect();
        let tables: BTreeSet<&String> = writes.keys().map(|(table, _)| table).collect();
        if fails {
            members.push(json!({"ConditionCheck": {
                "TableName": tables.first().unwrap(),
                "Key": {"pk": {"S": "never"}},
                "ConditionExpression": "attribute_exists(pk)",
            }}));
        }
        let input = json!({"TransactItems": members});
        match self.world.call("TransactWriteItems", input) {
            Ok(_) => {
                assert!(!fails, "the condition did not hold");
                for table in tables {
                    let incarnation = &mut self.incarnations[self.current[table]];
                    let writes = writes.iter().filter(|((name, _), _)| name == table);
                    let writes = writes
                        .map(|((_, key), value)| (key.clone(), value.map(|v| item(key, v))))
                        .collect();
                    incarnation.write(self.world.now_us, writes);
                }
                self.tally.transactions += 1;
            }
            Err(refusal) if refusal.code == "TransactionCanceledException" => {
                assert!(fails, "{refusal:?}");
                self.tally.cancelled_transactions += 1;
            }
            Err(refusal) => {
                assert_eq!(refusal.code, "ResourceNotFoundException");
                let statuses: Vec<String> = tables
                    .into_iter()
                    .map(|table| self.world.status(table))
                    .collect();
                assert!(
                    statuses.iter().any(|status| status != "ACTIVE"),
                    "{statuses:?}"
                );
            }
        }
    }

    fn time_to_live(&mut self, name: &str, on: bool) {
        let specification = json!({"Enabled": on, "AttributeName": "ttl"});
        let input = json!({"TableName": name, "TimeToLiveSpecification": specification});
        if self.world.call("UpdateTimeToLive", input).is_ok() {
            let since_us = on.then_some(self.world.now_us);
            self.incarnations[self.current[name]].expires_since_us = since_us;
        }
    }

    fn recovery(&mut self, name: &str, on: bool, days: Option<u8>) {
        let days = days.filter(|_| on);
        let specification = merged(
            json!({"PointInTimeRecoveryEnabled": on, "RecoveryPeriodInDays": days}),
            json!({}),
        );
        let input = json!({"TableName": name, "PointInTimeRecoverySpecification": specification});
        match self.world.call("UpdateContinuousBackups", input) {
            Ok(_) => {
                let now_us = self.world.now_us;
                let incarnation = &mut self.incarnations[self.current[name]];
                match (&mut incarnation.window, on) {
                    (Some(window), true) => {
                        let before_us = window.earliest_us(now_us);
                        window.change_period(now_us, days);
                        self.tally.shortened_windows +=
                            usize::from(window.earliest_us(now_us) > before_us);
                    }
                    (window, on) => *window = on.then(|| Window::new(now_us, days)),
                }
                self.check_window(name);
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

    /// DescribeContinuousBackups tells the oracle's window; gives the latest restorable time.
    fn check_window(&mut self, name: &str) -> i64 {
        let now_us = self.world.now_us;
        let body = self
            .world
            .ok("DescribeContinuousBackups", json!({"TableName": name}));
        let recovery = &body["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"];
        let Some(window) = self.incarnations[self.current[name]].window else {
            assert_eq!(recovery, &json!({"PointInTimeRecoveryStatus": "DISABLED"}));
            return now_us;
        };
        let earliest_us = micros(&recovery["EarliestRestorableDateTime"]);
        let latest_us = micros(&recovery["LatestRestorableDateTime"]);
        assert_eq!(earliest_us, window.earliest_us(now_us), "{recovery}");
        assert_eq!(recovery["RecoveryPeriodInDays"], window.days());
        assert!(
            earliest_us <= latest_us && latest_us <= now_us,
            "{recovery}"
        );
        let lag_us_max = match self.lag {
            Lag::Fixed(_) => 300 * SECOND_US,
            Lag::AtMost(_) => 600 * SECOND_US,
        };
        let lags_us = now_us - latest_us;
        assert!(
            latest_us == earliest_us || lags_us < lag_us_max + 1_000,
            "{recovery}"
        );
        self.tally.windows_that_slid += usize::from(window.has_slid(now_us));
        latest_us
    }

    // --- restores

    fn new_target(&mut self) -> String {
        self.targets += 1;
        format!("copy-{}", self.targets)
    }

    fn restore(&mut self, table: usize, when: &When) {
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
    fn system_backups(&mut self) -> Vec<(String, usize)> {
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

    fn restore_system_backup(&mut self, backup: usize, into_original: bool) {
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

/// The text of a key.
fn name_of(key: u8) -> String {
    format!("key-{key}")
}
