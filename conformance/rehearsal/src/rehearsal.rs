//! The handle of a rehearsal.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use aws_sdk_dynamodb::config::{
    self, BehaviorVersion, Credentials, Region, SharedAsyncSleep, StalledStreamProtectionConfig,
};
use aws_sdk_dynamodb::{Client, Config};
use aws_smithy_async::rt::sleep::AsyncSleep;
use aws_smithy_async::time::SharedTimeSource;
use aws_smithy_runtime::client::retries::RetryPartition;
use lookback_reference::Choices;

use crate::clock::instant;
use crate::connector::http_client;
use crate::draws::SeededDraws;
use crate::fault::{Call, Fault};
use crate::setup::Setup;
use crate::transcript::Exchange;
use crate::world::World;

/// Who calls if nobody says otherwise.
const ACCOUNT: &str = "111122223333";
const REGION: &str = "us-east-1";

/// A service of its own, a clock of its own, and any number of clients. Clones share both.
#[derive(Clone, Debug)]
pub struct Rehearsal {
    world: Arc<World>,
}

impl Default for Rehearsal {
    fn default() -> Self {
        Self::new()
    }
}

impl Rehearsal {
    /// The friendly service: a backup is cut at its request, delays are short ([`Choices::exact`]).
    pub fn new() -> Self {
        Setup::default().begin()
    }

    /// A service that decides like this what the documentation leaves open.
    pub fn with(choices: Choices) -> Self {
        Setup::default().choices(choices).begin()
    }

    /// One with a clock, a beginning, rates or a transcript of your choice.
    pub fn setup() -> Setup {
        Setup::default()
    }

    pub(crate) fn of(world: Arc<World>) -> Self {
        Self { world }
    }

    /// A client of account 111122223333 in us-east-1.
    pub fn client(&self) -> Client {
        self.client_of(ACCOUNT, REGION)
    }

    /// A client of this account in this region; each pair sees tables and backups of its own. An account that is not twelve
    /// digits is taken as an access key, which stands for one account for ever.
    pub fn client_of(&self, account: &str, region: &str) -> Client {
        let keys = Credentials::new(account, "rehearsal", None, None, "rehearsal");
        let config = Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .credentials_provider(keys)
            .region(Region::new(region.to_owned()));
        Client::from_conf(self.bind(config).build())
    }

    /// Puts a configuration on this rehearsal: connector, sleep, time, retry quota, and an interceptor that
    /// makes what the SDK draws follow from the seed. All else
    /// stays: region and credentials (whose access key is the account), retries, time-outs, interceptors.
    pub fn bind(&self, config: config::Builder) -> config::Builder {
        config
            .http_client(http_client(Arc::clone(&self.world)))
            .sleep_impl(SharedAsyncSleep::new(self.world.time.clone()))
            .time_source(SharedTimeSource::new(self.world.time.clone()))
            // The SDK's own quota is shared by all clients of a process.
            .retry_partition(RetryPartition::custom("rehearsal").build())
            .interceptor(SeededDraws(Arc::clone(&self.world)))
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
    }

    /// What the service's clock shows.
    pub fn now(&self) -> SystemTime {
        instant(self.world.time.now_us())
    }

    /// Lets time pass at once: at most to the end of the year 9998. Under [`Clock::own`](crate::Clock::own) it wakes
    /// whoever slept until then; a clock that is somebody else's stays where it is, and the service's is ahead of it from
    /// now on.
    pub fn advance(&self, duration: Duration) {
        self.world.time.advance(duration);
    }

    /// Sleeps as the SDK does: for programs that poll.
    pub async fn sleep(&self, duration: Duration) {
        self.world.time.sleep(duration).await;
    }

    /// Makes the `nth` call of an operation (its name, like `PutItem`) go wrong, counted from now; 1 is the next. A retry is a
    /// call of its own.
    pub fn fail_nth(&self, operation: &str, nth: u64, fault: Fault) {
        self.world.stage().faults.plan(operation, nth, fault);
    }

    /// Asks about every call from now on whether it is to go wrong. It must not use this rehearsal: it is asked while the
    /// service is held.
    pub fn fail_when(&self, hook: impl FnMut(&Call<'_>) -> Option<Fault> + Send + 'static) {
        self.world.stage().faults.hook(hook);
    }

    /// How many calls arrived, or would have.
    pub fn calls(&self) -> u64 {
        self.world.stage().calls
    }

    /// Every call and its answer so far; none where it was not [recorded](Setup::recorded).
    pub fn transcript(&self) -> Vec<Exchange> {
        self.world.stage().transcript.clone().unwrap_or_default()
    }
}
