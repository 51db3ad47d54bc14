//! One page of a Query or a Scan (ITEM-020..022).

use std::sync::Arc;

use lookback_protocol::error::ServiceError;
use lookback_protocol::expression::legacy::{Conditions, attributes_to_get};
use lookback_protocol::expression::{Condition, ExpressionKind, Placeholders, Projection};
use lookback_protocol::key::KeySchema;
use lookback_protocol::value::{Item, item_size_bytes};
use lookback_protocol::wire::AnswerItem;
use lookback_protocol::wire::capacity::ConsumedCapacity;

use super::capacity::{Consumption, Detail, Kind, Reading, entry_size_bytes};
use crate::table::{Definition, Index};

/// A page ends with the item that takes it over 1 MB.
const PAGE_BYTES_MAX: usize = 1024 * 1024;

/// What is read: the table, or one of its indexes.
#[derive(Clone, Copy)]
pub(super) struct Source<'a> {
    pub definition: &'a Definition,
    pub index: Option<&'a Index>,
}

impl<'a> Source<'a> {
    /// Finds what a request reads, and refuses strong reads of global indexes (ITEM-013) and reads of those that are still
    /// being filled (TABLE-011).
    pub fn find(
        definition: &'a Definition,
        index: Option<&str>,
        consistent: bool,
        now_us: i64,
    ) -> Result<Self, ServiceError> {
        let Some(name) = index else {
            return Ok(Self {
                definition,
                index: None,
            });
        };
        let Some(index) = definition.index(name) else {
            return Err(ServiceError::validation(format!(
                "The table does not have the specified index: {name}"
            )));
        };
        if definition.is_backfilling(name, now_us) {
            return Err(ServiceError::validation(format!(
                "Cannot read from backfilling global secondary index: {name}"
            )));
        }
        if consistent && definition.is_global(name) {
            return Err(ServiceError::validation(
                "Consistent reads are not supported on global secondary indexes",
            ));
        }
        Ok(Self {
            definition,
            index: Some(index),
        })
    }

    /// The key that orders what is read.
    pub fn schema(&self) -> &'a KeySchema {
        self.index
            .map_or(&self.definition.schema, |index| &index.schema)
    }

    /// The attributes that a page's cursor shows: the table's key, and the index's.
    pub fn cursor(&self, item: &Item) -> Item {
        let mut cursor = self.definition.schema.key_attributes(item);
        if let Some(index) = self.index {
            for (name, value) in index.schema.key_attributes(item) {
                cursor.insert(name, value);
            }
        }
        cursor
    }

    /// The names that an index holds; `None` for all.
    pub fn projected_names(&self) -> Option<Vec<&'a str>> {
        self.definition.held_names(self.index?)
    }
}

/// Which attributes a request names, and by which member.
pub(super) struct Wanted<'a> {
    /// The projection; `None`: no attributes are named.
    pub projection: Option<Projection<'a>>,
    /// The member's name in refusals.
    pub member: &'static str,
}

/// What the reader gets of each item.
pub(super) struct Selection<'a> {
    /// COUNT: nothing at all.
    count_only: bool,
    projection: Option<Projection<'a>>,
    /// A local index does not hold all of it: each item is fetched from the table.
    fetches: bool,
}

impl<'a> Selection<'a> {
    /// Reads Select beside the attributes that are named.
    pub fn new(
        source: Source<'a>,
        select: Option<&str>,
        wanted: Wanted<'a>,
        counted: bool,
    ) -> Result<Self, ServiceError> {
        let Wanted { projection, member } = wanted;
        let prefix = if counted {
            "1 validation error detected: "
        } else {
            ""
        };
        let global = source
            .index
            .filter(|index| source.definition.is_global(&index.name));
        match (select, &projection) {
            (Some("COUNT"), Some(_)) => {
                return Err(ServiceError::validation(format!(
                    "{prefix}Cannot specify the {member} when choosing to get only the Count"
                )));
            }
            (Some(select @ ("ALL_ATTRIBUTES" | "ALL_PROJECTED_ATTRIBUTES")), Some(_)) => {
                return Err(ServiceError::validation(format!(
                    "{prefix}Cannot specify the {member} when choosing to get {select}"
                )));
            }
            (Some("SPECIFIC_ATTRIBUTES"), None) => {
                return Err(ServiceError::validation(format!(
                    "{prefix}Must specify the AttributesToGet or ProjectionExpression when choosing to get \
                     SPECIFIC_ATTRIBUTES"
                )));
            }
            (Some("ALL_PROJECTED_ATTRIBUTES"), None) if source.index.is_none() => {
                return Err(ServiceError::validation(format!(
                    "{prefix}ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName"
                )));
            }
            _ => {}
        }
        let held = source.projected_names();
        if let (Some(index), Some(held)) = (global, &held) {
            if select == Some("ALL_ATTRIBUTES") {
                return Err(ServiceError::invalid_parameter(format_args!(
                    "Select type ALL_ATTRIBUTES is not supported for global secondary index {} because its projection \
                     type is not ALL",
                    index.name
                )));
            }
            let wanted = projection.iter().flat_map(Projection::attributes);
            let missing: Vec<&str> = wanted.filter(|name| !held.contains(name)).collect();
            if !missing.is_empty() {
                return Err(ServiceError::invalid_parameter(format_args!(
                    "Global secondary index {} does not project [{}]",
                    index.name,
                    missing.join(", ")
                )));
            }
        }
        let all = select == Some("ALL_ATTRIBUTES");
        let fetches = held.as_ref().is_some_and(|held| {
            let mut wanted = projection.iter().flat_map(Projection::attributes);
            all || wanted.any(|name| !held.contains(&name))
        });
        let projection = match (projection, held) {
            (Some(projection), _) => Some(projection),
            (None, Some(held)) if !all => Some(Projection::of_attributes(held)),
            (None, _) => None,
        };
        Ok(Self {
            count_only: select == Some("COUNT"),
            projection,
            fetches,
        })
    }
}

/// What Query and Scan have in common: a filter and the attributes that are named, in either notation.
pub(super) struct Filtering<'a> {
    pub filter: Option<Condition<'a>>,
    pub wanted: Wanted<'a>,
}

/// The members that a [`Filtering`] is read from.
pub(super) struct FilteringInput<'a> {
    pub filter_expression: Option<&'a str>,
    pub projection_expression: Option<&'a str>,
    /// The judged ScanFilter or QueryFilter.
    pub filter: &'a Conditions,
    pub attributes_to_get: Option<&'a [String]>,
}

impl<'a> Filtering<'a> {
    /// Reads the members; the two notations are not mixed.
    pub fn parse(
        input: FilteringInput<'a>,
        placeholders: &mut Placeholders<'a>,
    ) -> Result<Self, ServiceError> {
        let filter = match input.filter_expression {
            Some(text) => Some(Condition::parse(
                ExpressionKind::Filter,
                text,
                placeholders,
            )?),
            None => input.filter.condition(),
        };
        let wanted = match input.projection_expression {
            Some(text) => Wanted {
                projection: Some(Projection::parse(text, placeholders)?),
                member: "ProjectionExpression",
            },
            None => Wanted {
                projection: attributes_to_get(input.attributes_to_get)?,
                member: "AttributesToGet",
            },
        };
        Ok(Self { filter, wanted })
    }
}

/// One page.
pub(super) struct Page {
    /// `None` when only the count was asked for.
    pub items: Option<Vec<AnswerItem>>,
    pub count: i32,
    pub scanned_count: i32,
    pub consumed_capacity: Option<ConsumedCapacity>,
    /// Where to go on: absent at the end (ITEM-022).
    pub last_evaluated_key: Option<AnswerItem>,
}

/// What a page tells of its cost.
pub(super) struct Told<'a> {
    pub table: &'a str,
    pub detail: Detail,
    pub reading: Reading,
}

/// Reads a page: `limit` counts items before the filter (ITEM-022).
pub(super) fn read_page<'s>(
    items: impl Iterator<Item = &'s Arc<Item>>,
    source: Source<'_>,
    filter: Option<&Condition<'_>>,
    selection: &Selection<'_>,
    limit: Option<i32>,
    told: &Told<'_>,
) -> Page {
    let limit = limit
        .and_then(|limit| usize::try_from(limit).ok())
        .unwrap_or(usize::MAX);
    let mut page = Page {
        items: None,
        count: 0,
        scanned_count: 0,
        consumed_capacity: None,
        last_evaluated_key: None,
    };
    let held = source.projected_names();
    let size_bytes = |item: &Item| match &held {
        None => item_size_bytes(item),
        Some(_) => entry_size_bytes(held.as_deref(), item),
    };
    let mut consumption = Consumption::default();
    let mut found = Vec::new();
    let (mut scanned, mut bytes) = (0_usize, 0_usize);
    for item in items {
        scanned += 1;
        bytes += size_bytes(item);
        if selection.fetches && told.detail.is_told() {
            consumption.read(told.reading.units(item_size_bytes(item)));
        }
        if filter.is_none_or(|filter| filter.holds(Some(item))) {
            page.count += 1;
            if !selection.count_only {
                found.push(match &selection.projection {
                    Some(projection) => AnswerItem(Arc::new(projection.project(item))),
                    None => AnswerItem(Arc::clone(item)),
                });
            }
        }
        if scanned >= limit || bytes >= PAGE_BYTES_MAX {
            page.last_evaluated_key = Some(AnswerItem(Arc::new(source.cursor(item))));
            break;
        }
    }
    if told.detail.is_told() {
        let units = told.reading.units(bytes);
        match source.index {
            Some(index) => consumption.read_index(source.definition, index, units),
            None => consumption.read(units),
        }
        page.consumed_capacity = consumption.to_wire(told.table, told.detail, Kind::Plain);
    }
    page.scanned_count = i32::try_from(scanned).unwrap_or(i32::MAX);
    page.items = (!selection.count_only).then_some(found);
    page
}
