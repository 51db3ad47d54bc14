//! Every body of the table calls, as it is on the wire.

use insta::assert_snapshot;
use serde_json::json;

use crate::world::{Script, World, capacity, full_table, global_index, indexed, table_input};

#[test]
fn the_life_of_a_table() {
    let (mut aws, mut script) = (World::exact(), Script::default());
    script.call(&mut aws, "CreateTable", table_input("music", json!({})));
    script.note("50 ms later");
    aws.advance_ms(50);
    script.call(&mut aws, "DescribeTable", json!({"TableName": "music"}));
    script.call(&mut aws, "ListTables", json!({}));
    script.call(&mut aws, "DeleteTable", json!({"TableName": "music"}));
    script.call(&mut aws, "DescribeTable", json!({"TableName": "music"}));
    aws.settle();
    script.call(&mut aws, "DescribeTable", json!({"TableName": "music"}));
    script.call(&mut aws, "ListTables", json!({}));
    assert_snapshot!(script.text());
}

#[test]
fn a_table_with_everything() {
    let (mut aws, mut script) = (World::exact(), Script::default());
    full_table(&mut aws, "music");
    script.call(&mut aws, "DescribeTable", json!({"TableName": "music"}));
    script.call(
        &mut aws,
        "DescribeTimeToLive",
        json!({"TableName": "music"}),
    );
    script.call(&mut aws, "DeleteTable", json!({"TableName": "music"}));
    assert_snapshot!(script.text());
}

#[test]
fn a_table_that_is_updated() {
    let (mut aws, mut script) = (World::exact(), Script::default());
    script.call(&mut aws, "CreateTable", table_input("music", indexed()));
    aws.settle();
    let raise = json!({"TableName": "music", "ProvisionedThroughput": capacity(9, 1)});
    script.call(&mut aws, "UpdateTable", raise);
    aws.settle();
    let switch = json!({"TableName": "music", "BillingMode": "PAY_PER_REQUEST"});
    script.call(&mut aws, "UpdateTable", switch);
    aws.settle();
    let index = json!({
        "TableName": "music",
        "AttributeDefinitions": [{"AttributeName": "mood", "AttributeType": "S"}],
        "GlobalSecondaryIndexUpdates": [{"Create": global_index("by-mood", "mood", "KEYS_ONLY", None)}],
    });
    script.call(&mut aws, "UpdateTable", index);
    aws.settle();
    let delete = json!({
        "TableName": "music",
        "GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "by-genre"}}],
    });
    script.call(&mut aws, "UpdateTable", delete);
    aws.settle();
    script.call(&mut aws, "DescribeTable", json!({"TableName": "music"}));
    assert_snapshot!(script.text());
}

#[test]
fn limits_and_endpoints() {
    let (mut aws, mut script) = (World::exact(), Script::default());
    script.call(&mut aws, "DescribeLimits", json!({}));
    script.call(&mut aws, "DescribeEndpoints", json!({}));
    assert_snapshot!(script.text());
}

#[test]
fn tags_and_time_to_live() {
    let (mut aws, mut script) = (World::exact(), Script::default());
    aws.table("music");
    let arn = aws.describe("music")["TableArn"].clone();
    let tags = json!([{"Key": "team", "Value": "audio"}, {"Key": "empty", "Value": ""}]);
    script.call(
        &mut aws,
        "TagResource",
        json!({"ResourceArn": arn, "Tags": tags}),
    );
    script.call(&mut aws, "ListTagsOfResource", json!({"ResourceArn": arn}));
    script.call(
        &mut aws,
        "UntagResource",
        json!({"ResourceArn": arn, "TagKeys": ["team"]}),
    );
    let specification = json!({"Enabled": true, "AttributeName": "expires"});
    let ttl = json!({"TableName": "music", "TimeToLiveSpecification": specification});
    script.call(&mut aws, "UpdateTimeToLive", ttl);
    script.call(
        &mut aws,
        "DescribeTimeToLive",
        json!({"TableName": "music"}),
    );
    assert_snapshot!(script.text());
}
