//! What goes wrong between a program and the service.

use std::collections::BTreeMap;
use std::fmt;
use std::time::{Duration, SystemTime};

use lookback_protocol::error::{ErrorCode, ServiceError};
use lookback_reference::Caller;

/// What happens to one call. The SDK sees each as it would on a real network, and retries where it would there.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// The connection breaks before the request arrives: nothing was done.
    LoseRequest,
    /// The request is carried out, then the connection breaks: the program does not know.
    LoseAnswer,
    /// Refused for its rate, with the error that this operation has for that. Nothing was done.
    Throttle,
    /// HTTP 500, InternalServerError. Nothing was done: that it may have been is [`Fault::LoseAnswer`].
    ServerError,
    /// Carried out at once, answered so much later. A configured read time-out, or one of the attempt or the operation,
    /// may pass before.
    Slow(Duration),
}

/// A call that arrives: one HTTP request, so that each retry of the SDK is a call of its own.
#[derive(Clone, Debug)]
pub struct Call<'a> {
    /// Which of all calls, from 1.
    pub number: u64,
    /// Which of the calls of this operation, from 1.
    pub nth: u64,
    /// The operation's name, like `PutItem`.
    pub operation: &'a str,
    /// Who calls.
    pub caller: &'a Caller,
    /// When it arrives, on the rehearsal's clock.
    pub at: SystemTime,
    /// The body: JSON, its members in order.
    pub body: &'a [u8],
}

type Hook = Box<dyn FnMut(&Call<'_>) -> Option<Fault> + Send>;

/// What was asked for to go wrong.
#[derive(Default)]
pub(crate) struct Faults {
    planned: Vec<Planned>,
    hooks: Vec<Hook>,
    calls: u64,
    calls_by_operation: BTreeMap<String, u64>,
}

struct Planned {
    operation: String,
    /// The number of the call among those of its operation.
    nth: u64,
    fault: Fault,
}

impl fmt::Debug for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Faults({} planned, {} hooks)",
            self.planned.len(),
            self.hooks.len()
        )
    }
}

impl Faults {
    /// The `nth` call of this operation from now on; 1 is the next one.
    pub fn plan(&mut self, operation: &str, nth: u64, fault: Fault) {
        let sofar = self.calls_by_operation.get(operation).copied().unwrap_or(0);
        self.planned.push(Planned {
            operation: operation.to_owned(),
            nth: sofar.saturating_add(nth.max(1)),
            fault,
        });
    }

    pub fn hook(&mut self, hook: impl FnMut(&Call<'_>) -> Option<Fault> + Send + 'static) {
        self.hooks.push(Box::new(hook));
    }

    /// Counts a call, and says what goes wrong with it: what was planned for it, else what the first hook says that says
    /// something. Every hook sees every call.
    pub fn strike(
        &mut self,
        operation: &str,
        caller: &Caller,
        at: SystemTime,
        body: &[u8],
    ) -> Option<Fault> {
        self.calls += 1;
        let nth = self
            .calls_by_operation
            .entry(operation.to_owned())
            .or_default();
        *nth += 1;
        let call = Call {
            number: self.calls,
            nth: *nth,
            operation,
            caller,
            at,
            body,
        };
        let mut fault = None;
        for hook in &mut self.hooks {
            let says = hook(&call);
            fault = fault.or(says);
        }
        let planned = self
            .planned
            .iter()
            .position(|planned| planned.operation == operation && planned.nth == call.nth);
        planned
            .map(|found| self.planned.swap_remove(found).fault)
            .or(fault)
    }
}

/// How an operation is refused for its rate: those on items for the table's throughput, the others for the account's.
pub(crate) fn throttled(operation: &str) -> ServiceError {
    let on_items = ["Item", "Items", "Query", "Scan"]
        .iter()
        .any(|end| operation.ends_with(end));
    if on_items {
        ServiceError::new(
            ErrorCode::ProvisionedThroughputExceededException,
            "The level of configured provisioned throughput for the table was exceeded. Consider increasing your \
             provisioning level with the UpdateTable API.",
        )
    } else {
        ServiceError::new(ErrorCode::ThrottlingException, "Rate exceeded")
    }
}
