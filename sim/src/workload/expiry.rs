//! A table whose items expire: written, read, backed up and looked back at while they do.

use std::rc::Rc;

use lookback_protocol::wire::item::{DeleteItemInput, GetItemInput, PutItemInput};
use lookback_protocol::wire::ttl::{TimeToLiveSpecification, UpdateTimeToLiveInput};
use lookback_protocol::wire::{Request, WireItem, WireValue};
use lookback_traffic::{DeedKind, Pause, TableShape};

use super::Workload;
use super::script::Gap;
use crate::draws::{Draws, Stream};
use crate::plan::{Call, Doing, Lane, TableDeed};

/// The table.
pub(super) const TABLE: &str = "sim-expiring";
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
        self.go_on(Lane::Expiring, caller).await;
    }
}

/// Lets an item expire at this time, in seconds since the Unix epoch.
pub(super) fn expire(item: &mut WireItem, at_s: i64) {
    item.insert(ATTRIBUTE.to_owned(), WireValue::N(at_s.to_string()));
}

/// What is done to the table. The window is opened first: without it nothing can be restored.
pub(super) fn drawn(seed: u64) -> impl Iterator<Item = (Gap, Doing)> {
    let draws = Draws::new(seed, Stream::Expiring);
    let opening = (Gap::None, deed(DeedKind::RecoveryOn, 0));
    let steps = (1..).map(move |number: u64| {
        let us = u64::try_from(draws.between(1_000, PAUSE_US_MAX)).unwrap_or(0);
        let gap = Gap::Pause(Pause::For { us });
        if draws.between(1, ARTEFACT_EVERY) > 1 {
            return (gap, Doing::Call(one_call(&draws, number)));
        }
        let draw = u64::try_from(draws.between(0, i64::MAX - 1)).unwrap_or(0);
        let kind = if draws.chance(500) {
            DeedKind::Backup
        } else {
            DeedKind::RestoreToMillisecond
        };
        (gap, deed(kind, draw.saturating_mul(2)))
    });
    std::iter::once(opening).chain(steps)
}

fn deed(kind: DeedKind, draw: u64) -> Doing {
    Doing::Deed(TableDeed {
        kind,
        table: TABLE.to_owned(),
        draw,
    })
}

fn one_call(draws: &Draws, number: u64) -> Call {
    let key = WireValue::S(format!("k{}", draws.between(1, KEYS)));
    let key = WireItem::from([("pk".to_owned(), key)]);
    let mut expires_in_s = None;
    let request: Request = match draws.between(0, 9) {
        0..=4 => {
            let mut item = key;
            item.insert("v".to_owned(), WireValue::S(format!("e{number}")));
            expires_in_s = Some(draws.between(-1, 6)).filter(|_| draws.chance(800));
            PutItemInput {
                table_name: TABLE.to_owned(),
                item,
                ..PutItemInput::default()
            }
            .into()
        }
        5 => DeleteItemInput {
            table_name: TABLE.to_owned(),
            key,
            ..DeleteItemInput::default()
        }
        .into(),
        _ => GetItemInput {
            table_name: TABLE.to_owned(),
            key,
            consistent_read: Some(true),
            ..GetItemInput::default()
        }
        .into(),
    };
    Call {
        request,
        expires_in_s,
    }
}
