//! A table whose items expire: written, read, backed up and looked back at while they do.

use std::rc::Rc;

use lookback_protocol::wire::item::{DeleteItemInput, GetItemInput, PutItemInput};
use lookback_protocol::wire::ttl::{TimeToLiveSpecification, UpdateTimeToLiveInput};
use lookback_protocol::wire::{WireItem, WireValue};
use lookback_traffic::{Deed, DeedKind, TableShape};

use super::{Caller, Workload};
use crate::runtime;

/// The table.
const TABLE: &str = "sim-expiring";
/// The attribute that items expire by.
const ATTRIBUTE: &str = "expires";
/// How many keys there are.
const KEYS: i64 = 6;
/// The longest pause between two calls, in microseconds.
const PAUSE_US_MAX: i64 = 900_000;
/// One call in so many is an artefact.
const ARTEFACT_EVERY: i64 = 12;

impl Workload {
    /// Makes the table, and goes on with it until the load is over.
    pub async fn expiry(self: Rc<Self>) {
        let caller = self.caller();
        self.make_table(&caller, TableShape::hash_only(6).create(TABLE))
            .await;
        let request = UpdateTimeToLiveInput {
            table_name: TABLE.to_owned(),
            time_to_live_specification: TimeToLiveSpecification {
                enabled: true,
                attribute_name: ATTRIBUTE.to_owned(),
            },
        };
        caller.call(request.into()).await;
        let draws = &self.world.client_draws;
        let mut number = 0;
        while !self.is_over() {
            runtime::sleep_us(draws.between(1_000, PAUSE_US_MAX)).await;
            number += 1;
            if draws.between(1, ARTEFACT_EVERY) == 1 {
                self.look_at_expiring(&caller).await;
                continue;
            }
            let key = WireValue::S(format!("k{}", draws.between(1, KEYS)));
            let key = WireItem::from([("pk".to_owned(), key)]);
            self.one_call(&caller, key, number).await;
        }
    }

    async fn one_call(&self, caller: &Caller, key: WireItem, number: i64) {
        let draws = &self.world.client_draws;
        match draws.between(0, 9) {
            0..=4 => {
                let mut item = key;
                item.insert("v".to_owned(), WireValue::S(format!("e{number}")));
                let at_s = runtime::now_us() / 1_000_000 + draws.between(-1, 6);
                if draws.chance(800) {
                    item.insert(ATTRIBUTE.to_owned(), WireValue::N(at_s.to_string()));
                }
                let put = PutItemInput {
                    table_name: TABLE.to_owned(),
                    item,
                    ..PutItemInput::default()
                };
                caller.call(put.into()).await;
            }
            5 => {
                let delete = DeleteItemInput {
                    table_name: TABLE.to_owned(),
                    key,
                    ..DeleteItemInput::default()
                };
                caller.call(delete.into()).await;
            }
            _ => {
                let get = GetItemInput {
                    table_name: TABLE.to_owned(),
                    key,
                    consistent_read: Some(true),
                    ..GetItemInput::default()
                };
                caller.call(get.into()).await;
            }
        }
    }

    async fn look_at_expiring(&self, caller: &Caller) {
        let draw = u64::try_from(self.world.client_draws.between(0, i64::MAX - 1)).unwrap_or(0);
        let deed = Deed {
            table: usize::MAX,
            kind: DeedKind::RestoreToMillisecond,
            draw,
        };
        let done = if self.has_window(caller, TABLE).await {
            if draw.is_multiple_of(2) {
                self.back_up(TABLE, 1).await
            } else {
                self.look_back(deed, TABLE).await
            }
        } else {
            self.set_recovery(TABLE, true).await
        };
        self.note(done);
    }
}
