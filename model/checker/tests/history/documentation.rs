//! The examples of the documentation are what they are said to be.

use lookback_checker::Contract;
use lookback_checker::history::read;

const PAGE: &str = include_str!("../../../../docs/histories.md");

/// The fenced blocks of a language.
fn blocks(language: &str) -> Vec<String> {
    let begin = format!("```{language}\n");
    let after = PAGE.split(&begin).skip(1);
    after
        .map(|text| text.split("```").next().unwrap().to_owned())
        .collect()
}

#[test]
fn every_history_of_the_page_can_be_read() {
    let histories = blocks("jsonl");
    assert!(!histories.is_empty());
    for text in histories {
        let history = read(text.as_bytes()).unwrap_or_else(|error| panic!("{error} in\n{text}"));
        assert_eq!(history.truncated, None);
    }
}

#[test]
fn every_contract_of_the_page_can_be_read() {
    let contracts = blocks("json");
    assert!(!contracts.is_empty());
    for text in contracts {
        let contract =
            Contract::from_json(&text).unwrap_or_else(|error| panic!("{error} in\n{text}"));
        assert!(!contract.artefacts.is_empty());
    }
}

#[test]
fn the_page_names_every_contract_that_is_built_in() {
    for name in Contract::BUILTIN {
        assert!(PAGE.contains(&format!("`{name}`")), "{name}");
    }
}
