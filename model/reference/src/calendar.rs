//! Instants as the wire has them, and calendar texts for the few places where the service prints a time in words.

use jiff::Timestamp;

use crate::choices::MILLISECOND_US;

/// `2026-09-18T15:07:28.123Z`.
pub(crate) fn iso_8601_millis(instant_us: i64) -> String {
    format!("{:.3}", at(instant_us))
}

/// `2026-09-18T15:07:55.095Z`, with as many digits of the fraction as it has and none for a whole second
/// (record S10).
pub(crate) fn iso_8601_shortest(instant_us: i64) -> String {
    at(instant_us).to_string()
}

/// The same from nanoseconds: `2026-09-18T15:07:55.095044918Z`.
pub(crate) fn iso_8601_shortest_ns(instant_ns: i128) -> String {
    let end = if instant_ns < 0 {
        Timestamp::MIN
    } else {
        Timestamp::MAX
    };
    Timestamp::from_nanosecond(instant_ns)
        .unwrap_or(end)
        .to_string()
}

/// The instant, cut to milliseconds: finer ones cannot be told on the wire.
pub(crate) fn whole_milliseconds(instant_us: i64) -> i64 {
    instant_us - instant_us.rem_euclid(MILLISECOND_US)
}

/// The instant as a calendar type; beyond the calendar's ends, the end.
fn at(instant_us: i64) -> Timestamp {
    let end = if instant_us < 0 {
        Timestamp::MIN
    } else {
        Timestamp::MAX
    };
    Timestamp::from_microsecond(instant_us).unwrap_or(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_instants_print_as_dates() {
        assert_eq!(iso_8601_millis(0), "1970-01-01T00:00:00.000Z");
        assert_eq!(
            iso_8601_millis(951_782_400_123_456),
            "2000-02-29T00:00:00.123Z"
        );
    }

    #[test]
    fn a_whole_second_prints_without_a_fraction() {
        assert_eq!(
            iso_8601_shortest(1_789_744_048_000_000),
            "2026-09-18T15:07:28Z"
        );
        assert_eq!(
            iso_8601_shortest(1_789_744_048_095_000),
            "2026-09-18T15:07:28.095Z"
        );
        assert_eq!(
            iso_8601_shortest_ns(1_789_744_075_095_044_918),
            "2026-09-18T15:07:55.095044918Z"
        );
        assert_eq!(
            iso_8601_shortest_ns(1_789_744_048_000_000_000),
            "2026-09-18T15:07:28Z"
        );
    }
}
