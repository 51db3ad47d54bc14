//! Any URL, driven through the orchestrator of aws-sdk-dynamodb: it signs, picks the endpoint and keeps
//! connections; retries are off.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::config::{
    BehaviorVersion, Credentials, Region, SharedCredentialsProvider, SharedHttpClient,
    StalledStreamProtectionConfig,
};
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::{Client, Config};
use futures::future::BoxFuture;

use super::buckets::{Buckets, Remote};
use super::clock::{self, MovableClock};
use super::http::{self, ANSWER_S_MAX, CONNECT_S_MAX, chain, of_connector};
use super::wire::Exchange;
use super::{Caller, Description, Identities, RawAnswer, Request, Target, Unreachable};
use crate::case::Need;

/// An endpoint.
pub struct Endpoint {
    description: Description,
    /// None: where the SDK finds the region's endpoint.
    url: Option<String>,
    /// None: the keys of the identities.
    credentials: Option<SharedCredentialsProvider>,
    http: SharedHttpClient,
    clients: Mutex<BTreeMap<Caller, Client>>,
    clock: Option<MovableClock>,
    buckets: Option<Remote>,
}

impl Endpoint {
    /// The endpoint at `url`. Its clock is looked for at `clock_url`, else at the endpoint itself.
    ///
    /// # Errors
    /// There is no clock at the `clock_url` that was asked for.
    pub async fn connect(
        url: &str,
        name: &str,
        identities: Identities,
        clock_url: Option<&str>,
    ) -> Result<Self, Unreachable> {
        let url = url.trim_end_matches('/').to_owned();
        let own = format!("{url}{}", clock::PATH);
        let clock = MovableClock::probe(clock_url.unwrap_or(&own)).await;
        if let (Some(asked), None) = (clock_url, &clock) {
            return Err(Unreachable::Broken(format!(
                "{asked} does not answer GET with {{\"now\": seconds}}"
            )));
        }
        if let Some(clock) = &clock {
            clock.rehearse().await?;
        }
        let lacks = if clock.is_some() {
            [].into()
        } else {
            [Need::MovableClock].into()
        };
        let description = Description {
            name: name.to_owned(),
            url: Some(url.clone()),
            movable_clock: clock.is_some(),
            http: true,
            lacks,
            identities,
        };
        let buckets = Remote::new(&url, &description.identities).ok();
        Ok(Self {
            description,
            buckets,
            http: http::client(&url),
            url: Some(url),
            credentials: None,
            clients: Mutex::default(),
            clock,
        })
    }

    /// Real DynamoDB in a region, or what stands in for it at `url`, which is not asked for a clock. The
    /// run's own account calls with these credentials; there is no second account.
    pub fn aws(credentials: SharedCredentialsProvider, region: &str, url: Option<&str>) -> Self {
        let url = url.map(|url| url.trim_end_matches('/').to_owned());
        let description = Description {
            name: "aws".to_owned(),
            url: url.clone(),
            movable_clock: false,
            http: true,
            lacks: [Need::MovableClock, Need::TwoAccounts].into(),
            identities: Identities::new("", "", region),
        };
        let http = url.as_deref().map_or_else(http::tls_client, http::client);
        Self {
            description,
            http,
            url,
            credentials: Some(credentials),
            clients: Mutex::default(),
            clock: None,
            buckets: None,
        }
    }

    /// Says where its S3 is, if not at the endpoint itself.
    ///
    /// # Errors
    /// That is no URL.
    pub fn with_s3(mut self, url: &str) -> Result<Self, String> {
        self.buckets = Some(Remote::new(url, &self.description.identities)?);
        Ok(self)
    }

    /// Says what else the endpoint lacks.
    pub fn without(mut self, lacks: impl IntoIterator<Item = Need>) -> Self {
        self.description.lacks.extend(lacks);
        if self.description.lacks.contains(&Need::MovableClock) {
            self.description.movable_clock = false;
            self.clock = None;
        }
        self
    }

    fn client(&self, caller: Caller) -> Client {
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        clients
            .entry(caller)
            .or_insert_with(|| self.build(caller))
            .clone()
    }

    fn build(&self, caller: Caller) -> Client {
        let (access_key, secret_key, region) = self.description.identities.of(caller);
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(Duration::from_secs(CONNECT_S_MAX))
            .read_timeout(Duration::from_secs(ANSWER_S_MAX))
            .operation_timeout(Duration::from_secs(ANSWER_S_MAX + CONNECT_S_MAX))
            .build();
        let keys = Credentials::new(access_key, secret_key, None, None, "lookback");
        let credentials = self
            .credentials
            .clone()
            .filter(|_| caller != Caller::OtherAccount)
            .unwrap_or_else(|| SharedCredentialsProvider::new(keys));
        let mut config = Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .credentials_provider(credentials)
            .region(Region::new(region.to_owned()))
            .http_client(self.http.clone())
            .retry_config(RetryConfig::disabled())
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
            .timeout_config(timeouts);
        config.set_endpoint_url(self.url.clone());
        Client::from_conf(config.build())
    }

    async fn send(&self, request: &Request) -> Result<RawAnswer, Unreachable> {
        let exchange = Exchange::new(request);
        let started = Instant::now();
        let operation = self
            .client(request.caller)
            .list_tables()
            .customize()
            .interceptor(exchange.clone());
        // The SDK's own reading of the answer is beside the point: any operation's answer comes this way.
        let outcome = operation.send().await;
        match (exchange.take(), outcome) {
            (Some(answer), _) => Ok(RawAnswer {
                latency: started.elapsed(),
                ..answer
            }),
            (None, Err(SdkError::DispatchFailure(failure))) => Err(failure
                .as_connector_error()
                .map_or_else(|| broken("dispatch failed"), of_connector)),
            (None, Err(SdkError::TimeoutError(_))) => Err(Unreachable::Timeout(ANSWER_S_MAX)),
            (None, Err(error)) => Err(Unreachable::Broken(chain(&error))),
            (None, Ok(_)) => Err(broken("an answer without a body came")),
        }
    }
}

fn broken(words: &str) -> Unreachable {
    Unreachable::Broken(words.to_owned())
}

impl Target for Endpoint {
    fn describe(&self) -> &Description {
        &self.description
    }

    fn call<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<RawAnswer, Unreachable>> {
        Box::pin(self.send(request))
    }

    fn wait(&self, time: Duration) -> BoxFuture<'_, Result<(), Unreachable>> {
        Box::pin(async move {
            match &self.clock {
                Some(clock) => clock.advance(time.as_secs_f64()).await.map(drop),
                None => {
                    tokio::time::sleep(time).await;
                    Ok(())
                }
            }
        })
    }

    fn now(&self) -> BoxFuture<'_, Result<f64, Unreachable>> {
        Box::pin(async move {
            match &self.clock {
                Some(clock) => clock.now().await,
                None => {
                    let since = SystemTime::now()
                        .duration_since(UNIX_EPOCH)
                        .unwrap_or_default();
                    Ok(since.as_millis() as f64 / 1000.0)
                }
            }
        })
    }

    fn buckets(&self) -> Option<&dyn Buckets> {
        self.buckets.as_ref().map(|buckets| buckets as &dyn Buckets)
    }
}
