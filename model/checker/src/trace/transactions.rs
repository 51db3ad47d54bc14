//! TransactWriteItems and TransactGetItems: all items at one instant.

use std::collections::BTreeSet;

use lookback_protocol::item_op::ReturnValues;
use lookback_protocol::wire::transaction::{
    TransactGetItemsInput, TransactWriteItem, TransactWriteItemsInput,
};
use lookback_protocol::wire::{AnswerItem, item_from_wire};
use serde::Deserialize;

use super::builder::{Builder, Ended, Outcome, Raw};
use super::reads::Shown;
use super::writes::all_old;
use super::{Act, Expressions, Observed};
use crate::register::{ABSENT, OPEN};
use crate::verdict::Rule;

/// The body of a cancelled transaction.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct Cancelled {
    cancellation_reasons: Vec<Reason>,
}

/// Why one member was refused.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct Reason {
    code: String,
    item: Option<AnswerItem>,
}

/// The body of an answer that shows some items.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct AllShown<'a> {
    #[serde(borrow, default)]
    responses: Option<Vec<Shown<'a>>>,
}

/// A member of a writing transaction, ready to be put down.
struct Member {
    key: Option<u32>,
    act: Act,
    expressions: Expressions,
    item_on_failure: bool,
}

impl Builder {
    pub(super) fn transact_write_items(&mut self, ended: &Ended<'_>) {
        let Some(input) = ended.input::<TransactWriteItemsInput>() else {
            return self.unread("TransactWriteItems whose request cannot be read");
        };
        match ended.outcome {
            Outcome::Refused("TransactionCanceledException", body) => {
                return self.cancelled(ended, input, body);
            }
            Outcome::Refused(..) => return,
            Outcome::Answered(_) | Outcome::Uncertain => {}
        }
        let must = matches!(ended.outcome, Outcome::Answered(_));
        let incarnations = self.incarnations(&input.transact_items);
        let earlier = input
            .client_request_token
            .as_ref()
            .and_then(|token| self.tokens.get(token).copied());
        let must = match earlier {
            // The same transaction once more: it took effect once, in one of the attempts.
            Some((tie, met)) if met == incarnations => {
                return self.attempted_again(ended, tie, must);
            }
            // One of its tables is another one now, and nobody knows whether the token still counts: it may take effect
            // once more.
            Some(_) => false,
            None => must,
        };
        let source = self.source(ended);
        let tie = self.tie(Rule::TransactionInstant, source);
        if let Some(token) = input.client_request_token {
            self.tokens.insert(token, (tie, incarnations));
        }
        for member in input.transact_items {
            let Some(member) = self.member(member) else {
                self.unread("a member of TransactWriteItems that cannot be read");
                continue;
            };
            let Some(key) = member.key else {
                self.unread("a call on a table that the history does not know");
                continue;
            };
            let observed = if must {
                Observed::Done {
                    returned: ReturnValues::None,
                    attributes: None,
                }
            } else {
                Observed::Unknown
            };
            if !must && matches!(member.act, Act::Look) {
                continue;
            }
            let effect = self.effect(member.act, member.expressions, observed);
            self.raws.push(Raw {
                key,
                lo_us: ended.call.at_us,
                hi_us: if must { ended.at_us } else { OPEN },
                effect,
                must,
                eventual: false,
                tie,
                source,
            });
        }
    }

    /// How often the tables of a transaction have been made so far.
    fn incarnations(&mut self, members: &[TransactWriteItem]) -> usize {
        let names = members.iter().filter_map(|member| {
            let put = member.put.as_ref().map(|put| &put.table_name);
            let update = || member.update.as_ref().map(|update| &update.table_name);
            let delete = || member.delete.as_ref().map(|delete| &delete.table_name);
            let check = || {
                member
                    .condition_check
                    .as_ref()
                    .map(|check| &check.table_name)
            };
            put.or_else(update).or_else(delete).or_else(check)
        });
        let names: BTreeSet<&String> = names.collect();
        names
            .into_iter()
            .map(|name| {
                let name = self.tables.name(name);
                self.tables.incarnations(name)
            })
            .sum()
    }

    /// Another attempt of a transaction: from the first attempt's beginning to the first success. Attempts may overlap,
    /// and the first one to end need not be the first one to begin.
    fn attempted_again(&mut self, ended: &Ended<'_>, tie: u32, must: bool) {
        for raw in self.raws.iter_mut().filter(|raw| raw.tie == tie) {
            raw.lo_us = raw.lo_us.min(ended.call.at_us);
            if must {
                raw.hi_us = raw.hi_us.min(ended.at_us);
                raw.must = true;
            }
        }
    }

    /// The members whose condition failed saw what did not fulfil it. Of the others nothing is known.
    fn cancelled(&mut self, ended: &Ended<'_>, input: TransactWriteItemsInput, body: Option<&str>) {
        let cancelled = body.and_then(|body| serde_json::from_str::<Cancelled>(body).ok());
        let reasons = cancelled.unwrap_or_default().cancellation_reasons;
        let mut source = None;
        for (member, reason) in input.transact_items.into_iter().zip(reasons) {
            if reason.code != "ConditionalCheckFailed" {
                continue;
            }
            let Some(member) = self.member(member) else {
                continue;
            };
            let Some(key) = member.key else { continue };
            let item = member.item_on_failure.then(|| match &reason.item {
                Some(item) => self.values.intern(item),
                None => ABSENT,
            });
            let source = *source.get_or_insert_with(|| self.source(ended));
            let observed = Observed::Refused { item };
            let effect = self.effect(member.act, member.expressions, observed);
            self.read(ended, key, effect, false, 0, source);
        }
    }

    fn member(&mut self, member: TransactWriteItem) -> Option<Member> {
        if let Some(put) = member.put {
            let item = item_from_wire(put.item).ok()?;
            let name = self.tables.name(&put.table_name);
            return Some(Member {
                key: self.key_of(name, &item),
                act: Act::Put(self.values.intern(&item)),
                item_on_failure: all_old(&put.return_values_on_condition_check_failure),
                expressions: Expressions::new(
                    put.condition_expression,
                    None,
                    put.expression_attribute_names,
                    put.expression_attribute_values,
                ),
            });
        }
        if let Some(update) = member.update {
            let name = self.tables.name(&update.table_name);
            let argument = item_from_wire(update.key.clone()).ok()?;
            return Some(Member {
                key: self.key_of_argument(name, update.key),
                act: Act::Update(self.values.intern(&argument)),
                item_on_failure: all_old(&update.return_values_on_condition_check_failure),
                expressions: Expressions::new(
                    update.condition_expression,
                    Some(update.update_expression),
                    update.expression_attribute_names,
                    update.expression_attribute_values,
                ),
            });
        }
        if let Some(delete) = member.delete {
            let name = self.tables.name(&delete.table_name);
            return Some(Member {
                key: self.key_of_argument(name, delete.key),
                act: Act::Delete,
                item_on_failure: all_old(&delete.return_values_on_condition_check_failure),
                expressions: Expressions::new(
                    delete.condition_expression,
                    None,
                    delete.expression_attribute_names,
                    delete.expression_attribute_values,
                ),
            });
        }
        let check = member.condition_check?;
        let name = self.tables.name(&check.table_name);
        Some(Member {
            key: self.key_of_argument(name, check.key),
            act: Act::Look,
            item_on_failure: all_old(&check.return_values_on_condition_check_failure),
            expressions: Expressions::new(
                Some(check.condition_expression),
                None,
                check.expression_attribute_names,
                check.expression_attribute_values,
            ),
        })
    }

    pub(super) fn transact_get_items(&mut self, ended: &Ended<'_>) {
        let Outcome::Answered(body) = ended.outcome else {
            return;
        };
        let (Some(input), Some(output)) = (
            ended.input::<TransactGetItemsInput>(),
            ended.output::<AllShown<'_>>(body),
        ) else {
            return self.unread("TransactGetItems that cannot be read");
        };
        let responses = output.responses.unwrap_or_default();
        if responses.len() != input.transact_items.len() {
            return self.unread("TransactGetItems without an answer for each item");
        }
        let source = self.source(ended);
        let tie = self.tie(Rule::ReadInstant, source);
        for (member, response) in input.transact_items.into_iter().zip(responses) {
            let get = member.get;
            let name = self.tables.name(&get.table_name);
            let Some(key) = self.key_of_argument(name, get.key) else {
                self.unread("a call on a table that the history does not know");
                continue;
            };
            let projection = Expressions::new(
                None,
                get.projection_expression,
                get.expression_attribute_names,
                None,
            );
            let Some(effect) = self.shown(&response, projection) else {
                self.unread("a member of TransactGetItems that cannot be read");
                continue;
            };
            self.read(ended, key, effect, false, tie, source);
        }
    }
}
