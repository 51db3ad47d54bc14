//! What is wrong is told with its key.

use std::collections::BTreeMap;

use lookback_formats::laws::{
    Changes, Departure, Difference, ImageChange, ImportCounts, ImportDeparture, Table, composed,
    imported, later_full, restored,
};
use lookback_formats::manifest::View;

pub fn table(items: &[(&'static str, u8)]) -> Table<&'static str, u8> {
    items.iter().copied().collect()
}

pub fn changes(
    view: View,
    records: &[(&'static str, Option<u8>, Option<u8>)],
) -> Changes<&'static str, u8> {
    let records = records.iter();
    let records = records.map(|(key, old, new)| {
        let change = ImageChange {
            old: *old,
            new: *new,
        };
        (*key, change)
    });
    Changes {
        view,
        records: records.collect::<BTreeMap<_, _>>(),
    }
}

fn at(key: &'static str, departure: Departure<u8>) -> Difference<&'static str, u8> {
    Difference { key, departure }
}

#[test]
fn a_write_that_an_incremental_export_lost() {
    let earlier = table(&[("a", 1), ("b", 1), ("c", 1)]);
    let later = table(&[("a", 2), ("c", 1), ("d", 1)]);
    let lost = changes(View::NewAndOldImages, &[]);
    let expected = [
        at(
            "a",
            Departure::Differs {
                expected: 1,
                found: 2,
            },
        ),
        at("b", Departure::Missing { expected: 1 }),
        at("d", Departure::Unexpected { found: 1 }),
    ];
    assert_eq!(later_full(&earlier, &[lost], &later), expected);
    let whole = changes(
        View::NewImage,
        &[
            ("a", None, Some(2)),
            ("b", None, None),
            ("d", None, Some(1)),
        ],
    );
    assert_eq!(later_full(&earlier, &[whole], &later), []);
}

#[test]
fn an_old_image_that_was_never_there() {
    let earlier = table(&[("a", 1)]);
    let later = table(&[("a", 3)]);
    let first = changes(View::NewAndOldImages, &[("a", Some(1), Some(2))]);
    let second = changes(View::NewAndOldImages, &[("a", Some(9), Some(3))]);
    let departure = Departure::OldImage {
        change: 1,
        expected: Some(2),
        told: Some(9),
    };
    let told = later_full(&earlier, &[first.clone(), second.clone()], &later);
    assert_eq!(told, [at("a", departure.clone())]);
    let whole = changes(View::NewAndOldImages, &[("a", Some(1), Some(3))]);
    assert_eq!(composed(&first, &second, &whole), [at("a", departure)]);
}

#[test]
fn records_with_equal_images_do_not_count() {
    let view = View::NewAndOldImages;
    let there = changes(view, &[("a", Some(1), Some(2))]);
    let back = changes(view, &[("a", Some(2), Some(1))]);
    let nothing = changes(view, &[]);
    let rewritten = changes(view, &[("a", Some(1), Some(1))]);
    assert_eq!(composed(&there, &back, &nothing), []);
    assert_eq!(composed(&there, &back, &rewritten), []);
    assert_eq!(composed(&rewritten, &nothing, &nothing), []);
}

#[test]
fn a_whole_that_says_something_else_than_its_parts() {
    let view = View::NewAndOldImages;
    let first = changes(view, &[("a", Some(1), Some(2))]);
    let second = changes(view, &[("a", Some(2), None)]);
    let whole = changes(view, &[("a", Some(1), Some(2))]);
    let unexpected = at("a", Departure::Unexpected { found: 2 });
    assert_eq!(composed(&first, &second, &whole), [unexpected]);
    let new = View::NewImage;
    let second = changes(new, &[("a", None, Some(3))]);
    let whole = changes(new, &[("a", None, Some(2))]);
    let differs = at(
        "a",
        Departure::Differs {
            expected: 3,
            found: 2,
        },
    );
    assert_eq!(composed(&first, &second, &whole), [differs]);
}

#[test]
fn without_old_images_a_missing_record_contradicts_nothing() {
    let new = View::NewImage;
    let put = changes(new, &[("a", None, Some(1))]);
    let deleted = changes(new, &[("a", None, None)]);
    assert_eq!(composed(&put, &deleted, &changes(new, &[])), []);
}

#[test]
fn an_item_that_a_restore_lost() {
    let exported = table(&[("a", 1), ("b", 1)]);
    let missing = at("b", Departure::Missing { expected: 1 });
    assert_eq!(restored(&exported, &table(&[("a", 1)])), [missing]);
}

#[test]
fn counts_that_do_not_add_up() {
    let exported = table(&[("a", 1), ("b", 1)]);
    let good = ImportCounts {
        exported: 2,
        processed: 2,
        imported: 2,
        errors: 0,
    };
    assert_eq!(imported(&exported, &exported, good), []);
    let told = |counts: ImportCounts| -> Vec<&'static str> {
        let departures = imported(&exported, &exported, counts).into_iter();
        let what = departures.map(|departure| match departure {
            ImportDeparture::Count { what, .. } => what,
            ImportDeparture::Item(_) => panic!("the items are the same"),
        });
        what.collect()
    };
    let processed = "ProcessedItemCount, and ItemCount of the export";
    let outcomes = "ProcessedItemCount, and ImportedItemCount with ErrorCount";
    assert_eq!(
        told(ImportCounts {
            processed: 3,
            ..good
        }),
        [processed, outcomes]
    );
    assert_eq!(
        told(ImportCounts {
            imported: 1,
            ..good
        }),
        [outcomes]
    );
    let failed = ImportCounts {
        imported: 1,
        errors: 1,
        ..good
    };
    assert_eq!(told(failed), ["ErrorCount"]);
    let items = "ItemCount of the export, and its items";
    assert_eq!(
        told(ImportCounts {
            exported: 3,
            ..good
        }),
        [items, processed]
    );
}
