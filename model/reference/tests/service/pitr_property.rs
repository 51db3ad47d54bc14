//! The law of point-in-time recovery: a restore to an instant shows what a copy taken at that instant shows, whatever
//! happens before, between and after.

use lookback_reference::{Choices, Settings};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use crate::recovery_program::{Action, Run, Step, Tally, When, program};
use crate::world::{DAY_US, START_US};

fn run(choices: Choices, program: &[Step]) -> Run {
    let settings = Settings {
        choices,
        ..Settings::default()
    };
    Run::new(settings, START_US).run(program)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// PITR-CFG-014..019, PITR-RESTORE-004, -011, -022, SYSTEM-BACKUP-001, -004, -006, -007, ITEM-018.
    #[test]
    fn every_restore_equals_the_copy_taken_at_its_instant(program in program()) {
        run(Choices::exact(), &program);
    }

    #[test]
    fn it_does_so_at_the_pace_of_the_live_service(program in program()) {
        run(Choices::typical(), &program);
    }

    #[test]
    fn it_does_so_when_every_choice_is_the_worst_that_is_legal(
        program in program(),
        seed in any::<u64>(),
    ) {
        run(Choices::adversarial(seed), &program);
    }
}

/// The sum of what happens in some programs.
fn campaign(choices: impl Fn(u64) -> Choices) -> Tally {
    let mut runner = TestRunner::deterministic();
    (0..60).fold(Tally::default(), |sum, seed| {
        let program = program().new_tree(&mut runner).unwrap().current();
        sum.plus(run(choices(seed), &program).tally)
    })
}

#[track_caller]
fn assert_busy(tally: Tally) {
    assert!(tally.writes > 500 && tally.transactions > 30, "{tally:?}");
    assert!(tally.cancelled_transactions > 5, "{tally:?}");
    assert!(tally.expired_items > 20, "{tally:?}");
    assert!(tally.restores > 500, "{tally:?}");
    assert!(tally.restores_to_another_state > 100, "{tally:?}");
    assert!(tally.refused_times > 20, "{tally:?}");
    assert!(tally.restores_without_recovery > 5, "{tally:?}");
    assert!(tally.system_backups_listed > 20, "{tally:?}");
    assert!(tally.system_backups_restored > 3, "{tally:?}");
    assert!(tally.windows_that_slid > 5, "{tally:?}");
    assert!(tally.shortened_windows > 5, "{tally:?}");
}

#[test]
fn the_programs_do_not_idle() {
    assert_busy(campaign(|_| Choices::exact()));
}

#[test]
fn adversarial_programs_do_not_idle() {
    assert_busy(campaign(Choices::adversarial));
}

/// The smallest program that can tell a restore to an instant from a copy of now: programs and gaps shrink to
/// something like it.
#[test]
fn a_restore_to_before_a_write_does_not_show_it() {
    let put = |gap_us, value| Step {
        gap_us,
        action: Action::Put {
            table: 0,
            key: 0,
            value,
            expires_s: None,
        },
    };
    let restore = Step {
        gap_us: DAY_US,
        action: Action::Restore {
            table: 0,
            when: When::NearCommit {
                commit: 0,
                after_ms: -1,
            },
        },
    };
    let tally = run(Choices::exact(), &[put(0, 1), put(DAY_US, 2), restore]).tally;
    assert!(tally.restores_to_another_state > 0, "{tally:?}");
}
