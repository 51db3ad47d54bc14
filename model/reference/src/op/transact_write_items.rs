//! TransactWriteItems (ITEM-018, ITEM-019): all or nothing. All members commit at one instant, so no point in time
//! ever falls between them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use lookback_protocol::error::{CancellationReason, ErrorCode, ServiceError};
use lookback_protocol::expression::{Condition, Placeholders, Update};
use lookback_protocol::item_op::{Guard, delete, get, put, update};
use lookback_protocol::key::Key;
use lookback_protocol::value::{AttributeValue, Item, item_size_bytes};
use lookback_protocol::wire::item_from_wire;
use lookback_protocol::wire::transaction::{
    TransactWriteItem, TransactWriteItemsInput, TransactWriteItemsOutput,
};

use super::capacity::{Consumptions, Detail, Kind, Reading};
use super::item_call::{Target, bare_name, condition, values_from_wire};
use super::item_collection::Collections;
use crate::client_tokens::Replay;
use crate::service::{Call, Service};

/// The bytes that one transaction may read or write.
pub(super) const TRANSACTION_BYTES_MAX: usize = 4 * 1024 * 1024;

/// A transaction costs twice what its writes cost alone.
const TRANSACTION_FACTOR: f64 = 2.0;

/// What one member does.
enum Action {
    Check,
    Put,
    Delete,
    Update(String),
}

/// One member, judged as far as it can be without a table.
struct Member {
    table: String,
    action: Action,
    /// The item of a put, the Key argument of everything else.
    item: Item,
    condition: Option<String>,
    names: Option<BTreeMap<String, String>>,
    values: Option<BTreeMap<String, AttributeValue>>,
    item_on_failure: bool,
}

pub(crate) fn transact_write_items(
    service: &mut Service,
    call: &Call<'_>,
    input: TransactWriteItemsInput,
) -> Result<TransactWriteItemsOutput, ServiceError> {
    let detail = Detail::read(input.return_consumed_capacity.as_deref());
    let token = input.client_request_token.clone();
    let mut members = Vec::with_capacity(input.transact_items.len());
    let mut broken = None;
    for wire in input.transact_items.clone() {
        match member(wire) {
            Ok(member) => members.push(member),
            Err(error) => {
                broken = Some(error);
                break;
            }
        }
    }
    // What the request alone shows is judged member by member, before any state is looked at: tables, tokens and which
    // items there are (VALIDATION-029, record 10.9).
    let expressions = members
        .iter()
        .map(Expressions::read)
        .collect::<Result<Vec<_>, _>>()?;
    if let Some(error) = broken {
        return Err(error);
    }
    if members
        .iter()
        .map(|member| item_size_bytes(&member.item))
        .sum::<usize>()
        > TRANSACTION_BYTES_MAX
    {
        return Err(transaction_too_large());
    }
    if let Some(token) = &token {
        match service.tenant(call.caller).transaction_tokens.replay(
            call.now_us,
            token,
            &input.transact_items,
        ) {
            Replay::New => {}
            Replay::Same(()) => return Ok(replayed(service, call, &members, detail)),
            Replay::Different => {
                return Err(ServiceError::new(
                    ErrorCode::IdempotentParameterMismatchException,
                    "The provided client token is already in use with different parameters",
                ));
            }
        }
    }
    let mut outcomes = Vec::with_capacity(members.len());
    let mut keys = BTreeSet::new();
    for (member, expressions) in members.iter().zip(&expressions) {
        let (target, key, outcome) = outcome(service, call, member, expressions)?;
        if let Some(key) = &key
            && !keys.insert((target.store, key.clone()))
        {
            return Err(one_item_twice());
        }
        outcomes.push((target, key, outcome));
    }
    if outcomes.iter().any(|(_, _, outcome)| outcome.is_err()) {
        return Err(cancelled(
            outcomes
                .into_iter()
                .map(|(_, _, outcome)| outcome.err())
                .collect(),
        ));
    }
    let mut consumed = Consumptions::default();
    let mut touched = Vec::with_capacity(outcomes.len());
    for (member, (target, key, outcome)) in members.iter().zip(outcomes) {
        let (Some(key), Ok(write)) = (key, outcome) else {
            continue;
        };
        let table = bare_name(&member.table);
        let write = write.map(|write| write.map(Arc::new));
        if detail.is_told() {
            let old = target.get(service, &key);
            // What a check looks at is paid for as if it were written.
            let new = write.as_ref().map_or(old.as_deref(), Option::as_deref);
            let of_table = consumed.of(table);
            of_table.write(&target.definition, old.as_deref(), new, TRANSACTION_FACTOR);
        }
        if let Some(write) = write {
            target.commit(service, &key, write)?;
            touched.push((table, target, &member.item));
        }
    }
    let mut collections = Collections::asked(input.return_item_collection_metrics.as_deref());
    for (table, target, item) in touched {
        collections.touch(service, table, &target, item)?;
    }
    if let Some(token) = token {
        let tokens = &mut service.tenant(call.caller).transaction_tokens;
        tokens.remember(call.now_us, token, input.transact_items, ());
    }
    Ok(TransactWriteItemsOutput {
        consumed_capacity: consumed.to_wire(detail, Kind::TransactionWrite),
        item_collection_metrics: collections.into_wire(),
    })
}

/// The answer to a transaction that was done before: its items are read, and that is what it consumes (ITEM-019).
fn replayed(
    service: &mut Service,
    call: &Call<'_>,
    members: &[Member],
    detail: Detail,
) -> TransactWriteItemsOutput {
    let mut consumed = Consumptions::default();
    for member in members.iter().filter(|_| detail.is_told()) {
        // The table may have gone since.
        let Ok(target) = Target::find(service, call, &member.table) else {
            continue;
        };
        let key = target.rules.key.key_attributes(&member.item);
        let item = get::admit(&target.rules, &key)
            .ok()
            .and_then(|key| target.get(service, &key));
        let units = Reading::Transactional.units(item.as_deref().map_or(0, item_size_bytes));
        consumed.of(bare_name(&member.table)).read(units);
    }
    TransactWriteItemsOutput {
        consumed_capacity: consumed.to_wire(detail, Kind::TransactionRead),
        item_collection_metrics: None,
    }
}

/// The expressions of a member, read.
struct Expressions<'a> {
    update: Option<Update<'a>>,
    condition: Option<Condition<'a>>,
}

impl<'a> Expressions<'a> {
    fn read(member: &'a Member) -> Result<Self, ServiceError> {
        let mut placeholders = Placeholders::new(member.names.as_ref(), member.values.as_ref())?;
        let update = match &member.action {
            Action::Update(text) => Some(Update::parse(text, &mut placeholders)?),
            _ => None,
        };
        let condition = condition(member.condition.as_deref(), &mut placeholders)?;
        placeholders.finish()?;
        Ok(Self { update, condition })
    }
}

/// What a member would write: nothing, an item or its absence; or why it cancels the transaction.
type Outcome = Result<Option<Option<Item>>, ServiceError>;

fn outcome(
    service: &mut Service,
    call: &Call<'_>,
    member: &Member,
    expressions: &Expressions<'_>,
) -> Result<(Target, Option<Key>, Outcome), ServiceError> {
    let Expressions { update, condition } = expressions;
    let target = Target::find(service, call, &member.table)?;
    target.rules.key.refuse_empty(&member.item)?;
    let admitted = match (&member.action, update) {
        (Action::Put, _) => put::admit(&target.rules, &member.item),
        (Action::Delete, _) => delete::admit(&target.rules, &member.item),
        (_, Some(update)) => update::admit(&target.rules, &member.item, update),
        (_, None) => get::admit(&target.rules, &member.item),
    };
    let key = match admitted {
        Ok(key) => key,
        Err(error) => return Ok((target, None, Err(error))),
    };
    let existing = target.get(service, &key);
    let existing = existing.as_deref();
    let guard = Guard {
        condition: condition.as_ref(),
        item_on_failure: member.item_on_failure,
    };
    let outcome = match (&member.action, update) {
        (Action::Put, _) => {
            put::apply(existing, member.item.clone(), guard).map(|item| Some(Some(item)))
        }
        (Action::Delete, _) => {
            delete::apply(existing, guard).map(|deletes| deletes.then_some(None))
        }
        (_, Some(update)) => update::apply(&target.rules, existing, &member.item, update, guard)
            .map(|item| item.map(Some)),
        (_, None) => guard.check(existing).map(|()| None),
    };
    Ok((target, Some(key), outcome))
}

/// The items of a transaction have more than 4 MB together.
pub(super) fn transaction_too_large() -> ServiceError {
    ServiceError::validation("Member must have a total size less than or equal to 4194304 bytes")
}

/// Two members of a transaction are about one item.
pub(super) fn one_item_twice() -> ServiceError {
    ServiceError::validation("Transaction request cannot include multiple operations on one item")
}

/// TransactionCanceledException with one reason for each member.
pub(super) fn cancelled(errors: Vec<Option<ServiceError>>) -> ServiceError {
    let reasons: Vec<CancellationReason> = errors
        .into_iter()
        .map(|error| match error {
            None => CancellationReason {
                code: "None".to_owned(),
                message: None,
                item: None,
            },
            Some(error) => CancellationReason {
                code: match error.code {
                    ErrorCode::ConditionalCheckFailedException => "ConditionalCheckFailed",
                    _ => "ValidationError",
                }
                .to_owned(),
                message: error.message,
                item: error.item.map(|item| *item),
            },
        })
        .collect();
    let codes: Vec<&str> = reasons.iter().map(|reason| reason.code.as_str()).collect();
    let text = format!(
        "Transaction cancelled, please refer cancellation reasons for specific reasons [{}]",
        codes.join(", ")
    );
    ServiceError {
        cancellation_reasons: reasons,
        ..ServiceError::new(ErrorCode::TransactionCanceledException, text)
    }
}

/// Reads one member: exactly one action.
fn member(wire: TransactWriteItem) -> Result<Member, ServiceError> {
    /// The members that all four actions have.
    macro_rules! member {
        ($wire:expr, $item:expr, $action:expr, $condition:expr) => {
            Member {
                table: $wire.table_name,
                action: $action,
                item: item_from_wire($item)?,
                condition: $condition,
                names: $wire.expression_attribute_names,
                values: values_from_wire($wire.expression_attribute_values)?,
                item_on_failure: $wire.return_values_on_condition_check_failure.as_deref()
                    == Some("ALL_OLD"),
            }
        };
    }
    Ok(
        match (wire.condition_check, wire.put, wire.delete, wire.update) {
            (Some(check), None, None, None) => {
                member!(
                    check,
                    check.key,
                    Action::Check,
                    Some(check.condition_expression)
                )
            }
            (None, Some(put), None, None) => {
                member!(put, put.item, Action::Put, put.condition_expression)
            }
            (None, None, Some(delete), None) => {
                member!(
                    delete,
                    delete.key,
                    Action::Delete,
                    delete.condition_expression
                )
            }
            (None, None, None, Some(update)) => {
                member!(
                    update,
                    update.key,
                    Action::Update(update.update_expression),
                    update.condition_expression
                )
            }
            (None, None, None, None) => {
                return Err(ServiceError::validation(
                    "Invalid Request: TransactWriteRequest should contain Delete or Put or Update request",
                ));
            }
            _ => {
                return Err(ServiceError::validation(
                    "TransactItems can only contain one of Check, Put, Update or Delete",
                ));
            }
        },
    )
}
