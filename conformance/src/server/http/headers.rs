//! The headers that every answer carries.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimePrinter;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");
const CRC32: HeaderName = HeaderName::from_static("x-amz-crc32");

/// How long a request id is, in characters (WIRE-009).
const ID_CHARS: usize = 52;

/// Thirty-two signs, as on the real service: every sign carries five bits.
const ID_SIGNS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// Identifiers of requests: unique within a server and unlikely to meet another server's.
pub struct RequestIds {
    seed: u64,
    count: AtomicU64,
}

impl RequestIds {
    /// Ids of a server that starts now.
    pub fn new() -> Self {
        let seed = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |time| time.as_nanos() as u64);
        Self {
            seed: mix(seed ^ u64::from(std::process::id()).rotate_left(32)),
            count: AtomicU64::new(0),
        }
    }

    /// 52 upper-case letters and digits (WIRE-009).
    pub fn next(&self) -> String {
        let count = self.count.fetch_add(1, Ordering::Relaxed);
        let mut state = self.seed.wrapping_add(mix(count));
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
}

/// The finaliser of splitmix64: every bit of the input reaches every bit of the output, one to one.
fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

/// Content-Type, x-amzn-RequestId, x-amz-crc32 and Date; Content-Length follows from the body.
pub fn common(id: &str, now_us: i64, content_type: &'static str, body: &[u8]) -> HeaderMap {
    let mut headers = HeaderMap::with_capacity(6);
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(CRC32, HeaderValue::from(crc32fast::hash(body)));
    if let Ok(id) = HeaderValue::from_str(id) {
        headers.insert(REQUEST_ID, id);
    }
    if let Some(date) = date(now_us) {
        headers.insert(header::DATE, date);
    }
    headers
}

/// The service's own clock, in whole seconds: what clients estimate the clock uncertainty from.
fn date(now_us: i64) -> Option<HeaderValue> {
    let instant = Timestamp::from_second(now_us.div_euclid(1_000_000)).ok()?;
    let text = DateTimePrinter::new()
        .timestamp_to_rfc9110_string(&instant)
        .ok()?;
    HeaderValue::from_str(&text).ok()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::server::clock::END_US;

    #[test]
    fn ids_are_unique_and_look_like_the_services() {
        let ids = RequestIds::new();
        let seen: HashSet<_> = (0..10_000).map(|_| ids.next()).collect();
        assert_eq!(seen.len(), 10_000);
        assert!(seen.iter().all(|id| id.len() == 52));
        assert!(
            seen.iter()
                .flat_map(|id| id.bytes())
                .all(|sign| sign.is_ascii_uppercase() || sign.is_ascii_digit())
        );
    }

    #[test]
    fn dates_are_written_as_http_wants_them() {
        assert_eq!(
            date(784_111_777_999_999).unwrap(),
            "Sun, 06 Nov 1994 08:49:37 GMT"
        );
        assert_eq!(date(0).unwrap(), "Thu, 01 Jan 1970 00:00:00 GMT");
    }

    #[test]
    fn the_clock_has_a_date_to_its_very_end() {
        assert!(date(END_US).is_some());
    }

    #[test]
    fn the_checksum_is_the_decimal_crc_32() {
        let headers = common("ID", 0, "text/plain", b"123456789");
        assert_eq!(headers[CRC32], "3421780262");
        assert_eq!(common("ID", 0, "text/plain", b"")[CRC32], "0");
    }
}
