//! GetItem, and what reads have in common.

use lookback_protocol::wire::item::GetItemInput;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::builder::{Builder, Ended, Outcome, Raw};
use super::values::read_text;
use super::{Act, Expressions, Observed, SourceOf};
use crate::register::{ABSENT, Effect};

/// The body of an answer that shows an item.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Shown<'a> {
    #[serde(borrow, default)]
    item: Option<&'a RawValue>,
}

impl Builder {
    pub(super) fn get_item(&mut self, ended: &Ended<'_>) {
        let Outcome::Answered(body) = ended.outcome else {
            return;
        };
        let (Some(input), Some(output)) = (
            ended.input::<GetItemInput>(),
            ended.output::<Shown<'_>>(body),
        ) else {
            return self.unread("GetItem that cannot be read");
        };
        let name = self.tables.name(&input.table_name);
        let Some(key) = self.key_of_argument(name, input.key) else {
            return self.unread("a call on a table that the history does not know");
        };
        let projection = Expressions::of_read(
            input.projection_expression,
            input.expression_attribute_names,
            input.attributes_to_get,
        );
        let Some(effect) = self.shown(&output, projection) else {
            return self.unread("GetItem that cannot be read");
        };
        let source = self.source(ended);
        let eventual = !input.consistent_read.unwrap_or(false);
        self.read(ended, key, effect, eventual, 0, source);
    }

    /// What a read shows: the whole item, or a projection of it. `None`: it is no item.
    pub(super) fn shown(&mut self, shown: &Shown<'_>, projection: Expressions) -> Option<Effect> {
        let text = shown.item.map(RawValue::get);
        if projection.is_empty() {
            let value = match text {
                Some(text) => self.values.intern_text(text)?,
                None => ABSENT,
            };
            return Some(Effect::Sees(value));
        }
        let part = match text {
            Some(text) => Some(self.values.intern(&read_text(text)?)),
            None => None,
        };
        Some(self.change(Act::Look, projection, Observed::Shown(part)))
    }

    /// Puts a read down.
    pub(super) fn read(
        &mut self,
        ended: &Ended<'_>,
        key: u32,
        effect: Effect,
        eventual: bool,
        tie: u32,
        source: SourceOf,
    ) {
        self.raws.push(Raw {
            key,
            lo_us: ended.call.at_us,
            hi_us: ended.at_us,
            effect,
            must: true,
            eventual,
            tie,
            source,
        });
    }
}
