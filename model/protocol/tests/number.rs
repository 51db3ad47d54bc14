//! Numbers against an independent decimal library, and the texts of their refusals (ITEM-007).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

use std::str::FromStr;

use bigdecimal::BigDecimal;
use lookback_protocol::number::{Number, NumberError};
use proptest::prelude::*;

fn number(text: &str) -> Number {
    Number::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn encoded(number: &Number) -> Vec<u8> {
    let mut bytes = Vec::new();
    number.encode_ordered(&mut bytes);
    bytes
}

#[test]
fn reads_back_normalised() {
    for (text, shown) in [
        ("007.50", "7.5"),
        ("+1", "1"),
        ("-0", "0"),
        ("0e999", "0"),
        (".5", "0.5"),
        ("5.", "5"),
        ("1e3", "1000"),
        ("-1.20E-3", "-0.0012"),
        ("100", "100"),
        (
            "12345678901234567890123456789012345678",
            "12345678901234567890123456789012345678",
        ),
        ("0.000001000", "0.000001"),
        (
            "1000000000000000000000000000000000000000000",
            "1000000000000000000000000000000000000000000",
        ),
    ] {
        assert_eq!(number(text).to_string(), shown, "{text}");
    }
}

#[test]
fn prints_the_extremes_without_exponent() {
    assert_eq!(
        number("1E+125").to_string(),
        format!("1{}", "0".repeat(125))
    );
    assert_eq!(
        number("1E-130").to_string(),
        format!("0.{}1", "0".repeat(129))
    );
    let largest = format!("{}E+88", "9".repeat(38));
    assert_eq!(
        number(&largest).to_string(),
        format!("{}{}", "9".repeat(38), "0".repeat(88))
    );
}

#[test]
fn refuses_what_is_no_number() {
    for text in [
        "abc",
        " 1",
        "1 ",
        "1 2",
        "NaN",
        "Infinity",
        "-Infinity",
        ".",
        "+",
        "-",
        "e5",
        "1e",
        "1e+",
        "1.2.3",
        "0x1",
        "1_0",
        "--1",
        "１",
    ] {
        assert_eq!(
            Number::parse(text),
            Err(NumberError::NotNumeric(text.to_owned())),
            "{text}"
        );
    }
    assert_eq!(Number::parse(""), Err(NumberError::Empty));
}

#[test]
fn refuses_what_is_out_of_range() {
    for text in [
        "1e126",
        "-1e126",
        "10e125",
        "1e99999999999999999999",
        "123456789012345678901234567890123456789e125",
    ] {
        assert_eq!(Number::parse(text), Err(NumberError::Overflow), "{text}");
    }
    for text in ["1e-131", "-0.1e-130", "1e-99999999999999999999"] {
        assert_eq!(Number::parse(text), Err(NumberError::Underflow), "{text}");
    }
    for text in [
        "123456789012345678901234567890123456789",
        "1.00000000000000000000000000000000000001",
    ] {
        assert_eq!(
            Number::parse(text),
            Err(NumberError::TooManyDigits),
            "{text}"
        );
    }
}

#[test]
fn refusals_carry_the_texts_of_the_service() {
    let texts: Vec<_> = [
        "",
        "x",
        "1e126",
        "1e-131",
        "123456789012345678901234567890123456789",
    ]
    .iter()
    .map(|text| {
        Number::parse(text)
            .unwrap_err()
            .to_service_error()
            .to_string()
    })
    .collect();
    insta::assert_debug_snapshot!(texts, @r#"
    [
        "ValidationException: The parameter cannot be converted to a numeric value",
        "ValidationException: The parameter cannot be converted to a numeric value: x",
        "ValidationException: Number overflow. Attempting to store a number with magnitude larger than supported range",
        "ValidationException: Number underflow. Attempting to store a number with magnitude smaller than supported range",
        "ValidationException: Attempting to store more than 38 significant digits in a Number",
    ]
    "#);
}

#[test]
fn a_sum_past_the_range_or_past_38_digits_overflows() {
    assert_eq!(
        number("9e125").checked_add(&number("9e125")),
        Err(NumberError::Overflow)
    );
    assert_eq!(
        number("1e50").checked_add(&number("1")),
        Err(NumberError::Overflow)
    );
    assert_eq!(
        number("1e125").checked_sub(&number("1e-130")),
        Err(NumberError::Overflow)
    );
    assert_eq!(
        number("9e125").checked_add(&number("9e124")).unwrap(),
        number("9.9e125")
    );
    assert_eq!(
        number("1e38").checked_sub(&number("1")).unwrap(),
        number(&"9".repeat(38))
    );
}

#[test]
fn counts_one_byte_for_two_digits() {
    for (text, bytes) in [
        ("0", 1),
        ("1", 2),
        ("12", 2),
        ("123", 3),
        ("-123", 4),
        ("1000", 2),
    ] {
        assert_eq!(number(text).size_bytes(), bytes, "{text}");
    }
}

#[test]
fn only_whole_numbers_become_integers() {
    assert_eq!(number("1700000000").to_i64(), Some(1_700_000_000));
    assert_eq!(number("-12e2").to_i64(), Some(-1200));
    assert_eq!(number("-9223372036854775808").to_i64(), Some(i64::MIN));
    assert_eq!(number("9223372036854775808").to_i64(), None);
    assert_eq!(number("1.5").to_i64(), None);
    assert_eq!(number("1e125").to_i64(), None);
}

/// Texts of numbers inside the range: sign, up to 38 digits, a point anywhere, an exponent.
fn text() -> impl Strategy<Value = String> {
    ("-?", "[0-9]{1,19}", "[0-9]{0,19}", -60i32..60).prop_map(
        |(sign, whole, fraction, exponent)| format!("{sign}{whole}.{fraction}e{exponent}"),
    )
}

/// Numbers near each other, so that orders and sums meet in every digit.
fn near() -> impl Strategy<Value = String> {
    ("-?", 0u32..1200, -3i32..3)
        .prop_map(|(sign, digits, exponent)| format!("{sign}{digits}e{exponent}"))
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![text(), near()]
}

proptest! {
    #[test]
    fn shows_the_value_that_was_read(text in any_text()) {
        let shown = number(&text).to_string();
        prop_assert_eq!(BigDecimal::from_str(&shown).unwrap(), BigDecimal::from_str(&text).unwrap());
        prop_assert!(shown.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.' || byte == b'-'));
        prop_assert_eq!(number(&shown), number(&text));
    }

    #[test]
    fn orders_by_value(left in any_text(), right in any_text()) {
        let oracle = BigDecimal::from_str(&left).unwrap().cmp(&BigDecimal::from_str(&right).unwrap());
        let (left, right) = (number(&left), number(&right));
        prop_assert_eq!(left.cmp(&right), oracle);
        prop_assert_eq!(encoded(&left).cmp(&encoded(&right)), oracle);
    }

    #[test]
    fn decodes_what_it_encoded(text in any_text(), tail in proptest::collection::vec(any::<u8>(), 0..4)) {
        let number = number(&text);
        let mut bytes = encoded(&number);
        let length = bytes.len();
        bytes.extend(tail);
        prop_assert_eq!(Number::decode_ordered(&bytes), Some((number, length)));
    }

    #[test]
    fn decoding_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..50)) {
        if let Some((_, length)) = Number::decode_ordered(&bytes) {
            prop_assert!(length <= bytes.len());
        }
    }

    #[test]
    fn parsing_never_panics(text in "[-+.eE0-9 ]{0,60}") {
        if let Ok(number) = Number::parse(&text) {
            prop_assert_eq!(Number::parse(&number.to_string()), Ok(number));
        }
    }

    #[test]
    fn adds_and_subtracts_exactly(left in any_text(), right in any_text()) {
        let (l, r) = (BigDecimal::from_str(&left).unwrap(), BigDecimal::from_str(&right).unwrap());
        let (left, right) = (number(&left), number(&right));
        for (result, oracle) in [(left.checked_add(&right), &l + &r), (left.checked_sub(&right), &l - &r)] {
            if oracle.normalized().digits() <= 38 {
                prop_assert_eq!(BigDecimal::from_str(&result.unwrap().to_string()).unwrap(), oracle);
            } else {
                prop_assert_eq!(result, Err(NumberError::Overflow));
            }
        }
    }

    #[test]
    fn integers_survive(value in any::<i64>()) {
        prop_assert_eq!(Number::from(value).to_i64(), Some(value));
        prop_assert_eq!(Number::from(value).to_string(), value.to_string());
    }
}
