//! What a rehearsal is made with.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use lookback_reference::{Choices, Service, Settings, Throttling};

use crate::clock::{Clock, Time};
use crate::rehearsal::Rehearsal;
use crate::world::World;

/// When a rehearsal begins if nobody says otherwise: 1 January 2026.
const START: Duration = Duration::from_secs(1_767_225_600);

/// A rehearsal before it begins.
#[derive(Clone, Debug)]
#[must_use = "a set-up does nothing until it is begun"]
pub struct Setup {
    settings: Settings,
    clock: Clock,
    start: SystemTime,
    recorded: bool,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            settings: Settings::default(),
            clock: Clock::default(),
            start: UNIX_EPOCH + START,
            recorded: false,
        }
    }
}

impl Setup {
    /// How the service decides what the documentation leaves open. Default: [`Choices::exact`].
    pub fn choices(mut self, choices: Choices) -> Self {
        self.settings.choices = choices;
        self
    }

    /// Which rates and quotas the service enforces. Default: none.
    pub fn throttling(mut self, throttling: Throttling) -> Self {
        self.settings.throttling = throttling;
        self
    }

    /// How time passes. Default: [`Clock::own`].
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// When it begins, on the service's clock. Default: 1 January 2026, midnight UTC.
    pub fn starting_at(mut self, start: SystemTime) -> Self {
        self.start = start;
        self
    }

    /// Keeps every call and its answer for [`Rehearsal::transcript`]: as much memory as all bodies take.
    pub fn recorded(mut self) -> Self {
        self.recorded = true;
        self
    }

    /// The rehearsal begins.
    pub fn begin(self) -> Rehearsal {
        let since = self.start.duration_since(UNIX_EPOCH).unwrap_or_default();
        let start_us = i64::try_from(since.as_micros()).unwrap_or(i64::MAX);
        let seed = self.settings.choices.seed;
        let time = Time::new(self.clock, start_us);
        let service = Service::new(self.settings);
        Rehearsal::of(Arc::new(World::new(service, time, seed, self.recorded)))
    }
}
