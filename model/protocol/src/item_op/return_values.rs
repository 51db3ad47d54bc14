//! Which attributes a write gives back.

use crate::error::ServiceError;
use crate::expression::{Projection, Update};
use crate::value::Item;

/// The ReturnValues member of a write.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ReturnValues {
    /// Nothing.
    #[default]
    None,
    /// The item as it was.
    AllOld,
    /// The updated values as they were.
    UpdatedOld,
    /// The item as it is now.
    AllNew,
    /// The updated values as they are now.
    UpdatedNew,
}

impl ReturnValues {
    /// The value with this name on the wire.
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "NONE" => Self::None,
            "ALL_OLD" => Self::AllOld,
            "UPDATED_OLD" => Self::UpdatedOld,
            "ALL_NEW" => Self::AllNew,
            "UPDATED_NEW" => Self::UpdatedNew,
            _ => return None,
        })
    }

    /// Lets pass what PutItem and DeleteItem can give back.
    ///
    /// # Errors
    /// Anything but NONE and ALL_OLD.
    pub fn check_put_or_delete(self) -> Result<(), ServiceError> {
        match self {
            Self::None | Self::AllOld => Ok(()),
            _ => Err(ServiceError::validation(
                "ReturnValues can only be ALL_OLD or NONE",
            )),
        }
    }

    /// What a put or a deletion gives back: the old item, when asked for and when there was one.
    pub fn of_replaced(self, old: Option<&Item>) -> Option<Item> {
        if self == Self::AllOld {
            old.cloned()
        } else {
            None
        }
    }

    /// What an update gives back; `None`: no Attributes member.
    pub fn of_updated(
        self,
        old: Option<&Item>,
        new: Option<&Item>,
        update: &Update<'_>,
    ) -> Option<Item> {
        let updated = |item: &Item| {
            let part = Projection::of_paths(update.paths()).project(item);
            (!part.is_empty()).then_some(part)
        };
        match self {
            Self::None => None,
            Self::AllOld => old.cloned(),
            Self::AllNew => new.cloned(),
            Self::UpdatedOld => old.and_then(updated),
            Self::UpdatedNew => new.and_then(updated),
        }
    }
}
