//! What an update makes of an item (ITEM-015).

use super::path::{Path, Step};
use super::update::{Action, Change, Notation, SetOperand, SetValue, Update};
use crate::error::ServiceError;
use crate::number::NumberError;
use crate::value::{AttributeValue, Attributes, Item};

/// The outcome of an update.
#[derive(Clone, Debug, PartialEq)]
pub struct Applied {
    /// The item as it is now.
    pub item: Item,
}

/// What is written at one path.
enum Write {
    Put(AttributeValue),
    Remove,
}

impl Update<'_> {
    /// Carries out all actions. Every right side reads the item as it was before, and list indexes count
    /// as they were before.
    ///
    /// # Errors
    /// A path that does not fit the item, a missing attribute, an operand of the wrong type, a number out
    /// of range. The item is lost then: the caller keeps the original.
    pub fn apply(&self, item: Item) -> Result<Applied, ServiceError> {
        let mut writes = Vec::with_capacity(self.actions.len());
        for action in &self.actions {
            let write = outcome(action, &item).map_err(|unfit| unfit.refusal(self.notation))?;
            writes.push((&action.path, write));
        }
        // Puts first, in the order of their indexes, so that values past the end of a list are appended in
        // that order; then removals from behind, so that indexes still count as before.
        writes.sort_by(|(left, left_write), (right, right_write)| {
            match (left_write, right_write) {
                (Write::Put(_), Write::Remove) => std::cmp::Ordering::Less,
                (Write::Remove, Write::Put(_)) => std::cmp::Ordering::Greater,
                (Write::Put(_), Write::Put(_)) => left.cmp(right),
                (Write::Remove, Write::Remove) => right.cmp(left),
            }
        });
        let mut item = item;
        for (path, write) in writes {
            perform(&mut item, path, write)?;
        }
        Ok(Applied { item })
    }
}

/// Why an action cannot be computed.
enum Unfit {
    /// An operand's type is not what the action takes.
    Type,
    /// An operand is absent.
    Absent,
    /// The outcome is no number of DynamoDB's (ITEM-007).
    Number(NumberError),
}

impl From<NumberError> for Unfit {
    fn from(error: NumberError) -> Self {
        Self::Number(error)
    }
}

impl Unfit {
    fn refusal(self, notation: Notation) -> ServiceError {
        match (self, notation) {
            (Self::Type, Notation::Expression) => ServiceError::validation(
                "An operand in the update expression has an incorrect data type",
            ),
            (Self::Type, Notation::Legacy) => {
                ServiceError::validation("Type mismatch for attribute to update")
            }
            (Self::Absent, _) => ServiceError::validation(
                "The provided expression refers to an attribute that does not exist in the item",
            ),
            (Self::Number(error), _) => error.into(),
        }
    }
}

/// What an action writes, computed from the item before the update.
fn outcome(action: &Action<'_>, item: &Item) -> Result<Write, Unfit> {
    let current = action.path.resolve(item);
    Ok(match &action.change {
        Change::Set(value) => Write::Put(set_value(value, item)?),
        Change::Remove => Write::Remove,
        Change::Add(addend) => Write::Put(match current {
            None => (*addend).clone(),
            Some(current) => add(current, addend)?,
        }),
        // Nothing to delete: still the path must fit the item.
        Change::Delete(members) => match current {
            None => Write::Remove,
            Some(current) => remove_members(current, members)?,
        },
    })
}

fn set_value(value: &SetValue<'_>, item: &Item) -> Result<AttributeValue, Unfit> {
    let (first, second, sum) = match value {
        SetValue::Operand(operand) => return operand_value(operand, item),
        SetValue::Sum(first, second) => (first, second, true),
        SetValue::Difference(first, second) => (first, second, false),
    };
    let (AttributeValue::N(first), AttributeValue::N(second)) =
        (operand_value(first, item)?, operand_value(second, item)?)
    else {
        return Err(Unfit::Type);
    };
    let result = if sum {
        first.checked_add(&second)
    } else {
        first.checked_sub(&second)
    };
    Ok(AttributeValue::N(result?))
}

fn operand_value(operand: &SetOperand<'_>, item: &Item) -> Result<AttributeValue, Unfit> {
    match operand {
        SetOperand::Value(value) => Ok((*value).clone()),
        SetOperand::Path(path) => path.resolve(item).cloned().ok_or(Unfit::Absent),
        SetOperand::IfNotExists(path, otherwise) => match path.resolve(item) {
            Some(value) => Ok(value.clone()),
            None => operand_value(otherwise, item),
        },
        SetOperand::ListAppend(lists) => {
            let [first, second] = &**lists;
            match (operand_value(first, item)?, operand_value(second, item)?) {
                (AttributeValue::L(mut list), AttributeValue::L(more)) => {
                    list.extend(more);
                    Ok(AttributeValue::L(list))
                }
                _ => Err(Unfit::Type),
            }
        }
    }
}

fn add(current: &AttributeValue, addend: &AttributeValue) -> Result<AttributeValue, Unfit> {
    use AttributeValue::{Bs, N, Ns, Ss};
    Ok(match (current, addend) {
        (N(current), N(addend)) => N(current.checked_add(addend)?),
        (Ss(current), Ss(more)) => Ss(current | more),
        (Ns(current), Ns(more)) => Ns(current | more),
        (Bs(current), Bs(more)) => Bs(current | more),
        _ => return Err(Unfit::Type),
    })
}

/// A set without the given members; an empty set cannot be stored, so the attribute goes (ITEM-008).
fn remove_members(current: &AttributeValue, members: &AttributeValue) -> Result<Write, Unfit> {
    use AttributeValue::{Bs, Ns, Ss};
    let (rest, empty) = match (current, members) {
        (Ss(current), Ss(members)) => {
            let rest = current - members;
            let empty = rest.is_empty();
            (Ss(rest), empty)
        }
        (Ns(current), Ns(members)) => {
            let rest = current - members;
            let empty = rest.is_empty();
            (Ns(rest), empty)
        }
        (Bs(current), Bs(members)) => {
            let rest = current - members;
            let empty = rest.is_empty();
            (Bs(rest), empty)
        }
        _ => return Err(Unfit::Type),
    };
    Ok(if empty {
        Write::Remove
    } else {
        Write::Put(rest)
    })
}

/// Where a path's last step lands.
enum Place<'i, 'p> {
    Map(&'i mut Attributes, &'p str),
    List(&'i mut Vec<AttributeValue>, usize),
}

fn perform(item: &mut Item, path: &Path<'_>, write: Write) -> Result<(), ServiceError> {
    let place = place(item, path).ok_or_else(|| {
        ServiceError::validation(
            "The document path provided in the update expression is invalid for update",
        )
    })?;
    match (place, write) {
        (Place::Map(map, name), Write::Put(value)) => match map.get_mut(name) {
            Some(slot) => *slot = value,
            None => {
                map.insert(name.to_owned(), value);
            }
        },
        (Place::Map(map, name), Write::Remove) => {
            map.remove(name);
        }
        (Place::List(list, index), Write::Put(value)) => match list.get_mut(index) {
            Some(slot) => *slot = value,
            None => list.push(value),
        },
        (Place::List(list, index), Write::Remove) => {
            if index < list.len() {
                list.remove(index);
            }
        }
    }
    Ok(())
}

/// Walks to the value that holds the path's last step; `None`: the item has no such document.
fn place<'i, 'p>(item: &'i mut Item, path: &'p Path<'_>) -> Option<Place<'i, 'p>> {
    let Some((last, between)) = path.steps.split_last() else {
        return Some(Place::Map(item, path.root));
    };
    let mut holder = item.get_mut(path.root)?;
    for step in between {
        holder = match (step, holder) {
            (Step::Name(name), AttributeValue::M(map)) => map.get_mut(*name)?,
            (Step::Index(index), AttributeValue::L(list)) => list.get_mut(*index)?,
            _ => return None,
        };
    }
    match (last, holder) {
        (Step::Name(name), AttributeValue::M(map)) => Some(Place::Map(map, name)),
        (Step::Index(index), AttributeValue::L(list)) => Some(Place::List(list, *index)),
        _ => None,
    }
}
