//! Writing Ion text, in its smallest form.

use std::io::Write as _;

use base64::display::Base64Display;
use base64::engine::general_purpose::STANDARD;
use lookback_protocol::export::ExportRecord;
use lookback_protocol::number::Number;
use lookback_protocol::value::{AttributeValue, Item};

use super::{BINARY_SET, NUMBER_SET, STRING_SET};

/// Below this power of ten a number is written with an exponent.
const PLAIN_MAGNITUDE_MIN: i32 = -6;

/// Appends a record as a line.
pub(crate) fn write_record(record: &ExportRecord, line: &mut Vec<u8>) {
    line.extend_from_slice(b"$ion_1_0 {");
    match record {
        ExportRecord::Item(item) => {
            line.extend_from_slice(b"Item:");
            structure(item, line);
        }
        ExportRecord::Change(change) => {
            line.extend_from_slice(b"Record:{Keys:");
            structure(&change.keys, line);
            line.extend_from_slice(b",Metadata:{WriteTimestampMicros:");
            decimal(&Number::from(change.write_timestamp_us), line);
            line.push(b'}');
            if let Some(old) = &change.old_image {
                line.extend_from_slice(b",OldImage:");
                structure(old, line);
            }
            if let Some(new) = &change.new_image {
                line.extend_from_slice(b",NewImage:");
                structure(new, line);
            }
            line.push(b'}');
        }
    }
    line.extend_from_slice(b"}\n");
}

fn structure(attributes: &Item, out: &mut Vec<u8>) {
    out.push(b'{');
    for (number, (name, value)) in attributes.iter().enumerate() {
        if number > 0 {
            out.push(b',');
        }
        field_name(name, out);
        out.push(b':');
        write_value(value, out);
    }
    out.push(b'}');
}

fn write_value(value: &AttributeValue, out: &mut Vec<u8>) {
    match value {
        AttributeValue::S(text) => string(text, out),
        AttributeValue::N(number) => decimal(number, out),
        AttributeValue::B(bytes) => blob(bytes, out),
        AttributeValue::Bool(true) => out.extend_from_slice(b"true"),
        AttributeValue::Bool(false) => out.extend_from_slice(b"false"),
        AttributeValue::Null => out.extend_from_slice(b"null"),
        AttributeValue::M(attributes) => structure(attributes, out),
        AttributeValue::L(values) => list(None, values, write_value, out),
        AttributeValue::Ss(set) => list(Some(STRING_SET), set, |text, out| string(text, out), out),
        AttributeValue::Ns(set) => list(Some(NUMBER_SET), set, decimal, out),
        AttributeValue::Bs(set) => list(Some(BINARY_SET), set, |bytes, out| blob(bytes, out), out),
    }
}

fn list<'v, T: 'v>(
    annotation: Option<&str>,
    values: impl IntoIterator<Item = &'v T>,
    write: impl Fn(&'v T, &mut Vec<u8>),
    out: &mut Vec<u8>,
) {
    if let Some(annotation) = annotation {
        out.extend_from_slice(annotation.as_bytes());
        out.extend_from_slice(b"::");
    }
    out.push(b'[');
    for (number, value) in values.into_iter().enumerate() {
        if number > 0 {
            out.push(b',');
        }
        write(value, out);
    }
    out.push(b']');
}

/// `103.`, `6d2`, `1.25`, `25d-9`: whole numbers end in a point, trailing zeros move to the exponent.
fn decimal(number: &Number, out: &mut Vec<u8>) {
    let (negative, coefficient, exponent) = number.parts();
    let digits = coefficient.to_string();
    if negative {
        out.push(b'-');
    }
    let fraction = usize::from(exponent.unsigned_abs());
    let magnitude = i32::from(exponent) + i32::try_from(digits.len()).unwrap_or(i32::MAX) - 1;
    if exponent == 0 {
        out.extend_from_slice(digits.as_bytes());
        out.push(b'.');
    } else if exponent > 0 || magnitude < PLAIN_MAGNITUDE_MIN {
        out.extend_from_slice(format!("{digits}d{exponent}").as_bytes());
    } else if let Some((whole, rest)) = digits
        .len()
        .checked_sub(fraction)
        .filter(|whole| *whole > 0)
        .and_then(|whole| digits.split_at_checked(whole))
    {
        out.extend_from_slice(format!("{whole}.{rest}").as_bytes());
    } else {
        out.extend_from_slice(format!("0.{digits:0>fraction$}").as_bytes());
    }
}

fn blob(bytes: &[u8], out: &mut Vec<u8>) {
    // Writing to memory does not fail.
    let _ = write!(out, "{{{{{}}}}}", Base64Display::new(bytes, &STANDARD));
}

fn string(text: &str, out: &mut Vec<u8>) {
    quoted(text, '"', out);
}

/// A name as an identifier where it is one, quoted otherwise.
fn field_name(name: &str, out: &mut Vec<u8>) {
    let mut bytes = name.bytes();
    let starts_well = bytes
        .next()
        .is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_');
    let is_identifier =
        starts_well && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if is_identifier && !matches!(name, "null" | "true" | "false" | "nan") {
        out.extend_from_slice(name.as_bytes());
    } else {
        quoted(name, '\'', out);
    }
}

fn quoted(text: &str, quote: char, out: &mut Vec<u8>) {
    let mut escaped = String::with_capacity(text.len() + 2);
    escaped.push(quote);
    for character in text.chars() {
        match character {
            '\\' => escaped.push_str("\\\\"),
            '\n' => escaped.push_str("\\n"),
            '\r' => escaped.push_str("\\r"),
            '\t' => escaped.push_str("\\t"),
            _ if character == quote => {
                escaped.push('\\');
                escaped.push(quote);
            }
            _ if character.is_ascii_control() => {
                escaped.push_str(&format!("\\x{:02x}", u32::from(character)));
            }
            _ => escaped.push(character),
        }
    }
    escaped.push(quote);
    out.extend_from_slice(escaped.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str) -> String {
        let mut out = Vec::new();
        decimal(&Number::parse(text).unwrap(), &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn numbers_are_spelled_as_recorded() {
        for (number, spelled) in [
            ("600", "6d2"),
            ("2000", "2d3"),
            ("103", "103."),
            ("0", "0."),
            ("-3", "-3."),
            ("1.25", "1.25"),
            ("-0.005", "-0.005"),
            ("0.0000025", "0.0000025"),
            ("0.00000025", "25d-8"),
            ("1E125", "1d125"),
            ("1E-130", "1d-130"),
        ] {
            assert_eq!(written(number), spelled);
        }
    }
}
