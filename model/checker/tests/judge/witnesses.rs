//! What a violation is told with.

use crate::script::{Script, item};

#[test]
fn a_witness_holds_nothing_that_can_be_left_out() {
    let mut script = Script::new();
    for at in 0..200 {
        script.put(at * 100, at * 100 + 10, "a", at);
        script.get(at * 100 + 20, at * 100 + 30, "a", Some(at));
    }
    script.backup(100_000, &[item("a", 3)]);
    let verdict = script.judge("dynamodb");
    assert_eq!(verdict.violations.len(), 1);
    let witness = &verdict.violations[0].witness;
    // The value shown, one that must have replaced it, and the artefact.
    assert_eq!(witness.facts.len(), 3, "{witness:#?}");
}

#[test]
fn violations_of_one_artefact_are_counted_beyond_the_first_few() {
    let mut script = Script::new();
    for at in 0..20 {
        script.put(at * 100, at * 100 + 10, &format!("k{at:02}"), at);
    }
    script.backup(100_000, &[]);
    let verdict = script.judge("dynamodb");
    assert_eq!(verdict.violations.len(), 3);
    assert_eq!(verdict.violations[2].also, 17);
}

#[test]
fn a_witness_reads_well() {
    let mut script = Script::new();
    script.put(1_000, 1_010, "a", 1);
    script.put(1_000, 1_010, "b", 1);
    script.backup(62_210, &[item("a", 1)]);
    let verdict = script.judge("dynamodb");
    let witness = &verdict.violations[0].witness;
    let words: Vec<&str> = witness.facts.iter().map(|it| it.words.as_str()).collect();
    insta::assert_snapshot!(format!("{}\n{}", witness.summary, words.join("\n")));
}
