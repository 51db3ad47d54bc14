//! One step of a stream.

use lookback_protocol::wire::Request;

use crate::deed::Deed;
use crate::mix::Family;

/// One step of a stream.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// A request goes out; the next step follows its answer.
    Call(Box<Call>),
    /// Nothing is done for a while.
    Pause(Pause),
    /// Something is done to a table as a whole.
    Deed(Deed),
}

/// A request, and what it was drawn as.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// The family whose turn it was.
    pub family: Family,
    /// The request.
    pub request: Request,
}

/// How long nothing is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pause {
    /// So many microseconds.
    For {
        /// How long.
        us: u64,
    },
    /// Until so many microseconds before the next whole second of the service's clock: where a point in time is asked
    /// for in seconds, what is written around the edge shows which side it is on.
    SecondEdge {
        /// How long before.
        before_us: u64,
    },
    /// Until so many microseconds before the next instant at which the band of an artefact ends, or until a whole
    /// second where no band is open.
    BandEdge {
        /// How long before.
        before_us: u64,
    },
}
