//! Which names belong to a run of Lookback: `lb-<run id>-<number of the case>...`.
//!
//! The run id is the time at which the run started, in milliseconds and base 36: so that leftovers can be
//! told from what a run that is still going on has made. Whoever deletes by name has to be sure: a name
//! whose id is no time since 2026 is somebody else's. In the id of a run with `--resume` an `r` comes first: its cases may
//! wait for weeks, so that its names are let alone by whoever does not name the run or its FILE.

use std::collections::BTreeSet;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// What every name of every run starts with.
pub const PREFIX: &str = "lb-";

/// What the id of a run with `--resume` starts with.
const RESUMABLE: char = 'r';

/// The start of 2026, before which there were no runs, in milliseconds since the Unix epoch.
const FIRST_MS: u64 = 1_767_225_600_000;
/// How far ahead of this machine's clock the one of another may be.
const AHEAD_MS: u64 = 86_400_000;

/// This machine's time in milliseconds since the Unix epoch.
pub fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since
        .ok()
        .and_then(|since| u64::try_from(since.as_millis()).ok())
        .unwrap_or(0)
}

/// When the run started that made this name, in milliseconds since the Unix epoch; none if no run did.
pub fn started_ms(name: &str, now_ms: u64) -> Option<u64> {
    let rest = name.strip_prefix(PREFIX)?;
    let (id, rest) = rest
        .strip_prefix(RESUMABLE)
        .unwrap_or(rest)
        .split_once('-')?;
    let numbered = rest.trim_start_matches(|letter: char| letter.is_ascii_digit());
    let is_numbered = numbered.len() < rest.len()
        && !numbered.starts_with(|letter: char| letter.is_ascii_alphanumeric());
    let in_base_36 = id
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte.is_ascii_lowercase());
    let started = u64::from_str_radix(id, 36)
        .ok()
        .filter(|_| in_base_36 && is_numbered)?;
    (FIRST_MS..=now_ms.saturating_add(AHEAD_MS))
        .contains(&started)
        .then_some(started)
}

/// Which leftovers are meant.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// What their names start with.
    pub prefix: String,
    /// Only those of runs that started at least so long ago.
    pub older_than: Duration,
    /// This machine's time, in milliseconds since the Unix epoch.
    pub now_ms: u64,
    /// Runs with `--resume` (`lb-r<run id>`) whose leftovers are meant, too.
    pub resumable: BTreeSet<String>,
    /// What the names of cases that wait begin with: they are let alone.
    pub held: BTreeSet<String>,
}

/// What a name is to a clean-up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Somebody else's, or not asked for.
    Foreign,
    /// Of a run that started too recently.
    Young,
    /// Of a case that waits, or of a run with `--resume` that nobody has named.
    Held,
    /// To be deleted.
    Wanted,
}

impl Wanted {
    /// Whatever the run with this prefix (`lb-<run id>`) has made.
    pub fn of_run(prefix: &str) -> Self {
        Self {
            prefix: format!("{prefix}-"),
            older_than: Duration::ZERO,
            now_ms: now_ms(),
            ..Self::default()
        }
    }

    /// What a table's name is.
    pub fn standing(&self, name: &str) -> Standing {
        match started_ms(name, self.now_ms).filter(|_| name.starts_with(&self.prefix)) {
            None => Standing::Foreign,
            Some(_) if self.is_held(name) => Standing::Held,
            Some(started) => {
                let age = Duration::from_millis(self.now_ms.saturating_sub(started));
                if age >= self.older_than {
                    Standing::Wanted
                } else {
                    Standing::Young
                }
            }
        }
    }
}

impl Wanted {
    fn is_held(&self, name: &str) -> bool {
        let waits = self.held.iter().any(|case| is_of(name, case));
        let asked_for = self.prefix.starts_with(&format!("{PREFIX}{RESUMABLE}"));
        let named = |run: &str| asked_for || self.resumable.contains(run);
        waits || resumable_run(name).is_some_and(|run| !named(run))
    }
}

/// Whether a case with this prefix has given the name: `lb-r1-1` has given `lb-r1-1-music`, and not `lb-r1-12-music`.
fn is_of(name: &str, case: &str) -> bool {
    name.strip_prefix(case)
        .is_some_and(|rest| !rest.starts_with(|letter: char| letter.is_ascii_alphanumeric()))
}

/// The run with `--resume` that a name begins with: `lb-r<run id>`.
fn resumable_run(name: &str) -> Option<&str> {
    let id = name.strip_prefix(PREFIX)?.strip_prefix(RESUMABLE)?;
    let (id, _) = id.split_once('-')?;
    name.get(..PREFIX.len() + RESUMABLE.len_utf8() + id.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 1 March 2026, a little after noon.
    const NOW_MS: u64 = 1_772_370_000_000;

    fn name(age_ms: u64, rest: &str) -> String {
        let mut rest_of_id = NOW_MS - age_ms;
        let mut id = Vec::new();
        while rest_of_id > 0 {
            id.push(char::from_digit((rest_of_id % 36) as u32, 36).unwrap());
            rest_of_id /= 36;
        }
        format!("lb-{}-{rest}", id.iter().rev().collect::<String>())
    }

    #[test]
    fn a_name_tells_when_its_run_started() {
        for rest in ["7", "7-music", "12.restored", "12_x"] {
            assert_eq!(
                started_ms(&name(5, rest), NOW_MS),
                Some(NOW_MS - 5),
                "{rest}"
            );
        }
    }

    #[test]
    fn the_names_of_a_run_of_this_program_are_known() {
        let options = crate::run::Options::new();
        let name = format!("{}-0-music", options.prefix);
        let age = now_ms().abs_diff(started_ms(&name, now_ms()).unwrap());
        assert!(age < 60_000);
        assert_eq!(
            Wanted::of_run(&options.prefix).standing(&name),
            Standing::Wanted
        );
    }

    #[test]
    fn names_of_others_are_let_alone() {
        for name in [
            "music",
            "lb-",
            "lb-production",
            "lb-production-2-music",
            "lb-orders-1",
            "lb-messages-v2",
            "lb-messages-2",
            "lb-1-7-music",
            "lb-MLZ5S0AO-7-music",
            "xlb-mlz5s0ao-7-music",
            "lb-zzzzzzzz-7-music",
            "lb-+lz5s0ao-7",
        ] {
            assert_eq!(started_ms(name, NOW_MS), None, "{name}");
        }
        assert_eq!(started_ms(&name(5, "music"), NOW_MS), None);
        assert_eq!(started_ms(&name(5, "7th"), NOW_MS), None);
    }

    #[test]
    fn a_run_that_may_still_be_going_on_is_young() {
        let wanted = Wanted {
            prefix: PREFIX.to_owned(),
            older_than: Duration::from_secs(3600),
            now_ms: NOW_MS,
            ..Wanted::default()
        };
        assert_eq!(wanted.standing(&name(3_599_999, "1-t")), Standing::Young);
        assert_eq!(wanted.standing(&name(3_600_000, "1-t")), Standing::Wanted);
        assert_eq!(wanted.standing("music"), Standing::Foreign);
    }

    #[test]
    fn one_run_does_not_take_what_another_has_made() {
        let mine = name(1_000, "1-t");
        let prefix = mine.trim_end_matches("-1-t");
        let wanted = Wanted {
            now_ms: NOW_MS,
            ..Wanted::of_run(prefix)
        };
        assert_eq!(wanted.standing(&mine), Standing::Wanted);
        assert_eq!(wanted.standing(&name(1_001, "1-t")), Standing::Foreign);
    }

    #[test]
    fn a_run_with_resume_is_let_alone_unless_it_is_named() {
        let of_run = name(5, "1-t").replacen("lb-", "lb-r", 1);
        let run = of_run.trim_end_matches("-1-t").to_owned();
        let wanted = Wanted {
            prefix: PREFIX.to_owned(),
            now_ms: NOW_MS,
            ..Wanted::default()
        };
        assert_eq!(started_ms(&of_run, NOW_MS), Some(NOW_MS - 5));
        assert_eq!(wanted.standing(&of_run), Standing::Held);
        let by_prefix = Wanted {
            prefix: format!("{run}-"),
            ..wanted.clone()
        };
        assert_eq!(by_prefix.standing(&of_run), Standing::Wanted);
        let by_file = Wanted {
            resumable: [run].into(),
            ..wanted
        };
        assert_eq!(by_file.standing(&of_run), Standing::Wanted);
    }

    #[test]
    fn what_a_waiting_case_has_made_is_let_alone() {
        let mine = name(5, "1-t").replacen("lb-", "lb-r", 1);
        let run = mine.trim_end_matches("-1-t").to_owned();
        let wanted = Wanted {
            prefix: format!("{run}-"),
            now_ms: NOW_MS,
            held: [format!("{run}-1")].into(),
            ..Wanted::default()
        };
        assert_eq!(wanted.standing(&mine), Standing::Held);
        assert_eq!(wanted.standing(&format!("{run}-1.copy")), Standing::Held);
        assert_eq!(wanted.standing(&format!("{run}-12-t")), Standing::Wanted);
    }
}
