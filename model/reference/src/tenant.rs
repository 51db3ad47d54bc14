//! What one account has in one region: its tables, backups, exports and imports.

use std::collections::{BTreeMap, BTreeSet};

use lookback_protocol::error::{ErrorCode, ServiceError};

use crate::arn::{Arn, is_resource_name};
use crate::backup::{Backup, BackupKey};
use crate::caller::Caller;
use crate::client_tokens::TransactionTokens;
use crate::export::Exports;
use crate::ids::ArtefactIds;
use crate::import::Imports;
use crate::listing::Listing;
use crate::table::{Status, Table};

/// The tables, backups, exports and imports of one account in one region.
#[derive(Debug, Default)]
pub(crate) struct Tenant {
    pub tables: BTreeMap<String, Table>,
    pub backups: BTreeMap<BackupKey, Backup>,
    pub listing: Listing,
    pub backup_ids: ArtefactIds,
    pub exports: Exports,
    pub imports: Imports,
    pub transaction_tokens: TransactionTokens,
    /// When backups expire.
    expiries: BTreeSet<(i64, BackupKey)>,
    /// The tables whose items expire.
    pub expiring: BTreeSet<String>,
    /// Deletions on their way: when each is over.
    pub deletions: BTreeSet<(i64, String)>,
    /// Deletions whose SYSTEM backup is due before they are over: when.
    pub farewells: BTreeSet<(i64, String)>,
    /// Restores on their way: until when, and into which table.
    pub restores: BTreeSet<(i64, String)>,
}

impl Tenant {
    /// Takes out the tables whose deletion is over by now.
    pub fn take_gone(&mut self, now_us: i64) -> Vec<Table> {
        let mut gone = Vec::new();
        while let Some((gone_us, _)) = self.deletions.first()
            && *gone_us <= now_us
            && let Some((_, name)) = self.deletions.pop_first()
        {
            gone.extend(self.tables.remove(&name));
            self.expiring.remove(&name);
        }
        while let Some((done_us, _)) = self.restores.first()
            && *done_us <= now_us
        {
            self.restores.pop_first();
        }
        gone
    }

    /// The tables in deletion whose SYSTEM backup, if any, is due by now.
    pub fn take_farewells(&mut self, now_us: i64) -> Vec<String> {
        let mut due = Vec::new();
        while let Some((due_us, _)) = self.farewells.first()
            && *due_us <= now_us
            && let Some((_, name)) = self.farewells.pop_first()
        {
            due.push(name);
        }
        due
    }

    /// The table as the data plane knows it: not while it is CREATING or DELETING (TABLE-026).
    pub fn data_table(&mut self, name: &str, now_us: i64) -> Result<&mut Table, ServiceError> {
        match self.tables.get_mut(name) {
            Some(table) if matches!(table.status(now_us), Status::Active | Status::Updating) => {
                table.settle_indexes(now_us);
                Ok(table)
            }
            _ => Err(no_such_data_table()),
        }
    }

    /// The table as DescribeTable knows it: in any state (ERRORS-021).
    pub fn known_table(&mut self, name: &str) -> Result<&mut Table, ServiceError> {
        self.tables
            .get_mut(name)
            .ok_or_else(|| resource_not_found(name))
    }

    /// The table as the calls that change settings know it: not while a restore fills it (RESTORE-009).
    pub fn settled_table(&mut self, name: &str, now_us: i64) -> Result<&mut Table, ServiceError> {
        match self.tables.get_mut(name) {
            Some(table) if !table.is_restoring(now_us) => {
                table.settle_indexes(now_us);
                Ok(table)
            }
            _ => Err(resource_not_found(name)),
        }
    }

    /// The table as the tag calls know it: not while a restore or an import fills it (RESTORE-009, IMPORT-008).
    pub fn tagged_table(&mut self, name: &str, now_us: i64) -> Result<&mut Table, ServiceError> {
        let table = self.settled_table(name, now_us)?;
        if table.imported && now_us < table.active_us {
            return Err(resource_not_found(name));
        }
        Ok(table)
    }

    /// The table as the backup family knows it: not while CREATING, but while an import fills it, and for a moment while
    /// DELETING (ERRORS-001, BACKUP-CREATE-011, -013, IMPORT-008).
    pub fn backup_table(&mut self, name: &str, now_us: i64) -> Result<&mut Table, ServiceError> {
        let known = |table: &Table| match &table.deletion {
            Some(deletion) => now_us < deletion.admits_until_us,
            None => now_us >= table.active_us || table.imported,
        };
        match self.tables.get_mut(name) {
            Some(table) if known(table) => {
                table.settle_indexes(now_us);
                Ok(table)
            }
            _ => Err(table_not_found(name)),
        }
    }

    /// Takes out a backup that has expired by now.
    pub fn take_expired(&mut self, now_us: i64) -> Option<Backup> {
        let (expires_us, _) = self.expiries.first()?;
        if *expires_us > now_us {
            return None;
        }
        let (_, key) = self.expiries.pop_first()?;
        self.remove_backup(&key)
    }

    /// The backup under a key, once callers know it.
    pub fn backup(&self, key: &BackupKey, now_us: i64) -> Option<&Backup> {
        self.backups
            .get(key)
            .filter(|backup| backup.is_known(now_us))
    }

    /// Takes a backup in.
    pub fn add_backup(&mut self, backup: Backup) {
        let key = BackupKey {
            id: backup.id.clone(),
            table: backup.source.name.clone(),
        };
        if let Some(expires_us) = backup.expires_us {
            self.expiries.insert((expires_us, key.clone()));
        }
        self.listing.insert(backup.kind, &key);
        self.backups.insert(key, backup);
    }

    /// Takes a backup out.
    pub fn remove_backup(&mut self, key: &BackupKey) -> Option<Backup> {
        let backup = self.backups.remove(key)?;
        self.listing.remove(backup.kind, key);
        Some(backup)
    }
}

/// `Requested resource not found`, as the data plane says it (TABLE-026).
pub(crate) fn no_such_data_table() -> ServiceError {
    ServiceError::new(
        ErrorCode::ResourceNotFoundException,
        "Requested resource not found",
    )
}

/// `Requested resource not found: Table: <name> not found` (ERRORS-021).
pub(crate) fn resource_not_found(name: &str) -> ServiceError {
    ServiceError::new(
        ErrorCode::ResourceNotFoundException,
        format!("Requested resource not found: Table: {name} not found"),
    )
}

/// `Table not found: <name>`, as the backup family says it (ERRORS-001).
pub(crate) fn table_not_found(name: &str) -> ServiceError {
    ServiceError::new(
        ErrorCode::TableNotFoundException,
        format!("Table not found: {name}"),
    )
}

/// The table name that a name or a full ARN means (VALIDATION-003, -004). `member` is the member's name in
/// messages, in lower camel case.
pub(crate) fn table_name<'a>(
    text: &'a str,
    member: &str,
    caller: &Caller,
) -> Result<&'a str, ServiceError> {
    if text.starts_with("arn:") {
        let arn = Arn::parse(text).filter(|arn| arn.service == "dynamodb" && arn.child.is_none());
        return match arn {
            Some(arn) if arn.account != caller.account => Err(access_denied()),
            Some(arn) if is_resource_name(arn.table) => Ok(arn.table),
            _ => Err(ServiceError::validation(format!(
                "Invalid {member}: Invalid Table ARN"
            ))),
        };
    }
    if is_resource_name(text) {
        return Ok(text);
    }
    let mut broken = Vec::new();
    if !text
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-'))
        || text.is_empty()
    {
        broken.push("Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+");
    }
    if text.len() < 3 {
        broken.push("Member must have length greater than or equal to 3");
    }
    if text.len() > 255 {
        broken.push("Member must have length less than or equal to 255");
    }
    let texts: Vec<String> = broken
        .iter()
        .map(|constraint| {
            format!("Value '{text}' at '{member}' failed to satisfy constraint: {constraint}")
        })
        .collect();
    let plural = if texts.len() == 1 { "" } else { "s" };
    Err(ServiceError::validation(format!(
        "{} validation error{plural} detected: {}",
        texts.len(),
        texts.join("; ")
    )))
}

/// `Access is denied` (ERRORS-017).
pub(crate) fn access_denied() -> ServiceError {
    ServiceError::new(ErrorCode::AccessDeniedException, "Access is denied")
}
