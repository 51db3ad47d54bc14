//! A backup: a name, a frozen description of its table, and a cut through the table's log.

use std::sync::Arc;

use lookback_protocol::wire::Timestamp;
use lookback_protocol::wire::backup::{
    BackupDescription, BackupDetails, BackupSummary, GlobalSecondaryIndexInfo,
    LocalSecondaryIndexInfo, SourceTableDetails, SourceTableFeatureDetails,
};
use lookback_protocol::wire::ttl::TimeToLiveDescription;

use crate::store::{Cut, Figures};
use crate::stores::StoreId;
use crate::table::{Definition, Encryption, Table, key_schema_to_wire};

/// Who made a backup.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum BackupKind {
    /// CreateBackup.
    User,
    /// The deletion of a table with point-in-time recovery.
    System,
}

impl BackupKind {
    /// The name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::User => "USER",
            Self::System => "SYSTEM",
        }
    }
}

/// Where a backup stands in every listing: by id, which begins with the creation time, then by table.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct BackupKey {
    pub id: String,
    pub table: String,
}

/// The table as it was when the backup was taken (BACKUP-DESCRIBE-002, -007).
#[derive(Clone, Debug)]
pub(crate) struct SourceTable {
    pub name: String,
    pub id: String,
    pub arn: String,
    pub created_us: i64,
    pub figures: Figures,
    pub ttl_attribute: Option<String>,
    /// Whether SourceTableFeatureDetails tells the features: those of SYSTEM backups were always empty
    /// (SYSTEM-BACKUP-011). Restores have the indexes all the same.
    pub features_recorded: bool,
    /// Shared with the table: freezing costs nothing.
    pub definition: Arc<Definition>,
}

impl SourceTable {
    /// Freezes a table's description, with these settings of it.
    pub fn freeze(table: &Table, definition: Arc<Definition>, figures: Figures) -> Self {
        Self {
            name: table.name.clone(),
            id: table.id.clone(),
            arn: table.arn.clone(),
            created_us: table.created_us,
            figures,
            ttl_attribute: table.ttl.attribute.clone(),
            features_recorded: true,
            definition,
        }
    }
}

impl BackupKey {
    /// Behind every backup created before this millisecond, and before all others: ids begin with it in 14 digits.
    pub fn first_of_ms(created_ms: i64) -> Self {
        let id = match created_ms {
            ..0 => String::new(),
            0..100_000_000_000_000 => format!("{created_ms:014}"),
            // Later than ids can tell: behind every digit.
            _ => ":".to_owned(),
        };
        let table = String::new();
        Self { id, table }
    }
}

/// A backup.
#[derive(Debug)]
pub(crate) struct Backup {
    pub id: String,
    pub name: String,
    pub kind: BackupKind,
    /// The request, in whole milliseconds (BACKUP-CREATE-004).
    pub created_us: i64,
    /// From then on known to callers: at once, but for SYSTEM backups.
    pub visible_us: i64,
    /// From then on AVAILABLE.
    pub available_us: i64,
    /// Gone from then on: SYSTEM backups only (LIFECYCLE-010, SYSTEM-BACKUP-006).
    pub expires_us: Option<i64>,
    pub source: SourceTable,
    pub store: StoreId,
    pub cut: Cut,
    /// Feeds a restore until then (ERRORS-004).
    pub restoring_until_us: i64,
}

impl Backup {
    /// The backup's name in full (VALIDATION-006).
    pub fn arn(&self) -> String {
        format!("{}/backup/{}", self.source.arn, self.id)
    }

    /// Whether callers know this backup now.
    pub fn is_known(&self, now_us: i64) -> bool {
        now_us >= self.visible_us && self.expires_us.is_none_or(|expires_us| now_us < expires_us)
    }

    /// CREATING, then AVAILABLE; DELETED is only ever said by DeleteBackup (LIFECYCLE-001, -004).
    pub fn status(&self, now_us: i64) -> &'static str {
        if now_us < self.available_us {
            "CREATING"
        } else {
            "AVAILABLE"
        }
    }

    /// BackupDetails with this status, under the ARN that the caller used (VALIDATION-010).
    pub fn details(&self, arn: String, status: &str) -> BackupDetails {
        BackupDetails {
            backup_arn: arn,
            backup_name: self.name.clone(),
            backup_size_bytes: Some(self.source.figures.bytes as i64),
            backup_status: status.to_owned(),
            backup_type: self.kind.name().to_owned(),
            backup_creation_date_time: Timestamp(self.created_us),
            backup_expiry_date_time: self.expires_us.map(Timestamp),
        }
    }

    /// The full description (BACKUP-DESCRIBE-001).
    pub fn describe(&self, arn: String, status: &str) -> BackupDescription {
        BackupDescription {
            backup_details: Some(self.details(arn, status)),
            source_table_details: Some(self.source.details()),
            source_table_feature_details: Some(self.source.features()),
        }
    }

    /// The backup in a list (LIST-BACKUPS-007).
    pub fn summary(&self, now_us: i64) -> BackupSummary {
        BackupSummary {
            table_name: Some(self.source.name.clone()),
            table_id: Some(self.source.id.clone()),
            table_arn: Some(self.source.arn.clone()),
            backup_arn: Some(self.arn()),
            backup_name: Some(self.name.clone()),
            backup_creation_date_time: Some(Timestamp(self.created_us)),
            backup_expiry_date_time: self.expires_us.map(Timestamp),
            backup_status: Some(self.status(now_us).to_owned()),
            backup_type: Some(self.kind.name().to_owned()),
            backup_size_bytes: Some(self.source.figures.bytes as i64),
        }
    }
}

impl SourceTable {
    /// SourceTableDetails (BACKUP-DESCRIBE-002, -003).
    fn details(&self) -> SourceTableDetails {
        let definition = &self.definition;
        SourceTableDetails {
            table_name: self.name.clone(),
            table_id: self.id.clone(),
            table_arn: Some(self.arn.clone()),
            table_size_bytes: Some(self.figures.bytes as i64),
            key_schema: key_schema_to_wire(&definition.schema),
            table_creation_date_time: Timestamp(self.created_us),
            provisioned_throughput: definition.throughput.to_wire(),
            on_demand_throughput: definition.on_demand.clone(),
            item_count: Some(self.figures.items as i64),
            billing_mode: Some(definition.billing.name().to_owned()),
        }
    }

    /// SourceTableFeatureDetails: only what was switched on (BACKUP-DESCRIBE-004..006).
    fn features(&self) -> SourceTableFeatureDetails {
        if !self.features_recorded {
            return SourceTableFeatureDetails::default();
        }
        let definition = &self.definition;
        let local: Vec<_> = definition
            .local_indexes
            .iter()
            .map(|index| LocalSecondaryIndexInfo {
                index_name: Some(index.name.clone()),
                key_schema: Some(key_schema_to_wire(&index.schema)),
                projection: Some(index.projection.clone()),
            })
            .collect();
        let global: Vec<_> = definition
            .kept_global_indexes()
            .map(|global| GlobalSecondaryIndexInfo {
                index_name: Some(global.index.name.clone()),
                key_schema: Some(key_schema_to_wire(&global.index.schema)),
                projection: Some(global.index.projection.clone()),
                provisioned_throughput: Some(global.throughput.to_wire()),
                on_demand_throughput: global.on_demand.clone(),
            })
            .collect();
        SourceTableFeatureDetails {
            local_secondary_indexes: (!local.is_empty()).then_some(local),
            global_secondary_indexes: (!global.is_empty()).then_some(global),
            stream_description: definition.stream.clone(),
            time_to_live_description: self.ttl_attribute.as_ref().map(|attribute| {
                TimeToLiveDescription {
                    time_to_live_status: Some("ENABLED".to_owned()),
                    attribute_name: Some(attribute.clone()),
                }
            }),
            sse_description: definition.encryption.as_ref().map(Encryption::describe),
            vector_indexes: None,
        }
    }
}
