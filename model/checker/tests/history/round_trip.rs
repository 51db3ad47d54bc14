use lookback_checker::history::{
    End, Entry, Header, History, VERSION, append_line, read, to_lines,
};
use proptest::prelude::*;
use serde_json::value::RawValue;

use crate::{GOLDEN, any};

#[test]
fn every_kind_of_entry_is_written_as_it_was_read() {
    let history = read(GOLDEN).unwrap();
    assert_eq!(history.truncated, None);
    let kinds: Vec<_> = history.entries.iter().map(Entry::kind).collect();
    for kind in [
        "table", "call", "return", "artefact", "fault", "clock", "estimate", "end",
    ] {
        assert!(kinds.contains(&kind), "{kind}");
    }
    assert_eq!(
        String::from_utf8(to_lines(&history)).unwrap(),
        String::from_utf8(GOLDEN.to_vec()).unwrap()
    );
}

#[test]
fn newlines_between_the_tokens_of_a_body_are_left_out() {
    let text = "{\n  \"TableName\": \"a\\nb\",\r\n  \"Limit\": 1\n}";
    let mut history = read(GOLDEN).unwrap();
    for entry in &mut history.entries {
        if let Entry::Call(call) = entry {
            call.input = RawValue::from_string(text.to_owned()).unwrap();
        }
    }
    let lines = to_lines(&history);
    let again = read(&lines).unwrap();
    let Some(Entry::Call(call)) = again.entries.iter().find(|entry| entry.kind() == "call") else {
        panic!("there is a call");
    };
    assert_eq!(
        call.input.get(),
        "{  \"TableName\": \"a\\nb\",  \"Limit\": 1}"
    );
    assert_eq!(to_lines(&again), lines);
}

#[test]
fn a_header_is_written_with_the_current_version() {
    let mut line = Vec::new();
    append_line(&Entry::History(Header::default()), &mut line);
    assert_eq!(
        line,
        format!("{{\"history\":{{\"version\":{VERSION}}}}}\n").into_bytes()
    );
    assert!(read(&to_lines(&History::default())).is_ok());
}

#[test]
fn a_line_is_appended_to_what_is_there() {
    let mut lines = b"before\n".to_vec();
    append_line(&Entry::End(End { at_us: 7 }), &mut lines);
    assert_eq!(lines, b"before\n{\"end\":{\"at_us\":7}}\n");
}

proptest! {
    #[test]
    fn any_history_comes_back(history in any::history()) {
        let lines = to_lines(&history);
        let again = read(&lines).map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert_eq!(&again.header, &history.header);
        prop_assert_eq!(again.entries.len(), history.entries.len());
        prop_assert_eq!(again.truncated, None);
        prop_assert_eq!(
            format!("{:?}", again.entries),
            format!("{:?}", history.entries)
        );
        prop_assert_eq!(to_lines(&again), lines);
    }
}
