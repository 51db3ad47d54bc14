//! UpdateTable: what it changes, when, and what it refuses.

use serde_json::{Value, json};

use crate::world::{DAY_US, Refusal, World, capacity, global_index, invalid, refusal, text};

fn update(aws: &mut World, members: Value) -> Value {
    let input = crate::world::merged(json!({"TableName": "music"}), members);
    aws.ok("UpdateTable", input)["TableDescription"].take()
}

fn updated(aws: &mut World, members: Value) -> Value {
    update(aws, members);
    aws.settle();
    aws.describe("music")
}

fn refused(aws: &mut World, members: Value) -> Refusal {
    aws.refused(
        "UpdateTable",
        crate::world::merged(json!({"TableName": "music"}), members),
    )
}

fn provisioned() -> World {
    let mut aws = World::exact();
    aws.indexed_table("music");
    aws
}

#[test]
fn a_table_is_updating_and_then_active() {
    let mut aws = provisioned();
    assert_eq!(
        update(&mut aws, json!({"ProvisionedThroughput": capacity(9, 6)}))["TableStatus"],
        "UPDATING"
    );
    aws.advance_us(49_999);
    assert_eq!(aws.status("music"), "UPDATING");
    aws.advance_us(1);
    assert_eq!(aws.status("music"), "ACTIVE");
}

#[test]
fn items_are_served_meanwhile() {
    let mut aws = provisioned();
    update(&mut aws, json!({"ProvisionedThroughput": capacity(9, 6)}));
    aws.put("music", json!({"pk": "a", "sk": 1}));
    assert_eq!(aws.items("music").len(), 1);
}

#[test]
fn a_second_update_waits_for_the_first() {
    let mut aws = provisioned();
    update(&mut aws, json!({"ProvisionedThroughput": capacity(9, 6)}));
    assert_eq!(
        refused(&mut aws, json!({"ProvisionedThroughput": capacity(10, 6)})),
        refusal(
            "ResourceInUseException",
            "Attempt to change a resource which is still in use: Table is being updated: music"
        )
    );
}

#[test]
fn an_update_of_nothing_is_refused() {
    let mut aws = provisioned();
    let text = "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates, \
                SSESpecification, ReplicaUpdates, MultiAccountReplicaReady, ReplicaTransitRoleArn, \
                MultiRegionConsistency, DeletionProtectionEnabled, OnDemandThroughput, WarmThroughput or TableClass is \
                required";
    assert_eq!(refused(&mut aws, json!({})), invalid(text));
    assert_eq!(aws.status("music"), "ACTIVE");
}

#[test]
fn the_same_capacity_again_is_refused() {
    let mut aws = provisioned();
    let refused = refused(&mut aws, json!({"ProvisionedThroughput": capacity(5, 6)}));
    assert!(
        refused
            .message
            .starts_with("The provisioned throughput for the table will not change."),
        "{refused:?}"
    );
}

#[test]
fn raising_and_lowering_leave_their_dates() {
    let mut aws = provisioned();
    aws.advance_s(10);
    let raised_s = aws.now_s();
    let raised = updated(&mut aws, json!({"ProvisionedThroughput": capacity(9, 6)}));
    assert_eq!(
        raised["ProvisionedThroughput"]["LastIncreaseDateTime"],
        json!(raised_s)
    );
    assert_eq!(
        raised["ProvisionedThroughput"].get("LastDecreaseDateTime"),
        None
    );
    let lowered_s = aws.now_s();
    let lowered = updated(&mut aws, json!({"ProvisionedThroughput": capacity(1, 6)}));
    assert_eq!(
        lowered["ProvisionedThroughput"]["LastDecreaseDateTime"],
        json!(lowered_s)
    );
    assert_eq!(
        lowered["ProvisionedThroughput"]["LastIncreaseDateTime"],
        json!(raised_s)
    );
}

#[test]
fn decreases_are_counted_for_the_day() {
    let mut aws = provisioned();
    let count = |table: Value| table["ProvisionedThroughput"]["NumberOfDecreasesToday"].clone();
    assert_eq!(
        count(updated(
            &mut aws,
            json!({"ProvisionedThroughput": capacity(4, 6)})
        )),
        1
    );
    assert_eq!(
        count(updated(
            &mut aws,
            json!({"ProvisionedThroughput": capacity(3, 6)})
        )),
        2
    );
    aws.advance_us(DAY_US);
    assert_eq!(count(aws.describe("music")), 0);
    assert_eq!(
        count(updated(
            &mut aws,
            json!({"ProvisionedThroughput": capacity(2, 6)})
        )),
        1
    );
}

#[test]
fn a_switch_to_on_demand_zeroes_all_capacity() {
    let mut aws = provisioned();
    let table = updated(&mut aws, json!({"BillingMode": "PAY_PER_REQUEST"}));
    assert_eq!(
        table["BillingModeSummary"]["BillingMode"],
        "PAY_PER_REQUEST"
    );
    for described in [&table, &table["GlobalSecondaryIndexes"][0]] {
        assert_eq!(described["ProvisionedThroughput"]["ReadCapacityUnits"], 0);
    }
}

#[test]
fn a_switch_to_provisioned_needs_all_capacity() {
    let mut aws = provisioned();
    updated(&mut aws, json!({"BillingMode": "PAY_PER_REQUEST"}));
    assert!(
        refused(&mut aws, json!({"BillingMode": "PROVISIONED"}))
            .message
            .contains("must both be specified")
    );
    let table_only = json!({"BillingMode": "PROVISIONED", "ProvisionedThroughput": capacity(1, 2)});
    assert!(
        refused(&mut aws, table_only)
            .message
            .contains("not specified for index: by-genre")
    );
    let table = updated(
        &mut aws,
        json!({
            "BillingMode": "PROVISIONED",
            "ProvisionedThroughput": capacity(1, 2),
            "GlobalSecondaryIndexUpdates": [{"Update": {"IndexName": "by-genre", "ProvisionedThroughput": capacity(3, 4)}}],
        }),
    );
    assert_eq!(
        table["GlobalSecondaryIndexes"][0]["ProvisionedThroughput"]["WriteCapacityUnits"],
        4
    );
    assert_eq!(
        table["BillingModeSummary"]["BillingMode"], "PROVISIONED",
        "it was on-demand once"
    );
}

#[test]
fn on_demand_maxima_are_set_and_taken_away() {
    let mut aws = World::exact();
    aws.table("music");
    let maxima = json!({"MaxReadRequestUnits": 7});
    let table = updated(&mut aws, json!({"OnDemandThroughput": maxima}));
    assert_eq!(table["OnDemandThroughput"], maxima);
    let table = updated(
        &mut aws,
        json!({"OnDemandThroughput": {"MaxReadRequestUnits": -1}}),
    );
    assert_eq!(table.get("OnDemandThroughput"), None);
}

#[test]
fn a_stream_is_switched_on_once() {
    let mut aws = World::exact();
    aws.table("music");
    let on = json!({"StreamSpecification": {"StreamEnabled": true, "StreamViewType": "NEW_IMAGE"}});
    updated(&mut aws, on.clone());
    assert!(
        refused(&mut aws, on)
            .message
            .starts_with("Table already has an enabled stream")
    );
}

#[test]
fn a_stream_is_switched_off_once() {
    let mut aws = World::exact();
    aws.table("music");
    let off = json!({"StreamSpecification": {"StreamEnabled": false}});
    assert!(
        refused(&mut aws, off)
            .message
            .starts_with("Table has no stream to disable")
    );
}

#[test]
fn a_stream_switched_on_again_is_another_stream() {
    let mut aws = World::exact();
    aws.table("music");
    let on = json!({"StreamSpecification": {"StreamEnabled": true, "StreamViewType": "NEW_IMAGE"}});
    let first = text(&updated(&mut aws, on.clone())["LatestStreamArn"]);
    let off = updated(
        &mut aws,
        json!({"StreamSpecification": {"StreamEnabled": false}}),
    );
    assert_eq!(off.get("StreamSpecification"), None);
    assert_ne!(text(&updated(&mut aws, on)["LatestStreamArn"]), first);
}

#[test]
fn the_table_class_leaves_its_date() {
    let mut aws = World::exact();
    aws.table("music");
    let at_s = aws.now_s();
    updated(
        &mut aws,
        json!({"TableClass": "STANDARD_INFREQUENT_ACCESS"}),
    );
    let summary = aws.describe("music")["TableClassSummary"].clone();
    assert_eq!(
        summary,
        json!({"TableClass": "STANDARD_INFREQUENT_ACCESS", "LastUpdateDateTime": at_s})
    );
}

#[test]
fn encryption_is_switched_on_and_off() {
    let mut aws = World::exact();
    aws.table("music");
    let table = updated(&mut aws, json!({"SSESpecification": {"Enabled": true}}));
    assert_eq!(table["SSEDescription"]["SSEType"], "KMS");
    let table = updated(&mut aws, json!({"SSESpecification": {"Enabled": false}}));
    assert_eq!(table.get("SSEDescription"), None);
}

#[test]
fn a_refused_update_changes_nothing() {
    let mut aws = provisioned();
    let before = aws.describe("music");
    let half_good = json!({
        "ProvisionedThroughput": capacity(9, 9),
        "StreamSpecification": {"StreamEnabled": true},
    });
    refused(&mut aws, half_good);
    assert_eq!(aws.describe("music"), before);
}

#[test]
fn an_index_update_of_an_unknown_index_is_refused() {
    let mut aws = provisioned();
    for update in [
        json!({"Delete": {"IndexName": "nothing"}}),
        json!({"Update": {"IndexName": "nothing", "ProvisionedThroughput": capacity(1, 1)}}),
    ] {
        let refused = refused(&mut aws, json!({"GlobalSecondaryIndexUpdates": [update]}));
        assert_eq!(refused.code, "ResourceNotFoundException");
    }
}

#[test]
fn a_local_index_cannot_be_removed() {
    let mut aws = provisioned();
    let delete = json!([{"Delete": {"IndexName": "by-year"}}]);
    assert_eq!(
        refused(&mut aws, json!({"GlobalSecondaryIndexUpdates": delete})).code,
        "ResourceNotFoundException"
    );
}

#[test]
fn a_new_index_with_a_used_name_is_refused() {
    let mut aws = provisioned();
    let create = json!([{"Create": global_index("by-year", "genre", "ALL", Some((1, 1)))}]);
    let refused = refused(&mut aws, json!({"GlobalSecondaryIndexUpdates": create}));
    assert_eq!(
        refused,
        invalid("Attempting to create an index which already exists")
    );
}

#[test]
fn a_new_index_needs_a_definition_of_its_key() {
    let mut aws = provisioned();
    let create = json!([{"Create": global_index("by-mood", "mood", "ALL", Some((1, 1)))}]);
    let refused = refused(&mut aws, json!({"GlobalSecondaryIndexUpdates": create}));
    assert!(
        refused
            .message
            .contains("Some index key attributes are not defined"),
        "{refused:?}"
    );
}

#[test]
fn a_twenty_first_index_is_refused() {
    let mut aws = World::exact();
    let genre = json!([
        {"AttributeName": "genre", "AttributeType": "S"}, {"AttributeName": "pk", "AttributeType": "S"},
    ]);
    let indexes: Vec<Value> = (0..20)
        .map(|n| global_index(&format!("index-{n}"), "genre", "ALL", None))
        .collect();
    aws.table_with(
        "music",
        json!({"AttributeDefinitions": genre, "GlobalSecondaryIndexes": indexes}),
    );
    let create = json!([{"Create": global_index("one-more", "genre", "ALL", None)}]);
    let refused = refused(&mut aws, json!({"GlobalSecondaryIndexUpdates": create}));
    assert!(refused.message.contains("limit of 20"), "{refused:?}");
}

#[test]
fn a_missing_table_is_named() {
    let mut aws = World::exact();
    assert_eq!(
        refused(&mut aws, json!({"BillingMode": "PAY_PER_REQUEST"})),
        refusal(
            "ResourceNotFoundException",
            "Requested resource not found: Table: music not found"
        )
    );
}

#[test]
fn what_is_not_served_is_refused_and_not_dropped() {
    let mut aws = provisioned();
    for (member, value) in [
        (
            "ReplicaUpdates",
            json!([{"Create": {"RegionName": "eu-west-1"}}]),
        ),
        ("MultiRegionConsistency", json!("STRONG")),
        ("DisassociationProtectionEnabled", json!(true)),
    ] {
        let refused = refused(&mut aws, json!({member: value}));
        assert_eq!(refused.code, "ValidationException");
        assert!(
            refused
                .message
                .starts_with(&format!("{member} is not served here")),
            "{refused:?}"
        );
    }
}

#[test]
fn an_index_has_one_change_at_a_time() {
    let mut aws = provisioned();
    let change =
        json!({"Update": {"IndexName": "by-genre", "ProvisionedThroughput": capacity(9, 9)}});
    let text = "One or more parameter values were invalid: Only one global secondary index update per index is allowed \
                simultaneously. Index: by-genre";
    assert_eq!(
        refused(
            &mut aws,
            json!({"GlobalSecondaryIndexUpdates": [change, change]})
        ),
        invalid(text)
    );
    let nothing = refused(&mut aws, json!({"GlobalSecondaryIndexUpdates": [{}]}));
    assert!(
        nothing
            .message
            .contains("exactly one of Update, Create and Delete"),
        "{nothing:?}"
    );
}
