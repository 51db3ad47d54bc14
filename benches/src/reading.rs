//! Requests that read page by page or write many items at once: a table of one item collection, `Shelf`, and transactions.

use std::collections::BTreeMap;
use std::ops::Range;

use lookback_protocol::wire::item::PutItemInput;
use lookback_protocol::wire::query::{QueryInput, ScanInput};
use lookback_protocol::wire::table::{AttributeDefinition, CreateTableInput, KeySchemaElement};
use lookback_protocol::wire::transaction::{Put, TransactWriteItem, TransactWriteItemsInput};
use lookback_protocol::wire::{Request, WireItem, WireValue};

use crate::item::{HASH_ATTRIBUTE, item};
use crate::request::TABLE;

/// The table whose items are one collection.
const SHELVES: &str = "Shelves";
const SHELF_ATTRIBUTE: &str = "Shelf";

/// What a read gives of the items that it looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// All of them.
    All,
    /// None: a filter of two clauses that no item meets.
    Filtered,
    /// Their number.
    Counted,
}

impl Reading {
    fn filter(self) -> Option<String> {
        (self == Self::Filtered).then(|| "attribute_exists(Artist) AND InStock = :no".to_owned())
    }

    fn select(self) -> Option<String> {
        (self == Self::Counted).then(|| "COUNT".to_owned())
    }

    fn values(self) -> WireItem {
        match self {
            Self::Filtered => BTreeMap::from([(":no".to_owned(), WireValue::Bool(false))]),
            Self::All | Self::Counted => BTreeMap::new(),
        }
    }
}

/// CreateTable of the table whose items are one collection.
pub fn collection_table() -> Request {
    let keys = [(SHELF_ATTRIBUTE, "HASH"), (HASH_ATTRIBUTE, "RANGE")];
    let definition = |(name, _): (&str, _)| AttributeDefinition {
        attribute_name: name.to_owned(),
        attribute_type: "S".to_owned(),
    };
    let element = |(name, role): (&str, &str)| KeySchemaElement {
        attribute_name: name.to_owned(),
        key_type: role.to_owned(),
    };
    Request::from(CreateTableInput {
        table_name: SHELVES.to_owned(),
        attribute_definitions: Some(keys.map(definition).to_vec()),
        key_schema: Some(keys.map(element).to_vec()),
        billing_mode: Some("PAY_PER_REQUEST".to_owned()),
        ..CreateTableInput::default()
    })
}

fn shelf() -> WireValue {
    WireValue::S("A".to_owned())
}

/// PutItem into that table.
pub fn shelve(number: u32) -> Request {
    let mut item = item(number);
    item.insert(SHELF_ATTRIBUTE.to_owned(), shelf());
    Request::from(PutItemInput {
        table_name: SHELVES.to_owned(),
        item,
        ..PutItemInput::default()
    })
}

/// The first page of a Scan of that table.
pub fn scan_page(reading: Reading) -> Request {
    let values = reading.values();
    Request::from(ScanInput {
        table_name: SHELVES.to_owned(),
        filter_expression: reading.filter(),
        select: reading.select(),
        expression_attribute_values: (!values.is_empty()).then_some(values),
        ..ScanInput::default()
    })
}

/// The first page of a Query of its collection.
pub fn query_page(reading: Reading) -> Request {
    let mut values = reading.values();
    values.insert(":shelf".to_owned(), shelf());
    Request::from(QueryInput {
        table_name: SHELVES.to_owned(),
        key_condition_expression: Some("Shelf = :shelf".to_owned()),
        filter_expression: reading.filter(),
        select: reading.select(),
        expression_attribute_values: Some(values),
        ..QueryInput::default()
    })
}

/// TransactWriteItems: puts of these items, each under a condition.
pub fn transact_write(numbers: Range<u32>) -> Request {
    let member = |number| TransactWriteItem {
        put: Some(Put {
            item: item(number),
            table_name: TABLE.to_owned(),
            condition_expression: Some("attribute_exists(AlbumId)".to_owned()),
            ..Put::default()
        }),
        ..TransactWriteItem::default()
    };
    Request::from(TransactWriteItemsInput {
        transact_items: numbers.map(member).collect(),
        ..TransactWriteItemsInput::default()
    })
}
