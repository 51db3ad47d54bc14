//! A store of one's own, simulated: what a backup forgets is found, and the run that shows it is made small.
//!
//! `cargo run -p lookback-sim --example own_store`
#![allow(clippy::print_stdout, clippy::unwrap_used, missing_docs)]

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use futures::future::LocalBoxFuture;
use lookback_checker::Contract;
use lookback_protocol::error::{ErrorCode, ServiceError};
use lookback_protocol::wire::backup::*;
use lookback_protocol::wire::item::{DeleteItemOutput, GetItemOutput, PutItemOutput};
use lookback_protocol::wire::query::ScanOutput;
use lookback_protocol::wire::restore::RestoreTableFromBackupOutput;
use lookback_protocol::wire::table::*;
use lookback_protocol::wire::{AnswerItem, Request, Response, Timestamp, WireItem};
use lookback_sim::shrink::{Bound, Shrunk, shrink};
use lookback_sim::system::Answered;
use lookback_sim::{Finding, Plan, Profile, Stage, Steps, Store, System, Watch, run_on, time};
use lookback_traffic::{DeedKind, Family, Mix, TableShape};

/// The store: one node, in memory. What is written lies in a buffer for a while before it is merged.
#[derive(Default)]
struct Own {
    tables: RefCell<BTreeMap<String, Table>>,
    backups: RefCell<Vec<BTreeMap<String, AnswerItem>>>,
}

#[derive(Default)]
struct Table {
    merged: BTreeMap<String, AnswerItem>,
    buffer: BTreeMap<String, Option<AnswerItem>>,
}

impl Table {
    fn merge(&mut self) {
        for (key, item) in std::mem::take(&mut self.buffer) {
            match item {
                Some(item) => self.merged.insert(key, item),
                None => self.merged.remove(&key),
            };
        }
    }

    fn get(&self, key: &str) -> Option<AnswerItem> {
        let merged = || self.merged.get(key).cloned();
        self.buffer.get(key).cloned().unwrap_or_else(merged)
    }
}

impl Own {
    fn answer(&self, request: Request) -> Result<Response, ServiceError> {
        let mut tables = self.tables.borrow_mut();
        let mut backups = self.backups.borrow_mut();
        Ok(match request {
            Request::PutItem(put) => {
                let item = serde_json::from_value(serde_json::to_value(&put.item).unwrap());
                let table = table(&mut tables, &put.table_name)?;
                let key = key(&put.item);
                let old = table.get(&key);
                table.buffer.insert(key, item.unwrap());
                PutItemOutput {
                    attributes: old.filter(|_| put.return_values.as_deref() == Some("ALL_OLD")),
                    ..PutItemOutput::default()
                }
                .into()
            }
            Request::DeleteItem(delete) => {
                let table = table(&mut tables, &delete.table_name)?;
                let key = key(&delete.key);
                let old = table.get(&key);
                table.buffer.insert(key, None);
                DeleteItemOutput {
                    attributes: old.filter(|_| delete.return_values.as_deref() == Some("ALL_OLD")),
                    ..DeleteItemOutput::default()
                }
                .into()
            }
            Request::GetItem(get) => GetItemOutput {
                item: table(&mut tables, &get.table_name)?.get(&key(&get.key)),
                ..GetItemOutput::default()
            }
            .into(),
            Request::Scan(scan) => {
                let table = table(&mut tables, &scan.table_name)?;
                table.merge();
                ScanOutput {
                    items: Some(table.merged.values().cloned().collect()),
                    ..ScanOutput::default()
                }
                .into()
            }
            Request::CreateBackup(create) => {
                // The bug: what is still in the buffer is not in the backup.
                backups.push(table(&mut tables, &create.table_name)?.merged.clone());
                let backup_details = Some(details(backups.len() - 1));
                CreateBackupOutput { backup_details }.into()
            }
            Request::DescribeBackup(describe) => DescribeBackupOutput {
                backup_description: Some(BackupDescription {
                    backup_details: Some(details(describe.backup_arn.parse().unwrap())),
                    ..BackupDescription::default()
                }),
            }
            .into(),
            Request::RestoreTableFromBackup(restore) => {
                let backup = backups.get(restore.backup_arn.parse::<usize>().unwrap());
                let restored = Table {
                    merged: backup.cloned().unwrap(),
                    ..Table::default()
                };
                tables.insert(restore.target_table_name, restored);
                RestoreTableFromBackupOutput::default().into()
            }
            Request::CreateTable(create) => {
                tables.insert(create.table_name, Table::default());
                CreateTableOutput::default().into()
            }
            Request::DescribeTable(describe) => {
                table(&mut tables, &describe.table_name)?;
                DescribeTableOutput {
                    table: Some(TableDescription {
                        table_status: Some("ACTIVE".to_owned()),
                        ..TableDescription::default()
                    }),
                }
                .into()
            }
            Request::DeleteTable(delete) => {
                tables.remove(&delete.table_name);
                DeleteTableOutput::default().into()
            }
            _ => {
                let code = ErrorCode::UnknownOperationException;
                return Err(ServiceError::new(code, ""));
            }
        })
    }
}

fn table<'a>(
    tables: &'a mut BTreeMap<String, Table>,
    name: &str,
) -> Result<&'a mut Table, ServiceError> {
    let gone = || ServiceError::new(ErrorCode::ResourceNotFoundException, "");
    tables.get_mut(name).ok_or_else(gone)
}

/// The tables of the profile have a hash key alone.
fn key(item: &WireItem) -> String {
    serde_json::to_string(item.get("pk").unwrap()).unwrap()
}

fn details(number: usize) -> BackupDetails {
    BackupDetails {
        backup_arn: number.to_string(),
        backup_status: "AVAILABLE".to_owned(),
        backup_creation_date_time: Timestamp(time::now_us()),
        ..BackupDetails::default()
    }
}

impl Store for Own {
    fn call(self: Rc<Self>, _client: u32, request: Request) -> LocalBoxFuture<'static, Answered> {
        Box::pin(async move {
            madsim::time::sleep(Duration::from_millis(2)).await;
            let answer = self.answer(request);
            madsim::time::sleep(Duration::from_millis(2)).await;
            Some(answer)
        })
    }
}

/// What is simulated, and what it promises: a backup is the table at one instant.
struct OwnSystem;

impl System for OwnSystem {
    fn name(&self) -> &str {
        "a store of one's own"
    }

    fn contract(&self, _profile: &Profile) -> Contract {
        Contract::snapshot()
    }

    fn start(&self, _stage: &Stage) -> Rc<dyn Store> {
        let store = Rc::new(Own::default());
        let merging = Rc::clone(&store);
        time::spawn(async move {
            loop {
                madsim::time::sleep(Duration::from_millis(50)).await;
                let mut tables = merging.tables.borrow_mut();
                tables.values_mut().for_each(Table::merge);
            }
        });
        store
    }
}

/// What the store can do, and nothing else.
fn plan(seed: u64) -> Plan {
    let mut profile = Profile::quick(seed);
    profile.load.tables = vec![TableShape::hash_only(8)];
    let families = [
        (Family::Put, 6),
        (Family::Delete, 1),
        (Family::GetStrong, 4),
    ];
    profile.load.mix = Mix(families.into_iter().collect());
    profile.load.deeds = vec![(DeedKind::Backup, 1)];
    profile.rates = lookback_sim::Rates::default();
    profile.expiry = false;
    Plan::new(seed, profile)
}

/// The first seed that finds something, what it finds in words, and the smallest plan that finds the same.
fn found_and_made_small() -> Option<(u64, String, Shrunk)> {
    let (seed, told, finding) = (1..20).find_map(|seed| {
        let ended = run_on(&OwnSystem, &plan(seed), Watch::default());
        let finding = Finding::all(&ended).into_iter().next()?;
        Some((seed, Finding::told(&ended)?, finding))
    })?;
    let bound = Bound {
        runs_max: 500,
        go_on: &mut |_, _| true,
    };
    let small = shrink(&OwnSystem, &plan(seed), &finding, bound).ok()?;
    Some((seed, told, small))
}

fn main() {
    let Some((seed, told, small)) = found_and_made_small() else {
        return println!("nothing was found");
    };
    println!("seed {seed}: {told}");
    let (before, after) = (small.before.steps, small.after.steps);
    println!("{after} of {before} steps show the same:");
    if let Steps::Listed(listed) = &small.plan.steps {
        for step in &listed.steps {
            println!("  {}", serde_json::to_string(step).unwrap());
        }
    }
}

#[test]
fn the_backup_that_forgets_is_found_and_made_small() {
    let (_, _, small) = found_and_made_small().unwrap();
    assert!(small.before.steps > 20, "{:?}", small.before);
    // A write, and a backup before it is merged.
    assert_eq!(small.after.steps, 2, "{:?}", small.after);
    let Steps::Listed(listed) = &small.plan.steps else {
        unreachable!("shrinking lists the steps");
    };
    let deeds = listed.steps.iter();
    let deeds = deeds.filter(|step| matches!(step.doing, lookback_sim::Doing::Deed(_)));
    assert_eq!(deeds.count(), 1);
}
