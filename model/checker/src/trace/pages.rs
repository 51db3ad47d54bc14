//! Scan and Query: each page shows the items on it; all pages together show which items were not there.

use lookback_protocol::expression::legacy::KeyConditions;
use lookback_protocol::expression::{KeyCondition, Placeholders};
use lookback_protocol::key::KeyRange;
use lookback_protocol::wire::query::{QueryInput, QueryOutput, ScanInput, ScanOutput};
use lookback_protocol::wire::{AnswerItem, WireItem};

use super::builder::{Builder, Ended, Outcome, SeenSet};
use super::{Act, Expressions, Observed, SourceOf};
use crate::register::Effect;

/// Pages that a client has read one after the other.
#[derive(Debug)]
pub(super) struct Chain {
    name: u32,
    /// What the next page must begin after.
    cursor: WireItem,
    seen: SeenSet,
}

/// What is told of one page of either operation.
struct Page {
    table: String,
    index: bool,
    consistent: bool,
    /// Whether the page shows whole items, and all of them.
    whole: bool,
    start: Option<WireItem>,
    items: Vec<AnswerItem>,
    next: Option<AnswerItem>,
    /// The stretch of keys; `None`: all.
    range: Option<KeyRange>,
}

impl Builder {
    pub(super) fn scan(&mut self, ended: &Ended<'_>) {
        let Outcome::Answered(body) = ended.outcome else {
            return;
        };
        let (Some(input), Some(output)) =
            (ended.input::<ScanInput>(), ended.output::<ScanOutput>(body))
        else {
            return self.unread("Scan that cannot be read");
        };
        let selective = input.scan_filter.is_some()
            || input.filter_expression.is_some()
            || input.projection_expression.is_some()
            || input.attributes_to_get.is_some()
            || input
                .select
                .as_deref()
                .is_some_and(|it| it != "ALL_ATTRIBUTES");
        let page = Page {
            table: input.table_name,
            index: input.index_name.is_some(),
            consistent: input.consistent_read.unwrap_or(false),
            whole: !selective,
            start: input.exclusive_start_key,
            items: output.items.unwrap_or_default(),
            next: output.last_evaluated_key,
            range: None,
        };
        let segmented = input.total_segments.is_some_and(|segments| segments > 1);
        self.page(ended, page, !segmented);
    }

    pub(super) fn query(&mut self, ended: &Ended<'_>) {
        let Outcome::Answered(body) = ended.outcome else {
            return;
        };
        let (Some(input), Some(output)) = (
            ended.input::<QueryInput>(),
            ended.output::<QueryOutput>(body),
        ) else {
            return self.unread("Query that cannot be read");
        };
        let range = self.query_range(&input);
        let selective = input.query_filter.is_some()
            || input.filter_expression.is_some()
            || input.projection_expression.is_some()
            || input.attributes_to_get.is_some()
            || input
                .select
                .as_deref()
                .is_some_and(|it| it != "ALL_ATTRIBUTES");
        let complete = range.is_some();
        let page = Page {
            table: input.table_name,
            index: input.index_name.is_some(),
            consistent: input.consistent_read.unwrap_or(false),
            whole: !selective,
            start: input.exclusive_start_key,
            items: output.items.unwrap_or_default(),
            next: output.last_evaluated_key,
            range,
        };
        self.page(ended, page, complete);
    }

    /// The stretch of keys that a query of a table asks for.
    fn query_range(&mut self, input: &QueryInput) -> Option<KeyRange> {
        if input.index_name.is_some() {
            return None;
        }
        let name = self.tables.name(&input.table_name);
        let schema = &self.rules_of(name)?.key;
        let condition = match (&input.key_condition_expression, &input.key_conditions) {
            (Some(text), None) => {
                let expressions = Expressions::new(
                    None,
                    None,
                    input.expression_attribute_names.clone(),
                    input.expression_attribute_values.clone(),
                );
                let (names, values) = (expressions.names.as_ref(), expressions.values.as_ref());
                let mut placeholders = Placeholders::new(names, values).ok()?;
                KeyCondition::parse(text, &mut placeholders, schema).ok()?
            }
            (None, Some(conditions)) => {
                let conditions = KeyConditions::new(conditions.clone()).ok()?;
                conditions.terms().ok()?.for_schema(schema).ok()?
            }
            _ => return None,
        };
        schema
            .key_range(&condition.hash, condition.range.as_ref())
            .ok()
    }

    /// Puts a page down. `complete`: the pages up to the last one show everything in their stretch.
    fn page(&mut self, ended: &Ended<'_>, page: Page, complete: bool) {
        let name = self.tables.name(&page.table);
        if self.rules_of(name).is_none() {
            return self.unread("a call on a table that the history does not know");
        }
        if !page.whole {
            return self.unread("Scan or Query with a filter or a projection");
        }
        let source = self.source(ended);
        let mut present = Vec::with_capacity(page.items.len());
        for item in &page.items {
            let Some(key) = self.key_of(name, item) else {
                self.unread("an item without its key");
                continue;
            };
            present.push(key);
            let effect = if page.index {
                self.index_entry(item)
            } else {
                Effect::Sees(self.values.intern(item))
            };
            // Nobody promises when an index shows a write.
            let eventual = page.index || !page.consistent;
            self.read(ended, key, effect, eventual, 0, source);
        }
        if page.index || !complete {
            self.chains.remove(&ended.call.client);
            return;
        }
        self.chain(ended, name, page, present, source);
    }

    /// An entry of an index holds at least some attributes of its item.
    fn index_entry(&mut self, item: &AnswerItem) -> Effect {
        let part = self.values.intern(item);
        self.change(Act::Look, Expressions::default(), Observed::Holds(part))
    }

    /// Joins a page to those before it; after the last one it is known what was not there.
    fn chain(
        &mut self,
        ended: &Ended<'_>,
        name: u32,
        page: Page,
        present: Vec<u32>,
        source: SourceOf,
    ) {
        let begun = self.chains.remove(&ended.call.client);
        let mut seen = match (page.start, begun) {
            (None, _) => SeenSet {
                name,
                lo_us: ended.call.at_us,
                hi_us: ended.at_us,
                eventual: !page.consistent,
                source,
                present: Vec::new(),
                range: page.range,
            },
            (Some(start), Some(begun)) if begun.name == name && begun.cursor == start => begun.seen,
            // Nobody saw where it began.
            (Some(_), _) => return,
        };
        seen.hi_us = ended.at_us;
        seen.eventual |= !page.consistent;
        seen.present.extend(present);
        match page.next {
            None => {
                seen.present.sort_unstable();
                self.seen_sets.push(seen);
            }
            Some(next) => {
                let text = serde_json::to_string(&next).unwrap_or_default();
                if let Ok(cursor) = serde_json::from_str::<WireItem>(&text) {
                    let chain = Chain { name, cursor, seen };
                    self.chains.insert(ended.call.client, chain);
                }
            }
        }
    }
}
