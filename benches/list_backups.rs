//! ListBackups among 100 and among 100,000 backups: a page costs what is on it.
//!
//! Most backups are of one table; a hundred, spread over the whole time, are of another, and one is a SYSTEM backup.
//! The name of each page tells how many backups are on it.

#![allow(missing_docs, clippy::expect_used, clippy::panic)] // Criterion's macros make public functions; a bench may stop.

use std::cell::RefCell;
use std::time::Duration;

use criterion::{BatchSize, BenchmarkId, Criterion, criterion_group, criterion_main};
use lookback_benches::request::{create_backup_of, create_table, delete_table, recovery_of};
use lookback_benches::{CpuTime, Model, TABLE, backup_arn};
use lookback_protocol::wire::backup::ListBackupsInput;
use lookback_protocol::wire::{Request, Response, Timestamp};

/// How many backups there are.
const BACKUPS: [usize; 2] = [100, 100_000];

/// How many of them are of the other table.
const OTHERS: usize = 100;

/// The table that has few backups.
const OTHER_TABLE: &str = "Singles";

/// From one backup to the next.
const PACE_US: i64 = 20_000;

/// Requests made at a time: few, so that memory is taken and given back in turn.
const BATCH: BatchSize = BatchSize::NumIterations(16);

/// A model, and the backups of the larger table in the order of creation.
struct Filled {
    model: Model,
    made: Vec<(String, i64)>,
}

impl Filled {
    fn with(backups: usize) -> Self {
        let mut model = Model::with_empty_table().expect("there is a table");
        for table in [OTHER_TABLE, "Gone"] {
            let created = model.apply(create_table(table));
            created.expect("there is another table");
            model.wait();
        }
        let protected = model.apply(recovery_of("Gone", Some(1)));
        protected.expect("recovery is on");
        let deleted = model.apply(delete_table("Gone"));
        deleted.expect("the table is deleted");
        let mut made = Vec::with_capacity(backups);
        let mut others = 0;
        for number in 0..backups {
            model.pass(PACE_US);
            if others * backups < number * OTHERS {
                others += 1;
                let created = model.apply(create_backup_of(OTHER_TABLE));
                created.expect("a backup of the other table");
            }
            let created = model.apply(create_backup_of(TABLE));
            let arn = backup_arn(&created.expect("a backup")).expect("it has an ARN");
            made.push((arn, model.now_us()));
        }
        model.wait();
        Self { model, made }
    }

    /// The ARN and the creation of the backup at this share of the time.
    fn at(&self, percent: usize) -> (String, Timestamp) {
        let index = (self.made.len() * percent / 100).min(self.made.len() - 1);
        self.numbered(index)
    }

    /// The ARN and the creation of one backup.
    fn numbered(&self, index: usize) -> (String, Timestamp) {
        let (arn, created_us) = self.made.get(index).expect("there is a backup");
        (arn.clone(), Timestamp(*created_us))
    }

    /// The pages that are read, each with a name.
    fn pages(&self) -> Vec<(&'static str, ListBackupsInput)> {
        let all = ListBackupsInput::default;
        let start = |percent| Some(self.at(percent).0);
        let of = |table: &str| Some(table.to_owned());
        // So many before the end that a page is nearly full.
        let last = self.made.len().saturating_sub(98);
        vec![
            ("first", all()),
            (
                "middle",
                ListBackupsInput {
                    exclusive_start_backup_arn: start(50),
                    ..all()
                },
            ),
            (
                "last",
                ListBackupsInput {
                    exclusive_start_backup_arn: Some(self.numbered(last).0),
                    ..all()
                },
            ),
            (
                "first of a table with many",
                ListBackupsInput {
                    table_name: of(TABLE),
                    ..all()
                },
            ),
            (
                "middle of a table with many",
                ListBackupsInput {
                    table_name: of(TABLE),
                    exclusive_start_backup_arn: start(50),
                    ..all()
                },
            ),
            (
                "of a table with few",
                ListBackupsInput {
                    table_name: of(OTHER_TABLE),
                    ..all()
                },
            ),
            (
                "from a time on",
                ListBackupsInput {
                    time_range_lower_bound: Some(self.at(50).1),
                    ..all()
                },
            ),
            (
                "up to a time",
                ListBackupsInput {
                    time_range_upper_bound: Some(self.at(0).1),
                    ..all()
                },
            ),
            (
                "of a table, between two times",
                ListBackupsInput {
                    table_name: of(TABLE),
                    time_range_lower_bound: Some(self.at(50).1),
                    time_range_upper_bound: Some(Timestamp(self.at(50).1.0 + 50 * PACE_US)),
                    ..all()
                },
            ),
            (
                "SYSTEM backups",
                ListBackupsInput {
                    backup_type: Some("SYSTEM".to_owned()),
                    ..all()
                },
            ),
        ]
    }
}

fn pages(criterion: &mut Criterion<CpuTime>) {
    let mut group = criterion.benchmark_group("ListBackups");
    for backups in BACKUPS {
        let filled = Filled::with(backups);
        let pages = filled.pages();
        let model = RefCell::new(filled.model);
        for (name, input) in pages {
            let read = model.borrow_mut().apply(Request::from(input.clone()));
            let Response::ListBackups(read) = read.expect("a page") else {
                panic!("ListBackups answers a list");
            };
            let on_page = read.backup_summaries.map_or(0, |page| page.len());
            let named = format!("{name} ({on_page})");
            group.bench_function(BenchmarkId::new(named, backups), |bencher| {
                bencher.iter_batched(
                    || Request::from(input.clone()),
                    |request| model.borrow_mut().apply(request).expect("a page"),
                    BATCH,
                );
            });
        }
    }
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .with_measurement(CpuTime)
        .sample_size(20)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(1));
    targets = pages
}
criterion_main!(benches);
