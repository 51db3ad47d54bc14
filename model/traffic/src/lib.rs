//! Draws load and programs from a seed: the same stream on every machine.
//!
//! ```text
//! seed ── Profile ── Traffic ──┬── tables      the CreateTable requests
//!                              ├── client(n)   calls and pauses of one client
//!                              └── deeds       backups, restores, deletions, one after the other
//! ```
//!
//! A [`Profile`] says what is done how often; [`Profile::drawn`] draws one like a swarm: for each seed whole families
//! of operations are off and others heavy, since the combinations that nobody thought of find what the balanced mix
//! hides. A stream never depends on answers: whoever runs it (a soak over HTTP, a simulation, an exploration) gets the
//! same requests from the same seed.
//!
//! Each value that is written names its write, `c3-17` for the 17th call of client 3, so that a judge can tell where
//! what it reads comes from; counters, repeated values and deletions are drawn where the profile wants the harder
//! cases.
//!
//! [`program`] is the other half: sequential programs over the whole item surface, well-formed and wild, for comparing
//! two services step by step.
//!
//! Pure: no clock, no I/O, no threads. The numbers are PCG's, from a crate whose algorithm never changes.

mod client;
mod deed;
mod draws;
mod item;
mod keys;
mod mix;
mod op;
mod page;
mod profile;
pub mod program;
mod step;
mod swarm;
mod table;

pub use client::Client;
pub use deed::{Deed, DeedKind, Deeds};
pub use item::{COUNTER, GROUP, ORDER, VALUE};
pub use keys::Popularity;
pub use mix::{Family, Mix};
pub use page::next_page;
pub use profile::{Pace, Profile, Sizes, Values};
pub use step::{Call, Pause, Step};
pub use table::{GLOBAL_INDEX, KeyType, LOCAL_INDEX, Projected, TableShape};

use lookback_protocol::wire::Request;

/// Load: what the clients do, and what is done to the tables beside them.
#[derive(Clone, Debug)]
pub struct Traffic {
    seed: u64,
    profile: Profile,
    names: Vec<String>,
}

impl Traffic {
    /// Load of this profile. Tables are called `<prefix>-<number>-<shape>`.
    pub fn new(seed: u64, profile: &Profile, prefix: &str) -> Self {
        let names = profile
            .tables
            .iter()
            .enumerate()
            .map(|(number, shape)| format!("{prefix}-{number}-{}", shape.word()))
            .collect();
        Self {
            seed,
            profile: profile.clone(),
            names,
        }
    }

    /// What is done how often.
    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    /// The names of the tables, in the order of the profile.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The CreateTable request of each table.
    pub fn tables(&self) -> Vec<Request> {
        let shapes = self.profile.tables.iter().zip(&self.names);
        shapes.map(|(shape, name)| shape.create(name)).collect()
    }

    /// What one client does: endless. Clients of different numbers have nothing in common but the keys.
    pub fn client(&self, number: u32) -> Client {
        Client::new(self.seed, &self.profile, &self.names, number)
    }

    /// What is done to the tables: endless, a pause before each deed; nothing where the profile has no deeds.
    pub fn deeds(&self) -> Deeds {
        Deeds::new(self.seed, &self.profile)
    }
}
