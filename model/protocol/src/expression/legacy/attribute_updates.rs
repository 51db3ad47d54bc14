//! AttributeUpdates: what UpdateItem does to top-level attributes (ITEM-015).

use std::collections::BTreeMap;

use crate::error::ServiceError;
use crate::expression::Update;
use crate::expression::path::Path;
use crate::expression::update::{Action, Change, Notation, SetOperand, SetValue};
use crate::value::AttributeValue;
use crate::wire::legacy::AttributeValueUpdate;

/// What a list starts from that is added to and does not exist.
static NO_ELEMENTS: AttributeValue = AttributeValue::L(Vec::new());

/// Changes of attributes, each of another one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AttributeUpdates {
    changes: Vec<(String, LegacyChange)>,
}

#[derive(Clone, Debug, PartialEq)]
enum LegacyChange {
    Put(AttributeValue),
    Add(AttributeValue),
    DeleteMembers(AttributeValue),
    Delete,
}

impl AttributeUpdates {
    /// Reads AttributeUpdates.
    ///
    /// # Errors
    /// A bad value, none where one is needed, or one of a type that the action does not take.
    pub fn new(updates: BTreeMap<String, AttributeValueUpdate>) -> Result<Self, ServiceError> {
        let mut changes = Vec::with_capacity(updates.len());
        for (name, wire) in updates {
            changes.push((name, LegacyChange::read(wire)?));
        }
        Ok(Self { changes })
    }

    /// The same as an update.
    pub fn update(&self) -> Update<'_> {
        let actions = self.changes.iter().map(|(name, change)| {
            let path = Path::attribute(name);
            Action {
                change: change.of(&path),
                path,
            }
        });
        Update {
            actions: actions.collect(),
            notation: Notation::Legacy,
        }
    }
}

impl LegacyChange {
    fn read(wire: AttributeValueUpdate) -> Result<Self, ServiceError> {
        use AttributeValue::{Bs, L, N, Ns, Ss};
        let value = wire.value.map(|value| value.into_value()).transpose()?;
        let unsupported = |action: &str, value: &AttributeValue| {
            Err(ServiceError::invalid_parameter(format_args!(
                "{action} is not supported for the type {}",
                value.descriptor()
            )))
        };
        match (wire.action.as_deref().unwrap_or("PUT"), value) {
            ("DELETE", None) => Ok(Self::Delete),
            (_, None) => Err(ServiceError::invalid_parameter(
                "Only DELETE action is allowed when no attribute value is specified",
            )),
            ("DELETE", Some(value @ (Ss(_) | Ns(_) | Bs(_)))) => Ok(Self::DeleteMembers(value)),
            ("DELETE", Some(value)) => unsupported("DELETE action with value", &value),
            ("ADD", Some(value @ (N(_) | Ss(_) | Ns(_) | Bs(_) | L(_)))) => Ok(Self::Add(value)),
            ("ADD", Some(value)) => unsupported("ADD action", &value),
            // The shape admits no other action.
            (_, Some(value)) => Ok(Self::Put(value)),
        }
    }

    fn of<'a>(&'a self, path: &Path<'a>) -> Change<'a> {
        match self {
            Self::Put(value) => Change::Set(SetValue::Operand(SetOperand::Value(value))),
            // Undocumented and observed: what ADD does to sets it does to lists too.
            Self::Add(value @ AttributeValue::L(_)) => {
                let empty = Box::new(SetOperand::Value(&NO_ELEMENTS));
                let before = SetOperand::IfNotExists(path.clone(), empty);
                let both = Box::new([before, SetOperand::Value(value)]);
                Change::Set(SetValue::Operand(SetOperand::ListAppend(both)))
            }
            Self::Add(value) => Change::Add(value),
            Self::DeleteMembers(value) => Change::Delete(value),
            Self::Delete => Change::Remove,
        }
    }
}
