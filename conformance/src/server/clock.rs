//! The service's clock: microseconds since the Unix epoch, never going back.

use std::time::{SystemTime, UNIX_EPOCH};

use lookback_reference::END_US;

/// How the clock runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum ClockKind {
    /// This machine's time plus an offset that the user moves.
    Real,
    /// Stands still until it is moved: a client that polls for a status waits for ever.
    Manual,
    /// Stands still between requests; when a poll finds something pending, jumps to the instant at which
    /// that is due, so that the next poll finds it done.
    Auto,
}

/// A clock and what time it showed last.
#[derive(Debug)]
pub struct Clock {
    kind: ClockKind,
    /// The latest instant that was ever shown: the floor of whatever comes.
    shown_us: i64,
    /// What is added to this machine's time; stays 0 for a clock that stands still.
    offset_us: i64,
    machine_us: fn() -> i64,
}

/// Why a clock was not moved.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClockError {
    /// The instant asked for is before the one the clock shows.
    #[error("the clock shows {now_s} and does not go back")]
    Backwards {
        /// What the clock shows, in epoch seconds.
        now_s: String,
    },
    /// The instant asked for is after the year 9998.
    #[error("the clock ends with the year 9998 (epoch second 253370764799)")]
    End,
}

impl Clock {
    /// A clock that starts at `start_us`, or at this machine's time.
    pub fn new(kind: ClockKind, start_us: Option<i64>) -> Self {
        Self::with_machine(kind, start_us, machine_us)
    }

    fn with_machine(kind: ClockKind, start_us: Option<i64>, machine_us: fn() -> i64) -> Self {
        let machine_now_us = machine_us();
        let shown_us = start_us.unwrap_or(machine_now_us).clamp(0, END_US);
        Self {
            kind,
            shown_us,
            offset_us: shown_us - machine_now_us,
            machine_us,
        }
    }

    /// How it runs.
    pub fn kind(&self) -> ClockKind {
        self.kind
    }

    /// What the clock shows. This machine's time may be set back: then the clock stands until it is reached.
    pub fn now_us(&mut self) -> i64 {
        if self.kind == ClockKind::Real {
            let running_us = (self.machine_us)().saturating_add(self.offset_us);
            self.shown_us = self.shown_us.max(running_us.min(END_US));
        }
        self.shown_us
    }

    /// Lets `by_us` microseconds pass and answers what the clock shows then.
    pub fn advance(&mut self, by_us: u64) -> Result<i64, ClockError> {
        let to_us = i64::try_from(by_us)
            .ok()
            .and_then(|by_us| self.now_us().checked_add(by_us));
        self.set(to_us.ok_or(ClockError::End)?)
    }

    /// Moves the clock to `to_us` and answers what it shows then.
    pub fn set(&mut self, to_us: i64) -> Result<i64, ClockError> {
        let now_us = self.now_us();
        if to_us < now_us {
            return Err(ClockError::Backwards {
                now_s: seconds_text(now_us),
            });
        }
        if to_us > END_US {
            return Err(ClockError::End);
        }
        self.offset_us = self.offset_us.saturating_add(to_us - now_us);
        self.shown_us = to_us;
        Ok(to_us)
    }
}

/// Epoch seconds with up to six decimals, exactly.
pub fn seconds_text(us: i64) -> String {
    let text = format!(
        "{}.{:06}",
        us.div_euclid(1_000_000),
        us.rem_euclid(1_000_000)
    );
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn machine_us() -> i64 {
    // A machine whose clock stands before 1970 counts as standing at it.
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .ok()
        .and_then(|time| i64::try_from(time.as_micros()).ok())
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    thread_local!(static MACHINE_US: Cell<i64> = const { Cell::new(0) });

    fn clock(kind: ClockKind, machine_us: i64) -> Clock {
        MACHINE_US.set(machine_us);
        Clock::with_machine(kind, None, || MACHINE_US.get())
    }

    #[test]
    fn a_real_clock_runs_with_the_machine() {
        let mut clock = clock(ClockKind::Real, 1_000);
        MACHINE_US.set(1_500);
        assert_eq!(clock.now_us(), 1_500);
    }

    #[test]
    fn a_real_clock_keeps_running_after_a_move() {
        let mut clock = clock(ClockKind::Real, 1_000);
        assert_eq!(clock.advance(5_000), Ok(6_000));
        MACHINE_US.set(1_001);
        assert_eq!(clock.now_us(), 6_001);
    }

    #[test]
    fn a_real_clock_stands_while_the_machine_is_set_back() {
        let mut clock = clock(ClockKind::Real, 1_000);
        MACHINE_US.set(400);
        assert_eq!(clock.now_us(), 1_000);
        MACHINE_US.set(1_001);
        assert_eq!(clock.now_us(), 1_001);
    }

    #[test]
    fn manual_and_automatic_clocks_stand_still() {
        for kind in [ClockKind::Manual, ClockKind::Auto] {
            let mut clock = clock(kind, 1_000);
            MACHINE_US.set(9_000);
            assert_eq!(clock.now_us(), 1_000);
            assert_eq!(clock.advance(1), Ok(1_001));
        }
    }

    #[test]
    fn a_clock_can_start_anywhere() {
        MACHINE_US.set(9_000);
        let mut clock = Clock::with_machine(ClockKind::Real, Some(500), || MACHINE_US.get());
        assert_eq!(clock.now_us(), 500);
        MACHINE_US.set(9_001);
        assert_eq!(clock.now_us(), 501);
    }

    #[test]
    fn no_clock_goes_back_or_past_its_end() {
        let mut clock = clock(ClockKind::Manual, 2_500_000);
        assert_eq!(
            clock.set(2_499_999),
            Err(ClockError::Backwards {
                now_s: "2.5".into()
            })
        );
        assert_eq!(clock.set(2_500_000), Ok(2_500_000));
        assert_eq!(clock.set(END_US + 1), Err(ClockError::End));
        assert_eq!(clock.advance(u64::MAX), Err(ClockError::End));
        assert_eq!(clock.now_us(), 2_500_000);
        assert_eq!(clock.set(END_US), Ok(END_US));
    }

    #[test]
    fn seconds_are_written_exactly() {
        assert_eq!(seconds_text(1_763_640_000_123_456), "1763640000.123456");
        assert_eq!(seconds_text(1_763_640_000_100_000), "1763640000.1");
        assert_eq!(seconds_text(1_763_640_000_000_000), "1763640000");
        assert_eq!(seconds_text(0), "0");
    }
}
