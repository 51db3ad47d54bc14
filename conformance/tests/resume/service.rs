//! A service whose clock `lookback` cannot move, and the test can, behind its back.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use lookback_conformance::run::Answer as Reading;
use lookback_conformance::server::backend::Backend;
use lookback_conformance::server::clock::ClockKind;
use lookback_conformance::server::{Config, Running, Server};
use lookback_conformance::target::clock::{self, MovableClock};
use lookback_conformance::target::endpoint::Endpoint;
use lookback_conformance::target::{Identities, Request, Target};
use lookback_protocol::error::{ErrorCode, ServiceError};
use lookback_reference::{Answer, Caller, Service as Model, Settings};
use serde_json::{Value, json};

/// What tests see of the service and do to it.
#[derive(Default)]
struct Shared {
    requests: AtomicU64,
    /// The request whose arrival ends the process that sends it; 0 for none.
    kill_at: AtomicU64,
    /// The process that sends; 0 between two of them.
    process: AtomicU32,
    /// From then on no backup is found to restore.
    forgetful: AtomicBool,
}

impl Shared {
    /// The process that sends: its first requests may come before the test knows its number.
    fn process(&self) -> u32 {
        let begun = Instant::now();
        loop {
            match self.process.load(Ordering::SeqCst) {
                0 => assert!(begun.elapsed() < Duration::from_secs(60), "nobody sends"),
                process => return process,
            }
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}

struct Watched {
    model: Model,
    shared: Arc<Shared>,
}

impl Backend for Watched {
    fn answer(
        &mut self,
        now_us: i64,
        caller: &Caller,
        target: Option<&str>,
        body: &[u8],
    ) -> Answer {
        let number = 1 + self.shared.requests.fetch_add(1, Ordering::SeqCst);
        if number == self.shared.kill_at.load(Ordering::SeqCst) {
            kill(self.shared.process());
        }
        let restores = target.is_some_and(|target| target.contains("RestoreTableFromBackup"));
        if restores && self.shared.forgetful.load(Ordering::SeqCst) {
            let error = ServiceError::new(ErrorCode::BackupNotFoundException, "Backup not found");
            return Answer::of_error(&error);
        }
        self.model.answer(now_us, caller, target, body)
    }

    fn next_due(&self, now_us: i64) -> Option<i64> {
        self.model.next_due(now_us)
    }
}

fn kill(process: u32) {
    let words = format!("kill -s KILL {process}");
    let sent = std::process::Command::new("sh")
        .args(["-c", &words])
        .status();
    assert!(sent.unwrap().success());
}

/// A service under way.
pub struct Service {
    server: Running,
    shared: Arc<Shared>,
    clock: MovableClock,
    endpoint: Endpoint,
}

impl Service {
    pub async fn start() -> Self {
        let shared = Arc::new(Shared::default());
        let backend = Watched {
            model: Model::new(Settings::default()),
            shared: shared.clone(),
        };
        let config = Config {
            clock: ClockKind::Real,
            ..Config::default()
        };
        let server = Server::start_with(config, Box::new(backend)).await.unwrap();
        let url = server.url();
        let clock = MovableClock::probe(&format!("{url}{}", clock::PATH))
            .await
            .unwrap();
        let endpoint = Endpoint::connect(&url, "test", Identities::default(), None)
            .await
            .unwrap();
        Self {
            server,
            shared,
            clock,
            endpoint,
        }
    }

    pub fn url(&self) -> String {
        self.server.url()
    }

    pub fn forget_backups(&self) {
        self.shared.forgetful.store(true, Ordering::SeqCst);
    }

    pub fn requests(&self) -> u64 {
        self.shared.requests.load(Ordering::SeqCst)
    }

    /// The process that sends the `number`th request from now on ends before it sees the answer.
    pub fn kill_at(&self, number: u64) {
        self.shared
            .kill_at
            .store(self.requests() + number, Ordering::SeqCst);
    }

    /// Which process that will be; 0 once it has ended.
    pub fn watch(&self, process: u32) {
        self.shared.process.store(process, Ordering::SeqCst);
    }

    /// Lets time pass until this instant, in seconds since the Unix epoch.
    pub async fn let_pass_until(&self, instant_s: f64) {
        let left_s = instant_s - self.clock.now().await.unwrap();
        self.let_pass_s(left_s.max(0.0)).await;
    }

    /// Lets so many seconds pass: what is being deleted is gone then.
    pub async fn let_pass_s(&self, seconds: f64) {
        self.clock.advance(seconds).await.unwrap();
    }

    /// The names of the tables.
    pub async fn tables(&self) -> Vec<String> {
        let tables = self.ask("ListTables", json!({})).await;
        texts(tables.at("/TableNames").unwrap())
    }

    /// The ARNs of the USER backups.
    pub async fn backups(&self) -> Vec<String> {
        let backups = self
            .ask("ListBackups", json!({ "BackupType": "USER" }))
            .await;
        let summaries = backups.at("/BackupSummaries").unwrap().as_array().unwrap();
        summaries
            .iter()
            .map(|backup| backup["BackupArn"].to_string())
            .collect()
    }

    pub async fn delete(&self, table: &str) {
        self.ask("DeleteTable", json!({ "TableName": table })).await;
    }

    async fn ask(&self, operation: &str, body: Value) -> Reading {
        Reading::new(
            self.endpoint
                .call(&Request::of(operation, &body))
                .await
                .unwrap(),
        )
    }
}

pub fn texts(list: &Value) -> Vec<String> {
    let list = list.as_array().unwrap().iter();
    list.map(|text| text.as_str().unwrap().to_owned()).collect()
}
