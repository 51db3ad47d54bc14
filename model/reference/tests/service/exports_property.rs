//! The laws of exports, over random programs: they need no oracle (EXPORT-INCR-024).

use lookback_formats::laws::{
    Changes, ImageChange, composed, composed_effect, later_full, quiet_backup, restored,
};
use lookback_formats::manifest::View;
use lookback_reference::Choices;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::world::{Exported, SECOND_US, World, export_at, period};

const TABLE: &str = "music";

/// One step: a key, what to do with it, and how long to wait before, in seconds. Values 0 and 1 delete.
type Step = (u8, u8, i64);

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let gap_s = prop_oneof![2 => Just(0_i64), 3 => 1..300_i64, 1 => 300..2_000_i64];
    prop::collection::vec((0_u8..6, 0_u8..6, gap_s), 1..60)
}

/// A table that was written to, and three instants of its window with a quarter of an hour between them at least, and
/// less than a day.
struct Written {
    aws: World,
    instants_us: [i64; 3],
}

fn write(choices: Choices, steps: &[Step], starts: (u16, u16)) -> Written {
    let mut aws = World::served(choices);
    aws.recoverable_table(TABLE);
    let start_us = aws.window_us(TABLE).0;
    let mut commits_us = Vec::new();
    for (key, value, gap_s) in steps {
        aws.advance_s(*gap_s);
        let pk = format!("k{key}");
        if *value < 2 {
            aws.delete(TABLE, json!({"pk": pk}));
        } else {
            aws.put(TABLE, json!({"pk": pk, "v": value}));
        }
        commits_us.push(aws.now_us);
    }
    let end_us = aws.now_us.max(start_us + 3 * 900 * SECOND_US);
    // An instant between here and there. Of a commit at exactly that instant, a full export has it and an incremental
    // export that ends there has not: so it is none of a commit.
    let between = |from_us: i64, to_us: i64, part: u16| {
        let length_ms = (to_us - from_us) / 1_000 * i64::from(part) / i64::from(u16::MAX);
        let mut us = from_us + length_ms * 1_000;
        while commits_us.contains(&us) {
            us += 1_000;
        }
        us
    };
    let quarter_us = 900 * SECOND_US;
    let a = between(start_us, end_us - 2 * quarter_us, starts.0);
    let last_b_us = (end_us - quarter_us).min(a + 40_000 * SECOND_US);
    let b = between(a + quarter_us, last_b_us.max(a + quarter_us), starts.1);
    let c = between(b + quarter_us, b + quarter_us, 0);
    aws.now_us = end_us.max(c) + 2_000 * SECOND_US;
    Written {
        aws,
        instants_us: [a, b, c],
    }
}

/// What an incremental export says of each key.
fn changes(exported: &Exported, view: View) -> Changes<String, Value> {
    let records = exported.changes().into_iter();
    let records = records.map(|(pk, change)| {
        let image = |name: &str| change.get(name).cloned();
        let images = ImageChange {
            old: image("old"),
            new: image("new"),
        };
        (pk, images)
    });
    Changes {
        view,
        records: records.collect(),
    }
}

fn new_images(from_us: i64, to_us: i64) -> Value {
    let mut members = period(from_us, to_us);
    members["IncrementalExportSpecification"]["ExportViewType"] = json!("NEW_IMAGE");
    members
}

fn full_and_incremental_are_the_later_full(written: Written) {
    let Written {
        mut aws,
        instants_us: [a, b, _],
    } = written;
    let earlier = aws.exported(TABLE, export_at(a)).items();
    let later = aws.exported(TABLE, export_at(b)).items();
    for (members, view) in [
        (period(a, b), View::NewAndOldImages),
        (new_images(a, b), View::NewImage),
    ] {
        let exported = aws.exported(TABLE, members);
        let changes = changes(&exported, view);
        assert_eq!(later_full(&earlier, &[changes], &later), []);
        for (pk, change) in &exported.changes() {
            let us = change["us"].as_i64().unwrap();
            assert!((a..b).contains(&us), "{pk}: {us}");
        }
    }
}

fn a_restore_is_the_full_export_of_its_instant(written: Written) {
    let Written {
        mut aws,
        instants_us,
    } = written;
    for (number, us) in instants_us.into_iter().enumerate() {
        let exported = aws.exported(TABLE, export_at(us)).items();
        let target = format!("restored-{number}");
        aws.restore_to(TABLE, &target, us);
        assert_eq!(restored(&exported, &aws.items(&target)), []);
    }
}

fn incremental_exports_compose(written: Written) {
    let Written {
        mut aws,
        instants_us: [a, b, c],
    } = written;
    let periods = [(a, b), (b, c), (a, c)];
    let [first, second, whole] = periods.map(|(from_us, to_us)| {
        let exported = aws.exported(TABLE, period(from_us, to_us));
        changes(&exported, View::NewAndOldImages)
    });
    assert_eq!(composed(&first, &second, &whole), []);
    // With new images alone: the same effect on a table.
    let table = aws.exported(TABLE, export_at(a)).items();
    let [first, second, whole] = periods.map(|(from_us, to_us)| {
        let exported = aws.exported(TABLE, new_images(from_us, to_us));
        changes(&exported, View::NewImage)
    });
    assert_eq!(composed_effect(&table, &first, &second, &whole), []);
}

/// A backup about which nobody writes, restored, is what a restore to any instant of its band shows.
fn a_quiet_backup_is_a_restore_to_its_band(written: Written, part: u8) {
    const BAND_US: i64 = 60 * SECOND_US;
    let Written { mut aws, .. } = written;
    aws.now_us += BAND_US;
    let created_us = aws.now_us;
    let arn = aws.backup(TABLE);
    aws.now_us = aws.now_us.max(created_us + BAND_US) + 2_000 * SECOND_US;
    aws.restore(&arn, "from-backup");
    let offset_us = 2 * BAND_US / i64::from(u8::MAX) * i64::from(part) - BAND_US;
    let instant_us = (created_us + offset_us) / SECOND_US * SECOND_US;
    aws.restore_to(TABLE, "from-instant", instant_us);
    let backup = aws.items("from-backup");
    assert_eq!(quiet_backup(&backup, &aws.items("from-instant")), []);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn full_and_incremental_give_the_later_full(
        steps in steps(),
        starts in any::<(u16, u16)>(),
        seed in any::<u64>(),
    ) {
        full_and_incremental_are_the_later_full(write(Choices::exact(), &steps, starts));
        full_and_incremental_are_the_later_full(write(Choices::adversarial(seed), &steps, starts));
    }

    #[test]
    fn a_restore_shows_what_the_full_export_of_its_instant_holds(
        steps in steps(),
        starts in any::<(u16, u16)>(),
        seed in any::<u64>(),
    ) {
        a_restore_is_the_full_export_of_its_instant(write(Choices::exact(), &steps, starts));
        a_restore_is_the_full_export_of_its_instant(write(Choices::adversarial(seed), &steps, starts));
    }

    #[test]
    fn two_periods_one_after_the_other_compose(
        steps in steps(),
        starts in any::<(u16, u16)>(),
        seed in any::<u64>(),
    ) {
        incremental_exports_compose(write(Choices::exact(), &steps, starts));
        incremental_exports_compose(write(Choices::adversarial(seed), &steps, starts));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_backup_in_quiet_times_is_a_restore_to_any_of_them(
        steps in steps(),
        part: u8,
        seed in any::<u64>(),
    ) {
        let starts = (0, 0);
        a_quiet_backup_is_a_restore_to_its_band(write(Choices::exact(), &steps, starts), part);
        let adversarial = write(Choices::adversarial(seed), &steps, starts);
        a_quiet_backup_is_a_restore_to_its_band(adversarial, part);
    }
}

/// The programs are such that the laws say something.
#[test]
fn the_periods_are_not_quiet() {
    let steps: Vec<Step> = (0..40).map(|n| (n % 6, n % 5, 100)).collect();
    let Written {
        mut aws,
        instants_us: [a, b, c],
    } = write(Choices::exact(), &steps, (20_000, 20_000));
    assert!(!aws.exported(TABLE, export_at(a)).records.is_empty());
    for (from_us, to_us) in [(a, b), (b, c)] {
        let changes = aws.exported(TABLE, period(from_us, to_us)).changes();
        assert!(changes.len() > 3, "{changes:?}");
        assert!(changes.values().any(|change| change.get("new").is_none()));
    }
}
