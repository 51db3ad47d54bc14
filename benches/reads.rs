//! Scan and Query of items of 1 KB, page by page: how many items a second are looked at.
//!
//! `all` answers every item, `filtered` none of them, `counted` their number. A page ends at 1 MB, so a call looks at
//! about a thousand items. Dropping the answers is not measured.

#![allow(missing_docs, clippy::expect_used, clippy::panic)] // Criterion's macros make public functions; a bench may stop.

use std::cell::RefCell;
use std::time::Duration;

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use lookback_benches::reading::{Reading, collection_table, query_page, scan_page, shelve};
use lookback_benches::{CpuTime, Model};
use lookback_protocol::wire::{Request, Response};

/// The sizes of the table.
const ITEMS: [u32; 2] = [10_000, 1_000_000];

const READINGS: [(&str, Reading); 3] = [
    ("all", Reading::All),
    ("filtered", Reading::Filtered),
    ("counted", Reading::Counted),
];

fn reads(criterion: &mut Criterion<CpuTime>) {
    for items in ITEMS {
        let mut model = Model::with_empty_table().expect("an empty table");
        model.apply(collection_table()).expect("a table");
        model.wait();
        for number in 0..items {
            model.apply(shelve(number)).expect("an item");
        }
        let model = RefCell::new(model);
        for (name, reading) in READINGS {
            pages(criterion, &model, items, &format!("Scan/{name}"), || {
                scan_page(reading)
            });
            pages(criterion, &model, items, &format!("Query/{name}"), || {
                query_page(reading)
            });
        }
    }
}

fn pages(
    criterion: &mut Criterion<CpuTime>,
    model: &RefCell<Model>,
    items: u32,
    name: &str,
    request: impl Fn() -> Request,
) {
    let probe = model.borrow_mut().apply(request());
    let scanned = match probe.expect("the request is good") {
        Response::Scan(output) => output.scanned_count,
        Response::Query(output) => output.scanned_count,
        other => panic!("{other:?}"),
    };
    let scanned = scanned
        .and_then(|count| u64::try_from(count).ok())
        .unwrap_or(0);
    assert!(scanned > 1_000, "{scanned}");
    let mut group = criterion.benchmark_group(name);
    group.throughput(Throughput::Elements(scanned));
    group.bench_function(BenchmarkId::from_parameter(items), |bencher| {
        bencher.iter_batched(
            &request,
            |request| {
                let response = model.borrow_mut().apply(request);
                response.expect("the request is good")
            },
            BatchSize::NumIterations(1),
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
    targets = reads
}
criterion_main!(benches);
