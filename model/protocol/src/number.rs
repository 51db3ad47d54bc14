//! Decimal numbers as DynamoDB keeps them: up to 38 significant digits, exact, normalised (ITEM-007).

mod order;
mod parse;

use std::cmp::Ordering;
use std::fmt;

use crate::error::ServiceError;

/// The most significant digits a number may have (ITEM-007).
pub const SIGNIFICANT_DIGITS_MAX: u32 = 38;

/// The largest power of ten of a number's first digit: 9.99...E+125 is the largest number (ITEM-007).
pub const MAGNITUDE_MAX: i16 = 125;

/// The smallest power of ten of a number's first digit: 1E-130 is the smallest positive number (ITEM-007).
pub const MAGNITUDE_MIN: i16 = -130;

/// An exact decimal number, normalised: equal values are equal bit for bit.
///
/// The value is `coefficient * 10^exponent`, where the coefficient has no trailing zero; zero has the
/// exponent 0 and no sign.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Number {
    /// The upper and lower half of the coefficient: two words instead of a u128, whose alignment of 16
    /// bytes would make every attribute value half as large again.
    coefficient: [u64; 2],
    exponent: i16,
    negative: bool,
}

/// Why a text is no number, or a result is not representable (ITEM-007).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    /// The text is empty.
    #[error("The parameter cannot be converted to a numeric value")]
    Empty,
    /// The text is not a decimal number; NaN and Infinity are none either.
    #[error("The parameter cannot be converted to a numeric value: {0}")]
    NotNumeric(String),
    /// More than 38 significant digits.
    #[error("Attempting to store more than 38 significant digits in a Number")]
    TooManyDigits,
    /// 1E+126 or more, or -1E+126 or less.
    #[error(
        "Number overflow. Attempting to store a number with magnitude larger than supported range"
    )]
    Overflow,
    /// Nearer to zero than 1E-130.
    #[error(
        "Number underflow. Attempting to store a number with magnitude smaller than supported range"
    )]
    Underflow,
}

impl NumberError {
    /// The ValidationException that the service answers with.
    pub fn to_service_error(&self) -> ServiceError {
        ServiceError::validation(self.to_string())
    }
}

impl From<NumberError> for ServiceError {
    fn from(error: NumberError) -> Self {
        error.to_service_error()
    }
}

impl Number {
    /// Zero.
    pub const ZERO: Number = Number {
        coefficient: [0, 0],
        exponent: 0,
        negative: false,
    };

    /// Reads a decimal number: optional sign, digits with an optional point, optional exponent.
    ///
    /// # Errors
    /// [`NumberError`], with the service's text.
    pub fn parse(text: &str) -> Result<Number, NumberError> {
        parse::parse(text)
    }

    /// The sum, exact.
    ///
    /// # Errors
    /// The sum is out of range or needs more than 38 digits: the service calls both an overflow.
    pub fn checked_add(&self, other: &Number) -> Result<Number, NumberError> {
        if self.is_zero() {
            return Ok(*other);
        }
        if other.is_zero() {
            return Ok(*self);
        }
        let (high, low) = if self.exponent >= other.exponent {
            (self, other)
        } else {
            (other, self)
        };
        let shift = u32::from(high.exponent.abs_diff(low.exponent));
        // The lower operand's last digit is not zero, so a raised operand past the range of u128 (39 digits
        // and more) leaves more than 38 digits whatever is added.
        let raised = 10u128
            .checked_pow(shift)
            .and_then(|factor| high.coefficient().checked_mul(factor))
            .ok_or(NumberError::Overflow)?;
        let lowered = low.coefficient();
        let (coefficient, negative) = if high.negative == low.negative {
            (
                raised.checked_add(lowered).ok_or(NumberError::Overflow)?,
                high.negative,
            )
        } else {
            (
                raised.abs_diff(lowered),
                if raised >= lowered {
                    high.negative
                } else {
                    low.negative
                },
            )
        };
        Self::normalised(negative, coefficient, i64::from(low.exponent)).map_err(
            |error| match error {
                NumberError::TooManyDigits => NumberError::Overflow,
                other => other,
            },
        )
    }

    /// The difference, exact.
    ///
    /// # Errors
    /// As [`Number::checked_add`].
    pub fn checked_sub(&self, other: &Number) -> Result<Number, NumberError> {
        self.checked_add(&other.negate())
    }

    /// The number with the other sign; zero stays zero.
    pub fn negate(&self) -> Number {
        Number {
            negative: !self.negative && !self.is_zero(),
            ..*self
        }
    }

    /// The bytes this number counts towards an item's size: one for two significant digits, one more, and
    /// one more below zero (ITEM-006). The service calls its own figure approximate.
    pub fn size_bytes(&self) -> usize {
        let digits = usize::try_from(self.digit_count()).unwrap_or_default();
        1 + digits.div_ceil(2) + usize::from(self.negative)
    }

    /// The value as an integer; `None` for fractions and for what 64 bits cannot hold.
    pub fn to_i64(&self) -> Option<i64> {
        let factor = 10u128.checked_pow(u32::try_from(self.exponent).ok()?)?;
        let magnitude = i128::try_from(self.coefficient().checked_mul(factor)?).ok()?;
        i64::try_from(if self.negative { -magnitude } else { magnitude }).ok()
    }

    /// Sign, coefficient and exponent: the number is `coefficient * 10^exponent`, below zero when the first is `true`. The
    /// coefficient has no trailing zero; zero is `(false, 0, 0)`.
    pub fn parts(&self) -> (bool, u128, i16) {
        (self.negative, self.coefficient(), self.exponent)
    }

    /// Whether this is zero.
    pub fn is_zero(&self) -> bool {
        self.coefficient == [0, 0]
    }

    fn coefficient(&self) -> u128 {
        let [high, low] = self.coefficient;
        u128::from(high) << 64 | u128::from(low)
    }

    /// Significant digits: 0 for zero.
    fn digit_count(&self) -> u32 {
        self.coefficient()
            .checked_ilog10()
            .map_or(0, |power| power + 1)
    }

    /// The power of ten of the first digit.
    fn magnitude(&self) -> i16 {
        self.exponent
            .saturating_add(i16::try_from(self.digit_count()).unwrap_or_default() - 1)
    }

    fn normalised(
        negative: bool,
        mut coefficient: u128,
        mut exponent: i64,
    ) -> Result<Number, NumberError> {
        if coefficient == 0 {
            return Ok(Self::ZERO);
        }
        while coefficient.is_multiple_of(10) {
            coefficient /= 10;
            exponent += 1;
        }
        let digits = coefficient.ilog10() + 1;
        let magnitude = exponent + i64::from(digits) - 1;
        if magnitude > i64::from(MAGNITUDE_MAX) {
            return Err(NumberError::Overflow);
        }
        if magnitude < i64::from(MAGNITUDE_MIN) {
            return Err(NumberError::Underflow);
        }
        if digits > SIGNIFICANT_DIGITS_MAX {
            return Err(NumberError::TooManyDigits);
        }
        let exponent = i16::try_from(exponent).map_err(|_| NumberError::Overflow)?;
        // The halves of a u128: truncation is the point.
        let halves = [(coefficient >> 64) as u64, coefficient as u64];
        Ok(Number {
            coefficient: halves,
            exponent,
            negative,
        })
    }

    /// An integer of at most 20 digits: always in range.
    fn from_magnitude(negative: bool, magnitude: u64) -> Number {
        Self::normalised(negative, u128::from(magnitude), 0).unwrap_or(Self::ZERO)
    }
}

impl From<i64> for Number {
    fn from(value: i64) -> Self {
        Self::from_magnitude(value < 0, value.unsigned_abs())
    }
}

impl From<u64> for Number {
    fn from(value: u64) -> Self {
        Self::from_magnitude(false, value)
    }
}

impl std::str::FromStr for Number {
    type Err = NumberError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self.signum(), other.signum()) {
            (1, 1) => self.cmp_magnitude(other),
            (-1, -1) => other.cmp_magnitude(self),
            (mine, theirs) => mine.cmp(&theirs),
        }
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Number {
    fn signum(&self) -> i8 {
        match (self.is_zero(), self.negative) {
            (true, _) => 0,
            (false, true) => -1,
            (false, false) => 1,
        }
    }

    fn cmp_magnitude(&self, other: &Self) -> Ordering {
        self.magnitude()
            .cmp(&other.magnitude())
            .then_with(|| self.left_aligned().cmp(&other.left_aligned()))
    }

    /// The coefficient filled with zeros to 38 digits.
    fn left_aligned(&self) -> u128 {
        self.coefficient()
            .saturating_mul(10u128.pow(SIGNIFICANT_DIGITS_MAX.saturating_sub(self.digit_count())))
    }
}

/// DynamoDB's form: plain digits, no exponent, no superfluous zero (ITEM-007).
impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_zero() {
            return f.write_str("0");
        }
        if self.negative {
            f.write_str("-")?;
        }
        let mut buffer = [0u8; SIGNIFICANT_DIGITS_MAX as usize];
        let digits = self.digits(&mut buffer);
        let shift = usize::from(self.exponent.unsigned_abs());
        if self.exponent >= 0 {
            f.write_str(digits)?;
            return f.write_str(zeros(shift));
        }
        match digits.len().checked_sub(shift).filter(|&whole| whole > 0) {
            Some(whole) => {
                let (before, after) = digits.split_at(whole);
                f.write_str(before)?;
                f.write_str(".")?;
                f.write_str(after)
            }
            None => {
                f.write_str("0.")?;
                f.write_str(zeros(shift - digits.len()))?;
                f.write_str(digits)
            }
        }
    }
}

/// As many zeros as a number can show in a row: 1E-130 has 129, 1E+125 has 125.
fn zeros(count: usize) -> &'static str {
    const ZEROS: &str = match std::str::from_utf8(&[b'0'; 167]) {
        Ok(zeros) => zeros,
        Err(_) => "",
    };
    ZEROS.get(..count).unwrap_or(ZEROS)
}

impl Number {
    /// The coefficient's digits, written into the buffer from behind.
    fn digits<'b>(&self, buffer: &'b mut [u8; SIGNIFICANT_DIGITS_MAX as usize]) -> &'b str {
        let mut rest = self.coefficient();
        let mut start = buffer.len();
        for slot in buffer.iter_mut().rev() {
            // Most numbers fit in 64 bits, whose division is several times faster.
            let digit = match u64::try_from(rest) {
                Ok(0) => break,
                Ok(small) => {
                    rest = u128::from(small / 10);
                    small % 10
                }
                Err(_) => {
                    let digit = rest % 10;
                    rest /= 10;
                    digit as u64
                }
            };
            *slot = b'0' + digit as u8;
            start -= 1;
        }
        buffer
            .get(start..)
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .unwrap_or_default()
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Number({self})")
    }
}
