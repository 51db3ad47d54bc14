//! Texts of a case as words of a shell.

use std::collections::BTreeSet;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::bind::text::{Piece, pieces};

/// The longest repeated text that is written out, in characters.
const WRITTEN_OUT: usize = 80;
/// Stands around a number that takes the place of a whole string.
const BARE: char = '\u{1}';

/// Which bindings are numbers: as the whole of a string they lose its quotes.
#[derive(Clone, Debug, Default)]
pub struct Names {
    numbers: BTreeSet<String>,
}

impl Names {
    /// This binding is a number.
    pub fn number(&mut self, name: &str) {
        self.numbers.insert(name.to_owned());
    }

    fn is_number(&self, name: &str) -> bool {
        name == "now" || self.numbers.contains(name)
    }
}

/// A text as one word of a shell.
pub fn quote(text: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_./:=,@%+".contains(letter);
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// The shell variable of a binding.
pub fn variable(name: &str) -> String {
    if name == "case" {
        return "case_".to_owned();
    }
    name.chars()
        .map(|letter| {
            if letter.is_ascii_alphanumeric() {
                letter
            } else {
                '_'
            }
        })
        .collect()
}

/// A JSON value as one word, its bindings as variables: `'{"TableName":"'"$music"'"}'`.
pub fn json_word(value: &Value, names: &Names) -> String {
    let marked = bare(value, names).to_string();
    let open = format!("\"{}", escaped(BARE));
    let close = format!("{}\"", escaped(BARE));
    text_word(&marked.replace(&open, "").replace(&close, ""))
}

fn escaped(letter: char) -> String {
    format!("\\u{:04x}", u32::from(letter))
}

/// The value with a mark around each string that is nothing but the name of a number.
fn bare(value: &Value, names: &Names) -> Value {
    match value {
        Value::String(text) => match pieces(text).as_slice() {
            [Piece::Name(name)] if names.is_number(name) => {
                Value::String(format!("{BARE}{text}{BARE}"))
            }
            _ => value.clone(),
        },
        Value::Array(values) => {
            Value::Array(values.iter().map(|value| bare(value, names)).collect())
        }
        Value::Object(members) => Value::Object(
            members
                .iter()
                .map(|(name, value)| (name.clone(), bare(value, names)))
                .collect(),
        ),
        other => other.clone(),
    }
}

/// A text as one word, its bindings as variables.
pub fn text_word(text: &str) -> String {
    let mut word = String::from("'");
    for piece in pieces(text) {
        match piece {
            Piece::Text(text) => word.push_str(&text.replace('\'', r"'\''")),
            Piece::Name(name) => match written_out(name) {
                Some(text) => word.push_str(&text.replace('\'', r"'\''")),
                None => word.push_str(&format!("'\"{}\"'", expansion(name))),
            },
        }
    }
    word.push('\'');
    // A binding at either end leaves an empty pair of quotes behind.
    if word.starts_with("''\"") {
        word.drain(..2);
    }
    if word.ends_with("\"''") {
        word.truncate(word.len() - 2);
    }
    word
}

fn written_out(name: &str) -> Option<String> {
    if let Some(text) = name.strip_prefix("base64:") {
        return Some(STANDARD.encode(text));
    }
    let (text, count) = repeated(name)?;
    (text.len() * count <= WRITTEN_OUT).then(|| text.repeat(count))
}

fn repeated(name: &str) -> Option<(&str, usize)> {
    let (text, count) = name.strip_prefix("repeat:")?.rsplit_once(':')?;
    Some((text, count.parse().ok()?))
}

fn expansion(name: &str) -> String {
    match repeated(name) {
        Some((text, count)) => format!("$(printf '{text}%.0s' $(seq {count}))"),
        None if name == "now" => "$(now)".to_owned(),
        None => format!("${{{}}}", variable(name)),
    }
}
