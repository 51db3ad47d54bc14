//! Tags.

use serde_json::{Value, json};

use crate::world::{Refusal, World, refusal, text};

const MUSIC: &str = "arn:aws:dynamodb:us-east-1:111122223333:table/music";

fn ready() -> World {
    let mut aws = World::exact();
    aws.table("music");
    aws
}

fn tag(aws: &mut World, tags: &[(&str, &str)]) -> Result<Value, Refusal> {
    let tags: Value = tags
        .iter()
        .map(|(key, value)| json!({"Key": key, "Value": value}))
        .collect();
    aws.call("TagResource", json!({"ResourceArn": MUSIC, "Tags": tags}))
}

fn untag(aws: &mut World, keys: &[&str]) {
    aws.ok(
        "UntagResource",
        json!({"ResourceArn": MUSIC, "TagKeys": keys}),
    );
}

fn tags(aws: &mut World) -> Vec<(String, String)> {
    let body = aws.ok("ListTagsOfResource", json!({"ResourceArn": MUSIC}));
    let tags = body["Tags"].as_array().unwrap();
    tags.iter()
        .map(|tag| (text(&tag["Key"]), text(&tag["Value"])))
        .collect()
}

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs
        .iter()
        .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
        .collect()
}

#[test]
fn answers_to_changes_have_an_empty_body() {
    let mut aws = ready();
    assert_eq!(tag(&mut aws, &[("team", "audio")]), Ok(Value::Null));
    let input = json!({"ResourceArn": MUSIC, "TagKeys": ["team"]});
    assert_eq!(
        aws.raw("UntagResource", input.to_string().as_bytes()),
        (200, Vec::new())
    );
}

#[test]
fn tags_are_added_replaced_and_taken_away() {
    let mut aws = ready();
    tag(&mut aws, &[("team", "audio"), ("stage", "test")]).unwrap();
    tag(&mut aws, &[("stage", "live")]).unwrap();
    assert_eq!(
        tags(&mut aws),
        pairs(&[("stage", "live"), ("team", "audio")])
    );
    untag(&mut aws, &["team", "never-there"]);
    assert_eq!(tags(&mut aws), pairs(&[("stage", "live")]));
}

#[test]
fn tags_come_with_the_table() {
    let mut aws = World::exact();
    aws.table_with(
        "music",
        json!({"Tags": [{"Key": "team", "Value": "audio"}]}),
    );
    assert_eq!(tags(&mut aws), pairs(&[("team", "audio")]));
}

#[test]
fn readers_see_a_change_after_two_seconds() {
    let mut aws = World::typical();
    aws.table("music");
    tag(&mut aws, &[("team", "audio")]).unwrap();
    aws.advance_us(1_999_999);
    assert_eq!(tags(&mut aws), []);
    aws.advance_us(1);
    assert_eq!(tags(&mut aws), pairs(&[("team", "audio")]));
}

#[test]
fn meanwhile_readers_see_what_was_there_before() {
    let mut aws = World::typical();
    aws.table("music");
    tag(&mut aws, &[("a", "1")]).unwrap();
    aws.settle();
    tag(&mut aws, &[("b", "2")]).unwrap();
    assert_eq!(tags(&mut aws), pairs(&[("a", "1")]));
    aws.settle();
    assert_eq!(tags(&mut aws), pairs(&[("a", "1"), ("b", "2")]));
}

#[test]
fn changes_that_follow_closely_do_not_lose_each_other() {
    let mut aws = World::typical();
    aws.table("music");
    tag(&mut aws, &[("a", "1")]).unwrap();
    aws.advance_s(1);
    tag(&mut aws, &[("b", "2")]).unwrap();
    untag(&mut aws, &["a"]);
    aws.settle();
    assert_eq!(tags(&mut aws), pairs(&[("b", "2")]));
}

#[test]
fn fifty_tags_are_the_most_and_a_call_is_all_or_nothing() {
    let mut aws = ready();
    let many: Vec<(String, String)> = (0..49)
        .map(|n| (format!("key-{n}"), String::new()))
        .collect();
    let many: Vec<(&str, &str)> = many
        .iter()
        .map(|(key, value)| (key.as_str(), value.as_str()))
        .collect();
    tag(&mut aws, &many).unwrap();
    let refused = tag(&mut aws, &[("one", ""), ("two", "")]).unwrap_err();
    assert_eq!(refused.code, "ValidationException");
    assert_eq!(tags(&mut aws).len(), 49);
    tag(&mut aws, &[("one", "")]).unwrap();
    tag(&mut aws, &[("one", "again")]).unwrap();
    assert_eq!(tags(&mut aws).len(), 50);
}

#[test]
fn reserved_and_doubled_keys_are_refused() {
    let mut aws = ready();
    for keys in [
        &[("aws:x", "")][..],
        &[("AWS:x", "")],
        &[("a", "1"), ("a", "2")],
    ] {
        assert_eq!(tag(&mut aws, keys).unwrap_err().code, "ValidationException");
    }
    assert_eq!(tags(&mut aws), []);
}

#[test]
fn lengths_are_those_of_the_shape() {
    let mut aws = ready();
    let (key, value) = ("k".repeat(128), "v".repeat(256));
    tag(&mut aws, &[(&key, &value)]).unwrap();
    for (key, value) in [
        (String::new(), String::new()),
        ("k".repeat(129), String::new()),
        ("k".into(), "v".repeat(257)),
    ] {
        assert_eq!(
            tag(&mut aws, &[(&key, &value)]).unwrap_err().code,
            "ValidationException"
        );
    }
}

#[test]
fn a_backup_cannot_be_tagged() {
    let mut aws = ready();
    let arn = aws.backup("music");
    let expected = refusal(
        "ValidationException",
        format!(
            "One or more parameter values were invalid: Provided Arn is not a DynamoDB resource arn: {arn}"
        ),
    );
    for (operation, input) in [
        (
            "TagResource",
            json!({"ResourceArn": arn, "Tags": [{"Key": "k", "Value": "v"}]}),
        ),
        (
            "UntagResource",
            json!({"ResourceArn": arn, "TagKeys": ["k"]}),
        ),
        ("ListTagsOfResource", json!({"ResourceArn": arn})),
    ] {
        assert_eq!(aws.refused(operation, input), expected, "{operation}");
    }
}

#[test]
fn a_missing_table_is_named() {
    let mut aws = World::exact();
    assert_eq!(
        tag(&mut aws, &[("k", "v")]),
        Err(refusal(
            "ResourceNotFoundException",
            "Requested resource not found: Table: music not found"
        ))
    );
}

#[test]
fn tags_go_with_the_table() {
    let mut aws = ready();
    tag(&mut aws, &[("team", "audio")]).unwrap();
    aws.drop("music");
    aws.table("music");
    assert_eq!(tags(&mut aws), []);
}
