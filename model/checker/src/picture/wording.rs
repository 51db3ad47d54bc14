//! How times and names are written: times of day, lengths of time, and names that no terminal and no parser trips over.

use crate::contract::Grade;

/// Times of 2000-01-01 and later, and before 2100, are taken for Unix times.
const UNIX_US: std::ops::Range<i64> = 946_684_800_000_000..4_102_444_800_000_000;
/// Below this length of the whole picture, times are written to the microsecond.
const FINE_US: u64 = 20_000;

/// How the times of a picture are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Clock {
    /// Times of day (UTC), or seconds of the recorder's clock.
    pub unix: bool,
    micros: bool,
}

impl Clock {
    /// The way of writing that suits these times.
    pub fn of(times: &[i64]) -> Self {
        let first = times.iter().copied().min().unwrap_or_default();
        let last = times.iter().copied().max().unwrap_or_default();
        Self {
            unix: !times.is_empty() && UNIX_US.contains(&first) && UNIX_US.contains(&last),
            micros: last.abs_diff(first) < FINE_US,
        }
    }

    /// The way of writing a single time, to the millisecond.
    pub fn at(us: i64) -> Self {
        Self {
            unix: UNIX_US.contains(&us),
            micros: false,
        }
    }

    /// A time: `12:00:03.120`, or `+3.120 s`.
    pub fn time(self, us: i64) -> String {
        let fraction = if self.micros {
            format!("{:06}", us.unsigned_abs() % 1_000_000)
        } else {
            format!("{:03}", us.unsigned_abs() % 1_000_000 / 1_000)
        };
        let seconds = us.unsigned_abs() / 1_000_000;
        if self.unix {
            let (hours, minutes) = (seconds / 3_600 % 24, seconds / 60 % 60);
            format!("{hours:02}:{minutes:02}:{:02}.{fraction}", seconds % 60)
        } else {
            let sign = if us < 0 { '-' } else { '+' };
            format!("{sign}{seconds}.{fraction} s")
        }
    }

    /// What the times are, for the axis.
    pub fn name(self) -> &'static str {
        if self.unix {
            "UTC"
        } else {
            "seconds of the recorder's clock"
        }
    }
}

/// A length of time to three digits: `2 ms`, `61.2 s`, `35 days`.
pub(crate) fn duration(us: u64) -> String {
    let (unit_us, name) = match us {
        0..1_000_000 => (1e3, "ms"),
        1_000_000..120_000_000 => (1e6, "s"),
        120_000_000..7_200_000_000 => (60e6, "min"),
        7_200_000_000..172_800_000_000 => (3_600e6, "h"),
        _ => (86_400e6, "days"),
    };
    format!("{} {name}", three_digits(us as f64 / unit_us))
}

fn three_digits(number: f64) -> String {
    let text = match number {
        100.0.. => return format!("{number:.0}"),
        10.0..100.0 => format!("{number:.1}"),
        1.0..10.0 => format!("{number:.2}"),
        _ => format!("{number:.3}"),
    };
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A grade in a few words.
pub(super) fn grade(grade: Grade) -> &'static str {
    match grade {
        Grade::Documented => "breaks a documented bound",
        Grade::Inference => "breaks an inference",
        Grade::Unspecified => "unspecified",
    }
}

/// How many more items are in the same state.
pub(super) fn also(more: u64) -> String {
    let items = if more == 1 {
        "item breaks"
    } else {
        "items break"
    };
    format!("{more} more {items} it in the same way")
}

/// The text with everything invisible written out (`\n`, `\u{1b}`): control characters, characters that turn the
/// direction of the text, and those that XML does not allow.
pub(super) fn visible(text: &str) -> String {
    escaped(text, is_hidden)
}

/// As [`visible`], and everything that is not ASCII is written out too.
pub(super) fn visible_ascii(text: &str) -> String {
    escaped(text, |letter| !letter.is_ascii() || is_hidden(letter))
}

fn escaped(text: &str, hide: impl Fn(char) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        if hide(letter) {
            out.extend(letter.escape_default());
        } else {
            out.push(letter);
        }
    }
    out
}

fn is_hidden(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
        || u32::from(letter) & 0xfffe == 0xfffe
}

/// The text cut to a number of columns, with an ellipsis where something was left out.
pub(super) fn fit(text: &str, columns: usize, ellipsis: &str) -> String {
    if textwrap::core::display_width(text) <= columns {
        return text.to_owned();
    }
    let room = columns.saturating_sub(textwrap::core::display_width(ellipsis));
    let mut out = String::new();
    let mut used = 0;
    for letter in text.chars() {
        used += textwrap::core::display_width(letter.encode_utf8(&mut [0; 4]));
        if used > room {
            break;
        }
        out.push(letter);
    }
    out + ellipsis
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON_US: i64 = 1_767_268_803_120_000;

    #[test]
    fn unix_times_become_times_of_day() {
        let clock = Clock::of(&[NOON_US, NOON_US + 61_200_000]);
        assert_eq!(clock.time(NOON_US), "12:00:03.120");
    }

    #[test]
    fn other_times_become_seconds() {
        let clock = Clock::of(&[0, NOON_US]);
        assert_eq!(clock.time(61_200_999), "+61.200 s");
        assert_eq!(clock.time(-1_500_000), "-1.500 s");
        assert_eq!(clock.time(i64::MIN), "-9223372036854.775 s");
    }

    #[test]
    fn a_short_picture_has_microseconds() {
        assert_eq!(Clock::of(&[0, 1_500]).time(1_500), "+0.001500 s");
    }

    #[test]
    fn lengths_have_three_digits_at_most() {
        let told = [
            0,
            350,
            2_000,
            61_200_000,
            119_930_000,
            600_000_000,
            86_400_000_000,
        ]
        .map(duration)
        .join(", ");
        assert_eq!(told, "0 ms, 0.35 ms, 2 ms, 61.2 s, 120 s, 10 min, 24 h");
        assert_eq!(duration(3_024_000_000_000), "35 days");
    }

    #[test]
    fn what_cannot_be_seen_is_written_out() {
        assert_eq!(
            visible("a\n\u{1b}[31m\u{202e}\u{ffff}é"),
            "a\\n\\u{1b}[31m\\u{202e}\\u{ffff}é"
        );
        assert_eq!(visible_ascii("é"), "\\u{e9}");
    }

    #[test]
    fn wide_letters_count_twice() {
        assert_eq!(fit("日本語の名前", 7, "…"), "日本語…");
        assert_eq!(fit("short", 7, "…"), "short");
    }
}
