//! What is said of a text that is no history.

use std::fmt::Write;

use insta::assert_snapshot;

use crate::refusal;

const HEADER: &str = "{\"history\":{\"version\":1}}\n";
const CALL: &str = r#"{"call":{"id":1,"at_us":20000000,"op":"GetItem","in":{}}}"#;

/// Each text with what is said of it.
fn told(header: &str, texts: &[&[&str]]) -> String {
    let mut all = String::new();
    for lines in texts {
        let text = format!("{header}{}\n", lines.join("\n"));
        for line in *lines {
            writeln!(all, "{line}").unwrap();
        }
        writeln!(all, "  {}\n", refusal(text.as_bytes())).unwrap();
    }
    all
}

#[test]
fn of_the_beginning() {
    let texts: [&[&str]; 12] = [
        &[""],
        &["", "{\"end\":{\"at_us\":7}}"],
        &["pk,n"],
        &["{\"Count\": 3, \"Items\": []}"],
        &["{\"Items\": []}"],
        &["{\"history\":{\"version\":2}}"],
        &["{\"history\":{\"version\":2,\"seed\":\"a text in the new format\"}}"],
        &["{\"history\":{\"version\":0}}"],
        &["{\"history\":{\"version\":-1}}"],
        &["{\"history\":{\"seed\":7}}"],
        &["{\"history\":{\"ver"],
        &[
            "{\"history\":{\"version\":1}}",
            "{\"history\":{\"version\":1}}",
        ],
    ];
    assert_snapshot!(told("", &texts));
    assert_snapshot!(
        "of_a_header_cut_without_a_newline",
        refusal(b"{\"history\":{\"ver")
    );
    assert_snapshot!("of_nothing", refusal(b""));
}

#[test]
fn of_a_line() {
    let texts: [&[&str]; 11] = [
        &[
            CALL,
            "{\"return\":{\"id\":1,\"at_us\":20000001,\"out\":{]}}",
            CALL,
        ],
        &["{\"return\":{\"id\":1,", "\"at_us\":20000001,\"out\":{}}}"],
        &["{\"end\":{\"at_us\":1}} {\"end\":{\"at_us\":1}}"],
        &["7"],
        &["[]"],
        &["{}"],
        &["{\"call\":{\"id\":1,\"at_us\":2,\"op\":\"GetItem\",\"in\":{}},\"return\":{}}"],
        &["{\"gossip\":{\"at_us\":1}}"],
        &["{\"call\":{\"id\":1,\"at_us\":2,\"op\":\"GetItem\"}}"],
        &["{\"call\":{\"id\":1,\"at_us\":2.5,\"op\":\"GetItem\",\"in\":{}}}"],
        &["{\"call\":{\"id\":-1,\"at_us\":2,\"op\":\"GetItem\",\"in\":{}}}"],
    ];
    assert_snapshot!(told(HEADER, &texts));
}

#[test]
fn of_what_does_not_go_together() {
    let returned = r#"{"return":{"id":1,"at_us":20000001,"out":{}}}"#;
    let artefact = r#"{"artefact":{"id":1,"kind":"export","table":"music","items":[]}}"#;
    let texts: [&[&str]; 18] = [
        &[returned],
        &[CALL, CALL],
        &[CALL, returned, returned],
        &[CALL, r#"{"return":{"id":1,"at_us":19999999,"out":{}}}"#],
        &[CALL, r#"{"return":{"id":1,"at_us":20000001}}"#],
        &[
            CALL,
            r#"{"return":{"id":1,"at_us":20000001,"out":{},"uncertain":"reset"}}"#,
        ],
        &[
            CALL,
            r#"{"return":{"id":1,"at_us":20000001,"error":"E","uncertain":"reset"}}"#,
        ],
        &[CALL, r#"{"fault":{"at_us":3,"kind":"reset"}}"#],
        &[
            CALL,
            r#"{"fault":{"at_us":20000001,"kind":"reset","call":2}}"#,
        ],
        &[r#"{"artefact":{"id":1,"kind":"export","table":"music","call":4,"items":[]}}"#],
        &[artefact, artefact],
        &[
            r#"{"artefact":{"id":1,"kind":"export","table":"music","anchor_us":9000000000000000000,"items":[]}}"#,
        ],
        &[r#"{"end":{"at_us":-9223372036854775808}}"#],
        &[r#"{"clock":{"at_us":1,"moved_us":-5}}"#],
        &[r#"{"clock":{"at_us":1,"moved_us":9000000000000000000}}"#],
        &[r#"{"estimate":{"at_us":1,"offset_us_min":5,"offset_us_max":4}}"#],
        &[r#"{"end":{"at_us":20000000}}"#, CALL],
        &[HEADER.trim_end()],
    ];
    assert_snapshot!(told(HEADER, &texts));
}
