//! What there is to delete, by ListTables and ListBackups to their last page, and the names of buckets.

use serde_json::{Value, json};

use super::names::{Standing, Wanted};
use super::removal::Thing;
use crate::run::Answer;
use crate::target::buckets::Trouble;
use crate::target::{Caller, Request, Target};

/// The most pages of one listing.
const PAGES_MAX: usize = 10_000;

/// What the listings show.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Tables, USER backups and buckets to delete; backups first.
    pub things: Vec<Thing>,
    /// Tables, USER backups and buckets of runs that started too recently.
    pub young: usize,
    /// Tables, USER backups and buckets of cases that wait, and of runs with `--resume` that nobody has named.
    pub held: usize,
    /// SYSTEM backups of tables that would be deleted: nobody can delete them.
    pub system: usize,
    /// Regions that could not be looked at, and why.
    pub unseen: Vec<String>,
}

/// Lists what is wanted, in the run's region and in the other one that cases use.
///
/// Errors: the run's own region cannot be listed.
pub(super) async fn list(target: &dyn Target, wanted: &Wanted) -> Result<Found, String> {
    let mut found = Found::default();
    for caller in [Caller::Own, Caller::OtherRegion] {
        if let Err(why) = list_as(target, caller, wanted, &mut found).await {
            let region = target.describe().identities.of(caller).2.to_owned();
            let why = format!("cannot list what is in {region}: {why}");
            if caller == Caller::Own {
                return Err(why);
            }
            found.unseen.push(why);
        }
    }
    if let Err(why) = list_buckets(target, wanted, &mut found).await {
        found.unseen.push(format!("cannot list the buckets: {why}"));
    }
    found.things.sort();
    Ok(found)
}

/// Where there is no S3, no run has made a bucket.
async fn list_buckets(
    target: &dyn Target,
    wanted: &Wanted,
    found: &mut Found,
) -> Result<(), Trouble> {
    let Some(buckets) = target.buckets() else {
        return Ok(());
    };
    let names = match buckets.names().await {
        Err(Trouble::NoS3(_)) => return Ok(()),
        names => names?,
    };
    for name in names {
        match wanted.standing(&name) {
            Standing::Wanted => found.things.push(Thing::Bucket(name)),
            Standing::Young => found.young += 1,
            Standing::Held => found.held += 1,
            Standing::Foreign => {}
        }
    }
    Ok(())
}

async fn list_as(
    target: &dyn Target,
    caller: Caller,
    wanted: &Wanted,
    found: &mut Found,
) -> Result<(), String> {
    for name in pages(target, caller, &TABLES).await? {
        let Some(name) = name.as_str() else { continue };
        match wanted.standing(name) {
            Standing::Wanted => found.things.push(Thing::Table(caller, name.to_owned())),
            Standing::Young => found.young += 1,
            Standing::Held => found.held += 1,
            Standing::Foreign => {}
        }
    }
    for backup in pages(target, caller, &BACKUPS).await? {
        let text = |member: &str| backup.get(member).and_then(Value::as_str);
        let (Some(table), Some(arn)) = (text("TableName"), text("BackupArn")) else {
            continue;
        };
        let is_system = text("BackupType") == Some("SYSTEM");
        match wanted.standing(table) {
            Standing::Wanted if is_system => found.system += 1,
            Standing::Wanted => found.things.push(Thing::Backup(caller, arn.to_owned())),
            Standing::Young if !is_system => found.young += 1,
            Standing::Held if !is_system => found.held += 1,
            _ => {}
        }
    }
    Ok(())
}

/// A paged operation.
struct Listing {
    operation: &'static str,
    elements: &'static str,
    cursor: &'static str,
    start: &'static str,
    with: Option<(&'static str, &'static str)>,
}

const TABLES: Listing = Listing {
    operation: "ListTables",
    elements: "TableNames",
    cursor: "LastEvaluatedTableName",
    start: "ExclusiveStartTableName",
    with: None,
};

const BACKUPS: Listing = Listing {
    operation: "ListBackups",
    elements: "BackupSummaries",
    cursor: "LastEvaluatedBackupArn",
    start: "ExclusiveStartBackupArn",
    with: Some(("BackupType", "ALL")),
};

async fn pages(
    target: &dyn Target,
    caller: Caller,
    listing: &Listing,
) -> Result<Vec<Value>, String> {
    let mut elements = Vec::new();
    let mut cursor: Option<Value> = None;
    for _ in 0..PAGES_MAX {
        let mut body = json!({ "Limit": 100 });
        if let Some(body) = body.as_object_mut() {
            if let Some((name, value)) = listing.with {
                body.insert(name.to_owned(), value.into());
            }
            if let Some(cursor) = cursor {
                body.insert(listing.start.to_owned(), cursor);
            }
        }
        let request = Request {
            caller,
            ..Request::of(listing.operation, &body)
        };
        let raw = target.call(&request).await;
        let answer = Answer::new(raw.map_err(|error| error.to_string())?);
        if answer.not_implemented().is_some() {
            return Ok(elements);
        }
        if !answer.is_ok() {
            return Err(format!("{}: {}", listing.operation, answer.outline()));
        }
        let page = answer
            .json
            .as_ref()
            .and_then(|json| json.get(listing.elements));
        elements.extend(
            page.and_then(Value::as_array)
                .into_iter()
                .flatten()
                .cloned(),
        );
        cursor = answer
            .json
            .as_ref()
            .and_then(|json| json.get(listing.cursor))
            .filter(|cursor| !cursor.is_null())
            .cloned();
        if cursor.is_none() {
            return Ok(elements);
        }
    }
    Err(format!(
        "{}: more than {PAGES_MAX} pages",
        listing.operation
    ))
}
