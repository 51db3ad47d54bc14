//! Letting go of what nothing can reach, a little at a time: no call pays for a whole table, and none looks at what
//! need not be looked at.
//!
//! Every superseded version is looked at once when the recovery window has passed it, in the order of time. If an
//! artefact holds it, it stays, and is looked at again after an artefact was deleted. Keys that nobody writes any
//! more, and lives that are over, are no different.

use std::ops::Bound;

use lookback_protocol::key::Key;

use super::Store;
use super::chain::{Judged, Position};
use super::cut::Cut;
use super::expiry::Expiry;
use super::index::IndexStore;

/// Something that is used no more.
#[derive(Debug)]
pub(super) enum Discarded {
    Index(IndexStore),
    Expiry(Expiry),
}

impl Discarded {
    /// Frees one entry; `true` when nothing is left.
    fn free_one(&mut self) -> bool {
        match self {
            Self::Index(index) => index.free_one(),
            Self::Expiry(expiry) => expiry.free_one(),
        }
    }
}

/// Where a table ended, and how far its last items have been looked at since.
#[derive(Debug)]
pub(super) struct RetiredMark {
    end: Position,
    judged: Judgement,
}

/// How far a walk over keys has come.
#[derive(Debug)]
enum Judgement {
    /// Beyond this key, and at the key after it beyond so many versions.
    Beyond { key: Option<Key>, kept: usize },
    /// All keys were looked at.
    Done,
}

impl Judgement {
    const START: Self = Self::Beyond { key: None, kept: 0 };
}

impl Store {
    /// Looks at the next few superseded versions and drops those that nothing can reach. Costs nothing while none has
    /// fallen out of reach.
    pub fn sweep(&mut self, now_us: i64, versions: usize) {
        let floor_us = self.retention.floor_us(now_us);
        for _ in 0..versions {
            if self.free_discarded() {
                continue;
            }
            let present = match self.retired {
                None => self.judge_superseded(floor_us),
                Some(_) => self.judge_retired(floor_us),
            };
            let past = self.past.judge_one(&self.retention, floor_us);
            if !present && !past {
                return;
            }
        }
    }

    /// An artefact is gone: its cut holds nothing any more.
    pub fn unpin(&mut self, cut: &Cut) {
        self.retention.unpin(cut);
        self.judge_again();
    }

    /// An artefact that told what happened in a period is gone.
    pub fn unpin_period(&mut self, from_us: i64, to_us: i64) {
        self.retention.unpin_period(from_us, to_us);
        self.judge_again();
    }

    /// Something that held versions is gone: all that stayed for it is to be looked at again.
    fn judge_again(&mut self) {
        self.superseded.judge_again();
        self.past.judge_again();
        if let Some(retired) = &mut self.retired {
            retired.judged = Judgement::START;
        }
    }

    /// Nothing is live any more: the table is gone, its versions stay for the artefacts that hold cuts.
    pub fn retire(&mut self, end: Position) {
        let indexes = self.indexes.drain(..).map(Discarded::Index);
        self.discarded.extend(indexes);
        self.expire_nothing();
        self.retention.set_window(None);
        self.retired = Some(RetiredMark {
            end,
            judged: Judgement::START,
        });
    }

    /// Frees up to so many versions, whatever holds them; `true` when nothing is left.
    pub fn free_some(&mut self, versions: usize) -> bool {
        let indexes = self.indexes.drain(..).map(Discarded::Index);
        self.discarded.extend(indexes);
        self.expire_nothing();
        for _ in 0..versions {
            let freed = self.free_discarded()
                || self.free_watched()
                || self.past.free_one()
                || self.free_present();
            if !freed {
                return true;
            }
        }
        false
    }

    /// Frees one entry of what is used no more; `false` when there is none.
    fn free_discarded(&mut self) -> bool {
        let Some(discarded) = self.discarded.last_mut() else {
            return false;
        };
        if discarded.free_one() {
            self.discarded.pop();
        }
        true
    }

    fn free_watched(&mut self) -> bool {
        self.superseded
            .first()
            .map(|entry| entry.remove())
            .is_some()
    }

    fn free_present(&mut self) -> bool {
        let Some(mut first) = self.present.first_entry() else {
            return false;
        };
        first.get_mut().drop_oldest();
        if first.get().len() == 0 {
            first.remove();
        }
        true
    }

    /// Looks at one superseded version of a key that is there now; `false` when none is due.
    fn judge_superseded(&mut self, floor_us: i64) -> bool {
        let Some((until, key)) = self.superseded.due(floor_us) else {
            return false;
        };
        let key = key.clone();
        // A key that was deleted since, and perhaps made anew, has no such version: its past looks after itself.
        let found = self
            .present
            .get_mut(&key)
            .and_then(|chain| Some((chain.index_before(until)?, chain)));
        let mut judged = Judged::Absent;
        if let Some((index, chain)) = found {
            judged = chain.judge(index, None, &self.retention, floor_us);
            let next = index + usize::from(judged == Judged::Kept);
            if let Some(until) = chain.until(next, None) {
                self.superseded.insert(until, key);
            }
        }
        match judged {
            Judged::Kept => self.superseded.keep(until),
            Judged::Dropped | Judged::Absent => self.superseded.remove(until),
        }
        true
    }

    /// Looks at one version of a table that is gone, where even the last version of a key has an end; `false` when
    /// none is due.
    fn judge_retired(&mut self, floor_us: i64) -> bool {
        // A retired table is not written to: what was superseded is found key by key.
        if self.free_watched() {
            return true;
        }
        let Some(RetiredMark { end, judged }) = &mut self.retired else {
            return false;
        };
        let Judgement::Beyond { key, kept } = judged else {
            return false;
        };
        if end.instant_us > floor_us {
            return false;
        }
        let from = key.as_ref().map_or(Bound::Unbounded, Bound::Excluded);
        let next = self
            .present
            .range_mut::<Key, _>((from, Bound::Unbounded))
            .next();
        let Some((at, chain)) = next else {
            *judged = Judgement::Done;
            return false;
        };
        let outcome = chain.judge(*kept, Some(*end), &self.retention, floor_us);
        *kept += usize::from(outcome == Judged::Kept);
        let left = chain.len();
        if *kept >= left {
            (*key, *kept) = (Some(at.clone()), 0);
        }
        if left == 0
            && let Some(at) = key
        {
            self.present.remove(at);
        }
        true
    }
}
