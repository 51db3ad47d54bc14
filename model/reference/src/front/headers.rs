//! The headers that every answer carries.

use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimePrinter;

/// The last instant that a clock of the service can show, in microseconds since the Unix epoch: the end of the year 9998,
/// the last whole year that the calendar of the Date header knows.
pub const END_US: i64 = 253_370_764_799_999_999;

/// How long a request id is, in characters (WIRE-009).
const ID_CHARS: usize = 52;

/// Thirty-two signs, as on the real service: every sign carries five bits.
const ID_SIGNS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// The identifier of a request: 52 upper-case letters and digits (WIRE-009). It is unique for each `count` of one
/// `seed`, and unlikely to be that of another seed.
pub fn request_id(seed: u64, count: u64) -> String {
    let mut state = seed.wrapping_add(mix(count));
    let mut id = String::with_capacity(ID_CHARS);
    while id.len() < ID_CHARS {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = mix(state);
        for _ in 0..12.min(ID_CHARS - id.len()) {
            id.extend(
                ID_SIGNS
                    .get((bits & 31) as usize)
                    .map(|sign| char::from(*sign)),
            );
            bits >>= 5;
        }
    }
    id
}

/// The finaliser of splitmix64: every bit of the input reaches every bit of the output, one to one.
fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

/// Content-Type, x-amz-crc32, x-amzn-requestid and Date of an answer that was given at `now_us` (microseconds since
/// the Unix epoch; WIRE-002, -009, -010). Content-Length follows from the body. A time that no calendar knows has no
/// Date.
pub fn answer_headers(
    id: String,
    now_us: i64,
    content_type: &str,
    body: &[u8],
) -> Vec<(&'static str, String)> {
    let mut headers = vec![
        ("content-type", content_type.to_owned()),
        ("x-amz-crc32", crc32fast::hash(body).to_string()),
        ("x-amzn-requestid", id),
    ];
    headers.extend(date(now_us).map(|date| ("date", date)));
    headers
}

/// The service's own clock, in whole seconds: what clients estimate the clock uncertainty from.
fn date(now_us: i64) -> Option<String> {
    let instant = Timestamp::from_second(now_us.div_euclid(1_000_000)).ok()?;
    DateTimePrinter::new()
        .timestamp_to_rfc9110_string(&instant)
        .ok()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn ids_are_unique_and_look_like_the_services() {
        let seen: BTreeSet<_> = (0..10_000).map(|count| request_id(7, count)).collect();
        assert_eq!(seen.len(), 10_000);
        assert!(seen.iter().all(|id| id.len() == 52));
        assert!(
            seen.iter()
                .flat_map(|id| id.bytes())
                .all(|sign| sign.is_ascii_uppercase() || sign.is_ascii_digit())
        );
        assert_ne!(request_id(7, 0), request_id(8, 0));
    }

    #[test]
    fn dates_are_written_as_http_wants_them() {
        assert_eq!(
            date(784_111_777_999_999).unwrap(),
            "Sun, 06 Nov 1994 08:49:37 GMT"
        );
        assert_eq!(date(0).unwrap(), "Thu, 01 Jan 1970 00:00:00 GMT");
        assert!(date(END_US).is_some());
    }

    #[test]
    fn the_checksum_is_the_decimal_crc_32() {
        let checksum = |body| {
            answer_headers(String::new(), 0, "text/plain", body)[1]
                .1
                .clone()
        };
        assert_eq!(checksum(b"123456789".as_slice()), "3421780262");
        assert_eq!(checksum(b"".as_slice()), "0");
    }
}
