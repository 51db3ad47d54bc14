//! Who is asked: an endpoint, the reference server, or the model in process.
//!
//! A [`Target`] takes a request exactly as a case words it, also when it is wrong, and gives back what came:
//! status, headers and the raw body. It knows nothing of cases.
//!
//! - [`endpoint`]: any URL, through the orchestrator of aws-sdk-dynamodb; [`wire`]: how a request and an
//!   answer are handed through it;
//! - [`buckets`]: its S3, where exports go and imports come from;
//! - [`clock`]: the movable clock of an endpoint, `/_lookback/clock`; [`one_clock`]: whether it moves for everybody;
//! - [`model`]: the reference model without sockets; [`reference`]: the reference server on a free port.

pub mod buckets;
pub mod clock;
pub mod endpoint;
pub mod http;
pub mod model;
pub mod one_clock;
pub mod reference;
pub mod wire;

use std::collections::BTreeSet;
use std::time::Duration;

use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};

use crate::case::Need;
use buckets::Buckets;

/// Something that claims to be DynamoDB.
pub trait Target: Send + Sync {
    /// What it is and what it has.
    fn describe(&self) -> &Description;

    /// Sends one request and gives back what came.
    fn call<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<RawAnswer, Unreachable>>;

    /// Lets time pass on the target's clock: in no time where it can be moved, else really.
    fn wait(&self, time: Duration) -> BoxFuture<'_, Result<(), Unreachable>>;

    /// The target's clock in seconds since the Unix epoch; this machine's where the target shows none.
    fn now(&self) -> BoxFuture<'_, Result<f64, Unreachable>>;

    /// Its S3; none where nobody knows one.
    fn buckets(&self) -> Option<&dyn Buckets> {
        None
    }
}

/// What a target is and has.
#[derive(Clone, Debug)]
pub struct Description {
    /// What a person calls it.
    pub name: String,
    /// Where it listens, if it does.
    pub url: Option<String>,
    /// Whether its clock can be moved: then waits take no time, and cases share the clock.
    pub movable_clock: bool,
    /// Whether requests go over HTTP: without it method, path and headers mean nothing.
    pub http: bool,
    /// What it does not have.
    pub lacks: BTreeSet<Need>,
    /// Who the callers are.
    pub identities: Identities,
}

/// The accounts and regions of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identities {
    /// Access key of the run's own account; emulators read a 12-digit key as the account.
    pub access_key: String,
    /// Secret key of the run's own account.
    pub secret_key: String,
    /// The run's region.
    pub region: String,
    /// Somebody else's account, which is also the access key.
    pub other_account: String,
    /// Another region.
    pub other_region: String,
}

impl Default for Identities {
    fn default() -> Self {
        Self::new("111122223333", "lookback", "us-east-1")
    }
}

impl Identities {
    /// The identities of a run that calls with this key in this region.
    pub fn new(access_key: &str, secret_key: &str, region: &str) -> Self {
        Self {
            access_key: access_key.to_owned(),
            secret_key: secret_key.to_owned(),
            region: region.to_owned(),
            other_account: if access_key == "444455556666" {
                "111122223333"
            } else {
                "444455556666"
            }
            .to_owned(),
            other_region: if region == "us-west-2" {
                "us-east-1"
            } else {
                "us-west-2"
            }
            .to_owned(),
        }
    }

    /// Access key, secret key and region of a caller.
    pub fn of(&self, caller: Caller) -> (&str, &str, &str) {
        match caller {
            Caller::Own => (&self.access_key, &self.secret_key, &self.region),
            Caller::OtherAccount => (&self.other_account, "lookback", &self.region),
            Caller::OtherRegion => (&self.access_key, &self.secret_key, &self.other_region),
        }
    }
}

/// Who sends a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Caller {
    /// The run's own account and region.
    #[default]
    Own,
    /// Somebody else's account.
    OtherAccount,
    /// The run's account in another region.
    OtherRegion,
}

/// A request exactly as it is to be sent.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// The operation's real name.
    pub operation: String,
    /// The X-Amz-Target header; `None` sends none.
    pub target: Option<String>,
    /// The body's bytes.
    pub body: Vec<u8>,
    /// Headers to set; `None` removes one.
    pub headers: Vec<(String, Option<String>)>,
    /// Another method than POST.
    pub method: Option<String>,
    /// Another path than `/`.
    pub path: Option<String>,
    /// Who sends it.
    pub caller: Caller,
}

impl Request {
    /// A well-formed request of an operation.
    pub fn of(operation: &str, body: &serde_json::Value) -> Self {
        Self {
            operation: operation.to_owned(),
            target: Some(format!("DynamoDB_20120810.{operation}")),
            body: body.to_string().into_bytes(),
            ..Self::default()
        }
    }
}

/// What came back, as it came.
#[derive(Clone, Debug, Default)]
pub struct RawAnswer {
    /// HTTP status.
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body's bytes.
    pub body: Vec<u8>,
    /// From the request to the end of the body.
    pub latency: Duration,
}

/// No answer: not behaviour.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreachable {
    /// Nothing came in time.
    #[error("no answer within {0} s")]
    Timeout(u64),
    /// Nobody listens there.
    #[error("cannot connect: {0}")]
    Refused(String),
    /// The connection broke, or what came is not HTTP.
    #[error("the connection broke: {0}")]
    Broken(String),
    /// Its clock does not keep to the protocol; the text says how.
    #[error("{0}")]
    Clock(String),
}
