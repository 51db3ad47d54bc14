//! The requests that are measured, and an order in which they touch the items.

use lookback_protocol::wire::Request;
use lookback_protocol::wire::backup::{CreateBackupInput, DeleteBackupInput};
use lookback_protocol::wire::item::{GetItemInput, PutItemInput};
use lookback_protocol::wire::restore::RestoreTableFromBackupInput;
use lookback_protocol::wire::table::{
    AttributeDefinition, CreateTableInput, DeleteTableInput, KeySchemaElement,
};

use crate::item::{HASH_ATTRIBUTE, item, key};

/// The name of the table that is measured.
pub const TABLE: &str = "Albums";

/// CreateTable: a hash key, no index, on-demand billing.
pub fn create_table() -> Request {
    Request::from(CreateTableInput {
        table_name: TABLE.to_owned(),
        attribute_definitions: Some(vec![AttributeDefinition {
            attribute_name: HASH_ATTRIBUTE.to_owned(),
            attribute_type: "S".to_owned(),
        }]),
        key_schema: Some(vec![KeySchemaElement {
            attribute_name: HASH_ATTRIBUTE.to_owned(),
            key_type: "HASH".to_owned(),
        }]),
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

/// GetItem of the item with this number.
pub fn get_item(number: u32) -> Request {
    Request::from(GetItemInput {
        table_name: TABLE.to_owned(),
        key: key(number),
        ..GetItemInput::default()
    })
}

/// CreateBackup of the table.
pub fn create_backup() -> Request {
    Request::from(CreateBackupInput {
        table_name: TABLE.to_owned(),
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

/// DeleteTable.
pub fn delete_table(table: &str) -> Request {
    Request::from(DeleteTableInput {
        table_name: table.to_owned(),
    })
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
