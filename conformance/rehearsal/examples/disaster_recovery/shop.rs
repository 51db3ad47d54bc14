//! A shop. Its orders are in one table, and the name of that table in another, so that tables can be swapped.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::client::Waiters;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, AttributeValue, BillingMode, KeySchemaElement, KeyType,
    PointInTimeRecoverySpecification, ScalarAttributeType, Tag,
};

use crate::runbook::{Failed, text};

/// Where the shop finds the name of the table of orders.
pub const SETTINGS: &str = "settings";

/// What an order says of itself.
#[derive(Clone, Copy, Debug)]
pub struct Order {
    pub id: u32,
    pub cents: u64,
    pub placed_s: u64,
}

/// The shop as a program.
pub struct Shop<'a>(pub &'a Client);

impl Shop<'_> {
    /// Makes the tables: protected, tagged, with point-in-time recovery.
    pub async fn open(&self) -> Result<(), Failed> {
        self.create(SETTINGS, false).await?;
        self.create("orders", true).await?;
        let on = PointInTimeRecoverySpecification::builder()
            .point_in_time_recovery_enabled(true)
            .build()?;
        self.0
            .update_continuous_backups()
            .table_name("orders")
            .point_in_time_recovery_specification(on)
            .send()
            .await?;
        self.0
            .put_item()
            .table_name(SETTINGS)
            .item("id", text("orders"))
            .item("table", text("orders"))
            .send()
            .await?;
        Ok(())
    }

    async fn create(&self, table: &str, precious: bool) -> Result<(), Failed> {
        self.0
            .create_table()
            .table_name(table)
            .billing_mode(BillingMode::PayPerRequest)
            .attribute_definitions(
                AttributeDefinition::builder()
                    .attribute_name("id")
                    .attribute_type(ScalarAttributeType::S)
                    .build()?,
            )
            .key_schema(
                KeySchemaElement::builder()
                    .attribute_name("id")
                    .key_type(KeyType::Hash)
                    .build()?,
            )
            .deletion_protection_enabled(precious)
            .tags(Tag::builder().key("team").value("shop").build()?)
            .send()
            .await?;
        self.0
            .wait_until_table_exists()
            .table_name(table)
            .wait(Duration::from_secs(600))
            .await?;
        Ok(())
    }

    /// The table that holds the orders now.
    pub async fn table(&self) -> Result<String, Failed> {
        let setting = self
            .0
            .get_item()
            .table_name(SETTINGS)
            .key("id", text("orders"))
            .consistent_read(true)
            .send()
            .await?;
        let item = setting.item.ok_or("no such setting")?;
        Ok(item
            .get("table")
            .and_then(|name| name.as_s().ok())
            .ok_or("no name")?
            .clone())
    }

    /// Takes an order.
    pub async fn order(&self, order: Order) -> Result<(), Failed> {
        self.0
            .put_item()
            .table_name(self.table().await?)
            .item("id", text(&order.id.to_string()))
            .item("cents", number(order.cents))
            .item("placed", number(order.placed_s))
            .condition_expression("attribute_not_exists(id)")
            .send()
            .await?;
        Ok(())
    }

    /// Every order.
    pub async fn orders(&self) -> Result<Vec<Order>, Failed> {
        let mut pages = self
            .0
            .scan()
            .table_name(self.table().await?)
            .consistent_read(true)
            .into_paginator()
            .items()
            .send();
        let mut orders = Vec::new();
        while let Some(item) = pages.next().await {
            let item = item?;
            let read = |name: &str| {
                item.get(name)
                    .and_then(|value| value.as_n().ok()?.parse().ok())
            };
            let id = item
                .get("id")
                .and_then(|value| value.as_s().ok()?.parse().ok());
            orders.push(Order {
                id: id.ok_or("no id")?,
                cents: read("cents").ok_or("no price")?,
                placed_s: read("placed").ok_or("no date")?,
            });
        }
        orders.sort_by_key(|order| order.id);
        Ok(orders)
    }

    /// A deploy with a migration that takes the prices for something else than cents.
    pub async fn corrupting_deploy(&self) -> Result<(), Failed> {
        for order in self.orders().await? {
            self.0
                .update_item()
                .table_name(self.table().await?)
                .key("id", text(&order.id.to_string()))
                .update_expression("SET cents = :wrong")
                .expression_attribute_values(":wrong", number(order.cents / 100))
                .send()
                .await?;
        }
        Ok(())
    }
}

/// Whole seconds since the Unix epoch.
pub fn seconds(at: SystemTime) -> u64 {
    at.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

fn number(value: u64) -> AttributeValue {
    AttributeValue::N(value.to_string())
}
