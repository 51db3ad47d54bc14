//! One step of a program, and how programs are drawn.

use proptest::prelude::*;

use crate::world::{DAY_US, HOUR_US, SECOND_US};

/// First time passes, then something is done. Both shrink, each by itself.
#[derive(Clone, Debug)]
pub struct Step {
    pub gap_us: i64,
    pub action: Action,
}

/// What a step does. Tables, backups and commits are numbers that are taken modulo what there is, so that any part
/// of a program is a program.
#[derive(Clone, Debug)]
pub enum Action {
    /// Only time passes.
    Nothing,
    Put {
        table: usize,
        key: u8,
        value: u8,
        /// So many seconds from now the item expires.
        expires_s: Option<i64>,
    },
    /// Sets one attribute, and makes the item when there is none.
    Update {
        table: usize,
        key: u8,
        value: u8,
    },
    Delete {
        table: usize,
        key: u8,
    },
    /// A put for each value, a deletion for each absence; `fails`: with a condition that does not hold.
    Transact {
        writes: Vec<(usize, u8, Option<u8>)>,
        fails: bool,
    },
    TimeToLive {
        table: usize,
        on: bool,
    },
    Recovery {
        table: usize,
        on: bool,
        days: Option<u8>,
    },
    Drop {
        table: usize,
    },
    Create {
        table: usize,
    },
    Restore {
        table: usize,
        when: When,
    },
    RestoreSystemBackup {
        backup: usize,
        into_original: bool,
    },
    Backup {
        table: usize,
    },
    RestoreBackup {
        backup: usize,
    },
}

/// To which time a restore goes.
#[derive(Clone, Debug)]
pub enum When {
    Latest,
    Earliest,
    /// So many 65,536ths into the window.
    Inside(u16),
    /// So many milliseconds after a commit.
    NearCommit {
        commit: usize,
        after_ms: i64,
    },
    /// So long before the window.
    TooEarly(i64),
    /// So long after the present.
    Future(i64),
}

/// From microseconds to weeks; the short ones first, because those are tried first when a program shrinks.
fn gap_us() -> impl Strategy<Value = i64> {
    prop_oneof![
        4 => 0_i64..50,
        4 => 0_i64..3_000,
        5 => 0_i64..2 * SECOND_US,
        5 => 0_i64..600 * SECOND_US,
        4 => 0_i64..3 * HOUR_US,
        2 => 0_i64..3 * DAY_US,
        1 => 0_i64..35 * DAY_US,
    ]
}

fn when() -> impl Strategy<Value = When> {
    prop_oneof![
        2 => Just(When::Latest),
        1 => Just(When::Earliest),
        5 => any::<u16>().prop_map(When::Inside),
        5 => (0..16_usize, -3_i64..4)
            .prop_map(|(commit, after_ms)| When::NearCommit { commit, after_ms }),
        1 => (1_000_i64..3 * DAY_US).prop_map(When::TooEarly),
        1 => (1_000_i64..3 * DAY_US).prop_map(When::Future),
    ]
}

fn expiry_s() -> impl Strategy<Value = Option<i64>> {
    prop_oneof![
        2 => Just(None),
        1 => (-100_i64..1_000).prop_map(Some),
        1 => (0_i64..3 * 86_400).prop_map(Some),
    ]
}

fn action() -> impl Strategy<Value = Action> {
    let (table, key, value) = (0..8_usize, 0..6_u8, any::<u8>());
    let write = (table.clone(), key.clone(), prop::option::of(any::<u8>()));
    prop_oneof![
        1 => Just(Action::Nothing),
        8 => (table.clone(), key.clone(), value, expiry_s()).prop_map(
            |(table, key, value, expires_s)| Action::Put { table, key, value, expires_s }),
        3 => (table.clone(), key.clone(), value)
            .prop_map(|(table, key, value)| Action::Update { table, key, value }),
        3 => (table.clone(), key).prop_map(|(table, key)| Action::Delete { table, key }),
        4 => (prop::collection::vec(write, 1..5), prop::bool::weighted(0.2))
            .prop_map(|(writes, fails)| Action::Transact { writes, fails }),
        2 => (table.clone(), prop::bool::weighted(0.8))
            .prop_map(|(table, on)| Action::TimeToLive { table, on }),
        4 => (table.clone(), prop::bool::weighted(0.85), prop::option::of(1_u8..36))
            .prop_map(|(table, on, days)| Action::Recovery { table, on, days }),
        1 => table.clone().prop_map(|table| Action::Drop { table }),
        2 => table.clone().prop_map(|table| Action::Create { table }),
        8 => (table, when()).prop_map(|(table, when)| Action::Restore { table, when }),
        1 => (0..8_usize, any::<bool>()).prop_map(|(backup, into_original)| {
            Action::RestoreSystemBackup { backup, into_original }
        }),
        3 => (0..8_usize).prop_map(|table| Action::Backup { table }),
        3 => (0..16_usize).prop_map(|backup| Action::RestoreBackup { backup }),
    ]
}

/// A program.
pub fn program() -> impl Strategy<Value = Vec<Step>> {
    let step = (gap_us(), action()).prop_map(|(gap_us, action)| Step { gap_us, action });
    prop::collection::vec(step, 1..80)
}
