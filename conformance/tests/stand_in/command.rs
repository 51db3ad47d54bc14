//! The command `lookback`, started with credentials in its environment, and ended by signals.

use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStderr, Command};

use crate::service::StandIn;

/// A command that is about to be started.
pub struct Lookback {
    command: Command,
    report: Option<PathBuf>,
}

/// `lookback` with these words, on what stands in for AWS.
pub fn lookback(service: &StandIn, words: &[&str]) -> Lookback {
    let mut command = plain(words);
    command.args(&[
        "--aws",
        "--region",
        "us-east-1",
        "--endpoint",
        &service.url(),
    ]);
    command
}

/// `lookback` with these words and nothing else. It sees no profile and no machine role of whoever tests.
pub fn plain(words: &[&str]) -> Lookback {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lookback"));
    command
        .args(words)
        .env("AWS_ACCESS_KEY_ID", "111122223333")
        .env("AWS_SECRET_ACCESS_KEY", "lookback")
        .env("AWS_CONFIG_FILE", "/nonexistent")
        .env("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env_remove("AWS_SESSION_TOKEN")
        .env_remove("AWS_PROFILE")
        .env_remove("AWS_WEB_IDENTITY_TOKEN_FILE")
        .env_remove("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI")
        .env_remove("AWS_CONTAINER_CREDENTIALS_FULL_URI")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    Lookback {
        command,
        report: None,
    }
}

/// What a command has said and how it ended.
pub struct Ended {
    /// The exit status; -1 where a signal ended it.
    pub status: i32,
    /// Standard error, then standard output.
    pub text: String,
    /// What --json wrote; null where nothing was.
    pub report: Value,
}

impl Lookback {
    pub fn arg(&mut self, word: impl AsRef<OsStr>) -> &mut Self {
        self.command.arg(word);
        self
    }

    pub fn args(&mut self, words: &[&str]) -> &mut Self {
        self.command.args(words);
        self
    }

    pub fn without_credentials(mut self) -> Self {
        self.command
            .env_remove("AWS_ACCESS_KEY_ID")
            .env_remove("AWS_SECRET_ACCESS_KEY");
        self
    }

    /// Also writes its report as JSON, for [`Ended::report`].
    pub fn reporting(mut self, name: &str) -> Self {
        let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.json"));
        self.command.arg("--json").arg(&path);
        self.report = Some(path);
        self
    }

    pub fn start(mut self) -> Running {
        let mut child = self.command.spawn().unwrap();
        let errors = BufReader::new(child.stderr.take().unwrap()).lines();
        Running {
            child,
            errors,
            said: String::new(),
            report: self.report,
        }
    }

    pub async fn end(self, limit: Duration) -> Ended {
        self.start().end(limit).await
    }
}

/// A command that is running.
pub struct Running {
    child: Child,
    errors: Lines<BufReader<ChildStderr>>,
    said: String,
    report: Option<PathBuf>,
}

impl Running {
    pub fn is_over(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }

    /// Sends a signal, such as `INT`.
    pub fn signal(&self, name: &str) {
        let id = self.child.id().expect("it has ended already");
        // The shell's own: not every machine has a program of that name.
        let words = format!("kill -s {name} {id}");
        let sent = std::process::Command::new("sh")
            .args(["-c", &words])
            .status();
        assert!(sent.unwrap().success());
    }

    /// Waits until a line of standard error holds this text.
    pub async fn until_says(&mut self, text: &str) {
        let waiting = async {
            while let Some(line) = self.errors.next_line().await.unwrap() {
                self.said.push_str(&line);
                self.said.push('\n');
                if line.contains(text) {
                    return;
                }
            }
            panic!("it never said {text}: {}", self.said);
        };
        tokio::time::timeout(Duration::from_secs(120), waiting)
            .await
            .unwrap();
    }

    pub async fn end(mut self, limit: Duration) -> Ended {
        let mut out = self.child.stdout.take().unwrap();
        let mut told = String::new();
        let ending = async {
            let errors = async {
                while let Some(line) = self.errors.next_line().await.unwrap() {
                    self.said.push_str(&line);
                    self.said.push('\n');
                }
            };
            let (_, read) = tokio::join!(errors, out.read_to_string(&mut told));
            read.unwrap();
            self.child.wait().await.unwrap()
        };
        let status = tokio::time::timeout(limit, ending).await;
        let text = format!("{}{told}", self.said);
        let status = status.unwrap_or_else(|_| panic!("it does not end: {text}"));
        let report = self.report.and_then(|path| std::fs::read(path).ok());
        Ended {
            status: status.code().unwrap_or(-1),
            text,
            report: report.map_or(Value::Null, |bytes| serde_json::from_slice(&bytes).unwrap()),
        }
    }
}

/// A table's name as a run gives them that started so long ago.
pub fn name_of_a_run_that_started_s_ago(seconds: f64) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let mut rest = (now - Duration::from_secs_f64(seconds)).as_millis();
    let mut id = String::new();
    while rest > 0 {
        id.insert(0, char::from_digit((rest % 36) as u32, 36).unwrap());
        rest /= 36;
    }
    format!("lb-{id}-3-music")
}
