//! Numbers as bytes whose order is the order of the values (ITEM-023).
//!
//! A sign byte, a byte for the power of ten of the first digit (-130..=125 are exactly 256 values), one
//! byte from 1 to 100 for each pair of digits, and a closing 0. Below zero all bytes after the sign are
//! inverted. No encoding is a prefix of another one.

use super::{MAGNITUDE_MIN, Number, SIGNIFICANT_DIGITS_MAX};

const NEGATIVE: u8 = 1;
const ZERO: u8 = 2;
const POSITIVE: u8 = 3;

impl Number {
    /// Appends the ordered encoding: byte order is value order, and no encoding starts with another one.
    pub fn encode_ordered(&self, out: &mut Vec<u8>) {
        if self.is_zero() {
            out.push(ZERO);
            return;
        }
        out.push(if self.negative { NEGATIVE } else { POSITIVE });
        let mask = if self.negative { 0xFF } else { 0 };
        // In 0..=255 by the range of magnitudes.
        let magnitude = u8::try_from(self.magnitude() - MAGNITUDE_MIN).unwrap_or_default();
        out.push(magnitude ^ mask);
        let mut rest = self.left_aligned();
        let mut unit = 10u128.pow(SIGNIFICANT_DIGITS_MAX - 2);
        while rest > 0 && unit > 0 {
            let pair = u8::try_from(rest / unit).unwrap_or_default();
            out.push((pair + 1) ^ mask);
            rest %= unit;
            unit /= 100;
        }
        out.push(mask);
    }

    /// Reads an ordered encoding from the front: the number, and how many bytes it took. `None` for bytes
    /// that are no encoding.
    pub fn decode_ordered(bytes: &[u8]) -> Option<(Number, usize)> {
        let (negative, rest) = match bytes {
            [ZERO, ..] => return Some((Number::ZERO, 1)),
            [NEGATIVE, rest @ ..] => (true, rest),
            [POSITIVE, rest @ ..] => (false, rest),
            _ => return None,
        };
        let mask = if negative { 0xFF } else { 0 };
        let (magnitude, pairs) = rest.split_first()?;
        let length = pairs.iter().position(|byte| byte ^ mask == 0)?;
        let mut coefficient = 0u128;
        for byte in pairs.get(..length)? {
            let pair = (byte ^ mask) - 1;
            if pair > 99 {
                return None;
            }
            coefficient = coefficient
                .checked_mul(100)?
                .checked_add(u128::from(pair))?;
        }
        // The first of the 2 * length digits has the power `magnitude`.
        let power = i64::from(magnitude ^ mask) + i64::from(MAGNITUDE_MIN);
        let exponent = power + 1 - 2 * i64::try_from(length).ok()?;
        let number = Number::normalised(negative, coefficient, exponent).ok()?;
        Some((number, length + 3))
    }
}
