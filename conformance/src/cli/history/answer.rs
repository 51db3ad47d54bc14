//! How a call ended, in words.

use std::collections::BTreeMap;

use lookback_checker::history::{Entry, Return};

/// The returns of a history, by call.
pub fn returns(entries: &[Entry]) -> BTreeMap<u64, &Return> {
    let returns = entries.iter().filter_map(|entry| match entry {
        Entry::Return(returned) => Some((returned.id, returned)),
        _ => None,
    });
    returns.collect()
}

/// How a call ended: `ok`, with the body if it has one, the error with its message, why nobody knows, or `no answer`.
pub fn words(returned: Option<&Return>) -> String {
    let Some(returned) = returned else {
        return "no answer".to_owned();
    };
    let body = returned.output.as_ref().map(|output| output.get());
    let body = body.filter(|body| *body != "{}");
    let outcome = match (&returned.uncertain, &returned.error) {
        (Some(reason), _) => format!("uncertain: {reason}"),
        (None, Some(error)) => error.clone(),
        (None, None) => "ok".to_owned(),
    };
    match body {
        Some(body) => format!("{outcome} {body}"),
        None => outcome,
    }
}
