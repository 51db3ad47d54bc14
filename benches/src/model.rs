//! The model with one table, and a clock that moves a little with every call.

use lookback_protocol::error::{ErrorCode, ServiceError};
use lookback_protocol::wire::{Request, Response};
use lookback_reference::{Answer, Caller, SECOND_US, Service, Settings};

use crate::request::{
    TABLE, create_backup, create_table, delete_backup, delete_table, get_item, put_item, recovery,
    restore, restore_to,
};

/// When the measured world begins: 2025-01-01, in microseconds since the Unix epoch.
const BEGIN_US: i64 = 1_735_689_600 * SECOND_US;

/// At most what the model frees of a deleted table with each call.
const KEYS_FREED_PER_CALL: u32 = 32;

/// A service with one table.
#[derive(Debug)]
pub struct Model {
    service: Service,
    caller: Caller,
    now_us: i64,
}

impl Model {
    /// A service with an empty table.
    ///
    /// # Errors
    /// What the model refuses: then nothing can be measured.
    pub fn with_empty_table() -> Result<Self, ServiceError> {
        let mut model = Self {
            service: Service::new(Settings::default()),
            caller: Caller::new("111122223333", "us-east-1"),
            now_us: BEGIN_US,
        };
        model.apply(create_table(TABLE))?;
        model.wait();
        Ok(model)
    }

    /// A service with an empty table that can be recovered to any point in time of as many days.
    ///
    /// # Errors
    /// What the model refuses.
    pub fn with_recovery(period_days: i32) -> Result<Self, ServiceError> {
        let mut model = Self::with_empty_table()?;
        model.apply(recovery(Some(period_days)))?;
        Ok(model)
    }

    /// A service whose table holds this many items.
    ///
    /// # Errors
    /// What the model refuses: then nothing can be measured.
    pub fn with_items(items: u32) -> Result<Self, ServiceError> {
        let mut model = Self::with_empty_table()?;
        for number in 0..items {
            model.apply(put_item(number))?;
        }
        Ok(model)
    }

    /// Does what a request asks for, one microsecond after the last.
    ///
    /// # Errors
    /// What the model refuses.
    pub fn apply(&mut self, request: Request) -> Result<Response, ServiceError> {
        self.now_us += 1;
        self.service.apply(self.now_us, &self.caller, request)
    }

    /// Answers JSON with JSON. `target` is the X-Amz-Target header.
    pub fn answer(&mut self, target: &str, body: &[u8]) -> Answer {
        self.now_us += 1;
        self.service
            .answer(self.now_us, &self.caller, Some(target), body)
    }

    /// Lets a minute pass: whatever was on its way is done.
    pub fn wait(&mut self) {
        self.pass(60 * SECOND_US);
    }

    /// Lets so many microseconds pass.
    pub fn pass(&mut self, us: i64) {
        self.now_us += us;
    }

    /// The instant of the last call, in microseconds since the Unix epoch.
    pub fn now_us(&self) -> i64 {
        self.now_us
    }

    /// Makes a backup, waits until it is AVAILABLE, and gives its ARN.
    ///
    /// # Errors
    /// What the model refuses.
    pub fn backup(&mut self) -> Result<String, ServiceError> {
        let response = self.apply(create_backup())?;
        self.wait();
        backup_arn(&response)
    }

    /// Deletes a backup.
    ///
    /// # Errors
    /// What the model refuses.
    pub fn delete_backup(&mut self, arn: &str) -> Result<(), ServiceError> {
        self.wait();
        self.apply(delete_backup(arn)).map(drop)
    }

    /// Restores a backup into a new table.
    ///
    /// # Errors
    /// What the model refuses.
    pub fn restore(&mut self, arn: &str, target: &str) -> Result<Response, ServiceError> {
        self.apply(restore(arn, target))
    }

    /// Restores the table as it was at an instant into a new one.
    ///
    /// # Errors
    /// What the model refuses.
    pub fn restore_to(&mut self, instant_us: i64, target: &str) -> Result<Response, ServiceError> {
        self.apply(restore_to(instant_us, target))
    }

    /// Deletes a table of up to this many items, and calls until its memory is free again: the model frees a
    /// little with every call.
    ///
    /// # Errors
    /// What the model refuses.
    pub fn remove_table(&mut self, table: &str, items: u32) -> Result<(), ServiceError> {
        self.wait();
        self.apply(delete_table(table))?;
        self.wait();
        for _ in 0..=items / KEYS_FREED_PER_CALL {
            self.apply(get_item(0))?;
        }
        Ok(())
    }
}

/// The ARN in the answer of CreateBackup.
///
/// # Errors
/// InternalServerError: the answer has none.
pub fn backup_arn(response: &Response) -> Result<String, ServiceError> {
    let arn = match response {
        Response::CreateBackup(output) => output
            .backup_details
            .as_ref()
            .map(|details| details.backup_arn.clone()),
        _ => None,
    };
    arn.ok_or_else(|| {
        ServiceError::new(
            ErrorCode::InternalServerError,
            "CreateBackup answered without an ARN",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_filled_with_the_items_that_get_item_asks_for() {
        let mut model = Model::with_items(3).unwrap();
        let found = |model: &mut Model, number| match model.apply(get_item(number)).unwrap() {
            Response::GetItem(output) => output.item.is_some(),
            other => panic!("{other:?}"),
        };
        assert!(found(&mut model, 2));
        assert!(!found(&mut model, 3));
    }

    #[test]
    fn a_backup_can_be_restored_again_and_again_after_the_target_is_removed() {
        let mut model = Model::with_items(100).unwrap();
        let arn = model.backup().unwrap();
        for _ in 0..3 {
            model.restore(&arn, "Restored").unwrap();
            model.remove_table("Restored", 100).unwrap();
        }
        assert!(model.restore(&arn, TABLE).is_err());
    }
}
