//! What is done how often.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::draws::Draws;

/// A family of operations that is switched on and off as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Family {
    /// PutItem.
    Put,
    /// UpdateItem that counts up, also from nothing.
    Count,
    /// UpdateItem that sets a value.
    Set,
    /// DeleteItem.
    Delete,
    /// PutItem under a condition.
    PutIf,
    /// UpdateItem under a condition: compare and swap with what the client wrote last, for one.
    UpdateIf,
    /// DeleteItem under a condition.
    DeleteIf,
    /// GetItem with strong consistency.
    GetStrong,
    /// GetItem with eventual consistency.
    GetEventual,
    /// Query of a table or an index.
    Query,
    /// Scan of a table or an index.
    Scan,
    /// BatchWriteItem.
    BatchWrite,
    /// BatchGetItem.
    BatchGet,
    /// TransactWriteItems with a token.
    TransactWrite,
    /// TransactGetItems.
    TransactGet,
}

impl Family {
    /// Every family there is.
    pub const ALL: [Self; 15] = [
        Self::Put,
        Self::Count,
        Self::Set,
        Self::Delete,
        Self::PutIf,
        Self::UpdateIf,
        Self::DeleteIf,
        Self::GetStrong,
        Self::GetEventual,
        Self::Query,
        Self::Scan,
        Self::BatchWrite,
        Self::BatchGet,
        Self::TransactWrite,
        Self::TransactGet,
    ];

    /// Whether it can leave a value behind that names its write.
    pub fn writes_values(self) -> bool {
        matches!(
            self,
            Self::Put | Self::Set | Self::BatchWrite | Self::TransactWrite
        )
    }

    /// Whether it reads with strong consistency, item by item.
    pub fn reads(self) -> bool {
        matches!(
            self,
            Self::GetStrong | Self::Query | Self::Scan | Self::BatchGet | Self::TransactGet
        )
    }
}

/// How often each family is drawn: weights; what is not there is off.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Mix(pub BTreeMap<Family, u32>);

impl Mix {
    /// Mostly single writes and strong reads, everything else now and then.
    pub fn balanced() -> Self {
        let weight = |family| match family {
            Family::Put | Family::Set => 12,
            Family::GetStrong => 14,
            Family::Count | Family::UpdateIf => 8,
            Family::Delete | Family::GetEventual => 6,
            Family::PutIf | Family::DeleteIf | Family::BatchWrite | Family::TransactWrite => 4,
            Family::BatchGet | Family::TransactGet | Family::Query => 4,
            Family::Scan => 2,
        };
        Self(
            Family::ALL
                .into_iter()
                .map(|family| (family, weight(family)))
                .collect(),
        )
    }

    /// The weight of a family.
    pub fn weight(&self, family: Family) -> u32 {
        self.0.get(&family).copied().unwrap_or(0)
    }

    pub(crate) fn draw(&self, draws: &mut Draws) -> Option<Family> {
        let place = draws.weighted(self.0.values().map(|weight| u64::from(*weight)))?;
        self.0.keys().nth(place).copied()
    }
}
