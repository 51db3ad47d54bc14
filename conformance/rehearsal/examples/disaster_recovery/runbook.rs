//! The runbook: what the team does when a deploy has damaged the table of orders. It knows nothing of rehearsals.

use std::error::Error;
use std::time::{Duration, SystemTime};

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::client::Waiters;
use aws_sdk_dynamodb::primitives::DateTime;
use aws_sdk_dynamodb::types::{AttributeValue, PointInTimeRecoverySpecification, TableDescription};

use crate::shop::{SETTINGS, seconds};

/// A step failed: the text says which call and why.
pub type Failed = Box<dyn Error + Send + Sync>;

/// What a restore may take.
const RESTORE_MAX: Duration = Duration::from_secs(6 * 3600);

/// What was done, and what is left to people.
#[derive(Debug)]
pub struct Report {
    /// The table that is in use now.
    pub table: String,
    /// Orders of after the deploy that were carried over.
    pub carried_over: usize,
    /// Orders of the minute before the deploy: not in the restored table, damaged in the old one.
    pub by_hand: Vec<String>,
}

/// Gets the orders of before the deploy back, with those of since then, and swaps the tables.
pub async fn recover(
    client: &Client,
    damaged: &str,
    deployed: SystemTime,
) -> Result<Report, Failed> {
    let table = format!("{damaged}-restored");
    let cut = deployed - Duration::from_secs(60);
    let source = describe(client, damaged).await?;
    client
        .restore_table_to_point_in_time()
        .source_table_name(damaged)
        .target_table_name(&table)
        .restore_date_time(DateTime::from(cut))
        .send()
        .await?;
    client
        .wait_until_table_exists()
        .table_name(&table)
        .wait(RESTORE_MAX)
        .await?;
    switch_settings_on(client, &source, &table).await?;
    let (carried_over, by_hand) = carry_over(client, damaged, &table, cut, deployed).await?;
    swap(client, damaged, &table).await?;
    retire(client, damaged).await?;
    Ok(Report {
        table,
        carried_over,
        by_hand,
    })
}

async fn describe(client: &Client, table: &str) -> Result<TableDescription, Failed> {
    let answer = client.describe_table().table_name(table).send().await?;
    Ok(answer.table.ok_or("no description")?)
}

/// A restored table comes without tags, without point-in-time recovery and without deletion protection.
async fn switch_settings_on(
    client: &Client,
    source: &TableDescription,
    table: &str,
) -> Result<(), Failed> {
    let on = PointInTimeRecoverySpecification::builder()
        .point_in_time_recovery_enabled(true)
        .build()?;
    client
        .update_continuous_backups()
        .table_name(table)
        .point_in_time_recovery_specification(on)
        .send()
        .await?;
    let tags = client
        .list_tags_of_resource()
        .resource_arn(source.table_arn().unwrap_or_default())
        .send()
        .await?;
    let restored = describe(client, table).await?;
    client
        .tag_resource()
        .resource_arn(restored.table_arn().unwrap_or_default())
        .set_tags(tags.tags)
        .send()
        .await?;
    client
        .update_table()
        .table_name(table)
        .set_deletion_protection_enabled(source.deletion_protection_enabled)
        .send()
        .await?;
    client
        .wait_until_table_exists()
        .table_name(table)
        .wait(RESTORE_MAX)
        .await?;
    Ok(())
}

/// Copies what was placed after the deploy, and lists what was placed between the cut and the deploy.
async fn carry_over(
    client: &Client,
    damaged: &str,
    table: &str,
    cut: SystemTime,
    deployed: SystemTime,
) -> Result<(usize, Vec<String>), Failed> {
    let mut items = client
        .scan()
        .table_name(damaged)
        .filter_expression("placed >= :cut")
        .expression_attribute_values(":cut", AttributeValue::N(seconds(cut).to_string()))
        .consistent_read(true)
        .into_paginator()
        .items()
        .send();
    let (mut carried_over, mut by_hand) = (0, Vec::new());
    while let Some(item) = items.next().await {
        let item = item?;
        let placed_s = item
            .get("placed")
            .and_then(|value| value.as_n().ok()?.parse::<u64>().ok());
        if placed_s >= Some(seconds(deployed)) {
            client
                .put_item()
                .table_name(table)
                .set_item(Some(item))
                .send()
                .await?;
            carried_over += 1;
        } else {
            by_hand.extend(item.get("id").and_then(|id| id.as_s().ok()).cloned());
        }
    }
    by_hand.sort();
    Ok((carried_over, by_hand))
}

/// Points the shop at the restored table, unless somebody has pointed it elsewhere since. That it points there already is
/// fine: the SDK tries again when an answer is lost.
async fn swap(client: &Client, damaged: &str, table: &str) -> Result<(), Failed> {
    client
        .update_item()
        .table_name(SETTINGS)
        .key("id", text("orders"))
        .update_expression("SET #table = :restored")
        .condition_expression("#table IN (:damaged, :restored)")
        .expression_attribute_names("#table", "table")
        .expression_attribute_values(":restored", text(table))
        .expression_attribute_values(":damaged", text(damaged))
        .send()
        .await?;
    Ok(())
}

/// Keeps the damaged table as evidence, in a backup, and deletes it.
async fn retire(client: &Client, damaged: &str) -> Result<(), Failed> {
    client
        .create_backup()
        .table_name(damaged)
        .backup_name("evidence")
        .send()
        .await?;
    client
        .update_table()
        .table_name(damaged)
        .deletion_protection_enabled(false)
        .send()
        .await?;
    client
        .wait_until_table_exists()
        .table_name(damaged)
        .wait(RESTORE_MAX)
        .await?;
    client.delete_table().table_name(damaged).send().await?;
    client
        .wait_until_table_not_exists()
        .table_name(damaged)
        .wait(RESTORE_MAX)
        .await?;
    Ok(())
}

/// A string as an attribute.
pub fn text(value: &str) -> AttributeValue {
    AttributeValue::S(value.to_owned())
}
