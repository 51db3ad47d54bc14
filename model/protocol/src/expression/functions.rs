//! The functions and operators of conditions: operand counts and types, as far as the text shows them.

use super::condition::{Comparator, Condition, Operand};
use super::parser::{Class, Parser};
use crate::value::AttributeValue;

/// What a call is.
pub(super) enum Call<'a> {
    Condition(Condition<'a>),
    Operand(Operand<'a>),
}

pub(super) fn misused(name: &str) -> String {
    format!("The function is not allowed to be used this way in an expression; function: {name}")
}

/// The call of a function that was read, with all problems noted.
pub(super) fn call<'a>(
    parser: &mut Parser<'a, '_>,
    name: &'a str,
    operands: Vec<Operand<'a>>,
) -> Call<'a> {
    let wanted = match name {
        "attribute_exists" | "attribute_not_exists" | "size" => 1,
        "attribute_type" | "begins_with" | "contains" => 2,
        _ => {
            parser.problem(
                Class::UnknownFunction,
                format_args!("Invalid function name; function: {name}"),
            );
            return unusable(operands);
        }
    };
    if operands.len() != wanted {
        parser.problem(
            Class::Operands,
            format_args!(
                "Incorrect number of operands for operator or function; operator or function: {name}, \
                 number of operands: {}",
                operands.len()
            ),
        );
        return unusable(operands);
    }
    let mut operands = operands.into_iter();
    match (name, operands.next(), operands.next()) {
        ("size", Some(operand), _) => {
            if let Some(kind @ ("N" | "BOOL" | "NULL")) = literal_type(&operand) {
                wrong_type(parser, name, kind);
            }
            Call::Operand(Operand::Size(Box::new(operand)))
        }
        ("attribute_exists", Some(Operand::Path(path)), _) => {
            Call::Condition(Condition::Exists(path))
        }
        ("attribute_not_exists", Some(Operand::Path(path)), _) => {
            Call::Condition(Condition::NotExists(path))
        }
        ("attribute_exists" | "attribute_not_exists", Some(operand), _) => {
            parser.problem(
                Class::Operands,
                format_args!(
                    "Operator or function requires a document path; operator or function: {name}"
                ),
            );
            unusable(vec![operand])
        }
        ("begins_with", Some(value), Some(prefix)) => {
            check_distinct(parser, name, &value, &prefix);
            for operand in [&value, &prefix] {
                if let Some(kind) = literal_type(operand).filter(|kind| !matches!(*kind, "S" | "B"))
                {
                    wrong_type(parser, name, kind);
                }
            }
            Call::Condition(Condition::BeginsWith(value, prefix))
        }
        ("contains", Some(value), Some(element)) => {
            check_distinct(parser, name, &value, &element);
            Call::Condition(Condition::Contains(value, element))
        }
        ("attribute_type", Some(operand), Some(kind)) => attribute_type(parser, operand, kind),
        (_, first, second) => unusable(first.into_iter().chain(second).collect()),
    }
}

fn attribute_type<'a>(
    parser: &mut Parser<'a, '_>,
    operand: Operand<'a>,
    kind: Operand<'a>,
) -> Call<'a> {
    const DESCRIPTORS: [&str; 10] = ["B", "NULL", "SS", "BOOL", "L", "BS", "N", "NS", "S", "M"];
    match kind {
        Operand::Value(AttributeValue::S(descriptor)) => {
            if !DESCRIPTORS.contains(&descriptor.as_str()) {
                parser.problem(
                    Class::Operands,
                    format_args!(
                        "Invalid attribute type name found; type: {descriptor}, valid types: {{{}}}",
                        DESCRIPTORS.join(",")
                    ),
                );
            }
            Call::Condition(Condition::Type(operand, descriptor))
        }
        other => {
            wrong_type(
                parser,
                "attribute_type",
                literal_type(&other).unwrap_or("{NS,SS,L,BS,N,M,B,BOOL,NULL,S}"),
            );
            unusable(vec![operand])
        }
    }
}

/// A comparator's operands: two different ones, and ordered types for an ordering.
pub(super) fn check_comparison<'a>(
    parser: &mut Parser<'a, '_>,
    comparator: Comparator,
    left: &Operand<'a>,
    right: &Operand<'a>,
) {
    check_distinct(parser, comparator.text(), left, right);
    if !matches!(comparator, Comparator::Equal | Comparator::NotEqual) {
        check_ordered(parser, comparator.text(), [left, right].into_iter());
    }
}

/// The operands of BETWEEN: ordered types, and bounds that belong together and are not backwards.
pub(super) fn check_between<'a>(parser: &mut Parser<'a, '_>, operands: &[Operand<'a>; 3]) {
    check_ordered(parser, "BETWEEN", operands.iter());
    let [_, Operand::Value(lower), Operand::Value(upper)] = operands else {
        return;
    };
    let problem = match (lower, upper) {
        _ if lower.descriptor() != upper.descriptor() => {
            "same data type for lower and upper bounds"
        }
        (AttributeValue::S(lower), AttributeValue::S(upper)) if lower <= upper => return,
        (AttributeValue::N(lower), AttributeValue::N(upper)) if lower <= upper => return,
        (AttributeValue::B(lower), AttributeValue::B(upper)) if lower <= upper => return,
        _ => "upper bound to be greater than or equal to lower bound",
    };
    parser.problem(
        Class::Operands,
        format_args!(
            "The BETWEEN operator requires {problem}; lower bound operand: AttributeValue: {}, \
             upper bound operand: AttributeValue: {}",
            shown(lower),
            shown(upper)
        ),
    );
}

fn check_ordered<'o, 'a: 'o>(
    parser: &mut Parser<'a, '_>,
    operator: &str,
    operands: impl Iterator<Item = &'o Operand<'a>>,
) {
    for operand in operands {
        if let Some(kind) = literal_type(operand).filter(|kind| !matches!(*kind, "S" | "N" | "B")) {
            wrong_type(parser, operator, kind);
        }
    }
}

fn check_distinct<'a>(
    parser: &mut Parser<'a, '_>,
    operator: &str,
    left: &Operand<'a>,
    right: &Operand<'a>,
) {
    if let (Operand::Path(left), Operand::Path(right)) = (left, right)
        && left == right
    {
        parser.problem(
            Class::Operands,
            format_args!(
                "The first operand must be distinct from the remaining operands for this operator or function; \
                 operator: {operator}, first operand: {left}"
            ),
        );
    }
}

fn wrong_type(parser: &mut Parser<'_, '_>, operator: &str, kind: &str) {
    parser.problem(
        Class::Operands,
        format_args!(
            "Incorrect operand type for operator or function; operator or function: {operator}, operand type: {kind}"
        ),
    );
}

/// The type of an operand that does not depend on an item.
fn literal_type(operand: &Operand<'_>) -> Option<&'static str> {
    match operand {
        Operand::Value(value) => Some(value.descriptor()),
        Operand::Size(_) => Some("N"),
        Operand::Path(_) => None,
    }
}

/// A bound of BETWEEN as refusals print it.
fn shown(value: &AttributeValue) -> String {
    use base64::Engine as _;
    let text = match value {
        AttributeValue::S(text) => text.clone(),
        AttributeValue::N(number) => number.to_string(),
        AttributeValue::B(bytes) => base64::engine::general_purpose::STANDARD.encode(bytes),
        AttributeValue::Bool(truth) => truth.to_string(),
        AttributeValue::Null => "true".to_owned(),
        _ => "...".to_owned(),
    };
    format!("{{{}:{text}}}", value.descriptor())
}

/// Stands in for a call that is refused, while the rest of the text is read.
fn unusable(operands: Vec<Operand<'_>>) -> Call<'_> {
    match operands.into_iter().next() {
        Some(operand) => Call::Condition(Condition::Type(operand, "")),
        None => Call::Condition(Condition::Exists(super::path::Path::attribute(""))),
    }
}
