//! CreateBackup of a small and of a large table: a cut costs the same for both.
//!
//! The table has at most a few backups at a time. Deleting them again is not measured.

#![allow(missing_docs, clippy::expect_used)] // Criterion's macros make public functions; a bench may stop.

use std::cell::RefCell;
use std::time::Duration;

use criterion::{BatchSize, BenchmarkId, Criterion, criterion_group, criterion_main};
use lookback_benches::request::create_backup;
use lookback_benches::{CpuTime, Model, backup_arn};
use lookback_protocol::wire::Response;

/// The sizes of the table.
const ITEMS: [u32; 2] = [1_000, 1_000_000];

/// Backups made before the last ones are deleted: enough that reading the time hardly counts.
const BATCH: BatchSize = BatchSize::NumIterations(16);

fn backups(criterion: &mut Criterion<CpuTime>) {
    let mut group = criterion.benchmark_group("CreateBackup");
    for items in ITEMS {
        let model = RefCell::new(Model::with_items(items).expect("the table is filled"));
        let made: RefCell<Vec<Response>> = RefCell::default();
        group.bench_function(BenchmarkId::from_parameter(items), |bencher| {
            bencher.iter_batched(
                || {
                    for response in made.take() {
                        let arn = backup_arn(&response).expect("the backup has an ARN");
                        let deleted = model.borrow_mut().delete_backup(&arn);
                        deleted.expect("the backup is deleted");
                    }
                    create_backup()
                },
                |request| {
                    let response = model.borrow_mut().apply(request);
                    made.borrow_mut()
                        .push(response.expect("the request is good"));
                },
                BATCH,
            );
        });
    }
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .with_measurement(CpuTime)
        .sample_size(20)
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(2));
    targets = backups
}
criterion_main!(benches);
