//! The direct path: each value that was read has exactly one source.
//!
//! A write and the reads of its value form a *cluster*. In an order that explains everything, clusters follow one
//! another whole. Let `first_end` be the earliest end of a cluster's operations and `last_begin` the latest beginning:
//! cluster a must come before cluster b exactly if a's first end is before b's last begin. There is an order unless two
//! clusters must come before each other (Gibbons and Korach, *Testing shared memories*), which shows in the
//! order of `first_end` alone.

use super::{Effect, OPEN, Op, ValueId};

/// A write with the reads of its value.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cluster {
    /// The beginning of the write.
    pub begin_us: i64,
    /// The earliest end of its operations: by then the write has taken effect.
    pub first_end_us: i64,
    /// The latest beginning of its operations: from then on, at some instant, its value is still there.
    pub last_begin_us: i64,
    /// Whether the write did take effect: it was acknowledged, or its value was read.
    pub happened: bool,
}

/// What a value's source is.
#[derive(Clone, Copy, Debug)]
enum SourceOf {
    None,
    Cluster(u32),
    Several,
}

/// Buffers, used for one item after the other.
#[derive(Debug, Default)]
pub struct Zones {
    clusters: Vec<Cluster>,
    /// By value: its source. Only the values of the item at hand differ from `None`.
    sources: Vec<SourceOf>,
}

impl Zones {
    /// Whether there is an order; `None` if a value that was read has several sources, or an operation is neither a
    /// plain read nor a plain write.
    pub fn order(&mut self, initial: ValueId, ops: &[Op]) -> Option<bool> {
        let direct = self.gather(initial, ops);
        self.forget(initial, ops);
        direct.map(|explained| explained && fit(&mut self.clusters))
    }

    /// Makes the clusters; the first is what was there before. `false`: a read has no write that can explain it.
    fn gather(&mut self, initial: ValueId, ops: &[Op]) -> Option<bool> {
        self.clusters.clear();
        self.clusters.push(Cluster {
            begin_us: i64::MIN,
            first_end_us: i64::MIN,
            last_begin_us: i64::MIN,
            happened: true,
        });
        self.set(initial, SourceOf::Cluster(0));
        for op in ops {
            match op.effect {
                Effect::Writes(value) => {
                    let cluster = u32::try_from(self.clusters.len()).ok()?;
                    let source = match self.get(value) {
                        SourceOf::None => SourceOf::Cluster(cluster),
                        _ => SourceOf::Several,
                    };
                    self.set(value, source);
                    self.clusters.push(Cluster {
                        begin_us: op.lo_us,
                        first_end_us: if op.must { op.hi_us } else { OPEN },
                        last_begin_us: op.lo_us,
                        happened: op.must,
                    });
                }
                Effect::Sees(_) => {}
                Effect::Changes(_) => return None,
            }
        }
        let mut explained = true;
        for op in ops {
            let Effect::Sees(value) = op.effect else {
                continue;
            };
            let cluster = match self.get(value) {
                SourceOf::None => {
                    explained = false;
                    continue;
                }
                SourceOf::Several => return None,
                SourceOf::Cluster(cluster) => self.clusters.get_mut(cluster as usize)?,
            };
            explained &= op.hi_us >= cluster.begin_us;
            cluster.first_end_us = cluster.first_end_us.min(op.hi_us);
            cluster.last_begin_us = cluster.last_begin_us.max(op.lo_us);
            cluster.happened = true;
        }
        Some(explained)
    }

    fn get(&self, value: ValueId) -> SourceOf {
        let source = self.sources.get(value as usize);
        source.copied().unwrap_or(SourceOf::None)
    }

    fn set(&mut self, value: ValueId, source: SourceOf) {
        let index = value as usize;
        if self.sources.len() <= index {
            self.sources.resize(index + 1, SourceOf::None);
        }
        if let Some(slot) = self.sources.get_mut(index) {
            *slot = source;
        }
    }

    fn forget(&mut self, initial: ValueId, ops: &[Op]) {
        self.set(initial, SourceOf::None);
        for op in ops {
            if let Effect::Writes(value) = op.effect {
                self.set(value, SourceOf::None);
            }
        }
    }
}

/// Whether no two clusters must come before each other.
fn fit(clusters: &mut Vec<Cluster>) -> bool {
    clusters.retain(|cluster| cluster.happened);
    // Clusters whose value must be there over a stretch of time, by its beginning.
    clusters.sort_unstable_by_key(|cluster| cluster.first_end_us);
    let mut last_stretch: Option<Cluster> = None;
    for (index, cluster) in clusters.iter().enumerate() {
        if cluster.first_end_us >= cluster.last_begin_us {
            continue;
        }
        // Two stretches overlap: each cluster must come before the other.
        if last_stretch.is_some_and(|last| cluster.first_end_us < last.last_begin_us) {
            return false;
        }
        last_stretch = Some(*cluster);
        // A cluster whose operations all lie strictly inside the stretch. Its first end is inside, so it follows.
        let inside = clusters.iter().skip(index + 1);
        let mut inside = inside.take_while(|other| other.first_end_us < cluster.last_begin_us);
        if inside.any(|other| {
            other.last_begin_us > cluster.first_end_us && other.first_end_us >= other.last_begin_us
        }) {
            return false;
        }
    }
    true
}
