//! The command `lookback simulate`, as a user runs it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

#[cfg(unix)]
#[path = "process/guarded.rs"]
mod guarded;

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use lookback_conformance::case::{lint, load};
use lookback_conformance::corpus::{Corpus, Source};
use serde_json::Value;

/// A folder of its own for a test, gone at the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir();
        let path = path.join(format!("lookback-simulate-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn file(&self, name: &str) -> String {
        self.0.join(name).display().to_string()
    }

    fn endings(&self) -> Vec<String> {
        let files = std::fs::read_dir(&self.0).unwrap();
        let names = files.map(|it| it.unwrap().file_name().into_string().unwrap());
        let mut endings: Vec<String> = names
            .map(|it| it.split_once('.').unwrap().1.to_owned())
            .collect();
        endings.sort();
        endings
    }

    fn with_ending(&self, ending: &str) -> PathBuf {
        let mut files = std::fs::read_dir(&self.0)
            .unwrap()
            .map(|it| it.unwrap().path());
        files
            .find(|it| it.display().to_string().ends_with(ending))
            .unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _gone = std::fs::remove_dir_all(&self.0);
    }
}

fn lookback(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lookback"));
    command.args(arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn read(path: impl AsRef<Path>) -> String {
    std::fs::read_to_string(path).unwrap()
}

/// What is wrong with a case as a part of the corpus.
fn case_problems(path: &Path) -> Vec<String> {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../corpus");
    let mut corpus = Corpus::load(&Source::Folder(corpus)).unwrap();
    let case = load::parse("simulated/one", "one.case.json", &read(path)).unwrap();
    corpus.cases = vec![case];
    let findings = lint::cases(&corpus).into_iter();
    findings.map(|it| it.text).collect()
}

#[test]
fn four_processes_that_share_a_campaign_come_to_what_one_comes_to() {
    let folder = Folder::new("shards");
    let whole = folder.file("whole.json");
    let one = lookback(&["simulate", "--seeds", "6", "--json", &whole]);
    assert_eq!(one.status.code(), Some(0), "{}", text(&one.stderr));
    let parts: Vec<String> = (0..4)
        .map(|k| folder.file(&format!("part-{k}.json")))
        .collect();
    let running: Vec<_> = parts
        .iter()
        .enumerate()
        .map(|(k, part)| {
            let shard = format!("{k}/4");
            let mut command = Command::new(env!("CARGO_BIN_EXE_lookback"));
            command.args([
                "simulate", "--seeds", "6", "--shard", &shard, "--json", part,
            ]);
            command.stdout(Stdio::null()).spawn().unwrap()
        })
        .collect();
    for mut process in running {
        assert_eq!(process.wait().unwrap().code(), Some(0));
    }
    let joined = folder.file("joined.json");
    let mut arguments = vec!["report", "merge", "--json", &joined];
    arguments.extend(parts.iter().map(String::as_str));
    let merged = lookback(&arguments);
    assert_eq!(merged.status.code(), Some(0), "{}", text(&merged.stderr));
    assert_eq!(read(&joined), read(&whole));
    // A part that is joined twice is no result.
    let twice = lookback(&["report", "merge", &parts[0], &parts[0]]);
    assert_eq!(twice.status.code(), Some(2));
    assert!(text(&twice.stderr).contains("join each file once"));
}

#[test]
fn a_planted_bug_is_found_made_small_and_saved_and_the_saved_plan_finds_it_again() {
    let folder = Folder::new("small");
    let save = folder.0.display().to_string();
    let found = lookback(&[
        "simulate",
        "--mutant",
        "deletions-lost-at-restore",
        "--seeds",
        "4",
        "--shrink-runs",
        "60",
        "--save",
        &save,
    ]);
    let told = text(&found.stdout);
    assert_eq!(found.status.code(), Some(1), "{told}");
    assert!(
        told.contains("simulate --mutant deletions-lost-at-restore --seed"),
        "{told}"
    );
    assert!(told.contains("item-order (documented)"), "{told}");
    assert_eq!(
        folder.endings(),
        ["case.json", "jsonl", "plan.json", "verdict.json"]
    );
    let plan = folder.with_ending("plan.json").display().to_string();
    let page = folder.file("page.html");
    let again = lookback(&["simulate", "--plan", &plan, "--html", &page]);
    assert_eq!(again.status.code(), Some(1), "{}", text(&again.stdout));
    assert!(read(&page).contains("deletions-lost-at-restore"));
    let twice = lookback(&["simulate", "--plan", &plan, "--meta"]);
    assert_eq!(twice.status.code(), Some(0), "{}", text(&twice.stderr));
    assert!(text(&twice.stdout).contains("equal byte for byte"));
    // What shows at the public API is a case like any other: the reference passes it.
    let case = folder.with_ending("case.json");
    assert_eq!(case_problems(&case), Vec::<String>::new());
    let case = case.display().to_string();
    let checked = lookback(&["check", "--in-process", "--case-file", &case, "--strict"]);
    let report = text(&checked.stdout);
    assert_eq!(checked.status.code(), Some(0), "{report}");
    assert!(report.contains("1 attempted of 1 specified"), "{report}");
    // The verdict has the form of the corpus: judging the history again gives the same.
    let history = folder.with_ending("jsonl").display().to_string();
    let verdict: serde_json::Value =
        serde_json::from_str(&read(folder.with_ending("verdict.json"))).unwrap();
    let contract = folder.file("contract.json");
    std::fs::write(&contract, verdict["contract"].to_string()).unwrap();
    let judged = lookback(&["history", "check", &history, "--contract", &contract]);
    assert_eq!(judged.status.code(), Some(1));
    assert_eq!(verdict["outcome"], "violation");
}

#[test]
fn the_log_of_a_seed_has_fixed_columns_and_stands_alone_on_standard_output() {
    let told = lookback(&["simulate", "--seed", "1", "--trace"]);
    assert_eq!(told.status.code(), Some(0));
    let log = text(&told.stdout);
    let mut lines = log.lines();
    assert_eq!(lines.next(), Some("lookback-sim events 1 seed 1"));
    let columns = |line: &str| {
        let (time, rest) = (&line[..14], &line[14..]);
        assert!(time.trim().parse::<f64>().is_ok(), "{line}");
        assert!(
            rest.starts_with(' ') && rest.as_bytes()[9] == b' ',
            "{line}"
        );
    };
    assert!(lines.inspect(|line| columns(line)).count() > 10_000);
}

#[test]
fn two_processes_are_compared_log_by_log() {
    let told = lookback(&["simulate", "--meta", "--seeds", "2", "--profile", "swarm"]);
    assert_eq!(told.status.code(), Some(0), "{}", text(&told.stderr));
    assert!(text(&told.stdout).contains("equal byte for byte"));
}

/// Interrupts the command when it has told its first line; gives how it ended, and what it told after that line.
#[cfg(unix)]
fn interrupted(arguments: &[&str]) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lookback"));
    let command = command.args(arguments).stdout(Stdio::piped());
    let mut process = guarded::Guarded::spawn(command.stderr(Stdio::null()));
    let mut told = BufReader::new(process.child().stdout.take().unwrap());
    told.read_line(&mut String::new()).unwrap();
    process.interrupt();
    let mut rest = String::new();
    told.read_to_string(&mut rest).unwrap();
    (process.output().status.code(), rest)
}

#[cfg(unix)]
#[test]
fn an_interrupted_campaign_tells_and_writes_what_was_done() {
    let folder = Folder::new("interrupted");
    let file = folder.file("part.json");
    // Most of its seeds find something, and tell so at once.
    let (status, told) = interrupted(&[
        "simulate",
        "--mutant",
        "restore-without-the-log",
        "--seeds",
        "100000",
        "--jobs",
        "2",
        "--json",
        &file,
    ]);
    assert_eq!(status, Some(130), "{told}");
    assert!(told.contains("interrupted after "), "{told}");
    assert!(told.contains(" of 100000 seeds"), "{told}");
    // Nothing is made small any more.
    assert!(!told.contains("--plan"), "{told}");
    let written: Value = serde_json::from_str(&read(&file)).unwrap();
    let done = written["seeds"].as_object().unwrap().len();
    assert!((1..1_000).contains(&done), "{done}");
    assert_eq!(
        written["interrupted"],
        serde_json::json!({ "after": done, "of": 100_000 })
    );
    // The whole that it is a part of is not whole.
    let merged = lookback(&["report", "merge", &file]);
    assert_eq!(merged.status.code(), Some(1));
    assert!(text(&merged.stdout).contains("interrupted after "));
}

#[test]
fn what_cannot_be_run_is_told_in_one_line() {
    let told = |arguments: &[&str]| {
        let output = lookback(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        let text = text(&output.stderr);
        assert_eq!(text.lines().count(), 1, "{text}");
        text
    };
    assert!(told(&["simulate", "--profile", "none"]).contains("swarm"));
    assert!(told(&["simulate", "--mutant", "none"]).contains("no-sync"));
    assert!(told(&["simulate", "--shard", "4/4"]).contains("0/4"));
    assert!(told(&["simulate", "--plan", "no/such/file"]).contains("no/such/file"));
    assert!(told(&["simulate", "--trace"]).contains("--seed"));
    assert!(told(&["report", "merge", "Cargo.toml"]).contains("Cargo.toml"));
}
