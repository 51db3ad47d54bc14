//! The same seed gives the same run. Nothing else can be believed without it.

use std::process::Command;

use lookback_sim::{Plan, Profile, Specimen, Watch, run, run_on};

/// Where the other process is to write its log.
const OTHER: &str = "LOOKBACK_SIM_LOG";

fn log_of(seed: u64) -> String {
    let plan = Plan::new(seed, Profile::swarm(seed));
    let report = run_on(&Specimen, &plan, Watch::traced()).unwrap();
    report.logged.text
}

/// What the other process does.
#[test]
#[ignore = "the other process of the test below"]
fn one_log_for_another_process() {
    if let Some(file) = std::env::var_os(OTHER) {
        std::fs::write(file, log_of(4)).unwrap();
    }
}

#[test]
fn two_processes_give_one_log_byte_for_byte() {
    let file = std::env::temp_dir().join(format!("lookback-sim-{}.log", std::process::id()));
    let status = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "determinism::one_log_for_another_process"])
        .args(["--ignored", "--quiet"])
        .env(OTHER, &file)
        .status()
        .unwrap();
    assert!(status.success());
    let theirs = std::fs::read_to_string(&file).unwrap();
    std::fs::remove_file(&file).unwrap();
    let ours = log_of(4);
    let differs = ours.lines().zip(theirs.lines()).position(|(a, b)| a != b);
    assert_eq!(differs, None, "the first line that differs");
    assert!(ours == theirs && ours.lines().count() > 1_000);
}

#[test]
fn another_seed_gives_another_run() {
    let digest = |seed| {
        let mut profile = Profile::quick(1);
        profile.load_us = 5_000_000;
        let report = run(&Plan::new(seed, profile)).unwrap();
        report.logged.digest
    };
    assert_eq!(digest(1), digest(1));
    assert_ne!(digest(1), digest(2));
}
