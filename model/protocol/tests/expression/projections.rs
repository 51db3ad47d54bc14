use lookback_protocol::expression::Projection;
use lookback_protocol::value::Item;

use crate::{item, list, map, n, refusal, request, s, sample};

fn project(text: &str) -> Item {
    let request = request();
    Projection::parse(text, &mut request.placeholders())
        .unwrap()
        .project(&sample())
}

#[test]
fn top_level_attributes_are_kept_whole() {
    assert_eq!(
        project("pk, #num"),
        item(&[("pk", s("p")), ("num", n("10"))])
    );
    assert_eq!(
        project("letters"),
        item(&[("letters", list(&[s("a"), s("b"), n("3")]))])
    );
}

#[test]
fn nested_values_keep_the_structure_above_them() {
    let kept = item(&[("info", map(&[("deep", map(&[("x", n("1"))]))]))]);
    assert_eq!(project("info.deep.x"), kept);
    let both = item(&[(
        "info",
        map(&[
            ("arr", list(&[map(&[("v", n("2"))])])),
            ("deep", map(&[("x", n("1"))])),
        ]),
    )]);
    assert_eq!(project("info.arr[1].v, info.deep"), both);
}

#[test]
fn kept_list_elements_close_the_gaps_in_the_order_of_the_list() {
    assert_eq!(
        project("letters[2], letters[0]"),
        item(&[("letters", list(&[s("a"), n("3")]))])
    );
}

#[test]
fn a_path_that_leads_nowhere_leaves_nothing() {
    for text in [
        "nowhere",
        "num.a",
        "num[0]",
        "info.nowhere",
        "letters[9]",
        "letters.a",
        "info.deep.x.y",
    ] {
        assert_eq!(project(text), item(&[]), "{text}");
    }
}

#[test]
fn refusals_have_the_texts_of_the_service() {
    let request = request();
    let texts: String = [
        "",
        "a b",
        "a,",
        "status",
        "#undefined",
        "a, a",
        "a.b, a",
        "a.b, a[0]",
        "!!!",
        ":one",
        "a(b)",
    ]
    .iter()
    .map(|text| {
        format!(
            "{text}\n  {}\n",
            refusal(Projection::parse(text, &mut request.placeholders()))
        )
    })
    .collect();
    insta::assert_snapshot!(texts);
}
