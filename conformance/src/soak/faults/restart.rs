//! Restarts the target in the middle of a run.

use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::process::Command;

use crate::soak::caller::Caller;

/// How long the command may take.
const COMMAND_WITHIN: Duration = Duration::from_secs(60);
/// How long the target may take to answer again.
const BACK_WITHIN: Duration = Duration::from_secs(60);

/// A command that kills the target and starts it again.
#[derive(Clone, Debug)]
pub struct Restart {
    command: String,
}

impl Restart {
    /// Of this command, for the shell.
    pub fn new(command: &str) -> Self {
        Self {
            command: command.to_owned(),
        }
    }

    /// Runs it; what came of it, in words.
    async fn run(&self) -> String {
        // What the command starts in the background lives on; its output must not keep anybody waiting.
        let child = Command::new("sh")
            .args(["-c", &self.command])
            .stdin(std::process::Stdio::null())
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .kill_on_drop(true)
            .spawn();
        let mut child = match child {
            Ok(child) => child,
            Err(error) => return format!("{}: {error}", self.command),
        };
        match tokio::time::timeout(COMMAND_WITHIN, child.wait()).await {
            Ok(Ok(status)) => format!("{}: {status}", self.command),
            Ok(Err(error)) => format!("{}: {error}", self.command),
            Err(_) => format!(
                "{}: not done within {} s",
                self.command,
                COMMAND_WITHIN.as_secs()
            ),
        }
    }
}

/// Restarts the target and waits until it answers again.
pub async fn restart_within(caller: &Caller, restart: &Restart) {
    caller.away.store(true, Ordering::Relaxed);
    caller
        .recorder
        .fault("restarted", None, Some(restart.command.clone()));
    let outcome = restart.run().await;
    let back = tokio::time::timeout(BACK_WITHIN, async {
        let body = serde_json::json!({ "Limit": 1 });
        while caller.ask("ListTables", &body).await.is_err() {}
    });
    let back = if back.await.is_ok() {
        "answers again"
    } else {
        "does not answer"
    };
    caller.away.store(false, Ordering::Relaxed);
    caller.recorder.fault(
        "restarted",
        None,
        Some(format!("{outcome}; the target {back}")),
    );
}
