//! Restores: RestoreTableFromBackup, RestoreTableToPointInTime.
//!
//! The members are defined by the API model in `corpus/api`.

#![allow(missing_docs)]

use serde::{Deserialize, Serialize};

use super::index::{GlobalSecondaryIndex, LocalSecondaryIndex};
use super::table::{SSESpecification, TableDescription};
use super::throughput::{OnDemandThroughput, ProvisionedThroughput};
use super::timestamp::Timestamp;
use super::vector_index::VectorIndex;

/// The request of RestoreTableFromBackup.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct RestoreTableFromBackupInput {
    pub target_table_name: String,
    pub backup_arn: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub billing_mode_override: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub global_secondary_index_override: Option<Vec<GlobalSecondaryIndex>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub local_secondary_index_override: Option<Vec<LocalSecondaryIndex>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provisioned_throughput_override: Option<ProvisionedThroughput>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_demand_throughput_override: Option<OnDemandThroughput>,
    #[serde(
        rename = "SSESpecificationOverride",
        skip_serializing_if = "Option::is_none"
    )]
    pub sse_specification_override: Option<SSESpecification>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vector_index_override: Option<Vec<VectorIndex>>,
}

/// The answer of RestoreTableFromBackup.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct RestoreTableFromBackupOutput {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub table_description: Option<TableDescription>,
}

/// The request of RestoreTableToPointInTime.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct RestoreTableToPointInTimeInput {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_table_arn: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_table_name: Option<String>,
    pub target_table_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub use_latest_restorable_time: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub restore_date_time: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub billing_mode_override: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub global_secondary_index_override: Option<Vec<GlobalSecondaryIndex>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub local_secondary_index_override: Option<Vec<LocalSecondaryIndex>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provisioned_throughput_override: Option<ProvisionedThroughput>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_demand_throughput_override: Option<OnDemandThroughput>,
    #[serde(
        rename = "SSESpecificationOverride",
        skip_serializing_if = "Option::is_none"
    )]
    pub sse_specification_override: Option<SSESpecification>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vector_index_override: Option<Vec<VectorIndex>>,
}

/// The answer of RestoreTableToPointInTime.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct RestoreTableToPointInTimeOutput {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub table_description: Option<TableDescription>,
}

/// What a table is being restored from.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct RestoreSummary {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_backup_arn: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_table_arn: Option<String>,
    pub restore_date_time: Timestamp,
    pub restore_in_progress: bool,
}
