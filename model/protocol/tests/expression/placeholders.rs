use std::collections::BTreeMap;

use lookback_protocol::expression::{Condition, ExpressionKind, Placeholders};

use crate::{Request, n, refusal};

#[test]
fn empty_maps_and_unusable_names_are_refused() {
    let request = Request::default()
        .name("a", "a")
        .value("a", n("1"))
        .value(":ok", n("1"));
    let (no_names, no_values) = (BTreeMap::new(), BTreeMap::new());
    let texts = [
        refusal(Placeholders::new(Some(&no_names), None)),
        refusal(Placeholders::new(None, Some(&no_values))),
        refusal(Placeholders::new(Some(&request.names), None)),
        refusal(Placeholders::new(None, Some(&request.values))),
    ];
    insta::assert_debug_snapshot!(texts, @r#"
    [
        "ExpressionAttributeNames must not be empty",
        "ExpressionAttributeValues must not be empty",
        "ExpressionAttributeNames contains invalid key: Syntax error; key: \"a\"",
        "ExpressionAttributeValues contains invalid key: Syntax error; key: \"a\"",
    ]
    "#);
}

#[test]
fn unused_placeholders_are_refused() {
    let request = Request::default()
        .name("#a", "a")
        .name("#b", "b")
        .name("#c", "c")
        .value(":v", n("1"))
        .value(":w", n("1"));
    let finished = |text: &str| {
        let mut placeholders = request.placeholders();
        Condition::parse(ExpressionKind::Condition, text, &mut placeholders).unwrap();
        placeholders.finish()
    };
    assert_eq!(
        refusal(finished("#c = :v")),
        "Value provided in ExpressionAttributeNames unused in expressions: keys: {#a, #b}"
    );
    assert_eq!(
        refusal(finished("#a = #b AND #c = :w")),
        "Value provided in ExpressionAttributeValues unused in expressions: keys: {:v}"
    );
    assert!(finished("#a = :v AND #b = :w AND #c = :w").is_ok());
}

#[test]
fn writes_count_their_refusals() {
    let request = Request::default().name("#a", "a");
    assert_eq!(
        refusal(request.placeholders().counted().finish()),
        "1 validation error detected: Value provided in ExpressionAttributeNames unused in expressions: keys: {#a}"
    );
}

#[test]
fn placeholders_need_an_expression() {
    let request = Request::default().name("#a", "a").value(":v", n("1"));
    let refuse = |names, values| {
        Placeholders::refuse_without_expression(names, values, "ConditionExpression is null")
    };
    assert_eq!(
        refusal(refuse(Some(&request.names), Some(&request.values))),
        "ExpressionAttributeNames can only be specified when using expressions"
    );
    assert_eq!(
        refusal(refuse(None, Some(&request.values))),
        "ExpressionAttributeValues can only be specified when using expressions: ConditionExpression is null"
    );
    assert!(refuse(None, None).is_ok());
}
