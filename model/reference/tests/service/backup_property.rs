//! The law of backups: whatever happens before, between and after, a restore shows what was there at the cut.

use lookback_reference::{Choices, Settings};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use crate::program::{Run, Step, Tally, program};
use crate::world::START_US;

fn run(choices: Choices, program: &[Step]) -> Run {
    let settings = Settings {
        choices,
        ..Settings::default()
    };
    Run::new(settings, START_US).run(program)
}

proptest! {
    /// BACKUP-CREATE-017, SURVIVAL-001, -002, -005.
    #[test]
    fn every_restore_equals_the_copy_taken_at_the_request(program in program()) {
        run(Choices::exact(), &program);
    }

    #[test]
    fn it_does_so_at_the_pace_of_the_live_service(program in program()) {
        run(Choices::typical(), &program);
    }

    /// CONSISTENCY-001, -005.
    #[test]
    fn every_item_of_an_adversarial_restore_had_that_state_inside_its_band(
        program in program(),
        seed in any::<u64>(),
    ) {
        run(Choices::adversarial(seed), &program);
    }
}

/// The sum of what happens in some programs.
fn campaign(choices: impl Fn(u64) -> Choices) -> Tally {
    let mut runner = TestRunner::deterministic();
    let mut sum = Tally::default();
    for seed in 0..60 {
        let program = program().new_tree(&mut runner).unwrap().current();
        let tally = run(choices(seed), &program).tally;
        sum.writes += tally.writes;
        sum.backups += tally.backups;
        sum.restores += tally.restores;
        sum.restores_into_original += tally.restores_into_original;
        sum.restored_after_source_was_gone += tally.restored_after_source_was_gone;
        sum.backups_in_use += tally.backups_in_use;
        sum.deleted_backups += tally.deleted_backups;
        sum.items_other_than_at_request += tally.items_other_than_at_request;
    }
    sum
}

#[track_caller]
fn assert_busy(tally: Tally) {
    assert!(tally.writes > 500, "{tally:?}");
    assert!(tally.backups > 100 && tally.restores > 150, "{tally:?}");
    assert!(tally.restores_into_original > 5, "{tally:?}");
    assert!(tally.restored_after_source_was_gone > 10, "{tally:?}");
    assert!(
        tally.backups_in_use > 5 && tally.deleted_backups > 5,
        "{tally:?}"
    );
}

#[test]
fn the_programs_do_not_idle() {
    let tally = campaign(|_| Choices::exact());
    assert_busy(tally);
    assert_eq!(tally.items_other_than_at_request, 0);
}

#[test]
fn adversarial_programs_do_not_idle_and_their_bands_matter() {
    let tally = campaign(Choices::adversarial);
    assert_busy(tally);
    assert!(tally.items_other_than_at_request > 10, "{tally:?}");
}
