//! Judges attribute values of a request and turns them into values of the model (ITEM-001, -007..010).

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use litemap::LiteMap;

use super::value::{WireItem, WireValue};
use crate::error::ServiceError;
use crate::number::Number;
use crate::value::{AttributeValue, Attributes, Item, NESTED_TOO_DEEP, NESTING_LEVELS_MAX};

/// Judges an item or a key of a request.
///
/// # Errors
/// ValidationException as for [`WireValue::into_value`], for the first bad attribute in the order of names.
pub fn item_from_wire(item: WireItem) -> Result<Item, ServiceError> {
    attributes(item, 1)
}

impl WireValue {
    /// Judges this value.
    ///
    /// # Errors
    /// ValidationException: no type or several (ITEM-001), no number (ITEM-007), an empty set or a duplicate in
    /// it (ITEM-008), `NULL` that is false, or more than 32 levels of nesting (ITEM-009).
    pub fn into_value(self) -> Result<AttributeValue, ServiceError> {
        value(self, 1)
    }
}

fn attributes(item: WireItem, level: usize) -> Result<Attributes, ServiceError> {
    let mut sorted = Vec::with_capacity(item.len());
    for (name, wire) in item {
        // A name has at least one character, also inside documents (record 10.14).
        if name.is_empty() {
            return Err(ServiceError::validation("Empty attribute name"));
        }
        sorted.push((name, value(wire, level)?));
    }
    Ok(LiteMap::from_sorted_store_unchecked(sorted))
}

/// `level`: the level that this value stands on; an attribute stands on the first.
fn value(wire: WireValue, level: usize) -> Result<AttributeValue, ServiceError> {
    if level > NESTING_LEVELS_MAX {
        return Err(ServiceError::validation(NESTED_TOO_DEEP));
    }
    Ok(match wire {
        WireValue::S(text) => AttributeValue::S(text),
        WireValue::N(text) => AttributeValue::N(Number::parse(&text)?),
        WireValue::B(bytes) => AttributeValue::B(bytes),
        WireValue::Ss(list) => AttributeValue::Ss(strings(list)?),
        WireValue::Ns(list) => AttributeValue::Ns(numbers(&list)?),
        WireValue::Bs(list) => AttributeValue::Bs(binaries(list)?),
        WireValue::M(values) => AttributeValue::M(attributes(values, level + 1)?),
        WireValue::L(values) => {
            let values = values.into_iter().map(|wire| value(wire, level + 1));
            AttributeValue::L(values.collect::<Result<_, _>>()?)
        }
        WireValue::Bool(truth) => AttributeValue::Bool(truth),
        WireValue::Null(true) => AttributeValue::Null,
        WireValue::Null(false) => {
            return Err(ServiceError::invalid_parameter(
                "Null attribute value types must have the value of true",
            ));
        }
        WireValue::Empty => {
            return Err(ServiceError::validation(
                "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes",
            ));
        }
        WireValue::Several => {
            return Err(ServiceError::validation(
                "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the \
                 supported datatypes",
            ));
        }
    })
}

fn strings(list: Vec<String>) -> Result<BTreeSet<String>, ServiceError> {
    if list.is_empty() {
        return Err(ServiceError::invalid_parameter(
            "An string set  may not be empty",
        ));
    }
    let distinct: BTreeSet<&String> = list.iter().collect();
    if distinct.len() < list.len() {
        return Err(ServiceError::invalid_parameter(format_args!(
            "Input collection [{}] contains duplicates.",
            list.join(", ")
        )));
    }
    Ok(list.into_iter().collect())
}

fn numbers(list: &[String]) -> Result<BTreeSet<Number>, ServiceError> {
    if list.is_empty() {
        return Err(ServiceError::invalid_parameter(
            "An number set  may not be empty",
        ));
    }
    let numbers = list.iter().map(|text| Number::parse(text));
    let numbers = numbers.collect::<Result<BTreeSet<_>, _>>()?;
    if numbers.len() < list.len() {
        return Err(ServiceError::validation(
            "Input collection contains duplicates",
        ));
    }
    Ok(numbers)
}

fn binaries(list: Vec<Vec<u8>>) -> Result<BTreeSet<Vec<u8>>, ServiceError> {
    if list.is_empty() {
        return Err(ServiceError::invalid_parameter(
            "Binary sets should not be empty",
        ));
    }
    let distinct: BTreeSet<&Vec<u8>> = list.iter().collect();
    if distinct.len() < list.len() {
        let texts: Vec<String> = list.iter().map(|bytes| STANDARD.encode(bytes)).collect();
        return Err(ServiceError::invalid_parameter(format_args!(
            "Input collection [{}]of type BS contains duplicates.",
            texts.join(", ")
        )));
    }
    Ok(list.into_iter().collect())
}
