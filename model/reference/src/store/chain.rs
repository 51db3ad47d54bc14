//! The versions of one key.

use std::sync::Arc;

use lookback_protocol::value::Item;

use super::Retention;

/// When a version was committed: an instant, and a number that orders commits of one instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Position {
    /// Microseconds since the Unix epoch.
    pub instant_us: i64,
    /// The number of the commit in the service: never repeats, grows with every commit.
    pub sequence: u64,
}

/// A state of one key from its commit until the next version's.
#[derive(Clone, Debug)]
pub(super) struct Version {
    pub at: Position,
    /// The item, or its absence after a deletion.
    pub item: Option<Arc<Item>>,
}

/// The versions of one key, oldest first: never empty. A single version is stored inline, because most
/// items of most tables have one.
#[derive(Debug)]
pub(super) enum Chain {
    One(Version),
    Many(Vec<Version>),
}

impl Chain {
    pub fn new(at: Position, item: Arc<Item>) -> Self {
        Self::One(Version {
            at,
            item: Some(item),
        })
    }

    fn versions(&self) -> &[Version] {
        match self {
            Self::One(version) => std::slice::from_ref(version),
            Self::Many(versions) => versions,
        }
    }

    /// The item now.
    pub fn latest(&self) -> Option<&Arc<Item>> {
        self.versions().last()?.item.as_ref()
    }

    /// The item in the last version that `includes` accepts. Versions are accepted up to some position.
    pub fn last_where(&self, includes: impl Fn(Position) -> bool) -> Option<&Arc<Item>> {
        let versions = self.versions();
        let accepted = versions.partition_point(|version| includes(version.at));
        versions.get(accepted.checked_sub(1)?)?.item.as_ref()
    }

    /// Appends a version, and drops the one before it at once when nothing can reach that.
    pub fn push(&mut self, at: Position, item: Option<Arc<Item>>, retention: &Retention) {
        let next = Version { at, item };
        match self {
            Self::One(only) if !retention.needs(only.at, at) => *only = next,
            Self::One(only) => {
                let only = Version {
                    at: only.at,
                    item: only.item.take(),
                };
                *self = Self::Many(vec![only, next]);
            }
            Self::Many(versions) => {
                if versions
                    .last()
                    .is_some_and(|last| !retention.needs(last.at, at))
                {
                    versions.pop();
                }
                versions.push(next);
            }
        }
    }

    /// Drops every version that nothing can reach.
    pub fn prune(&mut self, retention: &Retention) {
        let Self::Many(versions) = self else { return };
        let successors: Vec<Position> = versions.iter().skip(1).map(|version| version.at).collect();
        let mut successor = successors.into_iter();
        versions.retain(|version| {
            successor
                .next()
                .is_none_or(|next| retention.needs(version.at, next))
        });
        if versions.len() == 1
            && let Some(last) = versions.pop()
        {
            *self = Self::One(last);
        }
    }

    /// Whether older versions may stand beside the present one, so that there may be something to drop.
    pub fn has_history(&self) -> bool {
        matches!(self, Self::Many(_))
    }

    /// Whether all that is left is an absence: the same as no chain at all.
    pub fn is_nothing(&self) -> bool {
        matches!(self, Self::One(Version { item: None, .. }))
    }

    #[cfg(test)]
    pub fn len(&self) -> usize {
        self.versions().len()
    }
}
