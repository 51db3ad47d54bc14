//! A request router: finds the partition of an item by a map that it keeps, and asks again when the map was old.

mod batch;
mod catalogue;
mod item;
mod stretch;
mod transaction;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use futures::future::LocalBoxFuture;
use lookback_protocol::error::{ErrorCode, ServiceError};
use lookback_protocol::item_op::ItemRules;
use lookback_protocol::value::Item;
use lookback_protocol::wire::{Request, Response, WireItem, item_from_wire};

use crate::calls::Caller;
use crate::control::TableMap;
use crate::host::{Host, Serve};
use crate::machine::Command;
use crate::message::{Answer, Ask, Lock, NodeId, Outcome, RaftMessage};
use crate::partition::{Meta, PartitionCommand, place_of, rules};
use crate::runtime;
use crate::sometimes::Sometimes;

/// How long a router works on one request, in microseconds: the client has given up by then.
const PATIENCE_US: i64 = 6_000_000;
/// From one try to the next, in microseconds.
const RETRY_US: i64 = 15_000;
/// How often a held item is met before somebody asks what became of its transaction.
const MEETINGS: u32 = 40;

/// A router.
pub struct Router {
    host: Rc<Host>,
    caller: Caller,
    maps: RefCell<BTreeMap<String, Rc<TableMap>>>,
    /// The attempts of transactions so far.
    attempts: std::cell::Cell<u64>,
    /// Told apart from the router before the last crash.
    born_us: i64,
}

/// What a request comes to.
type Answered = Result<Response, ServiceError>;

/// A table as a request sees it.
struct Target {
    map: Rc<TableMap>,
    rules: ItemRules,
}

impl Router {
    /// A router without a map.
    pub fn start(host: &Rc<Host>) -> Rc<Self> {
        let router = Rc::new(Self {
            host: Rc::clone(host),
            caller: Caller::new(host),
            maps: RefCell::default(),
            attempts: std::cell::Cell::new(0),
            born_us: runtime::elapsed_us(),
        });
        host.serve(router.clone());
        router
    }

    async fn answer(&self, request: &Request) -> Answered {
        match request {
            Request::GetItem(input) => self.get_item(input).await,
            Request::PutItem(_) | Request::UpdateItem(_) | Request::DeleteItem(_) => {
                self.write_item(request).await
            }
            Request::Query(input) => self.query(input).await,
            Request::Scan(input) => self.scan(input).await,
            Request::BatchGetItem(input) => self.batch_get(input).await,
            Request::BatchWriteItem(input) => self.batch_write(input).await,
            Request::TransactWriteItems(input) => self.transact_write(input).await,
            Request::TransactGetItems(input) => self.transact_get(input).await,
            request => self.catalogue(request).await,
        }
    }

    /// The table of this name, by the map that is kept.
    async fn target(&self, name: &str) -> Result<Target, ServiceError> {
        let kept = self.maps.borrow().get(name).cloned();
        let map = match kept {
            Some(map) => map,
            None => {
                let map = self.caller.map(name).await.ok_or_else(no_answer)?;
                let map = map.ok_or_else(no_such_table)?;
                let kept = Rc::clone(&map);
                self.maps.borrow_mut().insert(name.to_owned(), kept);
                map
            }
        };
        let rules = rules(&map.key_schema, &map.definitions).ok_or_else(no_such_table)?;
        Ok(Target { map, rules })
    }

    /// The map of this table is old.
    fn forget(&self, name: &str) {
        self.maps.borrow_mut().remove(name);
    }

    /// What a partition says to a command or a read, asked again while its map is old or a transaction holds an item.
    async fn ask<T>(
        &self,
        table: &str,
        find: impl Fn(&Target) -> Result<(Meta, T), ServiceError>,
        ask: impl Fn(&Meta, &T) -> (Ask, bool),
    ) -> Result<(Outcome, Target), ServiceError> {
        let mut met = 0;
        let until_us = runtime::now_us() + PATIENCE_US;
        while runtime::now_us() < until_us {
            let target = self.target(table).await?;
            let (meta, found) = find(&target)?;
            let (asked, harmless) = ask(&meta, &found);
            let outcome = self.caller.ask(meta.group, &meta.replicas, asked, harmless);
            match outcome.await.ok_or_else(no_answer)? {
                Outcome::Moved | Outcome::Gone => {
                    self.host.world.sometimes.saw(Sometimes::OldMap);
                    self.forget(table);
                }
                Outcome::Locked(lock) => {
                    met += 1;
                    if met % MEETINGS == 0 {
                        settle(&self.caller, &meta, &lock).await;
                    }
                }
                outcome => return Ok((outcome, target)),
            }
            runtime::sleep_us(RETRY_US).await;
        }
        Err(no_answer())
    }
}

impl Serve for Router {
    fn ask(self: Rc<Self>, _from: NodeId, ask: Ask) -> LocalBoxFuture<'static, Answer> {
        Box::pin(async move {
            match ask {
                Ask::Client(request) => Answer::Client(self.answer(&request).await.into()),
                _ => Answer::NoGroup,
            }
        })
    }

    fn raft(&self, _message: Rc<RaftMessage>) {}
}

impl Target {
    /// The partition and the place of an item, or of what a key names.
    fn locate(&self, subject: &WireItem) -> Result<(Meta, String), ServiceError> {
        let subject = item_from_wire(subject.clone())?;
        self.locate_item(&subject)
    }

    fn locate_item(&self, subject: &Item) -> Result<(Meta, String), ServiceError> {
        let Some(place) = place_of(&self.rules, subject) else {
            self.rules.key.key_of_item(subject)?;
            return Err(ServiceError::validation("no key"));
        };
        let meta = self.partition_of(&place).ok_or_else(no_answer)?;
        Ok((meta.clone(), place))
    }

    /// The partition that a place is in.
    fn partition_of(&self, place: &str) -> Option<&Meta> {
        let hash = u32::from_str_radix(place.get(..8)?, 16).ok()?;
        let mut partitions = self.map.partitions.iter();
        partitions.find(|meta| (meta.low..=meta.high).contains(&hash))
    }
}

/// Asks what became of a transaction that holds an item of this partition, and lets its items go accordingly. One that
/// is not decided never takes effect from then on.
pub async fn settle(caller: &Caller, meta: &Meta, lock: &Lock) -> Option<()> {
    let id = lock.transaction.clone();
    let decide = Command::Partition(PartitionCommand::Decide(id.clone(), None));
    let decided = caller.propose(lock.decider, &lock.replicas, decide).await?;
    let Outcome::Decided(at) = decided else {
        return None;
    };
    let seen = &caller.world().sometimes;
    seen.saw(match at {
        Some(_) => Sometimes::MetTransactionTookEffect,
        None => Sometimes::MetTransactionEnded,
    });
    let finish = Command::Partition(PartitionCommand::Finish(id, at));
    caller.propose(meta.group, &meta.replicas, finish).await?;
    Some(())
}

/// Nobody knows what became of the request.
fn no_answer() -> ServiceError {
    ServiceError::new(ErrorCode::InternalServerError, "Internal server error")
}

fn no_such_table() -> ServiceError {
    ServiceError::new(
        ErrorCode::ResourceNotFoundException,
        "Requested resource not found",
    )
}
