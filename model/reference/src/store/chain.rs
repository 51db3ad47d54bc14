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

impl Position {
    /// Before every commit.
    pub const BEGINNING: Self = Self {
        instant_us: i64::MIN,
        sequence: 0,
    };
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

    /// Since when the key is as it is now.
    pub fn latest_at(&self) -> Position {
        match self {
            Self::One(version) => version.at,
            Self::Many(versions) => versions.last().map_or(Position::BEGINNING, |last| last.at),
        }
    }

    /// The item in the last version that `includes` accepts. Versions are accepted up to some position.
    pub fn last_where(&self, includes: impl Fn(Position) -> bool) -> Option<&Arc<Item>> {
        let versions = self.versions();
        let accepted = versions.partition_point(|version| includes(version.at));
        versions.get(accepted.checked_sub(1)?)?.item.as_ref()
    }

    /// Appends a version, and drops the one before it at once when nothing can reach that.
    pub fn push(&mut self, at: Position, item: Option<Arc<Item>>, retention: &Retention) {
        let floor_us = retention.floor_us(at.instant_us);
        let next = Version { at, item };
        match self {
            Self::One(only) if !retention.needs(floor_us, only.at, at) => *only = next,
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
                    .is_some_and(|last| !retention.needs(floor_us, last.at, at))
                {
                    versions.pop();
                }
                versions.push(next);
            }
        }
    }

    /// Drops every version that nothing can reach. `retired`: where the table ended, after which even the last
    /// version is reached by artefacts alone.
    pub fn prune(&mut self, retention: &Retention, floor_us: i64, retired: Option<Position>) {
        let versions = match self {
            Self::One(only)
                if retired.is_none_or(|end| retention.needs(floor_us, only.at, end)) =>
            {
                return;
            }
            Self::One(only) => {
                only.item = None;
                return;
            }
            Self::Many(versions) => versions,
        };
        let ends: Vec<Option<Position>> = versions
            .iter()
            .skip(1)
            .map(|version| Some(version.at))
            .chain([retired])
            .collect();
        let mut ends = ends.into_iter();
        let mut seen = false;
        versions.retain(|version| {
            let end = ends.next().flatten();
            let kept = end.is_none_or(|end| retention.needs(floor_us, version.at, end));
            // An absence with nothing before it tells nothing.
            let tells = version.item.is_some() || seen;
            seen |= kept && tells;
            kept && tells
        });
        match versions.len() {
            0 => {
                *self = Self::One(Version {
                    at: Position::BEGINNING,
                    item: None,
                });
            }
            1 => {
                if let Some(last) = versions.pop() {
                    *self = Self::One(last);
                }
            }
            _ => {}
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
