//! Point-in-time recovery settings: DescribeContinuousBackups, UpdateContinuousBackups.
//!
//! The members are defined by the API model in `corpus/api`.

#![allow(missing_docs)]

use serde::{Deserialize, Serialize};

use super::timestamp::Timestamp;

/// The request of DescribeContinuousBackups.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct DescribeContinuousBackupsInput {
    pub table_name: String,
}

/// The answer of DescribeContinuousBackups.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct DescribeContinuousBackupsOutput {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub continuous_backups_description: Option<ContinuousBackupsDescription>,
}

/// The request of UpdateContinuousBackups.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct UpdateContinuousBackupsInput {
    pub table_name: String,
    pub point_in_time_recovery_specification: PointInTimeRecoverySpecification,
}

/// The answer of UpdateContinuousBackups.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct UpdateContinuousBackupsOutput {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub continuous_backups_description: Option<ContinuousBackupsDescription>,
}

/// Continuous backups and point-in-time recovery of a table.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct ContinuousBackupsDescription {
    pub continuous_backups_status: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub point_in_time_recovery_description: Option<PointInTimeRecoveryDescription>,
}

/// The window of point-in-time recovery.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct PointInTimeRecoveryDescription {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub point_in_time_recovery_status: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recovery_period_in_days: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub earliest_restorable_date_time: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latest_restorable_date_time: Option<Timestamp>,
    /// The undocumented twin of RecoveryPeriodInDays (record S17): not in the API model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub point_in_time_recovery_window_days: Option<i32>,
}

/// Point-in-time recovery as it should be.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct PointInTimeRecoverySpecification {
    pub point_in_time_recovery_enabled: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recovery_period_in_days: Option<i32>,
}
