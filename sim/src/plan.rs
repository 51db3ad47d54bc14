//! What a run is to do, as data: everything that it does follows from this, and a file of it is the run.

mod profile;
mod step;

use serde::{Deserialize, Serialize};

pub use profile::{Profile, Rates};
pub use step::{Call, Doing, Lane, Listed, Step, Steps, TableDeed};

use crate::bugs::Bug;
use crate::fault::{Planned, schedule};

/// The version of the form that plans have as files.
pub const VERSION: u32 = 1;

/// What a run is to do. Read and written as JSON.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// The version of this form.
    pub version: u32,
    /// What everything is drawn from that is not said here.
    pub seed: u64,
    /// The wrong behaviour that is switched on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bug: Option<Bug>,
    /// What the clients do, and what is done to the tables.
    pub steps: Steps,
    /// The faults, in the order of time.
    pub faults: Vec<Planned>,
    /// The cluster, the load, how the machines behave.
    pub profile: Profile,
}

impl Plan {
    /// A run of this profile with the steps and the faults that the seed has.
    pub fn new(seed: u64, profile: Profile) -> Self {
        Self {
            version: VERSION,
            seed,
            bug: None,
            steps: Steps::Drawn,
            faults: schedule(seed, &profile),
            profile,
        }
    }

    /// The same with a wrong behaviour.
    pub fn with_bug(self, bug: Bug) -> Self {
        Self {
            bug: Some(bug),
            ..self
        }
    }

    /// The same with exactly these steps.
    pub fn with_steps(self, steps: Listed) -> Self {
        Self {
            steps: Steps::Listed(steps),
            ..self
        }
    }

    /// The plan of a file.
    ///
    /// # Errors
    /// It is none: what is wrong, and where.
    pub fn from_json(text: &str) -> Result<Self, String> {
        let plan: Self = serde_json::from_str(text).map_err(|error| error.to_string())?;
        if plan.version == VERSION {
            Ok(plan)
        } else {
            let version = plan.version;
            Err(format!("a plan of version {version}; {VERSION} can be run"))
        }
    }

    /// The plan as a file.
    pub fn to_json(&self) -> String {
        // Names, numbers and requests are written to memory without fail.
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
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
