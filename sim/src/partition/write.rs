//! One write of one item: the semantics are the protocol's.

use std::collections::BTreeMap;

use lookback_protocol::error::ServiceError;
use lookback_protocol::expression::legacy::{LegacyWrite, WriteParameters};
use lookback_protocol::expression::{Condition, ExpressionKind, Placeholders, Update};
use lookback_protocol::item_op::{Guard, ItemRules, ReturnValues, delete, put, update};
use lookback_protocol::value::{AttributeValue, Item};
use lookback_protocol::wire::item::{
    DeleteItemInput, DeleteItemOutput, PutItemInput, PutItemOutput, UpdateItemInput,
    UpdateItemOutput,
};
use lookback_protocol::wire::{AnswerItem, Response, WireItem, item_from_wire};
use serde::{Deserialize, Serialize};

use super::{Partition, place_of};
use crate::bugs::Bug;
use crate::message::Outcome;

/// A write of one item.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum WriteRequest {
    /// PutItem.
    Put(PutItemInput),
    /// UpdateItem.
    Update(UpdateItemInput),
    /// DeleteItem.
    Delete(DeleteItemInput),
    /// A condition of a transaction: nothing changes.
    Check(DeleteItemInput),
}

/// What a write does: the new item or none, and the answer. No change at all for a mere condition.
pub struct Evaluated {
    /// What the item is afterwards; `None`: nothing changes.
    pub change: Option<Option<Item>>,
    /// The answer.
    pub response: Response,
}

impl WriteRequest {
    /// The item or the key that the write is about.
    pub fn subject(&self) -> &WireItem {
        match self {
            Self::Put(input) => &input.item,
            Self::Update(input) => &input.key,
            Self::Delete(input) | Self::Check(input) => &input.key,
        }
    }
}

impl Partition {
    pub(super) fn write(
        &mut self,
        at_us: i64,
        request: &WriteRequest,
        bug: Option<Bug>,
    ) -> Outcome {
        let Some(rules) = self.rules() else {
            return Outcome::Gone;
        };
        let refused = |error| Outcome::Response(Err(error).into());
        let subject = match item_from_wire(request.subject().clone()) {
            Ok(subject) => subject,
            Err(error) => return refused(error),
        };
        let Some(place) = place_of(&rules, &subject) else {
            let error = rules.key.key_of_argument(&subject).err();
            return refused(error.unwrap_or_else(|| ServiceError::validation("no key")));
        };
        if !self.holds(&place) {
            return Outcome::Moved;
        }
        let lock = self.lock_of(&place);
        if let Some(lock) = lock.filter(|_| bug != Some(Bug::WriteThroughALock)) {
            return Outcome::Locked(lock);
        }
        let existing = self.items.get(&place).and_then(|slot| slot.item.clone());
        match evaluate(&rules, existing.as_deref(), request, subject) {
            Err(error) => refused(error),
            Ok(evaluated) => {
                let stamp_us = self.stamp(at_us);
                if let Some(change) = evaluated.change {
                    self.record(stamp_us, vec![(place, change.map(AnswerItem::from))]);
                }
                Outcome::Response(Ok(evaluated.response).into())
            }
        }
    }
}

/// A planted bug: a write as it would be if the item stayed as it is now; none where nothing can be said.
pub fn early(
    partition: &Partition,
    write: &WriteRequest,
) -> Option<Result<WriteRequest, ServiceError>> {
    let rules = partition.rules()?;
    let subject = item_from_wire(write.subject().clone()).ok()?;
    let place = place_of(&rules, &subject)?;
    let existing = partition.items.get(&place);
    let existing = existing.and_then(|slot| slot.item.clone());
    let evaluated = match evaluate(&rules, existing.as_deref(), write, subject) {
        Ok(evaluated) => evaluated,
        Err(error) => return Some(Err(error)),
    };
    let mut write = write.clone();
    match &mut write {
        WriteRequest::Put(input) => {
            input.condition_expression = None;
            (input.expected, input.conditional_operator) = (None, None);
        }
        WriteRequest::Delete(input) | WriteRequest::Check(input) => {
            input.condition_expression = None;
            (input.expected, input.conditional_operator) = (None, None);
        }
        WriteRequest::Update(input) => {
            // What comes out is put in place of whatever is there by then.
            let item = AnswerItem::from(evaluated.change??);
            let text = serde_json::to_vec(&item).ok()?;
            return Some(Ok(WriteRequest::Put(PutItemInput {
                table_name: input.table_name.clone(),
                item: serde_json::from_slice(&text).ok()?,
                ..PutItemInput::default()
            })));
        }
    }
    Some(Ok(write))
}

/// What a write does to what is there; `subject` is the item or the key that it is about, judged.
///
/// # Errors
/// What the service refuses it with.
pub fn evaluate(
    rules: &ItemRules,
    existing: Option<&Item>,
    request: &WriteRequest,
    subject: Item,
) -> Result<Evaluated, ServiceError> {
    let legacy = legacy(request)?;
    match request {
        WriteRequest::Put(input) => {
            let values = values(input.expression_attribute_values.clone())?;
            let names = input.expression_attribute_names.as_ref();
            let text = input.condition_expression.as_deref();
            let condition = condition(text, names, values.as_ref())?.or_else(|| legacy.condition());
            put::admit(rules, &subject)?;
            let guard = guard(&condition, &input.return_values_on_condition_check_failure);
            let item = put::apply(existing, subject, guard)?;
            let old = returned(&input.return_values).of_replaced(existing);
            Ok(Evaluated {
                change: Some(Some(item)),
                response: PutItemOutput {
                    attributes: old.map(AnswerItem::from),
                    ..PutItemOutput::default()
                }
                .into(),
            })
        }
        WriteRequest::Delete(input) => {
            let (deleted, old) = delete_item(rules, existing, (input, &legacy), &subject)?;
            Ok(Evaluated {
                change: deleted.then_some(None),
                response: DeleteItemOutput {
                    attributes: old.map(AnswerItem::from),
                    ..DeleteItemOutput::default()
                }
                .into(),
            })
        }
        WriteRequest::Check(input) => {
            delete_item(rules, existing, (input, &legacy), &subject)?;
            Ok(Evaluated {
                change: None,
                response: DeleteItemOutput::default().into(),
            })
        }
        WriteRequest::Update(input) => {
            let values = values(input.expression_attribute_values.clone())?;
            let names = input.expression_attribute_names.as_ref();
            let mut placeholders = Placeholders::new(names, values.as_ref())?.counted();
            let changes = match input.update_expression.as_deref() {
                Some(text) => Update::parse(text, &mut placeholders)?,
                None => legacy.update(),
            };
            let text = input.condition_expression.as_deref();
            let kind = ExpressionKind::Condition;
            let condition = text
                .map(|text| Condition::parse(kind, text, &mut placeholders))
                .transpose()?
                .or_else(|| legacy.condition());
            update::admit(rules, &subject, &changes)?;
            let guard = guard(&condition, &input.return_values_on_condition_check_failure);
            let item = update::apply(rules, existing, &subject, &changes, guard)?;
            let returned = returned(&input.return_values);
            let attributes = returned.of_updated(existing, item.as_ref(), &changes);
            Ok(Evaluated {
                change: item.map(Some),
                response: UpdateItemOutput {
                    attributes: attributes.map(AnswerItem::from),
                    ..UpdateItemOutput::default()
                }
                .into(),
            })
        }
    }
}

/// What the request says in the notation from before expressions.
fn legacy(request: &WriteRequest) -> Result<LegacyWrite, ServiceError> {
    let (updates, expected, operator) = match request {
        WriteRequest::Put(input) => (None, &input.expected, &input.conditional_operator),
        WriteRequest::Update(input) => (
            input.attribute_updates.clone(),
            &input.expected,
            &input.conditional_operator,
        ),
        WriteRequest::Delete(input) | WriteRequest::Check(input) => {
            (None, &input.expected, &input.conditional_operator)
        }
    };
    let (update, condition) = match request {
        WriteRequest::Put(input) => (&None, &input.condition_expression),
        WriteRequest::Update(input) => (&input.update_expression, &input.condition_expression),
        WriteRequest::Delete(input) | WriteRequest::Check(input) => {
            (&None, &input.condition_expression)
        }
    };
    let parameters = WriteParameters {
        attribute_updates: updates,
        expected: expected.clone(),
        conditional_operator: operator.clone(),
    };
    parameters.read(update.as_deref(), condition.as_deref())
}

fn delete_item(
    rules: &ItemRules,
    existing: Option<&Item>,
    (input, legacy): (&DeleteItemInput, &LegacyWrite),
    key: &Item,
) -> Result<(bool, Option<Item>), ServiceError> {
    let values = values(input.expression_attribute_values.clone())?;
    let names = input.expression_attribute_names.as_ref();
    let text = input.condition_expression.as_deref();
    let condition = condition(text, names, values.as_ref())?.or_else(|| legacy.condition());
    delete::admit(rules, key)?;
    let guard = guard(&condition, &input.return_values_on_condition_check_failure);
    let deleted = delete::apply(existing, guard)?;
    Ok((
        deleted,
        returned(&input.return_values).of_replaced(existing),
    ))
}

fn condition<'a>(
    text: Option<&'a str>,
    names: Option<&'a BTreeMap<String, String>>,
    values: Option<&'a BTreeMap<String, AttributeValue>>,
) -> Result<Option<Condition<'a>>, ServiceError> {
    let Some(text) = text else { return Ok(None) };
    let mut placeholders = Placeholders::new(names, values)?;
    Condition::parse(ExpressionKind::Condition, text, &mut placeholders).map(Some)
}

fn guard<'a>(condition: &'a Option<Condition<'a>>, on_failure: &Option<String>) -> Guard<'a> {
    Guard {
        condition: condition.as_ref(),
        item_on_failure: on_failure.as_deref() == Some("ALL_OLD"),
    }
}

fn returned(name: &Option<String>) -> ReturnValues {
    let name = name.as_deref();
    name.and_then(ReturnValues::from_name).unwrap_or_default()
}

/// ExpressionAttributeValues, judged.
pub(super) fn values(
    values: Option<WireItem>,
) -> Result<Option<BTreeMap<String, AttributeValue>>, ServiceError> {
    let judged = |values: WireItem| {
        let values = values.into_iter();
        values
            .map(|(name, value)| Ok((name, value.into_value()?)))
            .collect()
    };
    values.map(judged).transpose()
}
