//! Whether a condition holds for an item (ITEM-014).
//!
//! A missing attribute equals nothing and has no order; values of different types are different and have
//! no order. The evaluation never fails: what the types forbid was refused when the text was read, and a
//! stored value of another type makes a condition false.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::condition::{Comparator, Condition, Operand};
use crate::number::Number;
use crate::value::{AttributeValue, Item};

/// An absent item: no attribute exists.
static ABSENT: Item = Item::new();

impl Condition<'_> {
    /// Whether the condition holds; an absent item has no attributes.
    pub fn holds(&self, item: Option<&Item>) -> bool {
        self.holds_for(item.unwrap_or(&ABSENT))
    }

    fn holds_for(&self, item: &Item) -> bool {
        match self {
            Self::And(both) => both.iter().all(|condition| condition.holds_for(item)),
            Self::Or(both) => both.iter().any(|condition| condition.holds_for(item)),
            Self::Not(condition) => !condition.holds_for(item),
            Self::Compare(comparator, left, right) => {
                let (left, right) = (left.value(item), right.value(item));
                compare(*comparator, left.as_deref(), right.as_deref())
            }
            Self::Between(operands) => {
                let [value, lower, upper] = &**operands;
                let value = value.value(item);
                let at_least = compare(
                    Comparator::GreaterOrEqual,
                    value.as_deref(),
                    lower.value(item).as_deref(),
                );
                at_least
                    && compare(
                        Comparator::LessOrEqual,
                        value.as_deref(),
                        upper.value(item).as_deref(),
                    )
            }
            Self::In(value, list) => {
                let value = value.value(item);
                list.iter().any(|other| {
                    compare(
                        Comparator::Equal,
                        value.as_deref(),
                        other.value(item).as_deref(),
                    )
                })
            }
            Self::Exists(path) => path.resolve(item).is_some(),
            Self::NotExists(path) => path.resolve(item).is_none(),
            Self::Type(operand, descriptor) => operand
                .value(item)
                .is_some_and(|value| value.descriptor() == *descriptor),
            Self::BeginsWith(value, prefix) => match (value.value(item), prefix.value(item)) {
                (Some(value), Some(prefix)) => begins_with(&value, &prefix),
                _ => false,
            },
            Self::Contains(value, element) => match (value.value(item), element.value(item)) {
                (Some(value), Some(element)) => contains(&value, &element),
                _ => false,
            },
        }
    }
}

impl Operand<'_> {
    /// The operand's value for this item; `None`: there is none.
    fn value<'v>(&'v self, item: &'v Item) -> Option<Cow<'v, AttributeValue>> {
        match self {
            Self::Path(path) => path.resolve(item).map(Cow::Borrowed),
            Self::Value(value) => Some(Cow::Borrowed(*value)),
            Self::Size(operand) => {
                let size = size(&*operand.value(item)?)?;
                Some(Cow::Owned(AttributeValue::N(Number::from(
                    u64::try_from(size).ok()?,
                ))))
            }
        }
    }
}

/// Compares two values by type and value.
pub(super) fn compare(
    comparator: Comparator,
    left: Option<&AttributeValue>,
    right: Option<&AttributeValue>,
) -> bool {
    let equal = || matches!((left, right), (Some(left), Some(right)) if left == right);
    let order = || order(left?, right?);
    match comparator {
        Comparator::Equal => equal(),
        Comparator::NotEqual => !equal(),
        Comparator::Less => order().is_some_and(Ordering::is_lt),
        Comparator::LessOrEqual => order().is_some_and(Ordering::is_le),
        Comparator::Greater => order().is_some_and(Ordering::is_gt),
        Comparator::GreaterOrEqual => order().is_some_and(Ordering::is_ge),
    }
}

/// The order of two strings, numbers or binaries; other types have none.
fn order(left: &AttributeValue, right: &AttributeValue) -> Option<Ordering> {
    match (left, right) {
        (AttributeValue::S(left), AttributeValue::S(right)) => Some(left.cmp(right)),
        (AttributeValue::N(left), AttributeValue::N(right)) => Some(left.cmp(right)),
        (AttributeValue::B(left), AttributeValue::B(right)) => Some(left.cmp(right)),
        _ => None,
    }
}

fn begins_with(value: &AttributeValue, prefix: &AttributeValue) -> bool {
    match (value, prefix) {
        (AttributeValue::S(value), AttributeValue::S(prefix)) => value.starts_with(prefix.as_str()),
        (AttributeValue::B(value), AttributeValue::B(prefix)) => value.starts_with(prefix),
        _ => false,
    }
}

fn contains(value: &AttributeValue, element: &AttributeValue) -> bool {
    match (value, element) {
        (AttributeValue::S(value), AttributeValue::S(part)) => value.contains(part.as_str()),
        (AttributeValue::B(value), AttributeValue::B(part)) => {
            part.is_empty()
                || value
                    .windows(part.len())
                    .any(|window| window == part.as_slice())
        }
        (AttributeValue::Ss(set), AttributeValue::S(element)) => set.contains(element),
        (AttributeValue::Ns(set), AttributeValue::N(element)) => set.contains(element),
        (AttributeValue::Bs(set), AttributeValue::B(element)) => set.contains(element),
        (AttributeValue::L(list), element) => list.contains(element),
        _ => false,
    }
}

/// What `size` gives: bytes of a string or binary, members of a set, entries of a list or map.
fn size(value: &AttributeValue) -> Option<usize> {
    match value {
        AttributeValue::S(text) => Some(text.len()),
        AttributeValue::B(bytes) => Some(bytes.len()),
        AttributeValue::Ss(set) => Some(set.len()),
        AttributeValue::Ns(set) => Some(set.len()),
        AttributeValue::Bs(set) => Some(set.len()),
        AttributeValue::L(list) => Some(list.len()),
        AttributeValue::M(map) => Some(map.len()),
        AttributeValue::N(_) | AttributeValue::Bool(_) | AttributeValue::Null => None,
    }
}
