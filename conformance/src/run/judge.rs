//! Whether an answer is what was expected.

use regex::Regex;
use serde_json::Value;

use super::answer::Answer;
use crate::bind::{BindError, Bindings};
use crate::case::expectation::CrcMode;
use crate::case::{Crc, Expectation, OneOrMany, Quantity};
use crate::pattern::{self, Difference};

/// An expectation with every name replaced.
///
/// # Errors
/// A name that nothing has bound.
pub fn bound(expectation: &Expectation, bindings: &Bindings) -> Result<Expectation, BindError> {
    let texts = |given: &Option<OneOrMany>| -> Result<Option<OneOrMany>, BindError> {
        let Some(given) = given else { return Ok(None) };
        let mut list = Vec::new();
        for text in given.texts() {
            match bindings.text(text)? {
                Value::Array(several) => {
                    list.extend(several.iter().filter_map(Value::as_str).map(str::to_owned))
                }
                Value::String(text) => list.push(text),
                other => list.push(other.to_string()),
            }
        }
        Ok(Some(OneOrMany::Many(list)))
    };
    let status = match &expectation.status {
        Some(Quantity::Binding(name)) => bindings.text(name)?.as_f64().map(Quantity::Number),
        other => other.clone(),
    };
    Ok(Expectation {
        status,
        error: texts(&expectation.error)?,
        message: texts(&expectation.message)?,
        body: expectation
            .body
            .as_ref()
            .map(|body| bindings.value(body))
            .transpose()?,
        absent: expectation
            .absent
            .iter()
            .map(|pointer| bindings.string(pointer))
            .collect::<Result<_, _>>()?,
        headers: expectation
            .headers
            .iter()
            .map(|(name, pattern)| Ok((name.clone(), bindings.value(pattern)?)))
            .collect::<Result<_, BindError>>()?,
        crc: expectation.crc,
        empty: expectation.empty,
        any_of: expectation
            .any_of
            .iter()
            .map(|variant| bound(variant, bindings))
            .collect::<Result<_, _>>()?,
    })
}

/// Where `answer` is not what was expected; nothing if it is.
pub fn differences(expectation: &Expectation, answer: &Answer) -> Vec<Difference> {
    judged(expectation, answer, true)
}

/// `alone`: whether success is expected where neither status nor error is named. A variant inside `any_of` leaves
/// that to the expectation around it, where that one names a status or an error.
fn judged(expectation: &Expectation, answer: &Answer, alone: bool) -> Vec<Difference> {
    let mut found = Vec::new();
    outcome(expectation, answer, alone, &mut found);
    if let Some(pattern) = &expectation.body {
        match &answer.json {
            Some(json) => found.extend(pattern::differences(pattern, Some(json))),
            None => found.push(Difference::words("(body)", "JSON", answer.shown())),
        }
    }
    for pointer in &expectation.absent {
        if let Some(value) = answer.at(pointer) {
            found.push(Difference::new(pointer, "nothing", Some(value)));
        }
    }
    for (name, pattern) in &expectation.headers {
        let text = answer.header(name).map(Value::from);
        let place = format!("(header {name})");
        found.extend(
            pattern::differences(pattern, text.as_ref())
                .into_iter()
                .map(|inner| inner.below(&place)),
        );
    }
    if let Some(wanted) = expectation.crc {
        crc(wanted, answer, &mut found);
    }
    if let Some(wanted) = expectation
        .empty
        .filter(|wanted| *wanted != answer.raw.body.is_empty())
    {
        let expected = if wanted { "no bytes" } else { "some bytes" };
        found.push(Difference::words(
            "(body)",
            expected,
            format!("{} bytes", answer.raw.body.len()),
        ));
    }
    let open = expectation.error.is_none() && expectation.status.is_none();
    variants(&expectation.any_of, answer, alone && open, &mut found);
    found
}

/// Status, error name and message.
fn outcome(expectation: &Expectation, answer: &Answer, alone: bool, found: &mut Vec<Difference>) {
    let mut named = true;
    if let Some(error) = &expectation.error {
        named = answer
            .error()
            .is_some_and(|name| error.texts().any(|text| text == name));
        if !named {
            found.push(Difference::words("(error)", any(error), answer.outline()));
        }
    }
    let explicit = expectation.status.as_ref().and_then(Quantity::number);
    let implied = match (&expectation.error, expectation.any_of.is_empty()) {
        (Some(_), _) => Some(400.0).filter(|_| named),
        (None, true) if alone => Some(200.0),
        (None, _) => None,
    };
    if let Some(status) = explicit
        .or(implied)
        .filter(|status| *status != f64::from(answer.raw.status))
    {
        found.push(Difference::words(
            "(status)",
            format!("HTTP {status}"),
            answer.outline(),
        ));
    }
    if let Some(message) = expectation.message.as_ref().filter(|_| named) {
        let text = answer.message().unwrap_or_default();
        let held = message
            .texts()
            .any(|pattern| Regex::new(pattern).is_ok_and(|regex| regex.is_match(text)));
        if !held {
            found.push(Difference::words(
                "(message)",
                format!("a text with {}", any(message)),
                format!("{text:?}"),
            ));
        }
    }
}

fn crc(wanted: Crc, answer: &Answer, found: &mut Vec<Difference>) {
    let actual = crc32fast::hash(&answer.raw.body).to_string();
    match (wanted, answer.header("x-amz-crc32")) {
        (Crc::IfPresent(false), _) | (Crc::IfPresent(true), None) => {}
        (Crc::Named(CrcMode::Required), None) => {
            found.push(Difference::words("(header x-amz-crc32)", actual, "nothing"));
        }
        (_, Some(text)) if text.trim() == actual => {}
        (_, Some(text)) => found.push(Difference::words("(header x-amz-crc32)", actual, text)),
    }
}

/// One of the variants must hold; otherwise the one that came closest is told.
fn variants(list: &[Expectation], answer: &Answer, alone: bool, found: &mut Vec<Difference>) {
    let judged: Vec<Vec<Difference>> = list
        .iter()
        .map(|variant| judged(variant, answer, alone))
        .collect();
    if judged.is_empty() || judged.iter().any(Vec::is_empty) {
        return;
    }
    if let Some((index, closest)) = judged
        .into_iter()
        .enumerate()
        .min_by_key(|(_, differences)| differences.len())
    {
        let place = format!(
            "(closest of {} variants, number {}) ",
            list.len(),
            index + 1
        );
        found.extend(
            closest
                .into_iter()
                .map(|difference| difference.below(&place)),
        );
    }
}

fn any(texts: &OneOrMany) -> String {
    texts.texts().collect::<Vec<_>>().join(" or ")
}

#[cfg(test)]
#[path = "judge_tests.rs"]
mod tests;
