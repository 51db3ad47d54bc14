//! RestoreTableFromBackup of 1,000,000 items, without an index.
//!
//! Deleting the restored table and freeing it is not measured. What a restore takes of memory is measured by the
//! binary `restore_memory`.

#![allow(missing_docs, clippy::expect_used)] // Criterion's macros make public functions; a bench may stop.

use std::cell::{Cell, RefCell};
use std::time::Duration;

use criterion::{BatchSize, BenchmarkId, Criterion, SamplingMode, criterion_group, criterion_main};
use lookback_benches::{CpuTime, Model};

/// The size of the backup.
const ITEMS: u32 = 1_000_000;

/// The name of the restored table.
const TARGET: &str = "AlbumsRestored";

fn restores(criterion: &mut Criterion<CpuTime>) {
    let mut model = Model::with_items(ITEMS).expect("the table is filled");
    let arn = model.backup().expect("the backup is made");
    let model = RefCell::new(model);
    let stands = Cell::new(false);
    let mut group = criterion.benchmark_group("RestoreTableFromBackup");
    group.sampling_mode(SamplingMode::Flat);
    group.bench_function(BenchmarkId::from_parameter(ITEMS), |bencher| {
        bencher.iter_batched(
            || {
                if stands.take() {
                    let removed = model.borrow_mut().remove_table(TARGET, ITEMS);
                    removed.expect("the restored table is deleted");
                }
            },
            |()| {
                let restored = model.borrow_mut().restore(&arn, TARGET);
                stands.set(true);
                restored.expect("the backup is restored")
            },
            BatchSize::PerIteration,
        );
    });
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .with_measurement(CpuTime)
        .sample_size(10)
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(5));
    targets = restores
}
criterion_main!(benches);
