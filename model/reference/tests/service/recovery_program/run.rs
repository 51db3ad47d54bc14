//! Runs a program on a service and on the oracle, and compares every restore.

mod backups;
mod restores;
mod window;
mod writes;

use std::collections::BTreeMap;

use lookback_reference::{Mode, Settings};
use serde_json::{Value, json};

use super::oracle::{Incarnation, Lag};
use super::step::{Action, Step, When};
use super::tally::Tally;
use crate::world::{
    DAY_US, HOUR_US, Items, SECOND_US, World, global_index, merged, table_input, wire_item,
};
use backups::Backup;

/// Restored tables beyond this number are compared and deleted.
const TABLES_MAX: usize = 6;

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
    /// What a backup on demand holds, by its number.
    Backup(usize),
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
    backups: Vec<Backup>,
    /// How far from its request a backup may have an item's cut, in microseconds.
    band_us: i64,
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
            backups: Vec::new(),
            band_us: match lag {
                Lag::Fixed(_) => 0,
                Lag::AtMost(_) => 60 * SECOND_US,
            },
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
        for backup in 0..self.backups.len() {
            self.restore_backup(backup);
        }
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
            Shows::Backup(number) => self.check_backup(number, &observed),
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
            Action::Backup { table } => self.backup(&self.table(*table)),
            Action::RestoreBackup { backup } => self.restore_backup(*backup),
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
}

/// The text of a key.
fn name_of(key: u8) -> String {
    format!("key-{key}")
}
