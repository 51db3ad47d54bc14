//! For stores without a wire of their own: requests are read and answered here, the store tells what becomes of its items.
//!
//! Whoever implements [`Verbs`] has a [`Store`] by [`Plain::new`]: tables, items by their whole key, scans, backups and
//! restores. Conditions, updates, transactions and times in the past are not among them; [`profile`] is a load that does
//! without.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::future::Future;
use std::rc::Rc;

use futures::future::LocalBoxFuture;
use lookback_protocol::error::{ErrorCode, ServiceError};
use lookback_protocol::wire::backup::{
    BackupDescription, BackupDetails, CreateBackupOutput, DescribeBackupOutput,
};
use lookback_protocol::wire::item::{DeleteItemOutput, GetItemOutput, PutItemOutput};
use lookback_protocol::wire::query::ScanOutput;
use lookback_protocol::wire::restore::RestoreTableFromBackupOutput;
use lookback_protocol::wire::table::{
    CreateTableOutput, DeleteTableOutput, DescribeTableOutput, KeySchemaElement, TableDescription,
};
use lookback_protocol::wire::{AnswerItem, Request, Response, Timestamp, WireItem, item_from_wire};
use lookback_traffic::{DeedKind, Family, Mix, TableShape};

use crate::partition::key_attributes;
use crate::plan::{Profile, Rates};
use crate::system::{Answered, Store};
use crate::time;

/// How long a request is on its way, and its answer, in microseconds.
const LATENCY_US: i64 = 2_000;

/// What a store does, table by table. Each verb gives nothing where nobody knows what became of it. Names of tables and
/// backups are those that are there: nobody asks for others.
pub trait Verbs {
    /// A table without items.
    fn create(&self, table: &str) -> impl Future<Output = Option<()>>;
    /// A table goes: nobody asks for it any more.
    fn drop(&self, _table: &str) -> impl Future<Output = Option<()>> {
        std::future::ready(Some(()))
    }
    /// The item of this key is this from now on, or none; gives what it was.
    fn write(
        &self,
        table: &str,
        key: &str,
        item: Option<AnswerItem>,
    ) -> impl Future<Output = Option<Option<AnswerItem>>>;
    /// The item of this key.
    fn read(&self, table: &str, key: &str) -> impl Future<Output = Option<Option<AnswerItem>>>;
    /// All items.
    fn scan(&self, table: &str) -> impl Future<Output = Option<Vec<AnswerItem>>>;
    /// A backup of a table is made.
    fn back_up(&self, table: &str, backup: &str) -> impl Future<Output = Option<()>>;
    /// A new table holds what the backup holds.
    fn restore(&self, backup: &str, table: &str) -> impl Future<Output = Option<()>>;
}

/// A store by its [`Verbs`].
#[derive(Debug)]
pub struct Plain<V> {
    verbs: V,
    /// The keys of the tables.
    tables: RefCell<BTreeMap<String, Vec<KeySchemaElement>>>,
    /// What is told of each backup, and the key of its table.
    backups: RefCell<BTreeMap<String, (BackupDetails, Vec<KeySchemaElement>)>>,
    /// How many backups were asked for.
    numbered: Cell<u32>,
}

impl<V: Verbs> Plain<V> {
    /// A store without tables.
    pub fn new(verbs: V) -> Rc<Self> {
        Rc::new(Self {
            verbs,
            tables: RefCell::default(),
            backups: RefCell::default(),
            numbered: Cell::new(0),
        })
    }

    /// What does the work.
    pub fn verbs(&self) -> &V {
        &self.verbs
    }

    /// The answer; none where nobody knows what became of the request.
    async fn answer(&self, request: Request) -> Answered {
        match self.told(request).await {
            Ok(response) => Some(Ok(response?)),
            Err(error) => Some(Err(error)),
        }
    }

    async fn told(&self, request: Request) -> Result<Option<Response>, ServiceError> {
        let verbs = &self.verbs;
        let response: Option<Response> = match request {
            Request::CreateTable(input) => {
                let name = input.table_name;
                let made = verbs.create(&name).await;
                self.enter(name, input.key_schema.unwrap_or_default());
                made.map(|()| CreateTableOutput::default().into())
            }
            Request::DescribeTable(input) => {
                self.key_of(&input.table_name)?;
                let table = TableDescription {
                    table_status: Some("ACTIVE".to_owned()),
                    ..TableDescription::default()
                };
                Some(DescribeTableOutput { table: Some(table) }.into())
            }
            Request::DeleteTable(input) => {
                self.key_of(&input.table_name)?;
                let gone = verbs.drop(&input.table_name).await;
                self.tables.borrow_mut().remove(&input.table_name);
                gone.map(|()| DeleteTableOutput::default().into())
            }
            Request::PutItem(input)
                if input.condition_expression.is_none() && input.expected.is_none() =>
            {
                let (key, item) = self.item(&input.table_name, input.item)?;
                let old = verbs.write(&input.table_name, &key, Some(item)).await;
                old.map(|old| {
                    PutItemOutput {
                        attributes: old.filter(|_| is_wanted(&input.return_values)),
                        ..PutItemOutput::default()
                    }
                    .into()
                })
            }
            Request::DeleteItem(input)
                if input.condition_expression.is_none() && input.expected.is_none() =>
            {
                let (key, _) = self.item(&input.table_name, input.key)?;
                let old = verbs.write(&input.table_name, &key, None).await;
                old.map(|old| {
                    DeleteItemOutput {
                        attributes: old.filter(|_| is_wanted(&input.return_values)),
                        ..DeleteItemOutput::default()
                    }
                    .into()
                })
            }
            Request::GetItem(input) => {
                let (key, _) = self.item(&input.table_name, input.key)?;
                let read = verbs.read(&input.table_name, &key).await;
                read.map(|item| {
                    GetItemOutput {
                        item,
                        ..GetItemOutput::default()
                    }
                    .into()
                })
            }
            Request::Scan(input) => {
                self.key_of(&input.table_name)?;
                let items = verbs.scan(&input.table_name).await;
                items.map(|items| {
                    ScanOutput {
                        items: Some(items),
                        ..ScanOutput::default()
                    }
                    .into()
                })
            }
            Request::CreateBackup(input) => self.back_up(&input.table_name).await?,
            Request::DescribeBackup(input) => {
                let (details, _) = self.backup(&input.backup_arn)?;
                let backup_description = Some(BackupDescription {
                    backup_details: Some(details),
                    ..BackupDescription::default()
                });
                Some(DescribeBackupOutput { backup_description }.into())
            }
            Request::RestoreTableFromBackup(input) => {
                let (_, key) = self.backup(&input.backup_arn)?;
                let name = input.target_table_name;
                let restored = verbs.restore(&input.backup_arn, &name).await;
                self.enter(name, key);
                restored.map(|()| RestoreTableFromBackupOutput::default().into())
            }
            _ => return Err(refused(ErrorCode::UnknownOperationException)),
        };
        Ok(response)
    }

    fn enter(&self, table: String, key: Vec<KeySchemaElement>) {
        self.tables.borrow_mut().insert(table, key);
    }

    fn key_of(&self, table: &str) -> Result<Vec<KeySchemaElement>, ServiceError> {
        let key = self.tables.borrow().get(table).cloned();
        key.ok_or_else(|| refused(ErrorCode::ResourceNotFoundException))
    }

    /// An item as answers tell it, and its key as a text.
    fn item(&self, table: &str, item: WireItem) -> Result<(String, AnswerItem), ServiceError> {
        let item = AnswerItem::from(item_from_wire(item)?);
        let key = key_attributes(&self.key_of(table)?, &item);
        // Items are written to memory without fail.
        Ok((serde_json::to_string(&key).unwrap_or_default(), item))
    }

    /// A backup is there when it is answered, and is of the time at which it was asked for.
    async fn back_up(&self, table: &str) -> Result<Option<Response>, ServiceError> {
        let key = self.key_of(table)?;
        self.numbered.set(self.numbered.get() + 1);
        let details = BackupDetails {
            backup_arn: format!("backup-{}", self.numbered.get()),
            backup_status: "AVAILABLE".to_owned(),
            backup_creation_date_time: Timestamp(time::now_us()),
            ..BackupDetails::default()
        };
        let arn = details.backup_arn.clone();
        let made = self.verbs.back_up(table, &arn).await;
        let entry = (details.clone(), key);
        self.backups.borrow_mut().insert(arn, entry);
        let backup_details = Some(details);
        Ok(made.map(|()| CreateBackupOutput { backup_details }.into()))
    }

    fn backup(&self, arn: &str) -> Result<(BackupDetails, Vec<KeySchemaElement>), ServiceError> {
        let backup = self.backups.borrow().get(arn).cloned();
        backup.ok_or_else(|| refused(ErrorCode::BackupNotFoundException))
    }
}

fn refused(code: ErrorCode) -> ServiceError {
    ServiceError::new(code, "")
}

fn is_wanted(return_values: &Option<String>) -> bool {
    return_values.as_deref() == Some("ALL_OLD")
}

impl<V: Verbs + 'static> Store for Plain<V> {
    fn call(self: Rc<Self>, _client: u32, request: Request) -> LocalBoxFuture<'static, Answered> {
        Box::pin(async move {
            time::sleep_us(LATENCY_US).await;
            let answer = self.answer(request).await;
            time::sleep_us(LATENCY_US).await;
            answer
        })
    }
}

/// What a store of [`Verbs`] can do, and nothing else: puts, deletions, reads and backups on one table, no faults.
pub fn profile(seed: u64) -> Profile {
    let mut profile = Profile::quick(seed);
    let mix = [
        (Family::Put, 6),
        (Family::Delete, 1),
        (Family::GetStrong, 4),
    ];
    profile.load.tables = vec![TableShape::hash_only(8)];
    profile.load.mix = Mix(mix.into_iter().collect());
    profile.load.deeds = vec![(DeedKind::Backup, 1)];
    Profile {
        name: "plain".to_owned(),
        rates: Rates::default(),
        expiry: false,
        ..profile
    }
}
