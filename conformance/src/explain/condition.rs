//! An expectation as a jq condition, as far as it is made of plain values.

use serde_json::Value;

use crate::case::Expectation;

/// The jq path of a JSON pointer.
pub fn path(pointer: &str) -> String {
    let mut path = String::new();
    for part in pointer.split('/').skip(1) {
        let name = part.replace("~1", "/").replace("~0", "~");
        if name.bytes().all(|byte| byte.is_ascii_digit()) && !name.is_empty() {
            path.push_str(&format!("[{name}]"));
        } else if name.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            path.push_str(&format!(".{name}"));
        } else {
            path.push_str(&format!("[{}]", Value::from(name)));
        }
    }
    if path.starts_with('.') {
        path
    } else {
        format!(".{path}")
    }
}

/// A jq condition for the plain values of the body; `None` where there are none.
pub fn of(expectation: &Expectation) -> Option<String> {
    let mut terms = Vec::new();
    gather(expectation.body.as_ref()?, String::new(), &mut terms);
    terms.extend(
        expectation
            .absent
            .iter()
            .map(|pointer| format!("{} == null", path(pointer))),
    );
    (!terms.is_empty()).then(|| terms.join(" and "))
}

fn gather(pattern: &Value, pointer: String, terms: &mut Vec<String>) {
    match pattern {
        Value::Object(members) => {
            for (name, inner) in members.iter().filter(|(name, _)| !name.starts_with('$')) {
                gather(
                    inner,
                    format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1")),
                    terms,
                );
            }
        }
        Value::Array(_) => {}
        scalar if !scalar.to_string().contains("${") => {
            terms.push(format!("{} == {scalar}", path(&pointer)))
        }
        _ => {}
    }
}
