//! What was said.

use std::fmt;
use std::time::SystemTime;

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use lookback_reference::Caller;

use crate::fault::Fault;

/// One call and what became of it. `Display` is one line: instant, account, region, operation, request, outcome.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// When the request arrived, on the rehearsal's clock.
    pub at: SystemTime,
    /// Who called.
    pub caller: Caller,
    /// The operation's name, like `PutItem`.
    pub operation: String,
    /// The request's body: JSON, its members in order.
    pub request: Vec<u8>,
    /// What the service did.
    pub outcome: Outcome,
    /// What went wrong, if anything was made to.
    pub fault: Option<Fault>,
}

/// What the service did with a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It never got the request.
    NotReached,
    /// It answered, whether or not the answer arrived.
    Answered {
        /// The HTTP status.
        status: u16,
        /// The body: JSON, or nothing.
        body: Vec<u8>,
    },
}

impl fmt::Display for Exchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = DateTime::from(self.at)
            .fmt(Format::DateTime)
            .map_err(|_| fmt::Error)?;
        let Caller { account, region } = &self.caller;
        let request = String::from_utf8_lossy(&self.request);
        write!(
            f,
            "{at} {account} {region} {} {request} -> ",
            self.operation
        )?;
        match &self.outcome {
            Outcome::NotReached => f.write_str("not reached")?,
            Outcome::Answered { status, body } => {
                write!(f, "{status} {}", String::from_utf8_lossy(body))?
            }
        }
        match &self.fault {
            Some(fault) => write!(f, " ({fault:?})"),
            None => Ok(()),
        }
    }
}
