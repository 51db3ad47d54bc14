//! `lookback check --resume FILE` as a process, on a service whose clock only the test can move: started, killed at many
//! points, started again when something falls due. The verdicts must be those of a run on a movable clock.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

mod command;
mod service;

use command::{Ended, Run, lookback};
use service::Service;

/// Cases that wait for weeks, one that waits for nothing; none asks what time it is.
const CASES: [&str; 4] = [
    "survival/forty-days-later",
    "system-backup/there-after-34-days",
    "system-backup/gone-after-36-days",
    "backup-create/answers-with-backup-details-alone",
];

/// Starts it again and again, each time when something falls due, until nothing is left; gives the last report.
async fn to_its_end(run: &Run, service: &Service) -> Ended {
    for _ in 0..20 {
        let ended = run.start(service);
        assert!(matches!(ended.status, 0 | 1), "{}", ended.text);
        if run.state()["finished"] == true {
            return ended;
        }
        let due_s = run.first_due_s().expect(&ended.text);
        service.let_pass_until(due_s + 0.5).await;
    }
    panic!("there is always something left: {}", run.state());
}

/// Each in a thread and a runtime of its own: a start of the program blocks the one that waits for it.
fn side_by_side<T: Future<Output = ()> + Send + 'static>(tests: impl IntoIterator<Item = T>) {
    let threads = tests.into_iter().map(|test| {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        std::thread::spawn(move || runtime.block_on(test))
    });
    let threads: Vec<_> = threads.collect();
    for thread in threads {
        thread.join().unwrap();
    }
}

async fn assert_clean(service: &Service) {
    service.let_pass_s(60.0).await;
    assert_eq!(service.tables().await, Vec::<String>::new());
    assert_eq!(service.backups().await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_verdicts_are_those_of_a_movable_clock() {
    for forgetful in [false, true] {
        let service = Service::start().await;
        let run = Run::of(&format!("verdicts-{forgetful}"), &CASES);
        let first = run.start(&service);
        assert_eq!(first.status, 0, "{}", first.text);
        let figures = &first.report["figures"];
        assert_eq!(
            (&figures["pass"], &figures["pending"]),
            (&1.into(), &3.into()),
            "{}",
            first.text
        );
        assert!(
            first
                .text
                .contains("3 cases started; the first falls due at 20"),
            "{}",
            first.text
        );
        if forgetful {
            service.forget_backups();
        }
        let last = to_its_end(&run, &service).await;
        assert_clean(&service).await;
        let movable = Service::start().await;
        if forgetful {
            movable.forget_backups();
        }
        let whole =
            Run::of(&format!("movable-{forgetful}"), &CASES).start_on_a_movable_clock(&movable);
        assert_eq!(
            last.verdicts(),
            whole.verdicts(),
            "{}\n{}",
            last.text,
            whole.text
        );
        assert_eq!(
            last.verdicts().values().any(|verdict| verdict == "fail"),
            forgetful
        );
        assert_eq!(last.status, i32::from(forgetful), "{}", last.text);
        // Nothing is left, and nobody is asked for it.
        let requests = service.requests();
        let again = run.start(&service);
        assert_eq!(
            (again.status, service.requests()),
            (0, requests),
            "{}",
            again.text
        );
        assert!(
            again.text.starts_with("nothing is left: all 4 cases in "),
            "{}",
            again.text
        );
    }
}

#[test]
fn whenever_it_is_killed_nothing_is_lost() {
    side_by_side([2, 3, 4, 6, 9, 13, 17, 22].map(killed_at));
}

async fn killed_at(number: u64) {
    let cases = [
        "survival/forty-days-later",
        "system-backup/there-after-34-days",
    ];
    let service = Service::start().await;
    let run = Run::of(&format!("killed-{number}"), &cases);
    service.kill_at(number);
    let killed = run.start(&service);
    assert_eq!(
        killed.status, -1,
        "it never sent request {number}: {}",
        killed.text
    );
    let known = run.tables();
    for table in service.tables().await {
        assert!(
            known.contains(&table),
            "request {number}: {table} is not in FILE"
        );
    }
    let last = to_its_end(&run, &service).await;
    let all_pass = last.verdicts().values().all(|verdict| verdict == "pass");
    assert!(
        all_pass && last.verdicts().len() == 2,
        "request {number}: {}",
        last.text
    );
    assert_clean(&service).await;
}

#[test]
fn killed_after_its_wait_it_goes_on_where_it_stood_or_begins_afresh() {
    side_by_side([2, 4, 6, 8].map(killed_late_at));
}

async fn killed_late_at(number: u64) {
    let case = ["survival/forty-days-later"];
    let service = Service::start().await;
    let run = Run::of(&format!("killed-late-{number}"), &case);
    run.start(&service);
    service
        .let_pass_until(run.first_due_s().unwrap() + 0.5)
        .await;
    run.start(&service);
    let due_s = run.first_due_s().unwrap();
    service.let_pass_until(due_s + 0.5).await;
    service.kill_at(number);
    let killed = run.start(&service);
    assert_eq!(
        killed.status, -1,
        "it never sent request {number}: {}",
        killed.text
    );
    let untouched = run.first_due_s() == Some(due_s);
    // The first requests only look: nothing of forty days is lost by them.
    assert!(untouched || number > 3, "request {number}");
    let last = to_its_end(&run, &service).await;
    assert_eq!(
        last.verdicts()[case[0]],
        "pass",
        "request {number}: {}",
        last.text
    );
    assert_clean(&service).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_seen_too_late_is_no_verdict() {
    let service = Service::start().await;
    // Within the 35 days there is a backup, long after them there is none.
    let run = Run::of("late", &["system-backup/there-after-34-days"]);
    let first = run.start(&service);
    let due_s = run.first_due_s().expect(&first.text);
    service.let_pass_until(due_s + 10.0 * 86_400.0).await;
    let ended = run.start(&service);
    assert_eq!(ended.status, 3, "{}", ended.text);
    assert!(
        ended.text.contains("because   continued too late by "),
        "{}",
        ended.text
    );
    assert!(
        ended
            .text
            .contains("1 cases came to no verdict and are begun afresh"),
        "{}",
        ended.text
    );
    let last = to_its_end(&run, &service).await;
    assert_eq!(last.verdicts()["system-backup/there-after-34-days"], "pass");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cases_wait_for_is_swept_by_nobody() {
    let service = Service::start().await;
    let run = Run::of("sweep", &["survival/forty-days-later"]);
    run.start(&service);
    let tables = service.tables().await;
    assert!(!tables.is_empty() && tables.iter().all(|table| table.starts_with("lb-r")));
    let (url, file) = (service.url(), run.file().display().to_string());
    let sweep = |more: &[&str]| {
        let mut words = vec!["sweep", "--endpoint", &url, "--older-than", "0s"];
        words.extend(more);
        lookback(&service, &words)
    };
    let ended = sweep(&[]);
    assert_eq!(ended.status, 0, "{}", ended.text);
    assert!(
        ended
            .text
            .contains("let alone: 1 tables, backups and buckets of cases that wait"),
        "{}",
        ended.text
    );
    let ended = sweep(&["--resume", &file]);
    assert!(ended.text.contains("0 deleted, 0 left"), "{}", ended.text);
    assert_eq!(service.tables().await, tables);
    // Whoever names it gives it up.
    let ended = sweep(&["--prefix", "lb-r"]);
    assert!(ended.text.contains("1 deleted, 0 left"), "{}", ended.text);
    assert_clean(&service).await;
    // All that the cases had made is gone: the file is of another place.
    let before = std::fs::read(run.file()).unwrap();
    let ended = run.start(&service);
    assert_eq!(ended.status, 2, "{}", ended.text);
    assert!(
        ended
            .text
            .contains("another account, or the service has lost its state"),
        "{}",
        ended.text
    );
    assert_eq!(std::fs::read(run.file()).unwrap(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_that_lost_its_table_begins_afresh() {
    let service = Service::start().await;
    let run = Run::of(
        "lost",
        &[
            "survival/forty-days-later",
            "system-backup/user-backup-beside-it-stays",
        ],
    );
    run.start(&service);
    let tables = run.tables();
    assert_eq!(tables.len(), 1, "one of them has deleted its own");
    let again = Run::of(
        "lost-2",
        &[
            "survival/forty-days-later",
            "survival/restored-table-outlives-its-source",
        ],
    );
    again.start(&service);
    let tables = again.tables();
    assert!(tables.len() >= 2, "{tables:?}");
    service.delete(&tables[0]).await;
    service
        .let_pass_until(again.first_due_s().unwrap() - 8.0)
        .await;
    let ended = again.start(&service);
    assert!(
        ended.text.contains(" is gone; the case is begun afresh"),
        "{}",
        ended.text
    );
    let last = to_its_end(&again, &service).await;
    assert!(
        last.verdicts().values().all(|verdict| verdict == "pass"),
        "{}",
        last.text
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_damaged_or_foreign_stays_as_it_is() {
    let service = Service::start().await;
    let run = Run::of("foreign", &["survival/forty-days-later"]);
    run.start(&service);
    let whole = std::fs::read(run.file()).unwrap();
    let refused = |bytes: &[u8], words: &[&str], told: &str| {
        std::fs::write(run.file(), bytes).unwrap();
        let requests = service.requests();
        let ended = run.start_with(&service, words);
        assert_eq!(ended.status, 2, "{}", ended.text);
        assert!(
            ended.text.starts_with("error: --resume ") && ended.text.contains(told),
            "{}",
            ended.text
        );
        assert_eq!(ended.text.lines().count(), 1, "{}", ended.text);
        assert_eq!(std::fs::read(run.file()).unwrap(), bytes);
        assert_eq!(service.requests(), requests, "{told}");
    };
    let (url, file) = (service.url(), run.file().display().to_string());
    let aws = [
        "--aws",
        "--i-accept-costs",
        "--endpoint",
        &url,
        "--resume",
        &file,
        "--region",
    ];
    let home: Vec<&str> = aws.into_iter().chain(["us-east-1"]).collect();
    let away: Vec<&str> = aws.into_iter().chain(["eu-west-1"]).collect();
    refused(
        &whole,
        &away,
        "/state/about/region is \"us-east-1\", and this run's is \"eu-west-1\"",
    );
    let slash = "http://127.0.0.1:1";
    let elsewhere = [
        "--aws",
        "--i-accept-costs",
        "--region",
        "us-east-1",
        "--endpoint",
        slash,
        "--resume",
        &file,
    ];
    refused(&whole, &elsewhere, "/state/about/endpoint is ");
    refused(
        &whole,
        &["--endpoint", &url, "--resume", &file],
        "/state/about/target is \"aws\"",
    );
    refused(&whole[..whole.len() - 1], &home, "damaged");
    refused(&whole[..whole.len() / 2], &home, "damaged");
    refused(b"", &home, "damaged");
    refused(b"{\"my\": \"file\"}", &home, "no file of --resume");
    let mut flipped = whole.clone();
    flipped[200] ^= 1;
    refused(&flipped, &home, "damaged");
    // Whoever has it keeps it.
    let lock = std::fs::File::open(run.folder.join("run.json.lock")).unwrap();
    lock.lock().unwrap();
    refused(&whole, &home, "in use by another lookback process");
    drop(lock);
    assert_eq!(run.start(&service).status, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_that_has_changed_since_is_told() {
    let service = Service::start().await;
    let run = Run::of("changed", &[]);
    let corpus = run.corpus();
    let text = |title: &str| {
        format!(
            r#"{{ "title": "{title}", "clauses": ["WIRE-001"], "tables": {{ "t": {{}} }}, "steps": [
                 {{ "each": {{ "n": [1, 2] }}, "do": [
                   {{ "call": "PutItem", "in": {{ "TableName": "${{t}}", "Item": {{ "pk": {{ "S": "k${{n}}" }} }} }} }},
                   {{ "wait_s": 3600 }} ] }},
                 {{ "items": "${{t}}", "are": [ {{ "pk": {{ "S": "k1" }} }}, {{ "pk": {{ "S": "k2" }} }} ] }} ] }}"#
        )
    };
    for folder in ["cases/own", "targets"] {
        std::fs::create_dir_all(corpus.join(folder)).unwrap();
    }
    let case = corpus.join("cases/own/waits.json");
    std::fs::write(&case, text("One")).unwrap();
    // A known target that lacks a movable clock is asked by its keys, and its clock let alone.
    let lacks = r#"{ "target": "still", "lacks": ["movable-clock"] }"#;
    std::fs::write(corpus.join("targets/still.json"), lacks).unwrap();
    let (url, file) = (service.url(), run.file().display().to_string());
    let words = ["--endpoint", &url, "--target", "still", "--resume", &file];
    let first = run.start_with(&service, &words);
    assert_eq!(first.verdicts()["own/waits"], "pending", "{}", first.text);
    let before = std::fs::read(run.file()).unwrap();
    std::fs::write(&case, text("Two")).unwrap();
    let refused = run.start_with(&service, &words);
    assert_eq!(refused.status, 2);
    assert!(
        refused
            .text
            .contains("/state/cases/own~1waits: the case has changed since"),
        "{}",
        refused.text
    );
    assert_eq!(std::fs::read(run.file()).unwrap(), before);
    std::fs::write(&case, text("One")).unwrap();
    // It waits in the first round, then in the second, and then reads what both have put.
    for verdict in ["pending", "pass"] {
        service
            .let_pass_until(run.first_due_s().unwrap() + 0.5)
            .await;
        let ended = run.start_with(&service, &words);
        assert_eq!(ended.verdicts()["own/waits"], verdict, "{}", ended.text);
    }
    assert_clean(&service).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_refused_where_no_case_has_to_wait() {
    let service = Service::start().await;
    let run = Run::of("refused", &["survival/forty-days-later"]);
    let file = run.file().display().to_string();
    let ended = run.start_with(&service, &["--endpoint", &service.url(), "--resume", &file]);
    assert_eq!(ended.status, 2);
    assert!(
        ended.text.contains("can be moved, and no case has to wait"),
        "{}",
        ended.text
    );
    let ended = run.start_with(&service, &["--resume", &file]);
    assert!(
        ended.text.contains("--resume needs --endpoint or --aws"),
        "{}",
        ended.text
    );
    assert!(!run.file().exists());
}
