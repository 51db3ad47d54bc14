//! The requests that are measured, and an order in which they touch the items.

use lookback_protocol::wire::backup::{CreateBackupInput, DeleteBackupInput};
use lookback_protocol::wire::continuous_backups::{
    PointInTimeRecoverySpecification, UpdateContinuousBackupsInput,
};
use lookback_protocol::wire::index::{
    CreateGlobalSecondaryIndexAction, DeleteGlobalSecondaryIndexAction, GlobalSecondaryIndexUpdate,
    Projection,
};
use lookback_protocol::wire::item::{DeleteItemInput, GetItemInput, PutItemInput};
use lookback_protocol::wire::query::ScanInput;
use lookback_protocol::wire::restore::{
    RestoreTableFromBackupInput, RestoreTableToPointInTimeInput,
};
use lookback_protocol::wire::table::{
    AttributeDefinition, CreateTableInput, DeleteTableInput, KeySchemaElement, ListTablesInput,
    UpdateTableInput,
};
use lookback_protocol::wire::ttl::{TimeToLiveSpecification, UpdateTimeToLiveInput};
use lookback_protocol::wire::{Request, Timestamp};

use crate::item::{EXPIRY_ATTRIBUTE, HASH_ATTRIBUTE, TITLE_ATTRIBUTE, item, key, small_item};

/// The name of the table that is measured.
pub const TABLE: &str = "Albums";

/// The name of the index that is added.
const INDEX: &str = "ByTitle";

/// CreateTable: a hash key, no index, on-demand billing.
pub fn create_table(table: &str) -> Request {
    Request::from(CreateTableInput {
        table_name: table.to_owned(),
        attribute_definitions: Some(vec![text_attribute(HASH_ATTRIBUTE)]),
        key_schema: Some(hash_key(HASH_ATTRIBUTE)),
        billing_mode: Some("PAY_PER_REQUEST".to_owned()),
        ..CreateTableInput::default()
    })
}

/// PutItem of the item with this number.
pub fn put_item(number: u32) -> Request {
    Request::from(PutItemInput {
        table_name: TABLE.to_owned(),
        item: item(number),
        ..PutItemInput::default()
    })
}

/// PutItem of a small item: its key has this number, its values differ from version to version.
pub fn put_small(number: u32, version: u32) -> Request {
    Request::from(PutItemInput {
        table_name: TABLE.to_owned(),
        item: small_item(number, version),
        ..PutItemInput::default()
    })
}

/// DeleteItem of the item with this number.
pub fn delete_item(number: u32) -> Request {
    Request::from(DeleteItemInput {
        table_name: TABLE.to_owned(),
        key: key(number),
        ..DeleteItemInput::default()
    })
}

/// GetItem of the item with this number.
pub fn get_item(number: u32) -> Request {
    Request::from(GetItemInput {
        table_name: TABLE.to_owned(),
        key: key(number),
        ..GetItemInput::default()
    })
}

/// Scan of the whole table.
pub fn scan() -> Request {
    Request::from(ScanInput {
        table_name: TABLE.to_owned(),
        ..ScanInput::default()
    })
}

/// ListTables: about the least that a call can ask for.
pub fn list_tables() -> Request {
    Request::from(ListTablesInput::default())
}

/// CreateBackup of the table.
pub fn create_backup() -> Request {
    create_backup_of(TABLE)
}

/// CreateBackup of a table.
pub fn create_backup_of(table: &str) -> Request {
    Request::from(CreateBackupInput {
        table_name: table.to_owned(),
        backup_name: "Nightly".to_owned(),
    })
}

/// DeleteBackup.
pub fn delete_backup(backup_arn: &str) -> Request {
    Request::from(DeleteBackupInput {
        backup_arn: backup_arn.to_owned(),
    })
}

/// RestoreTableFromBackup into a new table.
pub fn restore(backup_arn: &str, target: &str) -> Request {
    Request::from(RestoreTableFromBackupInput {
        backup_arn: backup_arn.to_owned(),
        target_table_name: target.to_owned(),
        ..RestoreTableFromBackupInput::default()
    })
}

/// UpdateContinuousBackups of the table: point-in-time recovery on with this period, or off.
pub fn recovery(period_days: Option<i32>) -> Request {
    recovery_of(TABLE, period_days)
}

/// UpdateContinuousBackups of a table: point-in-time recovery on with this period, or off.
pub fn recovery_of(table: &str, period_days: Option<i32>) -> Request {
    Request::from(UpdateContinuousBackupsInput {
        table_name: table.to_owned(),
        point_in_time_recovery_specification: PointInTimeRecoverySpecification {
            point_in_time_recovery_enabled: period_days.is_some(),
            recovery_period_in_days: period_days,
        },
    })
}

/// RestoreTableToPointInTime into a new table.
pub fn restore_to(instant_us: i64, target: &str) -> Request {
    Request::from(RestoreTableToPointInTimeInput {
        source_table_name: Some(TABLE.to_owned()),
        target_table_name: target.to_owned(),
        restore_date_time: Some(Timestamp(instant_us)),
        ..RestoreTableToPointInTimeInput::default()
    })
}

/// UpdateTable: a global index over the titles of all items.
pub fn add_index() -> Request {
    Request::from(UpdateTableInput {
        table_name: TABLE.to_owned(),
        attribute_definitions: Some(vec![
            text_attribute(HASH_ATTRIBUTE),
            text_attribute(TITLE_ATTRIBUTE),
        ]),
        global_secondary_index_updates: Some(vec![GlobalSecondaryIndexUpdate {
            create: Some(CreateGlobalSecondaryIndexAction {
                index_name: INDEX.to_owned(),
                key_schema: hash_key(TITLE_ATTRIBUTE),
                projection: Projection {
                    projection_type: Some("KEYS_ONLY".to_owned()),
                    non_key_attributes: None,
                },
                ..CreateGlobalSecondaryIndexAction::default()
            }),
            ..GlobalSecondaryIndexUpdate::default()
        }]),
        ..UpdateTableInput::default()
    })
}

/// UpdateTable: without that index.
pub fn remove_index() -> Request {
    Request::from(UpdateTableInput {
        table_name: TABLE.to_owned(),
        global_secondary_index_updates: Some(vec![GlobalSecondaryIndexUpdate {
            delete: Some(DeleteGlobalSecondaryIndexAction {
                index_name: INDEX.to_owned(),
            }),
            ..GlobalSecondaryIndexUpdate::default()
        }]),
        ..UpdateTableInput::default()
    })
}

/// UpdateTimeToLive: on or off.
pub fn time_to_live(enabled: bool) -> Request {
    Request::from(UpdateTimeToLiveInput {
        table_name: TABLE.to_owned(),
        time_to_live_specification: TimeToLiveSpecification {
            attribute_name: EXPIRY_ATTRIBUTE.to_owned(),
            enabled,
        },
    })
}

/// DeleteTable.
pub fn delete_table(table: &str) -> Request {
    Request::from(DeleteTableInput {
        table_name: table.to_owned(),
    })
}

fn text_attribute(name: &str) -> AttributeDefinition {
    AttributeDefinition {
        attribute_name: name.to_owned(),
        attribute_type: "S".to_owned(),
    }
}

fn hash_key(attribute: &str) -> Vec<KeySchemaElement> {
    vec![KeySchemaElement {
        attribute_name: attribute.to_owned(),
        key_type: "HASH".to_owned(),
    }]
}

/// Item numbers in an order that caches cannot foresee, the same in every run.
pub struct Shuffled {
    state: u64,
    items: u32,
}

impl Shuffled {
    /// Numbers below `items`.
    pub fn below(items: u32) -> Self {
        Self { state: 0, items }
    }

    /// The next number: a step of a linear congruential generator (Knuth's MMIX constants), upper bits scaled.
    pub fn next_number(&mut self) -> u32 {
        self.state = self
            .state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let scaled = (self.state >> 32) * u64::from(self.items);
        (scaled >> 32) as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn shuffled_numbers_stay_below_the_bound_and_reach_most_of_it() {
        let mut order = Shuffled::below(100);
        let seen: BTreeSet<u32> = (0..1_000).map(|_| order.next_number()).collect();
        assert!(seen.iter().all(|number| *number < 100));
        assert!(seen.len() > 95, "{}", seen.len());
    }
}
