//! Runs a program on a service and on the naive observer, and compares every restore.

use std::collections::BTreeMap;

use lookback_reference::{Mode, Settings};
use serde_json::{Value, json};

use super::naive::{Backup, Incarnation};
use super::step::{Step, Wait};
use crate::world::{Items, World, global_index, merged, restore_input, table_input, wire_item};

/// How often what happened: a campaign in which nothing happens proves nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tally {
    pub writes: usize,
    pub backups: usize,
    pub restores: usize,
    pub restores_into_original: usize,
    pub restored_after_source_was_gone: usize,
    pub backups_in_use: usize,
    pub deleted_backups: usize,
    pub items_other_than_at_request: usize,
}

/// A restore that is on its way.
struct Pending {
    target: String,
    backup: usize,
}

pub struct Run {
    pub world: World,
    pub tally: Tally,
    mode: Mode,
    /// The names that steps mean, in the order in which they appeared.
    tables: Vec<String>,
    incarnations: Vec<Incarnation>,
    current: BTreeMap<String, usize>,
    backups: Vec<Backup>,
    pending: Vec<Pending>,
}

impl Run {
    /// Three tables, two of them made.
    pub fn new(settings: Settings, start_us: i64) -> Self {
        let mode = settings.choices.mode;
        let mut run = Self {
            world: World::new(settings, start_us),
            tally: Tally::default(),
            mode,
            tables: ["red", "green", "blue"].map(str::to_owned).to_vec(),
            incarnations: Vec::new(),
            current: BTreeMap::new(),
            backups: Vec::new(),
            pending: Vec::new(),
        };
        run.create("red");
        run.create("green");
        run
    }

    /// Does all steps, then restores every backup that is left.
    pub fn run(mut self, program: &[Step]) -> Self {
        self.world.settle();
        for step in program {
            self.step(step);
            self.check_finished_restores();
        }
        self.finish();
        self
    }

    fn finish(&mut self) {
        self.world.settle();
        self.check_finished_restores();
        assert!(self.pending.is_empty(), "a restore never ended");
        for backup in 0..self.backups.len() {
            if !self.backups[backup].deleted {
                self.restore(backup, false);
                self.world.settle();
                self.check_finished_restores();
            }
        }
        for (name, incarnation) in self.current.clone() {
            if self.world.status(&name) == "ACTIVE" {
                let items = self.world.items(&name);
                assert_eq!(
                    items, self.incarnations[incarnation].items,
                    "{name} changed by itself"
                );
            }
        }
    }

    fn step(&mut self, step: &Step) {
        match step {
            Step::Put { table, key, value } => {
                let (key, value) = (name_of(*key), json!(value));
                let item = json!({"pk": key, "v": value});
                let input = json!({"TableName": self.table(*table), "Item": wire_item(&item)});
                self.write(*table, "PutItem", input, |_| {
                    vec![(key.clone(), Some(item.clone()))]
                });
            }
            Step::Update { table, key, value } => {
                let key = name_of(*key);
                let input = json!({
                    "TableName": self.table(*table),
                    "Key": {"pk": {"S": key}},
                    "UpdateExpression": "SET u = :u",
                    "ExpressionAttributeValues": {":u": {"N": value.to_string()}},
                });
                self.write(*table, "UpdateItem", input, |items| {
                    let before = items
                        .get(&key)
                        .cloned()
                        .unwrap_or_else(|| json!({"pk": key}));
                    vec![(key.clone(), Some(merged(before, json!({"u": value}))))]
                });
            }
            Step::Delete { table, key } => {
                let key = name_of(*key);
                let input = json!({"TableName": self.table(*table), "Key": {"pk": {"S": key}}});
                self.write(*table, "DeleteItem", input, |_| vec![(key.clone(), None)]);
            }
            Step::Batch { table, writes } => self.batch(*table, writes),
            Step::Backup { table } => self.backup(*table),
            Step::DeleteBackup { backup } => self.delete_backup(*backup),
            Step::DropTable { table } => self.drop(&self.table(*table)),
            Step::CreateTable { table } => {
                let name = self.table(*table);
                if self.world.status(&name) == "gone" {
                    self.create(&name);
                } else {
                    self.world
                        .refused("CreateTable", table_input(&name, json!({})));
                }
            }
            Step::Restore {
                backup,
                into_original,
            } => {
                if let Some(backup) = backup.checked_rem(self.backups.len()) {
                    self.restore(backup, *into_original);
                }
            }
            Step::Rebirth { backup } => {
                if let Some(backup) = backup.checked_rem(self.backups.len()) {
                    let name = self.backups[backup].table.clone();
                    self.drop(&name);
                    self.world.settle();
                    self.check_finished_restores();
                    self.restore(backup, true);
                }
            }
            Step::Wait(Wait::Microseconds(us)) => self.world.advance_us(*us),
            Step::Wait(Wait::Due { early_us }) => {
                let due_us = self.world.service.next_due(self.world.now_us);
                let until_us = due_us.map_or(0, |due_us| due_us - early_us);
                self.world.now_us = self.world.now_us.max(until_us);
            }
        }
    }

    fn drop(&mut self, name: &str) {
        let refused = self
            .world
            .call("DeleteTable", json!({"TableName": name}))
            .is_err();
        let status = self.world.status(name);
        assert_eq!(
            refused,
            matches!(&*status, "CREATING" | "gone"),
            "{name} is {status}"
        );
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
        self.incarnate(name, Incarnation::default());
    }

    fn incarnate(&mut self, name: &str, incarnation: Incarnation) {
        self.current
            .insert(name.to_owned(), self.incarnations.len());
        self.incarnations.push(incarnation);
    }

    /// A call that writes: accepted exactly while the table can be written to.
    fn write(
        &mut self,
        table: usize,
        operation: &str,
        input: Value,
        written: impl Fn(&Items) -> Vec<(String, Option<Value>)>,
    ) {
        let name = self.table(table);
        match self.world.call(operation, input) {
            Ok(_) => {
                let incarnation = &mut self.incarnations[self.current[&name]];
                for (key, item) in written(&incarnation.items) {
                    incarnation.write(self.world.now_us, &key, item);
                }
                self.tally.writes += 1;
            }
            Err(refusal) => {
                assert_eq!(refusal.code, "ResourceNotFoundException");
                assert_ne!(self.world.status(&name), "ACTIVE", "{refusal:?}");
            }
        }
    }

    fn batch(&mut self, table: usize, writes: &[(u8, Option<u8>)]) {
        let item = |key: u8, value: u8| json!({"pk": name_of(key), "v": value});
        let requests: Vec<Value> = writes
            .iter()
            .map(|(key, value)| match value {
                Some(value) => json!({"PutRequest": {"Item": wire_item(&item(*key, *value))}}),
                None => json!({"DeleteRequest": {"Key": {"pk": {"S": name_of(*key)}}}}),
            })
            .collect();
        let input = json!({"RequestItems": {self.table(table): requests}});
        self.write(table, "BatchWriteItem", input, |_| {
            let written = writes.iter();
            written
                .map(|(key, value)| (name_of(*key), value.map(|value| item(*key, value))))
                .collect()
        });
    }

    fn backup(&mut self, table: usize) {
        let name = self.table(table);
        let input = json!({"TableName": name, "BackupName": "any"});
        match self.world.call("CreateBackup", input) {
            Ok(body) => {
                let details = &body["BackupDetails"];
                let incarnation = self.current[&name];
                self.backups.push(Backup {
                    arn: details["BackupArn"].as_str().unwrap().to_owned(),
                    table: name,
                    incarnation,
                    copy: self.incarnations[incarnation].items.clone(),
                    created_us: (details["BackupCreationDateTime"].as_f64().unwrap() * 1e6).round()
                        as i64,
                    deleted: false,
                });
                self.tally.backups += 1;
            }
            Err(refusal) if refusal.code == "ContinuousBackupsUnavailableException" => {
                assert_eq!(self.world.status(&name), "ACTIVE");
            }
            Err(refusal) => {
                assert_eq!(refusal.code, "TableNotFoundException");
                assert_ne!(self.world.status(&name), "ACTIVE");
            }
        }
    }

    fn delete_backup(&mut self, number: usize) {
        let Some(number) = number.checked_rem(self.backups.len()) else {
            return;
        };
        let arn = self.backups[number].arn.clone();
        match self.world.call("DeleteBackup", json!({"BackupArn": arn})) {
            Ok(_) => {
                self.backups[number].deleted = true;
                self.tally.deleted_backups += 1;
            }
            Err(refusal) => self.check_backup_refusal(number, &refusal.code),
        }
    }

    /// A backup is refused because it is gone, or not ready, or feeds a restore.
    fn check_backup_refusal(&mut self, number: usize, code: &str) {
        let backup = &self.backups[number];
        let feeds = self.pending.iter().any(|pending| pending.backup == number);
        let arn = backup.arn.clone();
        if backup.deleted {
            assert_eq!(code, "BackupNotFoundException");
        } else {
            assert_eq!(code, "BackupInUseException");
            assert!(feeds || self.world.backup_status(&arn) == "CREATING");
            self.tally.backups_in_use += 1;
        }
    }

    fn restore(&mut self, number: usize, into_original: bool) {
        let target = if into_original {
            self.backups[number].table.clone()
        } else {
            format!("copy-{}", self.tables.len())
        };
        let input = restore_input(&self.backups[number].arn, &target, json!({}));
        match self.world.call("RestoreTableFromBackup", input) {
            Ok(_) => {
                self.pending.push(Pending {
                    target: target.clone(),
                    backup: number,
                });
                if !into_original {
                    self.tables.push(target);
                }
            }
            Err(refusal) if refusal.code == "TableAlreadyExistsException" => {
                assert_ne!(self.world.status(&target), "gone");
            }
            Err(refusal) if refusal.code == "TableInUseException" => {
                assert!(self.pending.iter().any(|pending| pending.target == target));
            }
            Err(refusal) => self.check_backup_refusal(number, &refusal.code),
        }
    }

    fn check_finished_restores(&mut self) {
        for Pending { target, backup } in std::mem::take(&mut self.pending) {
            match &*self.world.status(&target) {
                "CREATING" => self.pending.push(Pending { target, backup }),
                "ACTIVE" => self.check_restored(&target, backup),
                status => panic!("{target} is {status} after its restore"),
            }
        }
    }

    fn check_restored(&mut self, target: &str, number: usize) {
        let observed = self.world.items(target);
        let backup = &self.backups[number];
        match self.mode {
            Mode::Exact | Mode::Typical => assert_eq!(observed, backup.copy, "{}", backup.arn),
            Mode::Adversarial => {
                let source = &self.incarnations[backup.incarnation];
                assert_eq!(
                    source.violation(&observed, backup.created_us),
                    None,
                    "{}",
                    backup.arn
                );
                self.tally.items_other_than_at_request += usize::from(observed != backup.copy);
            }
        }
        self.tally.restores += 1;
        self.tally.restores_into_original += usize::from(target == backup.table);
        let source = self.current.get(&backup.table);
        let gone = source != Some(&backup.incarnation)
            || self.world.status(&backup.table.clone()) == "gone";
        self.tally.restored_after_source_was_gone += usize::from(gone);
        let indexed = observed
            .clone()
            .into_iter()
            .filter(|(_, item)| item.get("v").is_some());
        assert_eq!(
            self.world.entries(target, "by-v"),
            indexed.collect::<Items>()
        );
        self.incarnate(target, Incarnation::restored(observed));
    }
}

/// The text of a key.
fn name_of(key: u8) -> String {
    format!("key-{key}")
}
