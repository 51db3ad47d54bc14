//! Query and Scan: a page, in the order of places.

use std::rc::Rc;

use lookback_protocol::error::ServiceError;
use lookback_protocol::expression::Placeholders;
use lookback_protocol::expression::key_condition::KeyTerms;
use lookback_protocol::key::KeyRange;
use lookback_protocol::value::Item;
use lookback_protocol::wire::query::{QueryInput, QueryOutput, ScanInput, ScanOutput};
use lookback_protocol::wire::{AnswerItem, WireItem, item_from_wire};

use super::{Answered, Router, Target, no_answer};
use crate::bugs::Bug;
use crate::message::{Ask, Outcome};
use crate::partition::{PartitionRead, place_of};

/// The most items of a page for which nothing else is said.
const PAGE_ITEMS_MAX: usize = 100;

impl Router {
    pub(super) async fn scan(&self, input: &ScanInput) -> Answered {
        if input.index_name.is_some() || input.filter_expression.is_some() {
            return Err(not_served());
        }
        let table = input.table_name.as_str();
        let plan = &self.host.world.plan;
        let strong = input.consistent_read.unwrap_or(false) && !plan.has(Bug::ScanNotStrong);
        let limit = limit(input.limit);
        let target = self.target(table).await?;
        let mut after = start(&target, input.exclusive_start_key.as_ref())?;
        let mut items: Vec<AnswerItem> = Vec::new();
        let mut more = false;
        // Where the last partition ended: the next one begins after it.
        let mut edge = after.clone().unwrap_or_default();
        loop {
            let left = limit - items.len();
            let (outcome, target) = self
                .ask(
                    table,
                    |target| {
                        let meta = target.after(&edge).ok_or_else(no_answer)?;
                        Ok((meta.clone(), ()))
                    },
                    |meta, ()| {
                        let read = PartitionRead::Stretch {
                            prefix: String::new(),
                            after: after.clone(),
                            limit: left,
                            forward: true,
                        };
                        (Ask::Read(meta.group, Rc::new(read), strong), true)
                    },
                )
                .await?;
            let Outcome::Page(page, in_partition) = outcome else {
                return Err(no_answer());
            };
            let first = after.as_ref() == Some(&edge);
            let skipped = usize::from(first && plan.has(Bug::ScanSkipsTheFirst));
            items.extend(page.iter().skip(skipped).map(|(_, item)| item.clone()));
            let meta = target.after(&edge).ok_or_else(no_answer)?;
            if in_partition {
                more = true;
                break;
            }
            if meta.high == u32::MAX {
                break;
            }
            // The upper bound of the partition: no place in it is as large.
            edge = format!("{:08x}g", meta.high);
            after = Some(edge.clone());
            if items.len() >= limit {
                more = true;
                break;
            }
        }
        let (count, last) = (count(&items), cursor(&target, &items, more));
        Ok(ScanOutput {
            items: Some(items),
            count,
            scanned_count: count,
            last_evaluated_key: last,
            ..ScanOutput::default()
        }
        .into())
    }

    pub(super) async fn query(&self, input: &QueryInput) -> Answered {
        if input.index_name.is_some() || input.filter_expression.is_some() {
            return Err(not_served());
        }
        let table = input.table_name.as_str();
        let strong = input.consistent_read.unwrap_or(false);
        let forward = input.scan_index_forward.unwrap_or(true);
        let limit = limit(input.limit);
        let target = self.target(table).await?;
        let (range, hash) = range(&target, input)?;
        let prefix = prefix(&target, &hash)?;
        let after = start(&target, input.exclusive_start_key.as_ref())?;
        let (outcome, _) = self
            .ask(
                table,
                |target| {
                    let meta = target.partition_of(&prefix).ok_or_else(no_answer)?;
                    Ok((meta.clone(), ()))
                },
                |meta, ()| {
                    let read = PartitionRead::Stretch {
                        prefix: prefix.clone(),
                        after: after.clone(),
                        limit: usize::MAX,
                        forward,
                    };
                    (Ask::Read(meta.group, Rc::new(read), strong), true)
                },
            )
            .await?;
        let Outcome::Page(page, _) = outcome else {
            return Err(no_answer());
        };
        let wanted = page.iter().map(|(_, item)| item).filter(|item| {
            let key = target.rules.key.key_of_item(item);
            key.is_ok_and(|key| range.contains(key.as_bytes()))
        });
        let mut items: Vec<AnswerItem> = wanted.take(limit + 1).cloned().collect();
        let more = items.len() > limit;
        items.truncate(limit);
        let (count, last) = (count(&items), cursor(&target, &items, more));
        Ok(QueryOutput {
            items: Some(items),
            count,
            scanned_count: count,
            last_evaluated_key: last,
            ..QueryOutput::default()
        }
        .into())
    }
}

impl Target {
    /// The partition that goes on after this place.
    fn after(&self, place: &str) -> Option<&crate::partition::Meta> {
        let mut partitions = self.map.partitions.iter();
        partitions.find(|meta| format!("{:08x}g", meta.high).as_str() > place)
    }
}

fn limit(limit: Option<i32>) -> usize {
    let limit = limit.and_then(|limit| usize::try_from(limit).ok());
    limit.unwrap_or(PAGE_ITEMS_MAX).max(1)
}

fn count(items: &[AnswerItem]) -> Option<i32> {
    i32::try_from(items.len()).ok()
}

fn start(target: &Target, key: Option<&WireItem>) -> Result<Option<String>, ServiceError> {
    let Some(key) = key else { return Ok(None) };
    let key = item_from_wire(key.clone())?;
    Ok(place_of(&target.rules, &key))
}

fn cursor(target: &Target, items: &[AnswerItem], more: bool) -> Option<AnswerItem> {
    let last = items.last().filter(|_| more)?;
    Some(AnswerItem::from(target.rules.key.key_attributes(last)))
}

/// The stretch of keys that a query asks for, and an item with its hash value.
fn range(target: &Target, input: &QueryInput) -> Result<(KeyRange, Item), ServiceError> {
    let values = input.expression_attribute_values.clone();
    let values = values
        .map(|values| {
            let values = values.into_iter();
            values
                .map(|(name, value)| Ok((name, value.into_value()?)))
                .collect::<Result<_, ServiceError>>()
        })
        .transpose()?;
    let names = input.expression_attribute_names.as_ref();
    let mut placeholders = Placeholders::new(names, values.as_ref())?;
    let text = input.key_condition_expression.as_deref();
    let text = text.ok_or_else(not_served)?;
    let terms = KeyTerms::parse(text, &mut placeholders)?;
    let schema = &target.rules.key;
    let condition = terms.for_schema(schema)?;
    let range = schema.key_range(&condition.hash, condition.range.as_ref())?;
    let mut hash = Item::new();
    hash.insert(schema.hash.name.clone(), condition.hash.clone());
    Ok((range, hash))
}

/// What the places of all items with this hash value begin with.
fn prefix(target: &Target, hash: &Item) -> Result<String, ServiceError> {
    let schema = &target.rules.key;
    let value = hash.get(&schema.hash.name).ok_or_else(not_served)?;
    let number = crate::partition::hash_of(&target.rules, hash).ok_or_else(not_served)?;
    let mut prefix = format!("{number:08x}");
    for byte in schema.hash_prefix(value)? {
        prefix.push_str(&format!("{byte:02x}"));
    }
    Ok(prefix)
}

fn not_served() -> ServiceError {
    ServiceError::validation("the specimen serves neither indexes nor filters")
}
