//! The protocol that moves the clock: small enough for any emulator to offer it.
//!
//! | request | answer |
//! |---|---|
//! | `GET /_lookback/clock` | `{"now": 1763640000.25}`: epoch seconds |
//! | `POST /_lookback/clock` with `{"advance_s": 3456000}` | the same shape, after that time has passed |
//! | `POST /_lookback/clock` with `{"set": 1767096000}` | the same shape; not backwards |
//! | anything else | HTTP 400 with `{"error": "what to send"}` |
//!
//! Requests carry no signature. Numbers may have fractions down to a microsecond; finer ones are rounded.

use serde_json::{Map, Value};

use super::clock::{Clock, seconds_text};

/// The path of the protocol.
pub const PATH: &str = "/_lookback/clock";

/// The largest body that is read, in bytes.
pub const BODY_BYTES_MAX: usize = 4096;

const HOW: &str =
    "send {\"advance_s\": <seconds, 0 or more>} or {\"set\": <epoch seconds, not backwards>}";

/// What a request asks of the clock.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Move {
    AdvanceUs(u64),
    SetUs(i64),
}

/// Answers `GET`: `{"now": ...}`.
pub fn show(clock: &mut Clock) -> String {
    shape(clock.now_us())
}

/// Answers `POST`: the same shape after the move, or the reason why there was none.
pub fn apply(clock: &mut Clock, body: &[u8]) -> Result<String, String> {
    let moved = match parse(body)? {
        Move::AdvanceUs(by_us) => clock.advance(by_us),
        Move::SetUs(to_us) => clock.set(to_us),
    };
    moved.map(shape).map_err(|error| format!("{error}: {HOW}"))
}

/// The body of a refusal.
pub fn error_body(text: &str) -> String {
    Value::from(Map::from_iter([("error".to_owned(), Value::from(text))])).to_string()
}

fn shape(now_us: i64) -> String {
    format!("{{\"now\": {}}}", seconds_text(now_us))
}

fn parse(body: &[u8]) -> Result<Move, String> {
    let value: Value = serde_json::from_slice(body)
        .map_err(|error| format!("the body is not JSON ({error}): {HOW}"))?;
    let object = value
        .as_object()
        .ok_or_else(|| format!("the body is not a JSON object: {HOW}"))?;
    let mut members = object.iter();
    let (Some((name, value)), None) = (members.next(), members.next()) else {
        return Err(format!(
            "the body has {} members instead of one: {HOW}",
            object.len()
        ));
    };
    match name.as_str() {
        "advance_s" => Ok(Move::AdvanceUs(micros(name, value)?)),
        "set" => i64::try_from(micros(name, value)?)
            .map(Move::SetUs)
            .map_err(|_| format!("\"set\" is after the end of the clock: {HOW}")),
        other => Err(format!("unknown member {}: {HOW}", Value::from(other))),
    }
}

/// Seconds to microseconds. Whole seconds are taken exactly; fractions are rounded to the nearest.
fn micros(name: &str, value: &Value) -> Result<u64, String> {
    let refuse = |what: &str| Err(format!("\"{name}\" {what}: {HOW}"));
    if let Some(whole) = value.as_u64() {
        return whole
            .checked_mul(1_000_000)
            .map_or_else(|| refuse("is too large"), Ok);
    }
    let Some(seconds) = value.as_f64() else {
        return refuse("is not a number");
    };
    if seconds < 0.0 {
        return refuse("is negative");
    }
    let micros = (seconds * 1e6).round();
    // Beyond 2^63 the conversion would saturate.
    if !micros.is_finite() || micros >= 9.2e18 {
        return refuse("is too large");
    }
    Ok(micros as u64)
}

#[cfg(test)]
mod tests {
    use super::super::clock::ClockKind;
    use super::*;

    fn clock() -> Clock {
        Clock::new(ClockKind::Manual, Some(1_763_640_000_250_000))
    }

    #[test]
    fn the_clock_is_shown_in_epoch_seconds() {
        assert_eq!(show(&mut clock()), r#"{"now": 1763640000.25}"#);
    }

    #[test]
    fn moves_answer_what_the_clock_shows_then() {
        for (body, now) in [
            (r#"{"advance_s": 3456000}"#, "1767096000.25"),
            (r#"{"advance_s": 0.000001}"#, "1763640000.250001"),
            (r#"{"advance_s": 0}"#, "1763640000.25"),
            (r#"{"advance_s": 1e2}"#, "1763640100.25"),
            (r#"{"set": 1763640000.25}"#, "1763640000.25"),
            (r#"{"set": 1767096000}"#, "1767096000"),
            (r#"{"set": 1767096000.123456}"#, "1767096000.123456"),
        ] {
            assert_eq!(
                apply(&mut clock(), body.as_bytes()),
                Ok(format!("{{\"now\": {now}}}")),
                "{body}"
            );
        }
    }

    #[test]
    fn bad_input_is_told_what_to_send() {
        let bodies = [
            "",
            "40 days",
            "[]",
            "3",
            "null",
            "{}",
            r#"{"advance_s": 1, "set": 2}"#,
            r#"{"advance": 1}"#,
            r#"{"advance_s": "1"}"#,
            r#"{"advance_s": null}"#,
            r#"{"advance_s": -1}"#,
            r#"{"advance_s": -0.5}"#,
            r#"{"advance_s": 1e30}"#,
            r#"{"advance_s": 18446744073709551615}"#,
            r#"{"advance_s": 300000000000}"#,
            r#"{"set": 1763640000.249999}"#,
            r#"{"set": -1}"#,
            r#"{"set": 300000000000}"#,
            r#"{"set": 18446744073709}"#,
        ];
        let mut clock = clock();
        let answers: Vec<_> = bodies
            .iter()
            .map(|body| (body, apply(&mut clock, body.as_bytes()).unwrap_err()))
            .collect();
        for (body, answer) in &answers {
            assert!(answer.ends_with(HOW), "{body}: {answer}");
        }
        assert_eq!(
            show(&mut clock),
            r#"{"now": 1763640000.25}"#,
            "a refused move moves nothing"
        );
        let texts: Vec<_> = answers
            .iter()
            .map(|(body, text)| format!("{body:<42} {}", text.trim_end_matches(HOW)))
            .collect();
        insta::assert_snapshot!(texts.join("\n"));
    }

    #[test]
    fn refusals_are_json_whatever_they_quote() {
        let refusal = apply(&mut clock(), br#"{"a\"b": 1}"#).unwrap_err();
        let body: Value = serde_json::from_str(&error_body(&refusal)).unwrap();
        assert_eq!(
            body.get("error").and_then(Value::as_str),
            Some(refusal.as_str())
        );
    }
}
