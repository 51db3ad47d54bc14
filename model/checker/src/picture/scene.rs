//! What there is to draw, before it is known how: lanes, bands, distances, marks. Both pictures are drawn from it.

mod contradiction;

use crate::verdict::{Fact, Role, Rule, Violation};

use super::wording::Clock;
pub(super) use contradiction::Distance;

/// How many marks of faults and clock moves are drawn; the others are counted.
const MARKS_MAX: usize = 16;
/// Times beyond these are no times: the interval is open on that side.
const FAR_US: i64 = i64::MAX / 2;

/// An interval; an open side has no time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    /// Its beginning.
    pub from_us: Option<i64>,
    /// Its end.
    pub to_us: Option<i64>,
}

impl Span {
    /// All of time.
    pub const ALL: Self = Self {
        from_us: None,
        to_us: None,
    };

    /// The interval of a fact, whichever way round it was given.
    pub fn of((one, other): (i64, i64)) -> Self {
        let near = |us: i64| (-FAR_US..=FAR_US).contains(&us).then_some(us);
        Self {
            from_us: near(one.min(other)),
            to_us: near(one.max(other)),
        }
    }

    /// The beginning as a time that is before all others where it is open.
    pub fn low(self) -> i64 {
        self.from_us.unwrap_or(i64::MIN)
    }

    /// The end as a time that is after all others where it is open.
    pub fn high(self) -> i64 {
        self.to_us.unwrap_or(i64::MAX)
    }

    /// The least interval that holds all of them.
    pub fn hull(spans: impl IntoIterator<Item = Self>) -> Option<Self> {
        let join = |all: Self, one: Self| Self {
            from_us: all.from_us.zip(one.from_us).map(|(all, one)| all.min(one)),
            to_us: all.to_us.zip(one.to_us).map(|(all, one)| all.max(one)),
        };
        spans.into_iter().reduce(join)
    }

    fn holds(self, other: Self) -> bool {
        self.low() <= other.low() && other.high() <= self.high()
    }

    fn both(self, other: Self) -> Option<Self> {
        let (low, high) = (self.low().max(other.low()), self.high().min(other.high()));
        (low <= high).then(|| Self::of((low, high)))
    }
}

/// One fact with its number.
#[derive(Clone, Debug)]
pub(super) struct Row<'a> {
    /// As in the list of words, from 1.
    pub number: usize,
    /// The fact.
    pub fact: &'a Fact,
    /// The call's interval.
    pub shown: Span,
    /// When it may have taken effect.
    pub allowed: Vec<Span>,
    /// What is drawn of the cuts that are allowed to it.
    pub cuts: Cuts,
    /// Whether it is one of the facts that the contradiction is marked at.
    pub culprit: bool,
}

/// What is drawn of the cuts that are allowed to what a read shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cuts {
    /// Nothing: the contradiction does not ask for them.
    Unasked,
    /// They are allowed.
    Allowed,
    /// They are where it was read, and explain nothing.
    Contradicted,
    /// There are none.
    Impossible,
}

/// What one client or one artefact did.
#[derive(Clone, Debug)]
pub(super) struct Lane<'a> {
    /// Its name.
    pub name: &'a str,
    /// Whether it is an artefact's lane.
    pub artefact: bool,
    /// Its facts.
    pub rows: Vec<Row<'a>>,
    /// The calls that asked for the artefact.
    pub calls: Vec<Span>,
    /// The anchors of the artefact.
    pub anchors_us: Vec<i64>,
    /// What all cuts of the artefact's items lie in.
    pub band: Option<Span>,
}

/// A fault or a move of the clock.
#[derive(Clone, Debug)]
pub(super) struct Mark<'a> {
    /// Where the mark is named: a letter, or the number of a fact.
    pub name: String,
    /// What happened.
    pub fact: &'a Fact,
    /// When.
    pub at_us: i64,
}

/// Everything there is to draw.
#[derive(Clone, Debug)]
pub(super) struct Scene<'a> {
    /// Clients first, then artefacts.
    pub lanes: Vec<Lane<'a>>,
    /// Faults and moves of the clock, in the order of time.
    pub marks: Vec<Mark<'a>>,
    /// How many more there were.
    pub marks_left_out: usize,
    /// The cuts that all reads allow, where one is asked for: that there are none is the contradiction.
    pub common: Option<Vec<Span>>,
    /// What makes the contradiction visible.
    pub distances: Vec<Distance>,
    /// The times that have a place of their own, in order.
    pub events_us: Vec<i64>,
    /// How times are written.
    pub clock: Clock,
}

impl<'a> Scene<'a> {
    /// What there is to draw of a violation.
    pub fn of(violation: &'a Violation) -> Self {
        let mut lanes: Vec<Lane<'a>> = Vec::new();
        let mut marks = Vec::new();
        for (number, fact) in (1..).zip(&violation.witness.facts) {
            if is_mark(fact) {
                marks.extend(mark(number.to_string(), fact));
                continue;
            }
            let row = Row {
                number,
                fact,
                shown: Span::of(fact.shown_us),
                allowed: in_order(fact.allowed_us.iter().copied().map(Span::of).collect()),
                cuts: Cuts::Unasked,
                culprit: false,
            };
            match lanes.iter_mut().find(|lane| lane.name == fact.lane) {
                Some(lane) => lane.rows.push(row),
                None => lanes.push(Lane::of(row)),
            }
        }
        for lane in &mut lanes {
            lane.gather(violation.rule);
        }
        lanes.sort_by_key(|lane| lane.artefact);
        let (distances, common) = contradiction::mark(violation.rule, &mut lanes);

        let letters = ('a'..='z')
            .map(String::from)
            .chain(std::iter::repeat(String::from("*")));
        let around: Vec<Mark<'a>> = letters
            .zip(&violation.witness.context)
            .filter_map(|(name, fact)| mark(name, fact))
            .collect();
        let room = MARKS_MAX.saturating_sub(marks.len());
        let marks_left_out = around.len().saturating_sub(room);
        marks.extend(around.into_iter().take(room));
        marks.sort_by_key(|mark| mark.at_us);

        let mut events_us: Vec<i64> = lanes.iter().flat_map(Lane::times).collect();
        events_us.extend(marks.iter().map(|mark| mark.at_us));
        events_us.sort_unstable();
        events_us.dedup();
        let clock = Clock::of(&events_us);
        Self {
            lanes,
            marks,
            marks_left_out,
            common,
            distances,
            events_us,
            clock,
        }
    }

    /// Whether some fact has this role.
    pub fn has(&self, role: Role) -> bool {
        self.rows().any(|row| row.fact.role == role)
    }

    /// Whether cuts of this sort are drawn.
    pub fn draws(&self, cuts: Cuts) -> bool {
        self.rows().any(|row| row.cuts == cuts)
    }

    fn rows(&self) -> impl Iterator<Item = &Row<'a>> {
        self.lanes.iter().flat_map(|lane| &lane.rows)
    }

    /// The times worth a label on the axis, the most important first: what makes the contradiction, anchors, edges of
    /// bands, then everything else.
    pub fn ticks_us(&self) -> Vec<i64> {
        let distances = self
            .distances
            .iter()
            .flat_map(|one| [one.to_us, one.from_us]);
        let anchors = self
            .lanes
            .iter()
            .flat_map(|lane| lane.anchors_us.iter().copied());
        let edges = self
            .lanes
            .iter()
            .filter_map(|lane| lane.band)
            .flat_map(|band| [band.from_us, band.to_us])
            .flatten();
        let mut ticks: Vec<i64> = Vec::new();
        for us in distances
            .chain(anchors)
            .chain(edges)
            .chain(self.events_us.iter().copied())
        {
            if !ticks.contains(&us) {
                ticks.push(us);
            }
        }
        ticks
    }
}

impl<'a> Lane<'a> {
    fn of(row: Row<'a>) -> Self {
        Self {
            name: &row.fact.lane,
            artefact: row.fact.role == Role::ArtefactRead,
            rows: vec![row],
            calls: Vec::new(),
            anchors_us: Vec::new(),
            band: None,
        }
    }

    fn gather(&mut self, rule: Rule) {
        self.artefact = self
            .rows
            .iter()
            .any(|row| row.fact.role == Role::ArtefactRead);
        if !self.artefact {
            return;
        }
        self.anchors_us = self
            .rows
            .iter()
            .filter_map(|row| row.fact.anchor_us)
            .collect();
        self.anchors_us.retain(|us| (-FAR_US..=FAR_US).contains(us));
        self.anchors_us.sort_unstable();
        self.anchors_us.dedup();
        let allowed = Span::hull(self.rows.iter().flat_map(|row| row.allowed.iter().copied()));
        let shown = Span::hull(self.rows.iter().map(|row| row.shown));
        // What is shown of an artefact is its call, or its band where nobody called.
        let shows_band = shown
            .zip(allowed)
            .is_none_or(|(shown, allowed)| shown.holds(allowed));
        if rule != Rule::AnchorInCall && shows_band {
            self.band = shown;
            return;
        }
        for row in &self.rows {
            if !self.calls.contains(&row.shown) {
                self.calls.push(row.shown);
            }
        }
        self.band = allowed.filter(|_| rule != Rule::AnchorInCall);
    }

    /// All times of the lane.
    fn times(&self) -> impl Iterator<Item = i64> {
        let spans = self.rows.iter().flat_map(|row| {
            // When a call took effect is no more than its own interval, unless it is drawn: not worth a place.
            let allowed: &[Span] = if row.cuts == Cuts::Unasked {
                &[]
            } else {
                &row.allowed
            };
            allowed.iter().chain([&row.shown])
        });
        spans
            .chain(&self.band)
            .flat_map(|span| [span.from_us, span.to_us])
            .flatten()
            .chain(self.anchors_us.iter().copied())
    }
}

fn is_mark(fact: &Fact) -> bool {
    matches!(fact.role, Role::Fault | Role::ClockMove)
}

fn mark(name: String, fact: &Fact) -> Option<Mark<'_>> {
    let shown = Span::of(fact.shown_us);
    let at_us = shown.from_us.or(shown.to_us)?;
    Some(Mark { name, fact, at_us })
}

fn in_order(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_by_key(|span| (span.low(), span.high()));
    spans
}
