//! The command `lookback`, started again and again with one FILE.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::service::Service;

/// A folder with the FILE of a run.
pub struct Run {
    pub folder: PathBuf,
    words: Vec<String>,
}

/// How a start of the program ended.
pub struct Ended {
    /// -1 where a signal ended it.
    pub status: i32,
    /// Standard output, then standard error.
    pub text: String,
    /// What --json wrote; null where nothing was.
    pub report: Value,
}

impl Run {
    /// A run of these cases, whose longest real wait is 10 s.
    pub fn of(name: &str, cases: &[&str]) -> Self {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("resume-{name}"));
        drop(std::fs::remove_dir_all(&folder));
        std::fs::create_dir_all(&folder).unwrap();
        let corpus = folder.join("corpus");
        only(&corpus, cases);
        let words = ["check", "--max-wait", "10", "--corpus"].map(str::to_owned);
        let corpus = corpus.display().to_string();
        Self {
            words: words.into_iter().chain([corpus]).collect(),
            folder,
        }
    }

    pub fn corpus(&self) -> PathBuf {
        self.folder.join("corpus")
    }

    pub fn file(&self) -> PathBuf {
        self.folder.join("run.json")
    }

    /// What FILE holds.
    pub fn state(&self) -> Value {
        let text = std::fs::read_to_string(self.file()).unwrap();
        serde_json::from_str::<Value>(&text).unwrap()["state"].clone()
    }

    /// The earliest instant at which a case falls due, in seconds since the Unix epoch.
    pub fn first_due_s(&self) -> Option<f64> {
        let state = self.state();
        let cases = state["cases"].as_object().unwrap().values();
        let due = cases.filter_map(|case| case["stage"]["waiting"]["due_s"].as_f64());
        due.min_by(f64::total_cmp)
    }

    /// Every table that FILE knows of.
    pub fn tables(&self) -> Vec<String> {
        let state = self.state();
        let cases = state["cases"].as_object().unwrap().values();
        let made = cases.flat_map(|case| {
            case["made"]["tables"]
                .as_array()
                .cloned()
                .unwrap_or_default()
        });
        made.map(|table| table[1].as_str().unwrap().to_owned())
            .collect()
    }

    /// Starts it as on AWS, where no clock is looked for.
    pub fn start(&self, service: &Service) -> Ended {
        let file = self.file().display().to_string();
        let url = service.url();
        let words = [
            "--aws",
            "--i-accept-costs",
            "--region",
            "us-east-1",
            "--endpoint",
            &url,
            "--resume",
            &file,
        ];
        self.start_with(service, &words)
    }

    /// Starts it on the same service as one whose clock can be moved.
    pub fn start_on_a_movable_clock(&self, service: &Service) -> Ended {
        self.start_with(service, &["--endpoint", &service.url()])
    }

    pub fn start_with(&self, service: &Service, more: &[&str]) -> Ended {
        let report = self.folder.join("report.json");
        drop(std::fs::remove_file(&report));
        let mut words: Vec<&str> = self.words.iter().map(String::as_str).collect();
        words.extend(more);
        let path = report.display().to_string();
        words.extend(["--json", &path]);
        let mut ended = lookback(service, &words);
        if let Ok(bytes) = std::fs::read(&report) {
            ended.report = serde_json::from_slice(&bytes).unwrap();
        }
        ended
    }
}

/// A corpus of these cases alone: it is read many times.
fn only(corpus: &Path, cases: &[&str]) {
    let whole = Path::new(env!("CARGO_MANIFEST_DIR")).join("../corpus");
    std::fs::create_dir_all(corpus.join("cases")).unwrap();
    for folder in ["clauses", "records"] {
        std::os::unix::fs::symlink(whole.join(folder), corpus.join(folder)).unwrap();
    }
    for case in cases {
        let path = corpus.join(format!("cases/{case}.json"));
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::copy(whole.join(format!("cases/{case}.json")), path).unwrap();
    }
}

/// `lookback` with these words and credentials; it sees no profile and no machine role of whoever tests.
pub fn lookback(service: &Service, words: &[&str]) -> Ended {
    let child = Command::new(env!("CARGO_BIN_EXE_lookback"))
        .args(words)
        .env("AWS_ACCESS_KEY_ID", "111122223333")
        .env("AWS_SECRET_ACCESS_KEY", "lookback")
        .env("AWS_CONFIG_FILE", "/nonexistent")
        .env("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env_remove("AWS_SESSION_TOKEN")
        .env_remove("AWS_PROFILE")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    service.watch(child.id());
    let output = child.wait_with_output().unwrap();
    service.watch(0);
    let (out, err) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    Ended {
        status: output.status.code().unwrap_or(-1),
        text: format!("{out}{err}"),
        report: Value::Null,
    }
}

impl Ended {
    /// Case id -> verdict.
    pub fn verdicts(&self) -> BTreeMap<String, String> {
        let cases = self.report["cases"].as_array().expect(&self.text).iter();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        cases
            .map(|case| (text(&case["id"]), text(&case["verdict"])))
            .collect()
    }
}
