//! Whatever a witness holds, there is a picture of it.

use lookback_checker::contract::Grade;
use lookback_checker::picture::{self, Glyphs, Meta};
use lookback_checker::verdict::{Fact, Role, Rule, Source, Violation, Witness};
use proptest::collection::vec;
use proptest::prelude::*;
use roxmltree::Document;

use crate::wellformed::svg_of;

fn time() -> impl Strategy<Value = i64> {
    prop_oneof![
        any::<i64>(),
        Just(i64::MIN),
        Just(i64::MAX),
        -5_000..5_000_i64,
        1_767_268_800_000_000..1_767_268_930_000_000_i64,
    ]
}

fn span() -> impl Strategy<Value = (i64, i64)> {
    (time(), time())
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        vec(any::<char>(), 0..30).prop_map(String::from_iter),
        "(client|export) [0-2]",
        "[<>&\"' a]{0,200}"
    ]
}

fn role() -> impl Strategy<Value = Role> {
    use Role::{ArtefactRead, ClockMove, Fault, Read, UncertainWrite, Write};
    proptest::sample::select(vec![
        Write,
        UncertainWrite,
        Read,
        ArtefactRead,
        Fault,
        ClockMove,
    ])
}

prop_compose! {
    fn fact()(
        role in role(),
        lane in name(),
        item in proptest::option::of(prop_oneof![Just("a".to_owned()), name()]),
        what in name(),
        shown_us in span(),
        allowed_us in vec(span(), 0..4),
        anchor_us in proptest::option::of(time()),
        words in name(),
    ) -> Fact {
        Fact { role, source: Source::Other, lane, item, what, shown_us, allowed_us, anchor_us, words }
    }
}

prop_compose! {
    fn violation()(
        rule in proptest::sample::select(vec![
            Rule::ItemOrder, Rule::AnchorInCall, Rule::CommonCut, Rule::ReadInstant, Rule::LogPosition,
        ]),
        clauses in vec(name(), 0..3),
        also in 0..3_u64,
        summary in name(),
        facts in vec(fact(), 0..12),
        context in vec(fact(), 0..30),
    ) -> Violation {
        Violation { rule, grade: Grade::Inference, clauses, also, witness: Witness { summary, facts, context } }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_witness_makes_a_well_formed_page(violation in violation(), title in name()) {
        let page = picture::html(&violation, &Meta { title, ..Meta::default() });
        prop_assert!(Document::parse(svg_of(&page)).is_ok());
        let svg = picture::svg(&violation);
        let document = Document::parse(&svg);
        prop_assert!(document.is_ok(), "{:?}", document.err());
        prop_assert!(!svg.contains("NaN") && !svg.contains("=\"inf"));
    }

    #[test]
    fn any_witness_makes_a_text_without_control_characters(violation in violation(), columns in 0..250_usize) {
        for glyphs in [Glyphs::UNICODE, Glyphs::ASCII] {
            let text = picture::text(&violation, columns, glyphs);
            prop_assert!(text.chars().all(|letter| letter == '\n' || !letter.is_control()));
        }
    }

    #[test]
    fn no_line_is_wider_than_the_terminal(violation in violation(), columns in 60..200_usize) {
        let text = picture::text(&violation, columns, Glyphs::ASCII);
        let widest = text.lines().map(str::len).max().unwrap_or_default();
        prop_assert!(widest <= columns, "{widest} > {columns}\n{text}");
    }

    #[test]
    fn each_fact_is_told(violation in violation()) {
        let text = picture::text(&violation, 120, Glyphs::ASCII);
        for number in 1..=violation.witness.facts.len() {
            let told = text.lines().any(|line| line.trim_start().split(' ').next() == Some(&number.to_string()));
            prop_assert!(told, "{number} in\n{text}");
        }
    }
}
