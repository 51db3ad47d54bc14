//! Conditions, projections and updates: read from their text, and applied to an item of 1 KB.

#![allow(missing_docs, clippy::expect_used)] // Criterion's macros make public functions; a bench may stop.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::time::Duration;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use lookback_benches::CpuTime;
use lookback_benches::item::item;
use lookback_protocol::expression::{Condition, ExpressionKind, Placeholders, Projection, Update};
use lookback_protocol::number::Number;
use lookback_protocol::value::AttributeValue;
use lookback_protocol::wire::item_from_wire;

/// A condition of two clauses: the one that a goal is about.
const CONDITION: &str = "attribute_exists(AlbumId) AND #y < :year";
const PROJECTION: &str = "AlbumId, #y, Price";
const UPDATE: &str = "SET Price = Price + :year, InStock = :year REMOVE Notes";

fn expressions(criterion: &mut Criterion<CpuTime>) {
    let names = BTreeMap::from([("#y".to_owned(), "Year".to_owned())]);
    let values = BTreeMap::from([(
        ":year".to_owned(),
        AttributeValue::N(Number::from(1_960_i64)),
    )]);
    let album = item_from_wire(item(7)).expect("an item");
    let placeholders = || Placeholders::new(Some(&names), Some(&values)).expect("placeholders");
    let mut group = criterion.benchmark_group("condition of two clauses");
    group.bench_function("parse and evaluate", |bencher| {
        bencher.iter(|| {
            let mut placeholders = placeholders();
            let kind = ExpressionKind::Condition;
            let condition = Condition::parse(kind, black_box(CONDITION), &mut placeholders);
            let condition = condition.expect("a condition");
            placeholders.finish().expect("all are used");
            condition.holds(Some(black_box(&album)))
        });
    });
    group.bench_function("evaluate", |bencher| {
        let condition = Condition::parse(ExpressionKind::Condition, CONDITION, &mut placeholders());
        let condition = condition.expect("a condition");
        bencher.iter(|| condition.holds(Some(black_box(&album))));
    });
    group.finish();
    let mut group = criterion.benchmark_group("projection of three attributes");
    group.bench_function("parse and apply", |bencher| {
        bencher.iter(|| {
            let mut placeholders = placeholders();
            let projection = Projection::parse(black_box(PROJECTION), &mut placeholders);
            projection.expect("a projection").project(black_box(&album))
        });
    });
    group.finish();
    let mut group = criterion.benchmark_group("update of three attributes");
    group.bench_function("parse and apply", |bencher| {
        bencher.iter_batched(
            || album.clone(),
            |album| {
                let mut placeholders = placeholders();
                let update = Update::parse(black_box(UPDATE), &mut placeholders);
                update.expect("an update").apply(album).expect("it fits")
            },
            BatchSize::SmallInput,
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
    targets = expressions
}
criterion_main!(benches);
