//! Reading Ion text: ion-rs takes it apart, and the values are judged as those of requests are.

use std::sync::Arc;

use ion_rs::{Decimal, Element, Int, IonType, Sequence, Struct, Value};
use lookback_protocol::export::{Change, ExportRecord};
use lookback_protocol::value::{Item, NESTING_LEVELS_MAX};
use lookback_protocol::wire::{WireItem, WireValue, item_from_wire};

use super::{BINARY_SET, NUMBER_SET, STRING_SET};
use crate::json::{neither, write_timestamp_us};

/// Reads a line.
pub(crate) fn read_record(line: &[u8]) -> Result<ExportRecord, String> {
    let element = Element::read_one(line).map_err(|error| error.to_string())?;
    let line = members(&element)?;
    if let Some(record) = only(line, "Record") {
        let record = members(record)?;
        let member = |name: &str| record.get(name).map(item).transpose();
        let (Some(metadata), Some(keys)) = (member("Metadata")?, member("Keys")?) else {
            return Err(neither().to_owned());
        };
        return Ok(ExportRecord::Change(Change {
            write_timestamp_us: write_timestamp_us(&metadata)?,
            keys,
            old_image: member("OldImage")?.map(Arc::new),
            new_image: member("NewImage")?.map(Arc::new),
        }));
    }
    let found = only(line, "Item").ok_or_else(|| neither().to_owned())?;
    Ok(ExportRecord::Item(Arc::new(item(found)?)))
}

/// Reads a line of a source of an import: an item that is not judged yet (IMPORT-031).
pub(crate) fn read_item(line: &[u8]) -> Result<WireItem, String> {
    let element = Element::read_one(line).map_err(|error| error.to_string())?;
    let line = members(&element)?;
    let item = line.get("Item").ok_or("the line has no Item")?;
    attributes(members(item)?, 1)
}

/// The only member of a struct, if that is its name.
fn only<'e>(members: &'e Struct, name: &str) -> Option<&'e Element> {
    members.get(name).filter(|_| members.len() == 1)
}

fn members(element: &Element) -> Result<&Struct, String> {
    element
        .as_struct()
        .ok_or_else(|| format!("a struct is expected, not a {}", element.ion_type()))
}

fn item(element: &Element) -> Result<Item, String> {
    item_from_wire(attributes(members(element)?, 1)?).map_err(|error| error.to_string())
}

fn attributes(members: &Struct, level: usize) -> Result<WireItem, String> {
    let mut attributes = WireItem::new();
    for (name, element) in members.fields() {
        let name = name.text().ok_or("a field has no name")?;
        let value = wire_value(element, level).map_err(|what| format!("{name}: {what}"))?;
        if attributes.insert(name.to_owned(), value).is_some() {
            return Err(format!("{name}: the field stands there twice"));
        }
    }
    Ok(attributes)
}

fn wire_value(element: &Element, level: usize) -> Result<WireValue, String> {
    if level > NESTING_LEVELS_MAX {
        return Err("Nesting Levels have exceeded supported limits".to_owned());
    }
    Ok(match element.value() {
        Value::Null(IonType::Null) => WireValue::Null(true),
        Value::Bool(truth) => WireValue::Bool(*truth),
        Value::Int(number) => WireValue::N(integer_text(number)),
        Value::Decimal(number) => WireValue::N(decimal_text(number)),
        Value::String(text) => WireValue::S(text.text().to_owned()),
        Value::Blob(bytes) => WireValue::B(bytes.as_ref().to_vec()),
        Value::Struct(members) => WireValue::M(attributes(members, level + 1)?),
        Value::List(values) => return list(element, values, level),
        other => return Err(format!("a {} is no attribute value", other.ion_type())),
    })
}

fn list(element: &Element, values: &Sequence, level: usize) -> Result<WireValue, String> {
    let wrong = |one: &Element| format!("a set cannot hold this {}", one.ion_type());
    let annotations = element.annotations();
    if annotations.is_empty() {
        let values = values.iter().map(|value| wire_value(value, level + 1));
        return Ok(WireValue::L(values.collect::<Result<_, _>>()?));
    }
    let text = |one: &Element| one.as_string().map(str::to_owned).ok_or_else(|| wrong(one));
    let number = |one: &Element| match one.value() {
        Value::Decimal(number) => Ok(decimal_text(number)),
        Value::Int(number) => Ok(integer_text(number)),
        _ => Err(wrong(one)),
    };
    let bytes = |one: &Element| {
        let bytes = one.as_blob().map(<[u8]>::to_vec);
        bytes.ok_or_else(|| wrong(one))
    };
    match annotations.first() {
        Some(STRING_SET) => Ok(WireValue::Ss(
            values.iter().map(text).collect::<Result<_, _>>()?,
        )),
        Some(NUMBER_SET) => Ok(WireValue::Ns(
            values.iter().map(number).collect::<Result<_, _>>()?,
        )),
        Some(BINARY_SET) => Ok(WireValue::Bs(
            values.iter().map(bytes).collect::<Result<_, _>>()?,
        )),
        other => Err(format!(
            "no set has the annotation {}",
            other.unwrap_or("$0")
        )),
    }
}

fn integer_text(number: &Int) -> String {
    number.to_string()
}

/// A decimal as a number's text: coefficient and exponent, so that nothing is rounded.
fn decimal_text(number: &Decimal) -> String {
    let coefficient = number.coefficient();
    let sign = if coefficient.is_negative() { "-" } else { "" };
    format!("{sign}{}e{}", coefficient.magnitude(), number.exponent())
}
