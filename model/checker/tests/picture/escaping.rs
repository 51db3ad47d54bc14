//! Names come from users.

use lookback_checker::picture::{self, Glyphs, Meta};
use roxmltree::Document;

use crate::samples::lost_write;
use crate::wellformed::svg_of;

const NASTY: &str = "</svg><script>alert('x')</script>&\"\u{0}\u{1b}[2J\n\u{202e}\u{ffff}]]>";

#[test]
fn no_name_becomes_markup() {
    let mut violation = lost_write();
    violation.witness.summary = NASTY.into();
    violation.clauses = vec![NASTY.into()];
    for fact in &mut violation.witness.facts {
        (fact.lane, fact.what, fact.words) = (NASTY.into(), NASTY.into(), NASTY.into());
        fact.item = Some(NASTY.into());
    }
    let all = Some(NASTY.to_owned());
    let meta = Meta {
        title: NASTY.into(),
        target: all.clone(),
        contract: all.clone(),
        command: all.clone(),
        history: all,
    };
    let page = picture::html(&violation, &meta);
    assert!(!page.contains("<script"), "{page}");
    assert_eq!(page.matches("</svg>").count(), 1);
    Document::parse(svg_of(&page)).unwrap();
}

#[test]
fn a_terminal_gets_no_control_characters() {
    let mut violation = lost_write();
    violation.witness.facts[0].what = NASTY.into();
    violation.witness.facts[0].words = NASTY.into();
    let text = picture::text(&violation, 80, Glyphs::UNICODE);
    assert!(
        text.chars()
            .all(|letter| letter == '\n' || !letter.is_control()),
        "{text:?}"
    );
    assert!(text.contains(r"\u{1b}[2J\n\u{202e}"), "{text}");
}

#[test]
fn ascii_is_ascii() {
    let mut violation = lost_write();
    violation.witness.facts[0].item = Some("tr-ä 日本".into());
    violation.witness.facts[0].words = "tr-ä 日本".into();
    let text = picture::text(&violation, 80, Glyphs::ASCII);
    assert!(text.is_ascii(), "{text}");
    assert!(text.contains(r"tr-\u{e4} \u{65e5}\u{672c}"), "{text}");
}
