//! A mutant: a name, the clause it breaks, and how it goes wrong.

use lookback_conformance::target::{RawAnswer, Request};

use crate::files::Forge;
use crate::model::Behaviour;

/// A named wrong behaviour.
#[derive(Clone, Copy)]
pub struct Mutant {
    /// What it is called.
    pub name: &'static str,
    /// The clause it breaks: a case that cites it must fail.
    pub clause: &'static str,
    /// What it does, in one sentence.
    pub does: &'static str,
    /// Where it goes wrong.
    pub layer: Layer,
}

/// Where a mutant goes wrong.
#[derive(Clone, Copy)]
pub enum Layer {
    /// In what the service does: run in process.
    Model(Behaviour),
    /// In what HTTP carries beside the body: run through the reference server.
    Http(fn(&Request, &mut RawAnswer)),
    /// In what lies in the buckets once an export is written: run in process.
    Files(Forge),
}

impl Mutant {
    /// A mutant of the service.
    pub const fn new(
        name: &'static str,
        clause: &'static str,
        does: &'static str,
        behaviour: Behaviour,
    ) -> Self {
        Self {
            name,
            clause,
            does,
            layer: Layer::Model(behaviour),
        }
    }

    /// A mutant of what exports write.
    pub const fn of_files(
        name: &'static str,
        clause: &'static str,
        does: &'static str,
        forge: Forge,
    ) -> Self {
        Self {
            name,
            clause,
            does,
            layer: Layer::Files(forge),
        }
    }

    /// A mutant of the HTTP around it.
    pub const fn of_http(
        name: &'static str,
        clause: &'static str,
        does: &'static str,
        wrong: fn(&Request, &mut RawAnswer),
    ) -> Self {
        Self {
            name,
            clause,
            does,
            layer: Layer::Http(wrong),
        }
    }
}
