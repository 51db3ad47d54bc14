//! What a run is to do: everything that it does follows from this.

mod profile;

pub use profile::{Profile, Rates};

use crate::bugs::Bug;
use crate::event_log::Level;
use crate::fault::{Planned, schedule};

/// What a run is to do.
#[derive(Clone, Debug)]
pub struct Plan {
    /// What everything is drawn from.
    pub seed: u64,
    /// The cluster, the load, how the machines behave.
    pub profile: Profile,
    /// The faults, in the order of time.
    pub faults: Vec<Planned>,
    /// The wrong behaviour that is switched on.
    pub bug: Option<Bug>,
    /// How much is logged.
    pub level: Level,
    /// Whether the log's text is kept.
    pub keep_log: bool,
}

impl Plan {
    /// A run of this profile with the faults that the seed has.
    pub fn new(seed: u64, profile: Profile) -> Self {
        Self {
            seed,
            faults: schedule(seed, &profile),
            profile,
            bug: None,
            level: Level::Events,
            keep_log: false,
        }
    }

    /// The same with a wrong behaviour.
    pub fn with_bug(self, bug: Bug) -> Self {
        Self {
            bug: Some(bug),
            ..self
        }
    }

    /// The same with every small thing in the log, and its text kept.
    pub fn traced(self) -> Self {
        Self {
            level: Level::Trace,
            keep_log: true,
            ..self
        }
    }

    /// How far any clock may be from the true time, in microseconds.
    pub fn skew_us(&self) -> i64 {
        self.profile.skew_us
    }

    /// Whether this wrong behaviour is switched on.
    pub fn has(&self, bug: Bug) -> bool {
        self.bug == Some(bug)
    }
}
