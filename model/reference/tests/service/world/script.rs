//! A scenario written down: each call with its exact answer.
//!
//! What is drawn and means nothing (the ids of tables, the last eight digits of the ids of backups) is replaced by
//! numbers in the order of appearance, so that a scenario changes only where an answer does.

use std::collections::BTreeMap;

use serde_json::Value;

use super::World;

/// What was called and answered so far.
#[derive(Default)]
pub struct Script {
    text: String,
}

impl Script {
    /// Makes a call and writes it down; gives the body of the answer.
    pub fn call(&mut self, aws: &mut World, operation: &str, input: Value) -> Value {
        let (status, body) = aws.raw(operation, input.to_string().as_bytes());
        let value = serde_json::from_slice(&body).unwrap_or(Value::Null);
        self.text += &format!("{operation} {input}\n{status}\n{value:#}\n\n");
        value
    }

    /// The scenario.
    pub fn text(&self) -> String {
        let is_drawn = |c: char| c == '-' || c.is_ascii_hexdigit();
        let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
        let mut text = self.text.clone();
        for token in self.text.split(|c| !is_drawn(c)) {
            let next = numbers.len() + 1;
            match token.len() {
                36 => {
                    let number = *numbers.entry(token).or_insert(next);
                    text = text.replace(token, &format!("00000000-0000-4000-8000-{number:012}"));
                }
                // 14 digits of milliseconds, a dash, 8 digits: not drawn are those of SYSTEM backups.
                23 if !token.ends_with("-00000000") => {
                    let number = *numbers.entry(token).or_insert(next);
                    text = text.replace(token, &format!("{}{number:08}", &token[..15]));
                }
                _ => {}
            }
        }
        text
    }

    /// Says what happens between two calls.
    pub fn note(&mut self, text: &str) {
        self.text += &format!("--- {text}\n\n");
    }

    /// Makes a call that is refused, and writes it on three lines.
    pub fn refused(&mut self, aws: &mut World, operation: &str, input: Value) {
        let (status, body) = aws.raw(operation, input.to_string().as_bytes());
        assert!(status >= 400, "{operation} {input} was accepted");
        let body = String::from_utf8(body).unwrap();
        self.text += &format!("{operation} {input}\n{status} {body}\n\n");
    }
}
