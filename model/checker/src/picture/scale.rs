//! From times to places: a piecewise-linear scale on which a call of 2 ms and a band of two minutes are both readable.
//!
//! Between two neighbouring events the scale is linear. A gap is as wide as its length asks for, but never narrower
//! than [`Room::gap_min`]; beyond a share of the room it grows with the logarithm of its length only: it is cut, and is
//! marked with a [`Break`]. So a longer gap is never narrower than a shorter one.

/// The share of the room from which on a gap is cut, when there are many gaps.
const SHARE_CUT: f64 = 0.16;
/// How fast cut gaps grow: by this share of the widest uncut one when the length grows e-fold.
const CUT_GROWTH: f64 = 0.25;
/// How much longer than the widest uncut gap a gap has to be before it is marked as cut.
const MARKED_FROM: f64 = 1.25;

/// The room that the events get, in any unit.
#[derive(Clone, Copy, Debug)]
pub struct Room {
    /// The place of everything before the first event.
    pub left: f64,
    /// The place of the first event.
    pub from: f64,
    /// The place of the last event.
    pub to: f64,
    /// The place of everything after the last event.
    pub right: f64,
    /// How far apart two neighbouring events are at least, as long as there is room for all of them.
    pub gap_min: f64,
}

/// A gap that is drawn shorter than its length asks for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Break {
    /// How much time lies in it, in microseconds.
    pub length_us: u64,
    /// Where it begins.
    pub from: f64,
    /// Where it ends.
    pub to: f64,
}

/// The scale.
#[derive(Clone, Debug)]
pub struct Scale {
    room: Room,
    /// Each event and its place, both growing.
    stops: Vec<(i64, f64)>,
    breaks: Vec<Break>,
}

impl Scale {
    /// A scale with a place of its own for each event.
    pub fn new(events: impl IntoIterator<Item = i64>, room: Room) -> Self {
        let mut times: Vec<i64> = events.into_iter().collect();
        times.sort_unstable();
        times.dedup();
        let gaps: Vec<u64> = times
            .iter()
            .zip(times.iter().skip(1))
            .map(|(from, to)| to.abs_diff(*from))
            .collect();
        let widths = Widths::of(&gaps, room.to - room.from, room.gap_min);
        let first = if gaps.is_empty() {
            f64::midpoint(room.from, room.to)
        } else {
            room.from
        };
        let mut scale = Self {
            room,
            stops: Vec::with_capacity(times.len()),
            breaks: Vec::new(),
        };
        let mut place = first;
        let mut gaps = gaps.into_iter();
        for time in times {
            scale.stops.push((time, place));
            let Some(gap) = gaps.next() else { break };
            let next = (place + widths.width(gap)).min(room.to);
            if widths.is_cut(gap) {
                scale.breaks.push(Break {
                    length_us: gap,
                    from: place,
                    to: next,
                });
            }
            place = next;
        }
        scale
    }

    /// The place of a time: never before the place of an earlier one.
    pub fn at(&self, us: i64) -> f64 {
        let after = self.stops.partition_point(|(time, _)| *time <= us);
        let before = after.checked_sub(1).and_then(|at| self.stops.get(at));
        match (before, self.stops.get(after)) {
            (None, _) => self.room.left,
            (Some((time, place)), _) if *time == us => *place,
            (Some(_), None) => self.room.right,
            (Some((from_us, from)), Some((to_us, to))) => {
                let share = us.abs_diff(*from_us) as f64 / to_us.abs_diff(*from_us) as f64;
                (from + share * (to - from)).clamp(*from, *to)
            }
        }
    }

    /// The gaps that are drawn shorter than they are, from left to right.
    pub fn breaks(&self) -> &[Break] {
        &self.breaks
    }
}

/// How wide each gap is.
struct Widths {
    least: f64,
    widest_uncut: f64,
    us_per_unit: f64,
}

impl Widths {
    fn of(gaps: &[u64], room: f64, gap_min: f64) -> Self {
        let even = 1.0 / gaps.len().max(1) as f64;
        let mut widths = Self {
            least: gap_min.min(room * even),
            widest_uncut: room * SHARE_CUT.max(even),
            us_per_unit: 1.0,
        };
        // The sum of the widths falls as a unit takes more time: halve until it is the room.
        let (mut low, mut high) = (-60.0_f64, 70.0_f64);
        for _ in 0..56 {
            let middle = f64::midpoint(low, high);
            widths.us_per_unit = middle.exp2();
            let sum: f64 = gaps.iter().map(|gap| widths.width(*gap)).sum();
            if sum > room {
                low = middle;
            } else {
                high = middle;
            }
        }
        widths.us_per_unit = high.exp2();
        widths
    }

    fn width(&self, gap: u64) -> f64 {
        let wanted = gap as f64 / self.us_per_unit;
        let excess = (wanted / self.widest_uncut).max(1.0);
        let cut = self.widest_uncut * (1.0 + CUT_GROWTH * excess.ln());
        wanted.min(cut).max(self.least)
    }

    fn is_cut(&self, gap: u64) -> bool {
        gap as f64 / self.us_per_unit > self.widest_uncut * MARKED_FROM
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const COLUMNS: Room = Room {
        left: 0.0,
        from: 1.0,
        to: 77.0,
        right: 79.0,
        gap_min: 2.0,
    };

    fn place(scale: &Scale, us: i64) -> i64 {
        scale.at(us).round() as i64
    }

    #[test]
    fn a_call_of_two_ms_stays_visible_beside_two_minutes() {
        let scale = Scale::new([0, 2_000, 120_000_000], COLUMNS);
        assert!(place(&scale, 2_000) - place(&scale, 0) >= 2);
    }

    #[test]
    fn equal_gaps_are_equally_wide_and_nothing_is_cut() {
        let scale = Scale::new((0..20).map(|step| step * 1_000), COLUMNS);
        let widths: Vec<f64> = (0..19)
            .map(|step| scale.at((step + 1) * 1_000) - scale.at(step * 1_000))
            .collect();
        assert!(
            widths.iter().all(|width| (width - 4.0).abs() < 0.01),
            "{widths:?}"
        );
        assert_eq!(scale.breaks(), []);
    }

    #[test]
    fn a_long_gap_among_short_ones_is_cut_and_says_how_long_it_is() {
        let short = (0..8).map(|step| step * 1_000_000);
        let scale = Scale::new(short.chain([3_600_000_000]), COLUMNS);
        let lengths: Vec<u64> = scale.breaks().iter().map(|cut| cut.length_us).collect();
        assert_eq!(lengths, [3_593_000_000]);
    }

    #[test]
    fn of_few_gaps_only_the_long_one_is_cut() {
        let scale = Scale::new([0, 20_000, 61_170_000, 61_250_000], COLUMNS);
        let lengths: Vec<u64> = scale.breaks().iter().map(|cut| cut.length_us).collect();
        assert_eq!(lengths, [61_150_000]);
    }

    #[test]
    fn a_single_event_stands_in_the_middle_and_none_is_no_trouble() {
        assert_eq!(place(&Scale::new([5], COLUMNS), 5), 39);
        assert_eq!(place(&Scale::new([], COLUMNS), 5), 0);
    }

    #[test]
    fn what_lies_outside_the_events_has_the_outer_places() {
        let scale = Scale::new([10, 20], COLUMNS);
        assert_eq!(scale.at(i64::MIN), 0.0);
        assert_eq!(scale.at(i64::MAX), 79.0);
    }

    fn times() -> impl Strategy<Value = Vec<i64>> {
        let time = prop_oneof![
            any::<i64>(),
            0..10_000_i64,
            1_700_000_000_000_000..1_700_000_200_000_000_i64,
        ];
        proptest::collection::vec(time, 0..70)
    }

    proptest! {
        #[test]
        fn places_grow_with_time_and_stay_in_the_room(events in times(), asked in times()) {
            let scale = Scale::new(events.iter().copied(), COLUMNS);
            let mut all: Vec<i64> = events.into_iter().chain(asked).collect();
            all.sort_unstable();
            let places: Vec<f64> = all.iter().map(|time| scale.at(*time)).collect();
            prop_assert!(places.is_sorted(), "{places:?}");
            prop_assert!(places.iter().all(|place| (0.0..=79.0).contains(place)));
        }

        #[test]
        fn events_that_differ_have_different_columns(events in times()) {
            let scale = Scale::new(events.iter().copied(), COLUMNS);
            let mut all = events;
            all.sort_unstable();
            all.dedup();
            let columns: Vec<i64> = all.iter().map(|time| place(&scale, *time)).collect();
            prop_assert!(columns.windows(2).all(|pair| pair[0] < pair[1]), "{columns:?}");
        }

        #[test]
        fn a_longer_gap_is_never_narrower(events in times()) {
            let scale = Scale::new(events.iter().copied(), COLUMNS);
            let mut all = events;
            all.sort_unstable();
            all.dedup();
            let mut gaps: Vec<(u64, f64)> = all
                .windows(2)
                .map(|pair| (pair[1].abs_diff(pair[0]), scale.at(pair[1]) - scale.at(pair[0])))
                .collect();
            gaps.sort_by_key(|(length, _)| *length);
            prop_assert!(gaps.windows(2).all(|pair| pair[0].1 <= pair[1].1 + 1e-6), "{gaps:?}");
        }
    }
}
