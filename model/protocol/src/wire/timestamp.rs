//! Instants on the wire: seconds since the Unix epoch with a fraction (WIRE-003).

use std::fmt;

use serde::de::{Deserialize, Deserializer, Visitor};
use serde::ser::{Serialize, Serializer};

const MICROS_PER_SECOND: i64 = 1_000_000;
const MICROS_PER_MILLI: i64 = 1_000;

/// An instant in microseconds since the Unix epoch.
///
/// Read from a JSON number of seconds and rounded to the nearest microsecond. Written in seconds with
/// milliseconds; what is finer is cut off, so that an instant never moves into the future.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timestamp(pub i64);

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let millis = self.0.div_euclid(MICROS_PER_MILLI);
        if millis % 1_000 == 0 {
            serializer.serialize_i64(millis / 1_000)
        } else {
            // The quotient is the double nearest to the three decimals, so it prints as them.
            serializer.serialize_f64(millis as f64 / 1_000.0)
        }
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_f64(Seconds)
    }
}

struct Seconds;

impl Visitor<'_> for Seconds {
    type Value = Timestamp;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("seconds since the Unix epoch")
    }

    fn visit_i64<E>(self, seconds: i64) -> Result<Timestamp, E> {
        Ok(Timestamp(seconds.saturating_mul(MICROS_PER_SECOND)))
    }

    fn visit_u64<E: serde::de::Error>(self, seconds: u64) -> Result<Timestamp, E> {
        self.visit_i64(i64::try_from(seconds).unwrap_or(i64::MAX))
    }

    /// The cast saturates; until the year 2255 a double resolves microseconds.
    fn visit_f64<E>(self, seconds: f64) -> Result<Timestamp, E> {
        Ok(Timestamp(
            (seconds * MICROS_PER_SECOND as f64).round() as i64
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round_trip(text: &str) -> String {
        let read: Timestamp = serde_json::from_str(text).unwrap();
        serde_json::to_string(&read).unwrap()
    }

    #[test]
    fn reads_integers_and_fractions_to_the_microsecond() {
        for (text, micros) in [
            ("1576616366", 1_576_616_366_000_000),
            ("1576616366.715", 1_576_616_366_715_000),
            ("1576616366.715001", 1_576_616_366_715_001),
            ("1.576616366715E9", 1_576_616_366_715_000),
            ("1576616366.7150006", 1_576_616_366_715_001),
            ("-0.5", -500_000),
            ("0", 0),
            ("1e300", i64::MAX),
        ] {
            assert_eq!(
                serde_json::from_str::<Timestamp>(text).unwrap(),
                Timestamp(micros),
                "{text}"
            );
        }
    }

    #[test]
    fn writes_at_most_milliseconds_without_float_noise() {
        for text in [
            "1576616366",
            "1576616366.715",
            "1700000017.149",
            "0",
            "0.001",
            "-0.5",
        ] {
            assert_eq!(round_trip(text), text);
        }
        assert_eq!(round_trip("1576616366.7"), "1576616366.7");
        assert_eq!(round_trip("1576616366.7159"), "1576616366.715");
        assert_eq!(round_trip("1576616366.000999"), "1576616366");
    }

    #[test]
    fn every_millisecond_of_a_second_prints_exactly() {
        for millis in 0..1000_i64 {
            let text =
                serde_json::to_string(&Timestamp(1_893_456_000_000_000 + millis * 1000)).unwrap();
            let exact = format!("1893456000.{millis:03}");
            assert_eq!(text, exact.trim_end_matches('0').trim_end_matches('.'));
        }
    }

    #[test]
    fn refuses_text() {
        assert!(serde_json::from_str::<Timestamp>("\"2020-01-01\"").is_err());
    }
}
