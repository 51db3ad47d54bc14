//! The report as JSON. `docs/report.schema.json` is its JSON Schema, `lookback schema report` prints it.

use super::Report;

/// The whole report.
pub fn text(report: &Report) -> String {
    let mut text = serde_json::to_string_pretty(report).unwrap_or_default();
    text.push('\n');
    text
}

/// The JSON Schema of a report.
pub fn schema() -> String {
    let mut text = serde_json::to_string_pretty(&schemars::schema_for!(Report)).unwrap_or_default();
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_checked_in_schema_is_current() {
        let file = include_str!("../../../docs/report.schema.json");
        assert!(
            file == super::schema(),
            "run `cargo run -- schema report > docs/report.schema.json`"
        );
    }
}
