//! Which entries may follow one another.

use lookback_checker::history::read;

use crate::of_lines;

const CALL: &str = r#"{"call":{"id":1,"at_us":20000000,"op":"GetItem","in":{}}}"#;

#[test]
fn blank_lines_are_let_pass() {
    let history = of_lines(&["", CALL, " \r", "", r#"{"end":{"at_us":20000001}}"#]).unwrap();
    assert_eq!(history.entries.len(), 2);
}

#[test]
fn lines_may_end_with_carriage_returns() {
    let text = "{\"history\":{\"version\":1}}\r\n{\"end\":{\"at_us\":1}}\r\n";
    assert_eq!(read(text.as_bytes()).unwrap().entries.len(), 1);
}

#[test]
fn the_last_line_needs_no_newline() {
    let history = read(b"{\"history\":{\"version\":1}}\n{\"end\":{\"at_us\":1}}").unwrap();
    assert_eq!((history.entries.len(), history.truncated), (1, None));
}

#[test]
fn unknown_members_are_ignored() {
    let line = r#"{"call":{"id":1,"at_us":2,"shard":{"of":["future"]},"op":"GetItem","in":{}}}"#;
    assert_eq!(of_lines(&[line]).unwrap().entries.len(), 1);
}

#[test]
fn a_line_may_be_ten_seconds_late() {
    let late = r#"{"fault":{"at_us":10000000,"kind":"reset"}}"#;
    assert!(of_lines(&[CALL, late]).is_ok());
    let later = r#"{"fault":{"at_us":9999999,"kind":"reset"}}"#;
    assert!(of_lines(&[CALL, later]).is_err());
}

#[test]
fn a_call_may_return_in_the_microsecond_in_which_it_was_made() {
    let returned = r#"{"return":{"id":1,"at_us":20000000,"out":{}}}"#;
    assert!(of_lines(&[CALL, returned]).is_ok());
}

#[test]
fn an_error_may_have_a_body() {
    let returned = r#"{"return":{"id":1,"at_us":20000000,"out":{"message":"no"},"error":"ValidationException"}}"#;
    assert!(of_lines(&[CALL, returned]).is_ok());
}

#[test]
fn ids_need_not_be_counted_up() {
    let call = |id: u64| format!(r#"{{"call":{{"id":{id},"at_us":1,"op":"GetItem","in":{{}}}}}}"#);
    let calls = [7, 5, 6, u64::MAX, 0].map(call);
    let lines: Vec<&str> = calls.iter().map(String::as_str).collect();
    assert_eq!(of_lines(&lines).unwrap().entries.len(), 5);
}
