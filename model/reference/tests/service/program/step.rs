//! One step of a program, and how programs are drawn.

use proptest::prelude::*;

use crate::world::{DAY_US, HOUR_US, SECOND_US};

/// What a step does. Tables, backups and keys are numbers that are taken modulo what there is, so that any
/// part of a program is a program: that is what makes it shrink.
#[derive(Clone, Debug)]
pub enum Step {
    Put {
        table: usize,
        key: u8,
        value: u8,
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
    /// A put for each value, a deletion for each absence.
    Batch {
        table: usize,
        writes: Vec<(u8, Option<u8>)>,
    },
    Backup {
        table: usize,
    },
    DeleteBackup {
        backup: usize,
    },
    DropTable {
        table: usize,
    },
    CreateTable {
        table: usize,
    },
    Restore {
        backup: usize,
        into_original: bool,
    },
    /// Deletes the table of a backup, waits until it is gone, and restores it under its own name.
    Rebirth {
        backup: usize,
    },
    Wait(Wait),
}

/// How the clock moves.
#[derive(Clone, Debug)]
pub enum Wait {
    Microseconds(i64),
    /// To the next instant at which something changes by itself, or just before it.
    Due {
        early_us: i64,
    },
}

fn wait() -> impl Strategy<Value = Wait> {
    prop_oneof![
        2 => (0_i64..2_000).prop_map(Wait::Microseconds),
        2 => (0_i64..2 * SECOND_US).prop_map(Wait::Microseconds),
        4 => (0_i64..70 * SECOND_US).prop_map(Wait::Microseconds),
        1 => (0_i64..2 * HOUR_US).prop_map(Wait::Microseconds),
        1 => (0_i64..30 * DAY_US).prop_map(Wait::Microseconds),
        6 => (0_i64..2).prop_map(|early_us| Wait::Due { early_us }),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let (table, backup, key, value) = (0..8_usize, 0..8_usize, 0..6_u8, any::<u8>());
    let writes = prop::collection::btree_map(key.clone(), prop::option::of(any::<u8>()), 1..5)
        .prop_map(|writes| writes.into_iter().collect::<Vec<_>>());
    prop_oneof![
        8 => (table.clone(), key.clone(), value)
            .prop_map(|(table, key, value)| Step::Put { table, key, value }),
        4 => (table.clone(), key.clone(), value)
            .prop_map(|(table, key, value)| Step::Update { table, key, value }),
        3 => (table.clone(), key).prop_map(|(table, key)| Step::Delete { table, key }),
        2 => (table.clone(), writes).prop_map(|(table, writes)| Step::Batch { table, writes }),
        4 => table.clone().prop_map(|table| Step::Backup { table }),
        1 => backup.clone().prop_map(|backup| Step::DeleteBackup { backup }),
        1 => table.clone().prop_map(|table| Step::DropTable { table }),
        1 => table.prop_map(|table| Step::CreateTable { table }),
        4 => (backup, any::<bool>())
            .prop_map(|(backup, into_original)| Step::Restore { backup, into_original }),
        1 => (0..8_usize).prop_map(|backup| Step::Rebirth { backup }),
        10 => wait().prop_map(Step::Wait),
    ]
}

/// A program.
pub fn program() -> impl Strategy<Value = Vec<Step>> {
    prop::collection::vec(step(), 1..80)
}
