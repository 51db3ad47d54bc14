use lookback_protocol::expression::Update;

use crate::{refusal, request};

fn refused(text: &str) -> String {
    let request = request();
    refusal(Update::parse(text, &mut request.placeholders()))
}

fn table(texts: &[&str]) -> String {
    texts
        .iter()
        .map(|text| format!("{text}\n  {}\n", refused(text)))
        .collect()
}

#[test]
fn texts_of_the_service() {
    insta::assert_snapshot!(table(&[
        "",
        "SET",
        "SET a",
        "SET a =",
        "SET a = :one,",
        "SET a = :one + :one + :one",
        "SET a > :one",
        "SET a = :one SET b = :one",
        "SET set = :one",
        "SET status = :one",
        "SET a = :undefined",
        "SET #undefined = :one",
        "SET a = nofunction(b, :one)",
        "SET a = if_not_exists(b)",
        "SET a = if_not_exists(:one, :one)",
        "SET a = list_append(b, :one)",
        "SET a = b + :red",
        "SET a = 5",
        "SET a = :one, a = :ten",
        "SET a = :one, a.b = :ten",
        "SET a.b[1] = :one REMOVE a.b",
        "SET a.b = :one, a[1] = :one",
        "REMOVE",
        "REMOVE a b",
        "ADD a",
        "ADD a b",
        "ADD a :red",
        "ADD a :list",
        "DELETE a :one",
        "DELETE a :true",
        "DROP a",
        "a = :one",
    ]));
}

#[test]
fn an_update_has_at_most_300_operators() {
    let text = |count: usize| {
        let actions: Vec<_> = (0..count).map(|index| format!("a{index}=:one")).collect();
        format!("SET {}", actions.join(","))
    };
    let request = request();
    assert!(Update::parse(&text(300), &mut request.placeholders()).is_ok());
    assert!(refused(&text(301)).contains("too many operators; operator count: 301"));
}

#[test]
fn deep_nesting_ends_in_a_refusal_not_in_a_crash() {
    let calls = format!(
        "SET a = {}b{}",
        "if_not_exists(b,".repeat(200),
        ")".repeat(200)
    );
    assert!(refused(&calls).starts_with("Invalid UpdateExpression: "));
    let parentheses = format!("SET a = {}b{}", "(".repeat(2000), ")".repeat(2000));
    assert!(refused(&parentheses).starts_with("Invalid UpdateExpression: "));
}
