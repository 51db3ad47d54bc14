//! GetItem, and what reads have in common.

use lookback_protocol::wire::AnswerItem;
use lookback_protocol::wire::item::{GetItemInput, GetItemOutput};

use super::builder::{Builder, Ended, Outcome, Raw};
use super::writes::text_of;
use super::{Act, Change, Expressions, Observed, SourceOf};
use crate::register::Effect;

impl Builder {
    pub(super) fn get_item(&mut self, ended: &Ended<'_>) {
        let Outcome::Answered(body) = ended.outcome else {
            return;
        };
        let (Some(input), Some(output)) = (
            ended.input::<GetItemInput>(),
            ended.output::<GetItemOutput>(body),
        ) else {
            return self.unread("GetItem that cannot be read");
        };
        if input.attributes_to_get.is_some() {
            return self.unread("GetItem with legacy parameters");
        }
        let name = self.tables.name(&input.table_name);
        let Some(key) = self.key_of_argument(name, input.key) else {
            return self.unread("a call on a table that the history does not know");
        };
        let source = self.source(ended);
        let projection = Expressions::new(
            None,
            input.projection_expression,
            input.expression_attribute_names,
            None,
        );
        let effect = self.shown(output.item.as_ref(), projection);
        let eventual = !input.consistent_read.unwrap_or(false);
        self.read(ended, key, effect, eventual, 0, source);
    }

    /// What a read shows: the whole item, or a projection of it.
    pub(super) fn shown(&mut self, item: Option<&AnswerItem>, projection: Expressions) -> Effect {
        if projection.is_empty() {
            return Effect::Sees(self.values.intern_option(item.map(|item| &**item)));
        }
        self.change(Change {
            act: Act::Look,
            expressions: Box::new(projection),
            observed: Observed::Shown(item.map(text_of)),
        })
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
