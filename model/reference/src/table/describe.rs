//! TableDescription: what DescribeTable and the calls that change tables answer.

use lookback_protocol::wire::Timestamp;
use lookback_protocol::wire::index::{
    GlobalSecondaryIndexDescription, LocalSecondaryIndexDescription,
};
use lookback_protocol::wire::restore::RestoreSummary;
use lookback_protocol::wire::table::{
    BillingModeSummary, SSEDescription, TableClassSummary, TableDescription,
};
use lookback_protocol::wire::throughput::ProvisionedThroughputDescription;

use super::definition::{Billing, Encryption, GlobalIndex, Index, Throughput, key_schema_to_wire};
use super::{Status, Table};
use crate::store::Figures;

/// Counts and bytes as the statistics have them: of the table, or of the index of a name (TABLE-019).
pub(crate) type StatisticsOf<'a> = dyn Fn(Option<&str>) -> Figures + 'a;

impl Table {
    /// The description now. A table that is being deleted shows neither keys nor attributes nor indexes
    /// (TABLE-012, record S20).
    pub fn describe(&self, now_us: i64, statistics: &StatisticsOf<'_>) -> TableDescription {
        let status = self.status(now_us);
        let figures = statistics(None);
        let mut description = TableDescription {
            table_name: Some(self.name.clone()),
            table_status: Some(status.name().to_owned()),
            provisioned_throughput: Some(self.throughput_description(now_us)),
            table_size_bytes: Some(figures.bytes as i64),
            item_count: Some(figures.items as i64),
            table_arn: Some(self.arn.clone()),
            table_id: Some(self.id.clone()),
            billing_mode_summary: self.billing_mode_summary(now_us),
            table_class_summary: self.table_class_summary(),
            ..TableDescription::default()
        };
        if status == Status::Deleting {
            return description;
        }
        let definition = &self.definition;
        description.attribute_definitions = Some(definition.attribute_definitions());
        description.key_schema = Some(key_schema_to_wire(&definition.schema));
        description.creation_date_time = Some(Timestamp(self.created_us));
        description.local_secondary_indexes = non_empty(
            definition
                .local_indexes
                .iter()
                .map(|index| self.describe_local(index, statistics(Some(&index.name))))
                .collect(),
        );
        description.global_secondary_indexes = non_empty(
            definition
                .global_indexes
                .iter()
                .map(|global| {
                    let figures = statistics(Some(&global.index.name));
                    self.describe_global(global, now_us, figures)
                })
                .collect(),
        );
        description.sse_description = definition.encryption.as_ref().map(Encryption::describe);
        description.on_demand_throughput = definition.on_demand.clone();
        description.warm_throughput = self.warm.describe(status != Status::Creating, now_us);
        if let Some(stream) = &definition.stream {
            let label = stream_label(self.stream_since_us);
            description.stream_specification = Some(stream.clone());
            description.latest_stream_arn = Some(format!("{}/stream/{label}", self.arn));
            description.latest_stream_label = Some(label);
        }
        if self.is_restoring(now_us) {
            // While restoring, the live service leaves DeletionProtectionEnabled out (record S4).
            description.restore_summary = self.restore_summary();
        } else {
            description.deletion_protection_enabled = Some(definition.deletion_protection);
        }
        description
    }

    fn throughput_description(&self, now_us: i64) -> ProvisionedThroughputDescription {
        let changes = &self.throughput_changes;
        ProvisionedThroughputDescription {
            last_increase_date_time: changes.increased_us.map(Timestamp),
            last_decrease_date_time: changes.last_decrease_us(now_us).map(Timestamp),
            number_of_decreases_today: Some(changes.decreases_today(now_us) as i64),
            ..throughput_description(self.definition.throughput)
        }
    }

    /// The billing mode is summarised for tables that are or were on-demand (TABLE-006), and while a table is being
    /// restored (record S4).
    fn billing_mode_summary(&self, now_us: i64) -> Option<BillingModeSummary> {
        let shown = self.definition.billing == Billing::PayPerRequest
            || self.billing_was_switched
            || self.is_restoring(now_us);
        shown.then(|| BillingModeSummary {
            billing_mode: Some(self.definition.billing.name().to_owned()),
            last_update_to_pay_per_request_date_time: self.on_demand_since_us.map(Timestamp),
        })
    }

    fn table_class_summary(&self) -> Option<TableClassSummary> {
        let infrequent = self.definition.infrequent_access;
        (infrequent || !self.class_changes_us.is_empty()).then(|| TableClassSummary {
            table_class: Some(
                if infrequent {
                    "STANDARD_INFREQUENT_ACCESS"
                } else {
                    "STANDARD"
                }
                .to_owned(),
            ),
            last_update_date_time: self.class_changes_us.last().copied().map(Timestamp),
        })
    }

    fn restore_summary(&self) -> Option<RestoreSummary> {
        self.restored.as_ref().map(|origin| RestoreSummary {
            source_backup_arn: origin.source_backup_arn.clone(),
            source_table_arn: Some(origin.source_table_arn.clone()),
            restore_date_time: Timestamp(origin.restored_to_us),
            restore_in_progress: true,
        })
    }

    fn describe_local(&self, index: &Index, figures: Figures) -> LocalSecondaryIndexDescription {
        LocalSecondaryIndexDescription {
            index_name: Some(index.name.clone()),
            key_schema: Some(key_schema_to_wire(&index.schema)),
            projection: Some(index.projection.clone()),
            index_size_bytes: Some(figures.bytes as i64),
            item_count: Some(figures.items as i64),
            index_arn: Some(format!("{}/index/{}", self.arn, index.name)),
        }
    }

    fn describe_global(
        &self,
        global: &GlobalIndex,
        now_us: i64,
        figures: Figures,
    ) -> GlobalSecondaryIndexDescription {
        let index = &global.index;
        let added = global.active_us > self.active_us;
        let creating = now_us < global.active_us.max(self.active_us);
        GlobalSecondaryIndexDescription {
            index_name: Some(index.name.clone()),
            key_schema: Some(key_schema_to_wire(&index.schema)),
            projection: Some(index.projection.clone()),
            // A restoring table lists its global indexes without a status (RESTORE-032).
            index_status: (!self.is_restoring(now_us))
                .then(|| self.index_status(global, now_us).to_owned()),
            backfilling: (added && now_us < global.active_us).then_some(true),
            provisioned_throughput: Some(throughput_description(global.throughput)),
            index_size_bytes: Some(figures.bytes as i64),
            item_count: Some(figures.items as i64),
            index_arn: Some(format!("{}/index/{}", self.arn, index.name)),
            on_demand_throughput: global.on_demand.clone(),
            warm_throughput: self.warm.describe_index(&index.name, !creating, now_us),
        }
    }

    fn index_status(&self, global: &GlobalIndex, now_us: i64) -> &'static str {
        if global.gone_us.is_some() {
            "DELETING"
        } else if now_us < global.active_us.max(self.active_us) {
            "CREATING"
        } else {
            "ACTIVE"
        }
    }
}

impl Encryption {
    /// SSEDescription.
    pub fn describe(&self) -> SSEDescription {
        SSEDescription {
            status: Some("ENABLED".to_owned()),
            sse_type: Some("KMS".to_owned()),
            kms_master_key_arn: Some(self.key_arn.clone()),
            inaccessible_encryption_date_time: None,
        }
    }
}

fn throughput_description(throughput: Throughput) -> ProvisionedThroughputDescription {
    ProvisionedThroughputDescription {
        last_increase_date_time: None,
        last_decrease_date_time: None,
        number_of_decreases_today: Some(0),
        read_capacity_units: Some(throughput.read),
        write_capacity_units: Some(throughput.write),
    }
}

fn non_empty<T>(list: Vec<T>) -> Option<Vec<T>> {
    (!list.is_empty()).then_some(list)
}

/// A stream's label: when it was switched on, in ISO 8601 with milliseconds (STREAM-003).
fn stream_label(since_us: i64) -> String {
    let text = crate::calendar::iso_8601_millis(since_us);
    text.trim_end_matches('Z').to_owned()
}
