//! The JSON Schema of a case file.

use super::Case;

/// The schema as text, as it is checked in at `corpus/case.schema.json`.
pub fn text() -> String {
    let schema = schemars::schema_for!(Case);
    let mut text = serde_json::to_string_pretty(&schema).unwrap_or_default();
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_checked_in_schema_is_current() {
        let file = include_str!("../../../corpus/case.schema.json");
        assert!(
            file == super::text(),
            "run `cargo run -- schema > corpus/case.schema.json`: the case format has changed"
        );
    }
}
