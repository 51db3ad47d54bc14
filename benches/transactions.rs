//! TransactWriteItems of 25 puts of 1 KB, each under a condition, at random keys of 10,000 items.
//!
//! Making the requests is not measured; nor is dropping the answers.

#![allow(missing_docs, clippy::expect_used)] // Criterion's macros make public functions; a bench may stop.

use std::cell::RefCell;
use std::time::Duration;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use lookback_benches::reading::transact_write;
use lookback_benches::request::Shuffled;
use lookback_benches::{CpuTime, Model};

const ITEMS: u32 = 10_000;
const MEMBERS: u32 = 25;

fn transactions(criterion: &mut Criterion<CpuTime>) {
    let model = RefCell::new(Model::with_items(ITEMS).expect("the table is filled"));
    let mut order = Shuffled::below(ITEMS - MEMBERS);
    let mut group = criterion.benchmark_group("TransactWriteItems");
    group.throughput(Throughput::Elements(u64::from(MEMBERS)));
    group.bench_function("25 puts", |bencher| {
        bencher.iter_batched(
            || {
                let first = order.next_number();
                transact_write(first..first + MEMBERS)
            },
            |request| {
                let response = model.borrow_mut().apply(request);
                response.expect("the request is good")
            },
            BatchSize::NumIterations(16),
        );
    });
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .with_measurement(CpuTime)
        .sample_size(20)
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(2));
    targets = transactions
}
criterion_main!(benches);
