//! The direct path and the search against a judge that tries everything.

use proptest::prelude::*;

use super::windows::{Windows, intersection};
use super::*;

/// Counters and conditions over small values: change 0 is a put of 5 if absent, change 1 its refusal, change 2 a put of 4
/// over 5, change 3 a look that finds at most 2, change 4 adds one, from 10 on they add as much less 8.
struct Arithmetic {
    expires: Option<(ValueId, i64)>,
}

impl Changes for Arithmetic {
    fn apply(&mut self, change: u32, value: ValueId) -> Option<ValueId> {
        match change {
            0 => (value == ABSENT).then_some(5),
            1 => (value != ABSENT).then_some(value),
            2 => (value == 5).then_some(4),
            3 => (value <= 2).then_some(value),
            4 => Some(value + 1),
            more => Some(value + more - 8),
        }
    }

    fn is_read(&self, change: u32) -> bool {
        matches!(change, 1 | 3)
    }

    fn writes(&self, change: u32) -> Option<ValueId> {
        match change {
            0 => Some(5),
            2 => Some(4),
            _ => None,
        }
    }

    fn likeness(&mut self, value: ValueId, other: ValueId) -> u32 {
        100_u32.saturating_sub(value.abs_diff(other))
    }

    fn expires_us(&mut self, value: ValueId) -> Option<i64> {
        self.expires
            .and_then(|(expiring, at_us)| (value == expiring).then_some(at_us))
    }
}

/// Tries every order: the next operation is any that is left, at the earliest instant it can have. An expiry may come
/// between any two.
fn tried(value: ValueId, at_us: i64, left: &mut Vec<Op>, changes: &mut Arithmetic) -> bool {
    if left.iter().all(|op| !op.must) {
        return true;
    }
    for index in 0..left.len() {
        let op = left[index];
        let instant_us = at_us.max(op.lo_us);
        if instant_us > op.hi_us {
            continue;
        }
        let after = match op.effect {
            Effect::Sees(seen) => (seen == value).then_some(value),
            Effect::Writes(written) => Some(written),
            Effect::Changes(change) => changes.apply(change, value),
        };
        let Some(after) = after else { continue };
        left.swap_remove(index);
        let found = tried(after, instant_us, left, changes);
        left.push(op);
        let last = left.len() - 1;
        left.swap(index, last);
        if found {
            return true;
        }
    }
    match changes.expires_us(value) {
        Some(expires_us) => tried(ABSENT, at_us.max(expires_us), left, changes),
        None => false,
    }
}

fn op() -> impl Strategy<Value = Op> {
    let effect = prop_oneof![
        3 => (0_u32..4).prop_map(Effect::Sees),
        3 => (0_u32..4).prop_map(Effect::Writes),
    ];
    interval(effect)
}

fn changing_op(changes: u32) -> impl Strategy<Value = Op> {
    let effect = prop_oneof![
        3 => (0_u32..6).prop_map(Effect::Sees),
        2 => (0_u32..8).prop_map(Effect::Writes),
        4 => (0..changes).prop_map(Effect::Changes),
    ];
    interval(effect)
}

/// Conditions with or without additions.
fn changing_ops() -> impl Strategy<Value = Vec<Op>> {
    (4_u32..6).prop_flat_map(|changes| prop::collection::vec(changing_op(changes), 0..6))
}

fn interval(effect: impl Strategy<Value = Effect>) -> impl Strategy<Value = Op> {
    (effect, 0_i64..12, 0_i64..8, prop::bool::weighted(0.7)).prop_map(
        |(effect, lo_us, long_us, acknowledged)| {
            let read = matches!(effect, Effect::Sees(_) | Effect::Changes(1 | 3));
            let must = read || acknowledged;
            Op {
                lo_us,
                hi_us: if must { lo_us + long_us } else { OPEN },
                effect,
                must,
            }
        },
    )
}

/// What a write does.
fn op_or_change() -> impl Strategy<Value = Effect> {
    prop_oneof![
        (0_u32..7).prop_map(Effect::Writes),
        prop::sample::select(vec![0, 2, 4, 4, 10]).prop_map(Effect::Changes),
    ]
}

fn truth(initial: ValueId, ops: &[Op], changes: &mut Arithmetic) -> Order {
    if tried(initial, i64::MIN, &mut ops.to_vec(), changes) {
        Order::Possible
    } else {
        Order::Impossible
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40_000, ..ProptestConfig::default() })]

    #[test]
    fn plain_reads_and_writes_are_judged_as_by_trying_every_order(
        initial in 0_u32..3,
        ops in prop::collection::vec(op(), 0..7),
    ) {
        let mut none = Arithmetic { expires: None };
        let expected = truth(initial, &ops, &mut none);
        prop_assert_eq!(search::order(initial, &ops, &mut none, 1_000_000), expected);
        if let Some(possible) = zones::Zones::default().order(initial, &ops) {
            prop_assert_eq!(possible, expected == Order::Possible);
        }
        prop_assert_eq!(Solver::new(1_000_000).order(initial, &ops, &mut none, false), expected);
    }

    #[test]
    fn counters_conditions_and_expiry_are_judged_as_by_trying_every_order(
        initial in 0_u32..3,
        ops in changing_ops(),
        expires in prop::option::of((1_u32..5, 0_i64..16)),
    ) {
        let mut changes = Arithmetic { expires };
        let expected = truth(initial, &ops, &mut changes);
        let order = Solver::new(1_000_000).order(initial, &ops, &mut changes, expires.is_some());
        prop_assert_eq!(order, expected);
    }

    #[test]
    fn one_more_read_fits_at_the_instants_of_the_windows_and_at_no_others(
        initial in 0_u32..3,
        ops in prop::collection::vec(op(), 0..6),
        value in 0_u32..4,
    ) {
        let mut none = Arithmetic { expires: None };
        if truth(initial, &ops, &mut none) != Order::Possible {
            return Ok(());
        }
        let instants = Windows::new(initial, &ops, &mut none).of_value(|it| it == value);
        for at_us in -1_i64..22 {
            let mut with = ops.clone();
            with.push(Op { lo_us: at_us, hi_us: at_us, effect: Effect::Sees(value), must: true });
            let fits = truth(initial, &with, &mut none) == Order::Possible;
            let inside = !intersection(&instants, &[(at_us, at_us)]).is_empty();
            prop_assert!(inside || !fits, "{value} fits at {at_us}, outside {instants:?}");
            let direct = zones::Zones::default().order(initial, &with).is_some();
            let distinct = ops.iter().filter(|op| op.effect == Effect::Writes(value)).count()
                + usize::from(initial == value) == 1;
            if direct && distinct {
                prop_assert!(fits || !inside, "{value} does not fit at {at_us}, inside {instants:?}");
            }
        }
    }

    #[test]
    fn a_write_fits_at_the_instants_of_its_window_and_at_no_others(
        initial in 0_u32..3,
        ops in prop::collection::vec(op(), 1..6),
    ) {
        let mut none = Arithmetic { expires: None };
        if truth(initial, &ops, &mut none) != Order::Possible {
            return Ok(());
        }
        let windows = Windows::new(initial, &ops, &mut none);
        for index in 0..ops.len() {
            if !(ops[index].must && matches!(ops[index].effect, Effect::Writes(_))) {
                continue;
            }
            let instants = windows.of_write(index);
            for at_us in -1_i64..22 {
                let mut with = ops.clone();
                let inside_call = ops[index].lo_us <= at_us && at_us <= ops[index].hi_us;
                (with[index].lo_us, with[index].hi_us) = (at_us, at_us);
                let fits = inside_call && truth(initial, &with, &mut none) == Order::Possible;
                let inside = !intersection(&instants, &[(at_us, at_us)]).is_empty();
                prop_assert!(inside || !fits, "fits at {at_us}, outside {instants:?}");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10_000, ..ProptestConfig::default() })]

    #[test]
    fn many_writes_that_need_not_have_happened_are_judged_as_by_trying_every_order(
        reads in prop::collection::vec((0_u32..7, 0_i64..12, 0_i64..4), 1..3),
        writes in prop::collection::vec((op_or_change(), 0_i64..12), 0..5),
    ) {
        let reads = reads.into_iter().map(|(value, lo_us, long_us)| {
            Op { lo_us, hi_us: lo_us + long_us, effect: Effect::Sees(value), must: true }
        });
        let writes = writes
            .into_iter()
            .map(|(effect, lo_us)| Op { lo_us, hi_us: OPEN, effect, must: false });
        let ops: Vec<Op> = reads.chain(writes).collect();
        let mut changes = Arithmetic { expires: None };
        let expected = truth(ABSENT, &ops, &mut changes);
        prop_assert_eq!(search::order(ABSENT, &ops, &mut changes, 1_000_000), expected);
    }

    #[test]
    fn what_begins_after_the_farthest_instant_does_not_matter(
        initial in 0_u32..3,
        ops in changing_ops(),
    ) {
        let mut changes = Arithmetic { expires: None };
        let searched = search::search(initial, &ops, &mut changes, 1_000_000);
        if searched.order != Order::Impossible {
            return Ok(());
        }
        let read = |op: &Op| matches!(op.effect, Effect::Sees(_) | Effect::Changes(1 | 3));
        let near = ops.iter().filter(|op| !read(op) || op.lo_us <= searched.farthest_us);
        let near: Vec<Op> = near.copied().collect();
        prop_assert_eq!(truth(initial, &near, &mut changes), Order::Impossible);
    }
}

#[test]
fn a_search_that_takes_too_many_steps_is_unknown_and_never_possible() {
    let at_once = |effect| Op {
        lo_us: 0,
        hi_us: 10,
        effect,
        must: true,
    };
    // Different sums in different orders: none is 99,999.
    let mut ops: Vec<Op> = (10..30)
        .map(|change| at_once(Effect::Changes(change)))
        .collect();
    ops.push(at_once(Effect::Sees(99_999)));
    let mut changes = Arithmetic { expires: None };
    assert_eq!(search::order(0, &ops, &mut changes, 500), Order::Unknown);
}

#[test]
fn hundreds_of_unanswered_writes_are_no_burden() {
    let mut ops = Vec::new();
    for at in 0..500_i64 {
        let lost = |effect| Op {
            lo_us: 10 * at,
            hi_us: OPEN,
            effect,
            must: false,
        };
        let value = 1_000 + 10 * at as ValueId;
        // Every fourth one took effect, and is counted on: the read shows it.
        ops.push(lost(Effect::Writes(value)));
        ops.push(lost(Effect::Changes(4)));
        if at % 4 == 0 {
            ops.push(Op {
                lo_us: 10 * at + 4,
                hi_us: 10 * at + 6,
                effect: Effect::Changes(4),
                must: true,
            });
            ops.push(Op {
                lo_us: 10 * at + 7,
                hi_us: 10 * at + 9,
                effect: Effect::Sees(value + 1),
                must: true,
            });
        }
    }
    let mut changes = Arithmetic { expires: None };
    assert_eq!(
        search::order(0, &ops, &mut changes, 1_000_000),
        Order::Possible
    );
}
