//! PutItem, UpdateItem, DeleteItem.

use lookback_protocol::expression::legacy::WriteParameters;
use lookback_protocol::item_op::ReturnValues;
use lookback_protocol::wire::item::{DeleteItemInput, PutItemInput, UpdateItemInput};
use lookback_protocol::wire::{AnswerItem, item_from_wire};
use serde::Deserialize;

use super::builder::{Builder, Ended, Outcome, Raw};
use super::{Act, Expressions, Observed};
use crate::register::{ABSENT, Effect, OPEN};

/// What the writes of single items have in common.
pub(super) struct Write {
    pub act: Act,
    pub key: Option<u32>,
    pub expressions: Expressions,
    pub returned: ReturnValues,
    /// Whether a failed condition tells the item.
    pub item_on_failure: bool,
}

/// The body of an answer to a write.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Written {
    #[serde(default)]
    attributes: Option<AnswerItem>,
}

/// The body of an error.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ErrorBody {
    #[serde(default)]
    item: Option<AnswerItem>,
}

impl Builder {
    pub(super) fn put_item(&mut self, ended: &Ended<'_>) {
        let Some(input) = ended.input::<PutItemInput>() else {
            return self.unread("PutItem whose request cannot be read");
        };
        let Ok(item) = item_from_wire(input.item) else {
            return self.unread("PutItem of no item");
        };
        let name = self.tables.name(&input.table_name);
        let write = Write {
            key: self.key_of(name, &item),
            act: Act::Put(self.values.intern(&item)),
            expressions: Expressions::of_write(
                input.condition_expression,
                None,
                input.expression_attribute_names,
                input.expression_attribute_values,
                WriteParameters {
                    expected: input.expected,
                    conditional_operator: input.conditional_operator,
                    ..WriteParameters::default()
                },
            ),
            returned: return_values(input.return_values.as_deref()),
            item_on_failure: all_old(&input.return_values_on_condition_check_failure),
        };
        self.write(ended, write);
    }

    pub(super) fn update_item(&mut self, ended: &Ended<'_>) {
        let Some(input) = ended.input::<UpdateItemInput>() else {
            return self.unread("UpdateItem whose request cannot be read");
        };
        let name = self.tables.name(&input.table_name);
        let Ok(argument) = item_from_wire(input.key.clone()) else {
            return self.unread("UpdateItem without a key");
        };
        let write = Write {
            key: self.key_of_argument(name, input.key),
            act: Act::Update(self.values.intern(&argument)),
            expressions: Expressions::of_write(
                input.condition_expression,
                input.update_expression,
                input.expression_attribute_names,
                input.expression_attribute_values,
                WriteParameters {
                    attribute_updates: input.attribute_updates,
                    expected: input.expected,
                    conditional_operator: input.conditional_operator,
                },
            ),
            returned: return_values(input.return_values.as_deref()),
            item_on_failure: all_old(&input.return_values_on_condition_check_failure),
        };
        self.write(ended, write);
    }

    pub(super) fn delete_item(&mut self, ended: &Ended<'_>) {
        let Some(input) = ended.input::<DeleteItemInput>() else {
            return self.unread("DeleteItem whose request cannot be read");
        };
        let name = self.tables.name(&input.table_name);
        let write = Write {
            key: self.key_of_argument(name, input.key),
            act: Act::Delete,
            expressions: Expressions::of_write(
                input.condition_expression,
                None,
                input.expression_attribute_names,
                input.expression_attribute_values,
                WriteParameters {
                    expected: input.expected,
                    conditional_operator: input.conditional_operator,
                    ..WriteParameters::default()
                },
            ),
            returned: return_values(input.return_values.as_deref()),
            item_on_failure: all_old(&input.return_values_on_condition_check_failure),
        };
        self.write(ended, write);
    }

    /// A write of one item.
    fn write(&mut self, ended: &Ended<'_>, write: Write) {
        let Some(key) = write.key else {
            return self.unread("a call on a table that the history does not know");
        };
        let observed = match ended.outcome {
            Outcome::Answered(body) => match ended.output::<Written>(body) {
                Some(written) => Observed::Done {
                    returned: write.returned,
                    attributes: written.attributes.map(|item| self.values.intern(&item)),
                },
                None => {
                    self.unread("an answer that cannot be read");
                    Observed::Done {
                        returned: ReturnValues::None,
                        attributes: None,
                    }
                }
            },
            Outcome::Refused("ConditionalCheckFailedException", body) => Observed::Refused {
                item: self.item_of_failure(write.item_on_failure, body),
            },
            Outcome::Refused(..) => return,
            Outcome::Uncertain => Observed::Unknown,
        };
        let source = self.source(ended);
        let must = !matches!(observed, Observed::Unknown);
        let effect = self.effect(write.act, write.expressions, observed);
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

    /// What a write does: plain ones by themselves, the others as changes.
    pub(super) fn effect(
        &mut self,
        act: Act,
        expressions: Expressions,
        observed: Observed,
    ) -> Effect {
        let told = match &observed {
            Observed::Done { returned, .. } => *returned != ReturnValues::None,
            Observed::Unknown => false,
            Observed::Refused { .. } | Observed::Shown(_) | Observed::Holds(_) => true,
        };
        match act {
            Act::Put(value) if !told && expressions.is_empty() => Effect::Writes(value),
            Act::Delete if !told && expressions.is_empty() => Effect::Writes(ABSENT),
            act => self.change(act, expressions, observed),
        }
    }

    /// The item that a failed condition told, where it was asked for: absence is told by no item.
    fn item_of_failure(&mut self, asked: bool, body: Option<&str>) -> Option<u32> {
        let body: ErrorBody = serde_json::from_str(body.filter(|_| asked)?).ok()?;
        Some(match body.item {
            Some(item) => self.values.intern(&item),
            None => ABSENT,
        })
    }
}

fn return_values(name: Option<&str>) -> ReturnValues {
    name.and_then(ReturnValues::from_name).unwrap_or_default()
}

pub(super) fn all_old(name: &Option<String>) -> bool {
    name.as_deref() == Some("ALL_OLD")
}
