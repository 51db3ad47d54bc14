//! The JSON Schemas of histories and contracts.

use lookback_checker::Contract;
use lookback_checker::history::Entry;
use schemars::{JsonSchema, schema_for};

/// One line of a history, as it is checked in at `docs/history.schema.json`.
pub fn of_an_entry() -> String {
    text::<Entry>()
}

/// A contract, as it is checked in at `docs/contract.schema.json`.
pub fn of_a_contract() -> String {
    text::<Contract>()
}

fn text<T: JsonSchema>() -> String {
    let mut text = serde_json::to_string_pretty(&schema_for!(T)).unwrap_or_default();
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_checked_in_schema_of_a_line_is_current() {
        let file = include_str!("../../../../docs/history.schema.json");
        assert!(
            file == super::of_an_entry(),
            "run `cargo run -- schema history > docs/history.schema.json`"
        );
    }

    #[test]
    fn the_checked_in_schema_of_a_contract_is_current() {
        let file = include_str!("../../../../docs/contract.schema.json");
        assert!(
            file == super::of_a_contract(),
            "run `cargo run -- schema contract > docs/contract.schema.json`"
        );
    }
}
