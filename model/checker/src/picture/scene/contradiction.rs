//! Where the contradiction shows: what the pictures mark.

use super::{Cuts, Lane, Row, Span};
use crate::picture::wording::duration;
use crate::verdict::{Role, Rule};

/// A length of time that makes a contradiction visible.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::picture) struct Distance {
    /// In which lane it is drawn, counted from 0.
    pub lane: usize,
    /// In whose row it is drawn; none: in the lane's heading.
    pub number: Option<usize>,
    /// Where it starts: the end of a write, the anchor.
    pub from_us: i64,
    /// Where it leads.
    pub to_us: i64,
    /// What it says: `acknowledged 61.2 s before the anchor`.
    pub words: String,
}

/// Marks the facts that the contradiction shows at, and measures it where it is a length of time; the cuts that all
/// reads allow where they have to share one.
///
/// Nothing is judged here: the witness is what it is. A distance is drawn only where it needs no interpretation.
pub(super) fn mark(rule: Rule, lanes: &mut [Lane<'_>]) -> (Vec<Distance>, Option<Vec<Span>>) {
    match rule {
        Rule::AnchorInCall => (outside_the_call(lanes), None),
        Rule::CommonCut | Rule::TransactionInstant | Rule::ReadInstant => (Vec::new(), tied(lanes)),
        Rule::AnchorAsAsked => (Vec::new(), None),
        Rule::ItemOrder | Rule::LogPosition | Rule::IndexEntries => {
            for row in reads(lanes).filter(|row| row.fact.role == Role::ArtefactRead) {
                row.culprit = row.allowed.is_empty();
                row.cuts = if row.culprit {
                    Cuts::Impossible
                } else {
                    Cuts::Allowed
                };
            }
            let distances = if rule == Rule::ItemOrder {
                outside_the_band(lanes)
            } else {
                Vec::new()
            };
            (distances, None)
        }
    }
}

fn reads<'a, 'b>(lanes: &'b mut [Lane<'a>]) -> impl Iterator<Item = &'b mut Row<'a>> {
    let rows = lanes.iter_mut().flat_map(|lane| &mut lane.rows);
    rows.filter(|row| is_read(row))
}

fn is_read(row: &Row<'_>) -> bool {
    matches!(row.fact.role, Role::Read | Role::ArtefactRead)
}

/// The cuts that all reads allow.
fn tied(lanes: &mut [Lane<'_>]) -> Option<Vec<Span>> {
    let mut common: Option<Vec<Span>> = None;
    let mut count = 0;
    for row in reads(lanes) {
        count += 1;
        row.culprit = true;
        row.cuts = if row.allowed.is_empty() {
            Cuts::Impossible
        } else {
            Cuts::Allowed
        };
        common = Some(match common {
            None => row.allowed.clone(),
            Some(left) => both(&left, &row.allowed),
        });
    }
    common.filter(|_| count > 1)
}

fn both(left: &[Span], right: &[Span]) -> Vec<Span> {
    let pairs = left
        .iter()
        .flat_map(|one| right.iter().map(|other| (*one, *other)));
    pairs.filter_map(|(one, other)| one.both(other)).collect()
}

/// For the only read of an item, the write that is nearest to the band, and wholly outside of it. Where there are
/// several reads the contradiction is theirs together.
fn outside_the_band(lanes: &mut [Lane<'_>]) -> Vec<Distance> {
    let mut distances: Vec<Distance> = Vec::new();
    let mut culprits = Vec::new();
    for row in lanes
        .iter()
        .flat_map(|lane| &lane.rows)
        .filter(|row| is_read(row))
    {
        let same_item = || {
            let rows = lanes.iter().enumerate();
            rows.flat_map(|(at, lane)| lane.rows.iter().map(move |row| (at, row)))
                .filter(|(_, other)| other.fact.item == row.fact.item)
        };
        if row.fact.item.is_none() || same_item().filter(|(_, other)| is_read(other)).count() > 1 {
            continue;
        }
        let artefact = row.fact.role == Role::ArtefactRead;
        let allowed = row.allowed.iter().copied();
        let Some(band) = Span::hull(allowed.chain((!artefact).then_some(row.shown))) else {
            continue;
        };
        let found = before(row, band, same_item()).or_else(|| after(row, band, same_item()));
        if let Some((distance, write)) = found {
            culprits.extend([row.number, write]);
            // A second arrow in the same row would cover the first.
            if distances
                .iter()
                .all(|other| other.number != distance.number)
            {
                distances.push(distance);
            }
        }
    }
    for row in lanes.iter_mut().flat_map(|lane| &mut lane.rows) {
        if culprits.contains(&row.number) {
            row.culprit = true;
            row.cuts = if row.cuts == Cuts::Allowed {
                Cuts::Contradicted
            } else {
                row.cuts
            };
        }
    }
    distances
}

/// What distances to a read lead to, and what it is called.
fn target(read: &Row<'_>, edge_us: i64) -> (i64, &'static str) {
    match (read.fact.anchor_us, read.fact.role) {
        (Some(anchor_us), Role::ArtefactRead) => (anchor_us, "the anchor"),
        (_, Role::ArtefactRead) => (edge_us, "the band"),
        _ => (edge_us, "the read"),
    }
}

/// The last write that was acknowledged before the band opens, and is not what the artefact shows.
fn before<'a>(
    read: &Row<'_>,
    band: Span,
    writes: impl Iterator<Item = (usize, &'a Row<'a>)>,
) -> Option<(Distance, usize)> {
    let opens = band.from_us?;
    let (to_us, what) = target(read, opens);
    let acknowledged = |write: &Row<'_>| {
        let end = write.shown.to_us.filter(|_| write.fact.role == Role::Write);
        end.filter(|end| *end < opens && *end <= to_us)
    };
    let (lane, write, end) = writes
        .filter_map(|(lane, write)| acknowledged(write).map(|end| (lane, write, end)))
        .max_by_key(|(_, _, end)| *end)?;
    let words = format!(
        "acknowledged {} before {what}",
        duration(to_us.abs_diff(end))
    );
    let distance = Distance {
        lane,
        number: Some(write.number),
        from_us: end,
        to_us,
        words,
    };
    Some((distance, write.number))
}

/// The first write that begins only after the band has closed.
fn after<'a>(
    read: &Row<'_>,
    band: Span,
    writes: impl Iterator<Item = (usize, &'a Row<'a>)>,
) -> Option<(Distance, usize)> {
    let closes = band.to_us?;
    let (to_us, what) = target(read, closes);
    let (lane, write, begin) = writes
        .filter(|(_, row)| !is_read(row))
        .filter_map(|(lane, write)| Some((lane, write, write.shown.from_us?)))
        .filter(|(_, _, begin)| *begin > closes && *begin >= to_us)
        .min_by_key(|(_, _, begin)| *begin)?;
    let words = format!("begun {} after {what}", duration(begin.abs_diff(to_us)));
    let distance = Distance {
        lane,
        number: Some(write.number),
        from_us: begin,
        to_us,
        words,
    };
    Some((distance, write.number))
}

/// From an anchor to the call that it should lie in.
fn outside_the_call(lanes: &mut [Lane<'_>]) -> Vec<Distance> {
    let mut distances = Vec::new();
    for (at, lane) in lanes
        .iter_mut()
        .enumerate()
        .filter(|(_, lane)| lane.artefact)
    {
        let (Some(anchor), Some(call)) = (lane.anchors_us.first(), lane.calls.first()) else {
            continue;
        };
        let edge = if *anchor < call.low() {
            call.from_us.map(|us| (us, "before the call began"))
        } else {
            call.to_us
                .filter(|us| anchor > us)
                .map(|us| (us, "after the call ended"))
        };
        let Some((to_us, what)) = edge else { continue };
        distances.push(Distance {
            lane: at,
            number: None,
            from_us: *anchor,
            to_us,
            words: format!("{} {what}", duration(to_us.abs_diff(*anchor))),
        });
        lane.rows.iter_mut().for_each(|row| row.culprit = true);
    }
    distances
}
