//! Imports whose source somebody else reads: what the model is given, and what it makes of it.

use std::sync::Arc;

use lookback_protocol::error::ServiceError;
use lookback_protocol::item_op::{ItemRules, put};
use lookback_protocol::key::Key;
use lookback_protocol::value::Item;
use lookback_protocol::wire::import::ImportTableDescription;

use super::{Counts, Import, Stage};
use crate::arn::Arn;
use crate::caller::Caller;
use crate::failure::Failure;
use crate::service::{Buckets, Call, NewTable, Service};
use crate::store::Store;
use crate::table::Tags;

/// An import whose source is to be read now.
#[derive(Clone, Debug, PartialEq)]
pub struct DueImport {
    /// What DescribeImport says: bucket, prefix, format, compression and the keys of the table.
    pub description: ImportTableDescription,
}

impl Service {
    /// The import that came due first of those whose source waits to be read; `None` when there is none. Each is given once.
    /// Nothing is given with [`Buckets::Imaginary`]. `now_us`: as for [`Service::apply`].
    pub fn next_due_import(&mut self, now_us: i64) -> Option<DueImport> {
        let now_us = self.reach(now_us);
        if self.buckets == Buckets::Imaginary {
            return None;
        }
        let arn = self.take_due_import()?;
        let description = self.import_mut(&arn)?.describe(now_us);
        Some(DueImport { description })
    }

    /// The source of an import can be read: its table comes up, CREATING. `false` when it cannot, because another table
    /// took the name: then the import has FAILED, and nothing is to be read (IMPORT-038).
    pub fn open_import(&mut self, arn: &str) -> bool {
        let Some(caller) = home(arn) else {
            return false;
        };
        self.settle(&caller);
        let Some(import) = self.import_mut(arn) else {
            return false;
        };
        if import.stage != Stage::Waiting {
            return false;
        }
        let name = import.table_name().to_owned();
        let (definition, serial) = (import.definition.clone(), import.serial);
        let (appears_us, active_us) = (import.appears_us, import.active_us);
        if self.tenant(&caller).tables.contains_key(&name) {
            let failure = Failure::new(
                "TableAlreadyExists",
                format!("Table already exists: {name}"),
            );
            self.end_import(arn, Counts::default(), Some(failure));
            return false;
        }
        let call = Call {
            now_us: appears_us,
            caller: &caller,
        };
        let table = NewTable {
            name: name.clone(),
            serial,
            creation_us: active_us - appears_us,
            restored: None,
            definition,
            store: Store::new(appears_us, self.choices.band_us()),
            tags: Tags::default(),
        };
        self.add_table(&call, table);
        if let Some(table) = self.tenant(&caller).tables.get_mut(&name) {
            table.hold_for_import();
        }
        if let Some(import) = self.import_mut(arn) {
            import.stage = Stage::Reading(Counts::default());
        }
        true
    }

    /// Puts items into the table of an import that was opened, in this order: of equal keys the last one stays
    /// (IMPORT-014). An `Err` is a line that was no item, told by its reader, who leaves the rest of its object out
    /// (IMPORT-017). Gives the number, counted from zero, and the refusal of each that was refused: all of them count as
    /// errors (IMPORT-012, -018, -019).
    pub fn import_items(
        &mut self,
        arn: &str,
        items: impl IntoIterator<Item = Result<Item, ServiceError>>,
    ) -> Vec<(usize, ServiceError)> {
        let mut refused = Vec::new();
        let Some((rules, store, mut counts)) = self.import_target(arn) else {
            return refused;
        };
        for (number, item) in items.into_iter().enumerate() {
            match item.and_then(|item| Ok((admit(&rules, &item)?, item))) {
                Ok((key, item)) => {
                    let position = self.next_position();
                    if let Some(store) = self.stores.get_mut(store) {
                        store.load(position, key, Arc::new(item));
                    }
                    counts.imported += 1;
                }
                Err(error) => {
                    counts.errors += 1;
                    refused.push((number, error));
                }
            }
        }
        if let Some(import) = self.import_mut(arn) {
            import.stage = Stage::Reading(counts);
        }
        refused
    }

    /// How reading the source of an import ended: `Ok` with the uncompressed bytes that were read, or why it broke off.
    /// After any error the import is FAILED, and its table is ACTIVE with what was right (IMPORT-016); an import that was
    /// never opened has no table (IMPORT-023). What is no import that was given is ignored, and so is a second end.
    pub fn import_ended(&mut self, arn: &str, read: Result<u64, Failure>) {
        let counts = match self.import_mut(arn).map(|import| &import.stage) {
            Some(Stage::Reading(counts)) => *counts,
            // An end without a table: only a failure.
            Some(Stage::Waiting) if read.is_err() => Counts::default(),
            _ => return,
        };
        let (bytes, failure) = match read {
            Ok(bytes) => (bytes, (counts.errors > 0).then(item_errors)),
            Err(failure) => (counts.bytes, Some(failure)),
        };
        self.end_import(arn, Counts { bytes, ..counts }, failure);
    }

    /// Where buckets are imaginary, the source of every import is empty (IMPORT-022).
    pub(crate) fn settle_imports(&mut self) {
        if self.buckets == Buckets::Served {
            return;
        }
        while let Some(arn) = self.take_due_import() {
            if self.open_import(&arn) {
                self.import_ended(&arn, Ok(0));
            }
        }
    }

    fn end_import(&mut self, arn: &str, counts: Counts, failure: Option<Failure>) {
        let Some(import) = self.import_mut(arn) else {
            return;
        };
        let has_table = matches!(import.stage, Stage::Reading(_));
        import.stage = Stage::Ended(counts, failure);
        let (name, id) = (import.table_name().to_owned(), import.table_id.clone());
        let (active_us, serial) = (import.active_us, import.serial);
        let backups_ready_us = active_us + self.choices.backups_enabling_us(serial);
        if let Some(caller) = home(arn).filter(|_| has_table)
            && let Some(table) = self.tenant(&caller).tables.get_mut(&name)
            && table.id == id
        {
            table.release_after_import(active_us, backups_ready_us);
        }
    }

    /// What items of an import are judged by, where they go, and what was counted so far.
    fn import_target(
        &mut self,
        arn: &str,
    ) -> Option<(Arc<ItemRules>, crate::stores::StoreId, Counts)> {
        let import = self.import_mut(arn)?;
        let Stage::Reading(counts) = import.stage else {
            return None;
        };
        let name = import.table_name().to_owned();
        let table = self.tenants.get(&home(arn)?)?.tables.get(&name)?;
        Some((Arc::clone(&table.rules), table.store, counts))
    }

    /// The ARN of the first import that has come due and was not given yet.
    fn take_due_import(&mut self) -> Option<String> {
        let now_us = self.reach(i64::MIN);
        let (due_us, _) = self.imports_waiting.first()?;
        if *due_us > now_us {
            return None;
        }
        self.imports_waiting.pop_first().map(|(_, arn)| arn)
    }

    fn import_mut(&mut self, arn: &str) -> Option<&mut Import> {
        self.tenants.get_mut(&home(arn)?)?.imports.get_mut(arn)
    }
}

/// Judges an item as a put would (IMPORT-018, -019).
fn admit(rules: &ItemRules, item: &Item) -> Result<Key, ServiceError> {
    if item.get("").is_some() {
        return Err(ServiceError::invalid_parameter(
            "An attribute name must not be empty",
        ));
    }
    put::admit(rules, item)
}

/// What is told when some items were refused (IMPORT-016, record 5.4).
fn item_errors() -> Failure {
    Failure::new(
        "ItemValidationError",
        "Some of the items failed validation checks and were not imported. Please check CloudWatch error logs for more \
         details.",
    )
}

/// Whose import this is.
fn home(arn: &str) -> Option<Caller> {
    let arn = Arn::parse(arn)?;
    Some(Caller::new(arn.account, arn.region))
}
