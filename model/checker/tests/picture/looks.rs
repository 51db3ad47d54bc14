//! The three samples, drawn.

use lookback_checker::picture::{self, Glyphs, Meta};

use crate::samples::{lost_write, resurrected_item, torn_transaction};

fn meta() -> Meta {
    Meta {
        title: "Soak of a sample".into(),
        target: Some("sample 1.0".into()),
        contract: Some("dynamodb".into()),
        command: Some("lookback soak --endpoint http://127.0.0.1:8000 --seed 7".into()),
        history: Some("sample.jsonl".into()),
    }
}

#[test]
fn a_lost_write_on_a_terminal() {
    insta::assert_snapshot!(picture::text(&lost_write(), 110, Glyphs::UNICODE));
}

#[test]
fn a_lost_write_on_a_narrow_terminal_in_ascii() {
    insta::assert_snapshot!(picture::text(&lost_write(), 60, Glyphs::ASCII));
}

#[test]
fn a_torn_transaction_on_a_terminal() {
    insta::assert_snapshot!(picture::text(&torn_transaction(), 100, Glyphs::UNICODE));
}

#[test]
fn a_resurrected_item_on_a_wide_terminal() {
    insta::assert_snapshot!(picture::text(&resurrected_item(), 160, Glyphs::UNICODE));
}

#[test]
fn a_lost_write_as_a_page() {
    insta::assert_snapshot!(apart(&picture::html(&lost_write(), &meta())));
}

#[test]
fn a_torn_transaction_as_a_page() {
    insta::assert_snapshot!(apart(&picture::html(&torn_transaction(), &meta())));
}

#[test]
fn a_resurrected_item_as_a_page() {
    insta::assert_snapshot!(apart(&picture::html(&resurrected_item(), &meta())));
}

#[test]
fn what_is_not_known_of_the_run_is_left_out() {
    let page = picture::html(&lost_write(), &Meta::default());
    assert!(
        !page.contains("See it again") && !page.contains("<dl>"),
        "{page}"
    );
}

/// To be made anew: `cargo run -p lookback-checker --example picture lost-write svg > docs/lost-write.svg`.
#[test]
fn the_picture_in_the_documents_is_what_is_drawn_today() {
    let drawn = picture::svg(&lost_write());
    assert!(
        drawn == include_str!("../../../../docs/lost-write.svg"),
        "docs/lost-write.svg is stale"
    );
    assert!(drawn.len() < 30_000, "{} bytes", drawn.len());
}

/// One element a line, without the style sheets: a difference can be read.
fn apart(page: &str) -> String {
    let mut out = String::new();
    let mut rest = page;
    while let Some((before, after)) = rest.split_once("<style>") {
        out += before;
        rest = after.split_once("</style>").unwrap().1;
    }
    (out + rest).replace("><", ">\n<")
}
