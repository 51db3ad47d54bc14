//! Tables: one span for each time that a name was created.

use std::collections::BTreeMap;

use lookback_protocol::item_op::ItemRules;
use lookback_protocol::key::{KeyAttribute, KeySchema, KeyType};
use lookback_protocol::wire::table::{AttributeDefinition, KeySchemaElement};

use crate::register::OPEN;

/// A table from its creation to its deletion.
#[derive(Clone, Debug)]
pub struct TableSpan {
    /// Its name.
    pub name: String,
    /// When its creation began, in microseconds.
    pub from_us: i64,
    /// The end of the creation of the next table of this name; [`OPEN`] for the last one.
    pub to_us: i64,
    /// Its key; `None` for a table whose content nobody wrote here: one that was restored.
    pub rules: Option<ItemRules>,
    /// The attributes that time to live was enabled with.
    pub ttl_attributes: Vec<String>,
}

impl TableSpan {
    /// Whether something that lasted from `from_us` to `to_us` can have met this table.
    pub fn meets(&self, from_us: i64, to_us: i64) -> bool {
        self.from_us <= to_us && from_us <= self.to_us
    }
}

/// All spans, by name.
#[derive(Debug, Default)]
pub(super) struct Tables {
    names: BTreeMap<String, u32>,
    spans: Vec<Vec<TableSpan>>,
}

impl Tables {
    /// The number of a name, whether or not there is such a table.
    pub fn name(&mut self, name: &str) -> u32 {
        // A table can be named by its ARN everywhere.
        let name = match name.rsplit_once(":table/") {
            Some((_, name)) => name,
            None => name,
        };
        if let Some(number) = self.names.get(name) {
            return *number;
        }
        let number = u32::try_from(self.spans.len()).unwrap_or(u32::MAX);
        self.names.insert(name.to_owned(), number);
        self.spans.push(Vec::new());
        number
    }

    /// A table of this name comes to be.
    pub fn create(&mut self, name: u32, from_us: i64, to_us: i64, rules: Option<ItemRules>) {
        let text = self.names.iter().find(|(_, number)| **number == name);
        let Some((text, _)) = text else { return };
        let Some(spans) = self.spans.get_mut(name as usize) else {
            return;
        };
        if let Some(last) = spans.last_mut() {
            last.to_us = to_us;
        }
        spans.push(TableSpan {
            name: text.clone(),
            from_us,
            to_us: OPEN,
            rules,
            ttl_attributes: Vec::new(),
        });
    }

    /// How many tables of this name there have been.
    pub fn incarnations(&self, name: u32) -> usize {
        self.spans.get(name as usize).map_or(0, Vec::len)
    }

    /// The keys of the tables of this name, the newest first.
    pub fn all_rules(&self, name: u32) -> impl Iterator<Item = &ItemRules> {
        let spans = self.spans.get(name as usize).into_iter().flatten();
        spans.rev().filter_map(|span| span.rules.as_ref())
    }

    /// Items of the newest table of this name may expire by this attribute.
    pub fn enable_ttl(&mut self, name: u32, attribute: &str) {
        let last = self
            .spans
            .get_mut(name as usize)
            .and_then(|it| it.last_mut());
        if let Some(last) = last
            && !last.ttl_attributes.iter().any(|it| it == attribute)
        {
            last.ttl_attributes.push(attribute.to_owned());
        }
    }

    /// All spans, by the number of their name.
    pub fn into_spans(self) -> Vec<Vec<TableSpan>> {
        self.spans
    }
}

/// The key of a table, from CreateTable's members. Indexes ask nothing here: what they refuse was refused.
pub(super) fn rules(
    key_schema: &[KeySchemaElement],
    definitions: &[AttributeDefinition],
) -> Option<ItemRules> {
    let attribute = |role: &str| {
        let element = key_schema.iter().find(|it| it.key_type == role)?;
        let definition = definitions
            .iter()
            .find(|it| it.attribute_name == element.attribute_name)?;
        let kind = match definition.attribute_type.as_str() {
            "S" => KeyType::S,
            "N" => KeyType::N,
            "B" => KeyType::B,
            _ => return None,
        };
        Some(KeyAttribute {
            name: element.attribute_name.clone(),
            kind,
        })
    };
    Some(ItemRules {
        key: KeySchema {
            hash: attribute("HASH")?,
            range: attribute("RANGE"),
        },
        indexes: Vec::new(),
    })
}
