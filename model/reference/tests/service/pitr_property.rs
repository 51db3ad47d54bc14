//! The law of point-in-time recovery: a restore to an instant shows what a copy taken at that instant shows, whatever
//! happens before, between and after.

use lookback_reference::{Choices, Settings};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{RngAlgorithm, TestError, TestRng, TestRunner};

use crate::recovery_program::{Action, Run, Step, Tally, When, program};
use crate::world::{DAY_US, SECOND_US, START_US};

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

    /// Under *adversarial* each item of a backup is a version inside its band (CONSISTENCY-001, -005).
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
    assert!(tally.backups_restored > 50, "{tally:?}");
}

#[test]
fn the_programs_do_not_idle() {
    let tally = campaign(|_| Choices::exact());
    assert_busy(tally);
    assert_eq!(tally.backups_unlike_their_request, 0);
}

#[test]
fn adversarial_programs_do_not_idle() {
    let tally = campaign(Choices::adversarial);
    assert_busy(tally);
    assert!(tally.backups_unlike_their_request > 5, "{tally:?}");
}

/// Programs shrink, and so do the gaps between their steps: from a program that tells a restore from a copy of now to
/// one that does so with a few steps and as little time as it takes.
#[test]
fn operations_and_time_gaps_shrink() {
    let config = ProptestConfig {
        failure_persistence: None,
        max_shrink_iters: 1_000,
        ..ProptestConfig::default()
    };
    let mut runner =
        TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let copies_of_now = runner.run(&program(), |program| {
        let tally = run(Choices::exact(), &program).tally;
        prop_assert_eq!(tally.restores_to_another_state, 0);
        Ok(())
    });
    let Err(TestError::Fail(_, shrunk)) = copies_of_now else {
        panic!("no program told a restore from a copy of now: {copies_of_now:?}");
    };
    let gaps_us: i64 = shrunk.iter().map(|step| step.gap_us).sum();
    assert!(shrunk.len() <= 3, "{shrunk:?}");
    assert!(gaps_us <= SECOND_US, "{shrunk:?}");
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
