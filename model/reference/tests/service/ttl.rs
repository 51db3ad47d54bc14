//! Time to live: the setting.

use serde_json::{Value, json};

use crate::world::{HOUR_US, Refusal, World, invalid, table_input};

fn input(enabled: bool, attribute: &str) -> Value {
    let specification = json!({"Enabled": enabled, "AttributeName": attribute});
    json!({"TableName": "music", "TimeToLiveSpecification": specification})
}

fn switch(aws: &mut World, enabled: bool, attribute: &str) -> Result<Value, Refusal> {
    aws.call("UpdateTimeToLive", input(enabled, attribute))
}

fn described(aws: &mut World) -> Value {
    aws.ok("DescribeTimeToLive", json!({"TableName": "music"}))["TimeToLiveDescription"].take()
}

fn ready() -> World {
    let mut aws = World::exact();
    aws.table("music");
    aws
}

#[test]
fn it_is_off_at_first() {
    assert_eq!(
        described(&mut ready()),
        json!({"TimeToLiveStatus": "DISABLED"})
    );
}

#[test]
fn switching_on_echoes_the_specification() {
    let mut aws = ready();
    let body = switch(&mut aws, true, "expires").unwrap();
    assert_eq!(
        body,
        json!({"TimeToLiveSpecification": {"Enabled": true, "AttributeName": "expires"}})
    );
    assert_eq!(
        described(&mut aws),
        json!({"TimeToLiveStatus": "ENABLED", "AttributeName": "expires"})
    );
}

#[test]
fn switching_off_forgets_the_attribute() {
    let mut aws = ready();
    switch(&mut aws, true, "expires").unwrap();
    aws.advance_us(HOUR_US);
    switch(&mut aws, false, "expires").unwrap();
    assert_eq!(described(&mut aws), json!({"TimeToLiveStatus": "DISABLED"}));
}

#[test]
fn a_second_change_within_the_hour_is_refused() {
    let mut aws = ready();
    switch(&mut aws, true, "expires").unwrap();
    let too_soon = invalid("Time to live has been modified multiple times within a fixed interval");
    assert_eq!(switch(&mut aws, false, "expires"), Err(too_soon.clone()));
    aws.advance_us(HOUR_US - 1);
    assert_eq!(switch(&mut aws, false, "expires"), Err(too_soon));
    aws.advance_us(1);
    assert!(switch(&mut aws, false, "expires").is_ok());
}

#[test]
fn what_is_asked_for_is_judged_before_how_often() {
    let mut aws = ready();
    assert_eq!(
        switch(&mut aws, false, "expires"),
        Err(invalid("TimeToLive is already disabled"))
    );
    switch(&mut aws, true, "expires").unwrap();
    assert_eq!(
        switch(&mut aws, true, "expires"),
        Err(invalid("TimeToLive is already enabled"))
    );
    let other = invalid(
        "TimeToLive is active on a different AttributeName: current AttributeName is expires",
    );
    assert_eq!(switch(&mut aws, true, "other"), Err(other.clone()));
    assert_eq!(switch(&mut aws, false, "other"), Err(other));
}

#[test]
fn a_creating_table_is_in_use_and_cannot_be_described() {
    let mut aws = World::exact();
    aws.ok("CreateTable", table_input("music", json!({})));
    assert_eq!(
        switch(&mut aws, true, "expires").unwrap_err().code,
        "ResourceInUseException"
    );
    assert_eq!(
        aws.refused("DescribeTimeToLive", json!({"TableName": "music"})),
        invalid(
            "Cannot describe time to live while table is in CREATING state: Current table state is CREATING"
        )
    );
}

#[test]
fn a_deleting_table_cannot_be_described() {
    let mut aws = ready();
    aws.start_drop("music");
    let refused = aws.refused("DescribeTimeToLive", json!({"TableName": "music"}));
    assert!(refused.message.contains("in DELETING state"), "{refused:?}");
}

#[test]
fn the_setting_goes_with_the_table() {
    let mut aws = ready();
    switch(&mut aws, true, "expires").unwrap();
    aws.drop("music");
    aws.table("music");
    assert_eq!(described(&mut aws), json!({"TimeToLiveStatus": "DISABLED"}));
    assert!(
        switch(&mut aws, true, "other").is_ok(),
        "the interval went with it"
    );
}

#[test]
fn both_members_are_required() {
    let mut aws = ready();
    let input = json!({"TableName": "music", "TimeToLiveSpecification": {}});
    let refused = aws.refused("UpdateTimeToLive", input);
    assert!(
        refused
            .message
            .starts_with("2 validation errors detected: "),
        "{refused:?}"
    );
}

#[test]
fn a_backup_remembers_the_attribute_and_keeps_items_past_their_time() {
    let mut aws = ready();
    switch(&mut aws, true, "expires").unwrap();
    aws.put("music", json!({"pk": "a", "expires": 1}));
    let arn = aws.backup("music");
    let features = aws.describe_backup(&arn)["SourceTableFeatureDetails"].clone();
    assert_eq!(
        features["TimeToLiveDescription"],
        json!({"TimeToLiveStatus": "ENABLED", "AttributeName": "expires"})
    );
    aws.restore(&arn, "again");
    aws.advance_us(100 * crate::world::DAY_US);
    assert_eq!(
        aws.items("again").len(),
        1,
        "and they stay: time to live is off"
    );
}
