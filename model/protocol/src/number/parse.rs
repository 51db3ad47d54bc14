//! Reading a number's text.

use super::{MAGNITUDE_MAX, MAGNITUDE_MIN, Number, NumberError, SIGNIFICANT_DIGITS_MAX};

/// Digits read so far.
#[derive(Default)]
struct Digits {
    coefficient: u128,
    /// Digits from the first one that is not zero on, trailing zeros included.
    significant: i64,
    /// Zeros at the end that are not in the coefficient yet: they count only if another digit follows.
    pending_zeros: u32,
    /// Digits after the point.
    fraction: i64,
    too_many: bool,
}

impl Digits {
    fn push(&mut self, digit: u8) {
        if digit == 0 {
            if self.significant > 0 {
                self.significant += 1;
                self.pending_zeros = self.pending_zeros.saturating_add(1);
            }
            return;
        }
        self.significant += 1;
        if self.too_many || self.significant > i64::from(SIGNIFICANT_DIGITS_MAX) {
            self.too_many = true;
        } else {
            self.coefficient =
                self.coefficient * 10u128.pow(self.pending_zeros + 1) + u128::from(digit);
        }
        self.pending_zeros = 0;
    }
}

/// See [`Number::parse`].
pub(super) fn parse(text: &str) -> Result<Number, NumberError> {
    if text.is_empty() {
        return Err(NumberError::Empty);
    }
    let not_numeric = || NumberError::NotNumeric(text.to_owned());
    let (negative, unsigned) = match text.as_bytes() {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        all => (false, all),
    };
    let mut digits = Digits::default();
    let mut any_digit = false;
    let mut point = false;
    let mut exponent = 0;
    let mut rest = unsigned.iter();
    while let Some(&byte) = rest.next() {
        match byte {
            b'0'..=b'9' => {
                any_digit = true;
                digits.fraction += i64::from(point);
                digits.push(byte - b'0');
            }
            b'.' if !point => point = true,
            b'e' | b'E' => {
                exponent = read_exponent(rest.as_slice()).ok_or_else(not_numeric)?;
                break;
            }
            _ => return Err(not_numeric()),
        }
    }
    if !any_digit {
        return Err(not_numeric());
    }
    if digits.significant == 0 {
        return Ok(Number::ZERO);
    }
    let magnitude = exponent - digits.fraction + digits.significant - 1;
    if magnitude > i64::from(MAGNITUDE_MAX) {
        return Err(NumberError::Overflow);
    }
    if magnitude < i64::from(MAGNITUDE_MIN) {
        return Err(NumberError::Underflow);
    }
    if digits.too_many {
        return Err(NumberError::TooManyDigits);
    }
    Number::normalised(
        negative,
        digits.coefficient,
        exponent - digits.fraction + i64::from(digits.pending_zeros),
    )
}

/// The part after `e`: an optional sign and digits. Absurd exponents saturate far outside the range.
fn read_exponent(text: &[u8]) -> Option<i64> {
    let (sign, digits) = match text {
        [b'-', rest @ ..] => (-1, rest),
        [b'+', rest @ ..] => (1, rest),
        all => (1, all),
    };
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    const ABSURD: i64 = 1 << 40;
    let magnitude = digits.iter().fold(0i64, |sum, digit| {
        (sum * 10 + i64::from(digit - b'0')).min(ABSURD)
    });
    Some(sign * magnitude)
}
