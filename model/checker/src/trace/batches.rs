//! BatchWriteItem and BatchGetItem: each item by itself.

use std::collections::BTreeMap;

use lookback_protocol::wire::batch::{
    BatchGetItemInput, BatchGetItemOutput, BatchWriteItemInput, BatchWriteItemOutput, WriteRequest,
};
use lookback_protocol::wire::item_from_wire;

use super::builder::{Builder, Ended, Outcome, Raw};
use crate::register::{ABSENT, Effect, OPEN};

impl Builder {
    pub(super) fn batch_write_item(&mut self, ended: &Ended<'_>) {
        let Some(input) = ended.input::<BatchWriteItemInput>() else {
            return self.unread("BatchWriteItem whose request cannot be read");
        };
        let unprocessed = match ended.outcome {
            Outcome::Answered(body) => match ended.output::<BatchWriteItemOutput>(body) {
                Some(output) => output.unprocessed_items.unwrap_or_default(),
                None => return self.unread("an answer that cannot be read"),
            },
            Outcome::Refused(..) => return,
            Outcome::Uncertain => BTreeMap::new(),
        };
        let must = !matches!(ended.outcome, Outcome::Uncertain);
        let source = self.source(ended);
        for (table, requests) in input.request_items {
            let left_out = unprocessed.get(&table);
            for request in requests {
                if left_out.is_some_and(|left_out| left_out.contains(&request)) {
                    continue;
                }
                let Some((key, effect)) = self.batch_write(&table, request) else {
                    self.unread("a member of BatchWriteItem that cannot be read");
                    continue;
                };
                self.raws.push(Raw {
                    key,
                    lo_us: ended.call.at_us,
                    hi_us: if must { ended.at_us } else { OPEN },
                    effect,
                    must,
                    eventual: false,
                    tie: 0,
                    source,
                });
            }
        }
    }

    fn batch_write(&mut self, table: &str, request: WriteRequest) -> Option<(u32, Effect)> {
        let name = self.tables.name(table);
        if let Some(put) = request.put_request {
            let item = item_from_wire(put.item).ok()?;
            let key = self.key_of(name, &item)?;
            return Some((key, Effect::Writes(self.values.intern(&item))));
        }
        let key = self.key_of_argument(name, request.delete_request?.key)?;
        Some((key, Effect::Writes(ABSENT)))
    }

    pub(super) fn batch_get_item(&mut self, ended: &Ended<'_>) {
        let Outcome::Answered(body) = ended.outcome else {
            return;
        };
        let (Some(input), Some(output)) = (
            ended.input::<BatchGetItemInput>(),
            ended.output::<BatchGetItemOutput>(body),
        ) else {
            return self.unread("BatchGetItem that cannot be read");
        };
        let source = self.source(ended);
        let responses = output.responses.unwrap_or_default();
        let unprocessed = output.unprocessed_keys.unwrap_or_default();
        for (table, asked) in input.request_items {
            if asked.attributes_to_get.is_some() || asked.projection_expression.is_some() {
                self.unread("BatchGetItem with a projection");
                continue;
            }
            let name = self.tables.name(&table);
            let mut shown = BTreeMap::new();
            for item in responses.get(&table).into_iter().flatten() {
                match self.key_of(name, item) {
                    Some(key) => {
                        shown.insert(key, self.values.intern(item));
                    }
                    None => self.unread("a call on a table that the history does not know"),
                }
            }
            let eventual = !asked.consistent_read.unwrap_or(false);
            let left_out = unprocessed.get(&table);
            for key in asked.keys {
                if left_out.is_some_and(|left_out| left_out.keys.contains(&key)) {
                    continue;
                }
                let Some(key) = self.key_of_argument(name, key) else {
                    continue;
                };
                let value = shown.get(&key).copied().unwrap_or(ABSENT);
                self.read(ended, key, Effect::Sees(value), eventual, 0, source);
            }
        }
    }
}
