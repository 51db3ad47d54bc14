//! The versions of one key, from the write that made it until its deletion.

use std::collections::VecDeque;
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

    /// Behind every commit of this instant.
    pub fn end_of(instant_us: i64) -> Self {
        Self {
            instant_us,
            sequence: u64::MAX,
        }
    }
}

/// The state of one key from a commit until the next one.
#[derive(Debug)]
pub(super) struct Version {
    pub at: Position,
    pub item: Arc<Item>,
}

/// The versions of one key, oldest first: empty only until its owner drops it. A single version is stored inline,
/// because most items of most tables have one.
#[derive(Debug)]
pub(super) enum Chain {
    One(Version),
    Many(VecDeque<Version>),
}

/// What became of a version that was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Judged {
    /// Some artefact reaches it.
    Kept,
    /// Nothing did: it is gone, and the next one has its place.
    Dropped,
    /// There is no such version, or it is the present one.
    Absent,
}

impl Chain {
    pub fn new(at: Position, item: Arc<Item>) -> Self {
        Self::One(Version { at, item })
    }

    /// One version, counted from the oldest.
    pub fn get(&self, index: usize) -> Option<&Version> {
        match self {
            Self::One(version) => (index == 0).then_some(version),
            Self::Many(versions) => versions.get(index),
        }
    }

    /// The number of versions.
    pub fn len(&self) -> usize {
        match self {
            Self::One(_) => 1,
            Self::Many(versions) => versions.len(),
        }
    }

    fn last(&self) -> Option<&Version> {
        self.get(self.len().checked_sub(1)?)
    }

    /// The item now.
    pub fn latest(&self) -> Option<&Arc<Item>> {
        self.last().map(|version| &version.item)
    }

    /// Since when the key is as it is now.
    pub fn latest_at(&self) -> Position {
        self.last()
            .map_or(Position::BEGINNING, |version| version.at)
    }

    /// Since when the key was there.
    pub fn first_at(&self) -> Position {
        self.get(0)
            .map_or(Position::BEGINNING, |version| version.at)
    }

    /// The item of the last version before a position.
    pub fn last_before(&self, edge: Position) -> Option<&Arc<Item>> {
        Some(&self.get(self.index_before(edge)?)?.item)
    }

    /// Appends a version; `true` when the one before it stands beside it now. A single one that nothing can reach is
    /// dropped at once.
    pub fn push(&mut self, next: Version, retention: &Retention) -> bool {
        let floor_us = retention.floor_us(next.at.instant_us);
        match self {
            Self::One(only) if !retention.needs(floor_us, only.at, next.at) => {
                *only = next;
                false
            }
            Self::One(_) => {
                let mut versions = VecDeque::with_capacity(2);
                if let Self::One(only) = std::mem::replace(self, Self::Many(VecDeque::new())) {
                    versions.push_back(only);
                }
                versions.push_back(next);
                *self = Self::Many(versions);
                true
            }
            Self::Many(versions) => {
                versions.push_back(next);
                true
            }
        }
    }

    /// When the version before the superseded one was superseded itself; `None` when there is no such version.
    pub fn superseded_before_last(&self) -> Option<Position> {
        let superseded = self.len().checked_sub(2)?;
        superseded.checked_sub(1)?;
        self.get(superseded).map(|version| version.at)
    }

    /// Which version was the present one just before a position.
    pub fn index_before(&self, position: Position) -> Option<usize> {
        let before = match self {
            Self::One(version) => usize::from(version.at < position),
            Self::Many(versions) => versions.partition_point(|version| version.at < position),
        };
        before.checked_sub(1)
    }

    /// When a version was superseded, by the next one or by the end.
    pub fn until(&self, index: usize, end: Option<Position>) -> Option<Position> {
        self.get(index)?;
        self.get(index + 1).map(|next| next.at).or(end)
    }

    /// Drops one version if nothing can reach it. `end`: where the key ended; without it the last version is the
    /// present one.
    pub fn judge(
        &mut self,
        index: usize,
        end: Option<Position>,
        retention: &Retention,
        floor_us: i64,
    ) -> Judged {
        let (Some(version), Some(until)) = (self.get(index), self.until(index, end)) else {
            return Judged::Absent;
        };
        if retention.needs(floor_us, version.at, until) {
            return Judged::Kept;
        }
        self.remove(index);
        Judged::Dropped
    }

    /// Drops the oldest version; `false` when there is none.
    pub fn drop_oldest(&mut self) -> bool {
        let some = self.len() > 0;
        self.remove(0);
        some
    }

    fn remove(&mut self, index: usize) {
        match self {
            Self::One(_) => *self = Self::Many(VecDeque::new()),
            Self::Many(versions) => {
                versions.remove(index);
                if versions.len() == 1
                    && let Some(last) = versions.pop_front()
                {
                    *self = Self::One(last);
                } else if versions.len() * 4 < versions.capacity() {
                    // Seldom enough that each version pays for the move of a few others.
                    versions.shrink_to(versions.len() * 2);
                }
            }
        }
    }
}
