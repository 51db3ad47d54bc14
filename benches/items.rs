//! PutItem and GetItem of an item of 1 KB, at random keys of a table that stays at its size.
//!
//! *typed* is [`Service::apply`](lookback_reference::Service::apply); *json* is
//! [`Service::answer`](lookback_reference::Service::answer), from the request's bytes to the answer's bytes.
//! Making the requests is not measured; nor is dropping the answers.
//!
//! A PutItem replaces the item that is there: the measured time includes letting go of the old one.

#![allow(missing_docs, clippy::expect_used)] // Criterion's macros make public functions; a bench may stop.

use std::cell::RefCell;
use std::hint::black_box;
use std::time::Duration;

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use lookback_benches::request::{Shuffled, get_item, put_item};
use lookback_benches::{CpuTime, Model};
use lookback_protocol::wire::Request;

/// The sizes of the table.
const ITEMS: [u32; 2] = [10_000, 1_000_000];

/// Requests made at a time: few, so that memory is taken and given back in turn, as when requests come one by one.
const BATCH: BatchSize = BatchSize::NumIterations(16);

/// A measured operation: its name, and the request for an item number.
type Operation = (&'static str, fn(u32) -> Request);

const OPERATIONS: [Operation; 2] = [("PutItem", put_item), ("GetItem", get_item)];

fn items(criterion: &mut Criterion<CpuTime>) {
    for items in ITEMS {
        let model = RefCell::new(Model::with_items(items).expect("the table is filled"));
        for (name, request) in OPERATIONS {
            typed(criterion, &model, items, name, request);
            json(criterion, &model, items, name, request);
        }
    }
}

fn typed(
    criterion: &mut Criterion<CpuTime>,
    model: &RefCell<Model>,
    items: u32,
    name: &str,
    request: fn(u32) -> Request,
) {
    let mut order = Shuffled::below(items);
    let mut group = criterion.benchmark_group(format!("{name}/typed"));
    group.throughput(Throughput::Elements(1));
    group.bench_function(BenchmarkId::from_parameter(items), |bencher| {
        bencher.iter_batched(
            || request(order.next_number()),
            |request| {
                let response = model.borrow_mut().apply(request);
                response.expect("the request is good")
            },
            BATCH,
        );
    });
    group.finish();
}

fn json(
    criterion: &mut Criterion<CpuTime>,
    model: &RefCell<Model>,
    items: u32,
    name: &str,
    request: fn(u32) -> Request,
) {
    let target = format!("DynamoDB_20120810.{name}");
    let mut order = Shuffled::below(items);
    let body = |number| {
        let mut body = Vec::new();
        request(number).to_json(&mut body);
        body
    };
    let probe = model.borrow_mut().answer(&target, &body(0));
    assert_eq!(probe.status, 200, "{}", probe.body.escape_ascii());
    let mut group = criterion.benchmark_group(format!("{name}/json"));
    group.throughput(Throughput::Elements(1));
    group.bench_function(BenchmarkId::from_parameter(items), |bencher| {
        bencher.iter_batched_ref(
            || body(order.next_number()),
            |body| black_box(model.borrow_mut().answer(&target, body)),
            BATCH,
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
    targets = items
}
criterion_main!(benches);
