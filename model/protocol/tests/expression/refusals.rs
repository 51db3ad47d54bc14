use lookback_protocol::expression::{Condition, ExpressionKind};

use crate::{refusal, request};

fn refused_as(kind: ExpressionKind, text: &str) -> String {
    let request = request();
    refusal(Condition::parse(kind, text, &mut request.placeholders()))
}

fn refused(text: &str) -> String {
    refused_as(ExpressionKind::Condition, text)
}

/// One line for each text: the text, then its refusal.
fn table(texts: &[&str]) -> String {
    texts
        .iter()
        .map(|text| format!("{text}\n  {}\n", refused(text)))
        .collect()
}

#[test]
fn a_syntax_error_quotes_the_token_and_its_neighbours() {
    insta::assert_snapshot!(table(&[
        "!!! INVALID !!!",
        "num = ",
        "num == :ten",
        "a = = :one",
        "num",
        "num AND flag",
        "num = :ten flag",
        "(num = :ten",
        "num = :ten)",
        "_hidden = :one",
        "num IN ()",
        "num BETWEEN :one OR :ten",
        "attribute_exists()",
        "num[a] = :one",
        "[1] = :one",
        "num. = :one",
        "num = 10",
        "# = :one",
        "größe = :one",
        "AND = :one",
        "(num = :one) = :one",
        "size(num)[0] > :one",
    ]));
}

#[test]
fn a_refusal_starts_with_the_member_it_is_about() {
    for (kind, name) in [
        (ExpressionKind::Condition, "ConditionExpression"),
        (ExpressionKind::Filter, "FilterExpression"),
        (ExpressionKind::KeyCondition, "KeyConditionExpression"),
    ] {
        let text = refused_as(kind, "a b");
        assert_eq!(
            text,
            format!("Invalid {name}: Syntax error; token: \"b\", near: \"a b\"")
        );
    }
}

#[test]
fn an_expression_has_a_text_and_a_largest_size() {
    assert_eq!(
        refused(""),
        "Invalid ConditionExpression: The expression can not be empty;"
    );
    assert_eq!(
        refused(" \n "),
        "Invalid ConditionExpression: The expression can not be empty;"
    );
    let long = |length: usize| format!("num = :one{}", " ".repeat(length - "num = :one".len()));
    let request = request();
    assert!(
        Condition::parse(
            ExpressionKind::Condition,
            &long(4096),
            &mut request.placeholders()
        )
        .is_ok()
    );
    assert!(refused(&long(4097)).starts_with(
        "Invalid ConditionExpression: Expression size has exceeded the maximum allowed size;"
    ));
}

#[test]
fn problems_behind_the_syntax_are_named() {
    insta::assert_snapshot!(table(&[
        "status = :one",
        "num = :undefined",
        "#undefined = :one",
        "starts_with(word, :red)",
        "ATTRIBUTE_EXISTS(num)",
        "size(word)",
        "begins_with(word, :red) = :true",
        "size(begins_with(word, :red)) = :one",
        "attribute_exists(:one)",
        "attribute_exists(num, word)",
        "contains(num)",
        "begins_with(word, :one)",
        "begins_with(word, word)",
        "num = num",
        "num < :list",
        "num >= :true",
        "num BETWEEN :map AND :map",
        "num BETWEEN :ten AND :one",
        "num BETWEEN :red AND :one",
        "size(:one) = :one",
        "attribute_type(num, :one)",
        "attribute_type(num, word)",
        "attribute_type(num, :red)",
        "((num = :one))",
        "((num)) = :one",
        "letters[99999999999] = :one",
    ]));
}

#[test]
fn a_syntax_error_comes_before_every_other_problem() {
    assert!(refused("status = :undefined AND").contains("Syntax error"));
}

#[test]
fn the_most_severe_class_of_problem_is_told() {
    assert!(refused("num = :undefined AND status = :one").contains("reserved keyword: status"));
    assert!(refused("status = :one AND nofunction(num)").contains("Invalid function name"));
    assert!(refused("nofunction(num) AND ((num = :one))").contains("redundant parentheses"));
}

#[test]
fn in_takes_at_most_100_operands() {
    let list = |count: usize| format!("num IN ({})", vec![":one"; count].join(","));
    let request = request();
    assert!(
        Condition::parse(
            ExpressionKind::Condition,
            &list(100),
            &mut request.placeholders()
        )
        .is_ok()
    );
    assert_eq!(
        refused(&list(101)),
        "Invalid ConditionExpression: The IN operator is provided with too many operands; number of operands: 101"
    );
}

#[test]
fn an_expression_has_at_most_300_operators() {
    let request = request();
    let chain = |count: usize| vec!["num<:one"; count].join("OR ").replace("eOR", "e OR");
    // 150 comparisons and 149 times OR.
    assert!(
        Condition::parse(
            ExpressionKind::Condition,
            &chain(150),
            &mut request.placeholders()
        )
        .is_ok()
    );
    assert_eq!(
        refused(&chain(151)),
        "Invalid ConditionExpression: The expression contains too many operators; operator count: 301"
    );
}

#[test]
fn deep_nesting_ends_in_a_refusal_not_in_a_crash() {
    let nots = format!("{}num = :one", "NOT ".repeat(1000));
    assert!(refused(&nots).contains("too many operators"));
    let parentheses = format!("{}num = :one{}", "(".repeat(2000), ")".repeat(2000));
    assert!(refused(&parentheses).contains("redundant parentheses"));
    let alternating = format!("{}num = :one{}", "(NOT ".repeat(600), ")".repeat(600));
    assert!(refused(&alternating).starts_with("Invalid ConditionExpression: "));
    let operand = format!("{}num{} = :one", "(".repeat(2000), ")".repeat(2000));
    assert!(refused(&operand).starts_with("Invalid ConditionExpression: "));
    let calls = format!("{}num{} = :one", "size(".repeat(600), ")".repeat(600));
    assert!(refused(&calls).starts_with("Invalid ConditionExpression: "));
}

#[test]
fn useful_nesting_is_accepted() {
    let request = request();
    let nested = format!(
        "num = :one{}{}",
        " OR (num = :ten".repeat(120),
        ")".repeat(120)
    );
    assert!(
        Condition::parse(
            ExpressionKind::Condition,
            &nested,
            &mut request.placeholders()
        )
        .is_ok()
    );
}
