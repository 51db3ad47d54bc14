//! What stands in for DynamoDB: the reference model on a clock of its own, which runs as everywhere until a
//! test hurries it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use lookback_conformance::run::Answer as Reading;
use lookback_conformance::server::backend::Backend;
use lookback_conformance::server::clock::ClockKind;
use lookback_conformance::server::{Config, Running as Server, Server as Servers};
use lookback_conformance::target::endpoint::Endpoint;
use lookback_conformance::target::{Caller as Who, Request, Target};
use lookback_protocol::error::{ErrorCode, ServiceError};
use lookback_reference::{Answer, Caller, Choices, Service, Settings, Throttling};
use serde_json::{Value, json};

use crate::command::Running;

/// How many times faster a hurried clock runs: a restore of 200 s takes half a second.
const HURRY: i64 = 400;
/// Each so many-th call of an operation that may be throttled is, whatever its rate.
const EVERY: u64 = 9;

/// What tests see of the service.
#[derive(Default)]
struct Seen {
    requests: AtomicU64,
    throttled: AtomicU64,
    restores: AtomicU64,
    hurried: AtomicBool,
}

/// The model, throttling now and then beside what its rates say.
struct Busy {
    service: Service,
    moody: bool,
    seen: Arc<Seen>,
    /// The last request's time on the server's clock, and on the service's.
    last_us: (i64, i64),
}

impl Busy {
    fn now_us(&mut self, clock_us: i64) -> i64 {
        let speed = if self.seen.hurried.load(Ordering::SeqCst) {
            HURRY
        } else {
            1
        };
        let passed_us = (clock_us - self.last_us.0).max(0) * speed;
        self.last_us = (clock_us, self.last_us.1 + passed_us);
        self.last_us.1
    }
}

fn may_be_throttled(operation: &str) -> bool {
    [
        "Backup",
        "Tags",
        "TagResource",
        "UntagResource",
        "TimeToLive",
        "RestoreTable",
    ]
    .iter()
    .any(|part| operation.contains(part))
}

impl Backend for Busy {
    fn answer(
        &mut self,
        clock_us: i64,
        caller: &Caller,
        target: Option<&str>,
        body: &[u8],
    ) -> Answer {
        let now_us = self.now_us(clock_us);
        let number = self.seen.requests.fetch_add(1, Ordering::SeqCst);
        let operation = target.unwrap_or_default();
        let answer = if self.moody && number.is_multiple_of(EVERY) && may_be_throttled(operation) {
            Answer::of_error(&ServiceError::new(
                ErrorCode::ThrottlingException,
                "Rate exceeded",
            ))
        } else {
            Service::answer(&mut self.service, now_us, caller, target, body)
        };
        if String::from_utf8_lossy(&answer.body).contains("Rate exceeded") {
            self.seen.throttled.fetch_add(1, Ordering::SeqCst);
        }
        if operation.contains("RestoreTableFromBackup") && answer.status == 200 {
            self.seen.restores.fetch_add(1, Ordering::SeqCst);
        }
        answer
    }

    fn next_due(&self, now_us: i64) -> Option<i64> {
        Service::next_due(&self.service, now_us)
    }
}

/// A service under way.
pub struct StandIn {
    server: Server,
    seen: Arc<Seen>,
}

impl StandIn {
    /// Typical choices, restores of 200 seconds.
    pub async fn start(throttling: Throttling) -> Self {
        let seen = Arc::new(Seen::default());
        let start_us = 1_790_000_000_000_000;
        let backend = Busy {
            service: Service::new(Settings {
                choices: Choices::typical(),
                throttling,
            }),
            moody: throttling == Throttling::Observed,
            seen: seen.clone(),
            last_us: (start_us, start_us),
        };
        assert_eq!(Choices::typical().typical_restore_us, 200_000_000);
        let config = Config {
            clock: ClockKind::Real,
            start_us: Some(start_us),
            ..Config::default()
        };
        let server = Servers::start_with(config, Box::new(backend))
            .await
            .unwrap();
        Self { server, seen }
    }

    pub fn url(&self) -> String {
        self.server.url()
    }

    /// From now on its time passes fast.
    pub fn hurry(&self) {
        self.seen.hurried.store(true, Ordering::SeqCst);
    }

    /// How many requests have come.
    pub fn requests(&self) -> u64 {
        self.seen.requests.load(Ordering::SeqCst)
    }

    /// How many of them were throttled.
    pub fn throttled(&self) -> u64 {
        self.seen.throttled.load(Ordering::SeqCst)
    }

    /// Waits until so many requests have come.
    pub async fn after(&self, requests: u64, running: &mut Running) {
        self.until(running, || self.requests() >= requests).await;
    }

    /// Waits until a table is being restored.
    pub async fn until_restoring(&self, running: &mut Running) {
        self.until(running, || self.seen.restores.load(Ordering::SeqCst) > 0)
            .await;
    }

    async fn until(&self, running: &mut Running, holds: impl Fn() -> bool) {
        let started = Instant::now();
        while !holds() {
            assert!(
                !running.is_over(),
                "the run ended after {} requests",
                self.requests()
            );
            assert!(
                started.elapsed() < Duration::from_secs(180),
                "{} requests came",
                self.requests()
            );
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    fn endpoint(&self) -> Endpoint {
        let keys =
            aws_sdk_dynamodb::config::Credentials::new("111122223333", "x", None, None, "test");
        let keys = aws_sdk_dynamodb::config::SharedCredentialsProvider::new(keys);
        Endpoint::aws(keys, "us-east-1", Some(&self.url()))
    }

    /// Makes a table.
    pub async fn make(&self, name: &str) -> String {
        let body = json!({
            "TableName": name,
            "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{ "AttributeName": "pk", "AttributeType": "S" }],
            "KeySchema": [{ "AttributeName": "pk", "KeyType": "HASH" }],
        });
        let answer = ask(&self.endpoint(), Who::Own, "CreateTable", &body).await;
        assert!(answer.is_ok(), "{}", answer.outline());
        name.to_owned()
    }

    /// Every table and USER backup, in both regions that cases use.
    pub async fn left(&self) -> Vec<String> {
        let endpoint = self.endpoint();
        let mut left = Vec::new();
        for who in [Who::Own, Who::OtherRegion] {
            let tables = ask(&endpoint, who, "ListTables", &json!({})).await;
            for name in tables.at("/TableNames").and_then(Value::as_array).unwrap() {
                let table = ask(
                    &endpoint,
                    who,
                    "DescribeTable",
                    &json!({ "TableName": name }),
                )
                .await;
                let status = table.at("/Table/TableStatus").and_then(Value::as_str);
                left.push(format!("{name} {}", status.unwrap_or("GONE")));
            }
            let backups = ask(
                &endpoint,
                who,
                "ListBackups",
                &json!({ "BackupType": "USER" }),
            )
            .await;
            let summaries = backups
                .at("/BackupSummaries")
                .and_then(Value::as_array)
                .unwrap();
            left.extend(
                summaries
                    .iter()
                    .map(|backup| backup["BackupArn"].to_string()),
            );
        }
        left
    }
}

async fn ask(target: &dyn Target, caller: Who, operation: &str, body: &Value) -> Reading {
    let request = Request {
        caller,
        ..Request::of(operation, body)
    };
    loop {
        let answer = Reading::new(target.call(&request).await.unwrap());
        if !answer.is_throttle() {
            return answer;
        }
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
}
