//! The SVG is well-formed XML, complete in itself, and says what it shows to those who do not see it.

use lookback_checker::Violation;
use lookback_checker::picture::{self, Meta};
use roxmltree::{Document, Node};

use crate::samples::{lost_write, resurrected_item, torn_transaction};

fn samples() -> [Violation; 3] {
    [lost_write(), torn_transaction(), resurrected_item()]
}

/// The SVG inside of a page.
pub fn svg_of(page: &str) -> &str {
    let from = page.find("<svg").unwrap();
    let to = page.rfind("</svg>").unwrap() + "</svg>".len();
    &page[from..to]
}

pub fn text_of(node: Node<'_, '_>) -> String {
    node.descendants()
        .filter(Node::is_text)
        .filter_map(|node| node.text())
        .collect()
}

#[test]
fn each_sample_is_well_formed() {
    for sample in samples() {
        Document::parse(&picture::svg(&sample)).unwrap();
        Document::parse(svg_of(&picture::html(&sample, &Meta::default()))).unwrap();
    }
}

#[test]
fn the_page_needs_no_network_and_no_script() {
    for sample in samples() {
        let page =
            picture::html(&sample, &Meta::default()).replace("http://www.w3.org/2000/svg", "");
        for needle in [
            "http:",
            "https:",
            "//",
            "<script",
            "<link",
            "@import",
            "@font-face",
            "src=",
        ] {
            assert!(!page.contains(needle), "{needle} in {page}");
        }
    }
}

#[test]
fn title_and_description_tell_the_witness() {
    let sample = lost_write();
    let svg = picture::svg(&sample);
    let document = Document::parse(&svg).unwrap();
    let root = document.root_element();
    let by_id = |id: &str| {
        root.children()
            .find(|node| node.attribute("id") == Some(id))
            .unwrap()
    };
    assert_eq!(root.attribute("role"), Some("img"));
    assert_eq!(
        root.attribute("aria-labelledby"),
        Some("lookback-title lookback-desc")
    );
    assert_eq!(text_of(by_id("lookback-title")), sample.witness.summary);
    let described = text_of(by_id("lookback-desc"));
    assert!(
        sample
            .witness
            .facts
            .iter()
            .all(|fact| described.contains(&fact.words)),
        "{described}"
    );
}

#[test]
fn the_contradiction_is_measured_where_it_is_a_length_of_time() {
    assert!(picture::svg(&lost_write()).contains("acknowledged 61.2 s before the anchor"));
    assert!(picture::svg(&resurrected_item()).contains("acknowledged 75 s before the anchor"));
}

#[test]
fn items_that_share_no_cut_are_told_so() {
    assert!(picture::svg(&torn_transaction()).contains("no instant is allowed to all of them"));
}

#[test]
fn numbers_mark_the_contradiction_by_more_than_colour() {
    let svg = picture::svg(&lost_write());
    let document = Document::parse(&svg).unwrap();
    let numbers = |class: &str| {
        let texts = document
            .descendants()
            .filter(|node| node.has_tag_name(("http://www.w3.org/2000/svg", "text")));
        let marked = texts.filter(|node| node.attribute("class") == Some(class));
        marked.map(text_of).collect::<Vec<_>>()
    };
    assert_eq!(numbers("number culprit"), ["1", "4"]);
    assert_eq!(numbers("number plain"), ["2", "3"]);
}
