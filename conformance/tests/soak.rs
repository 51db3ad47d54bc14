//! Soaks against the reference server, as it is and as it should not be. The clock is moved: minutes take seconds.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

#[path = "soaking/command.rs"]
mod command;
#[path = "soaking/damaged.rs"]
mod damaged;
#[path = "process/guarded.rs"]
mod guarded;
#[path = "soaking/liar.rs"]
mod liar;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use lookback_checker::history::{Entry, Header, Stats, VERSION};
use lookback_checker::judge::{Options, judge};
use lookback_checker::{Contract, Outcome, Verdict};
use lookback_conformance::server::backend::Backend;
use lookback_conformance::server::clock::ClockKind;
use lookback_conformance::server::{Config, Running, Server};
use lookback_conformance::soak::faults::proxy::Proxy;
use lookback_conformance::soak::run::Progress;
use lookback_conformance::soak::{Plan, Recorded, soak};
use lookback_conformance::target::endpoint::Endpoint;
use lookback_conformance::target::{Identities, Target};
use lookback_reference::{Buckets, Choices, Service, Settings};
use lookback_traffic::Profile;

fn plan(seed: u64) -> Plan {
    let mut profile = Profile::steady();
    profile.deed_pause_us = (1_000_000, 5_000_000);
    Plan {
        seed,
        profile,
        clients: 6,
        seconds: 90.0,
        wait_s_max: 60.0,
        prefix: lookback_conformance::run::Options::new().prefix,
        restart: None,
        header: Header {
            version: VERSION,
            ..Header::default()
        },
        file: None,
    }
}

async fn serve(clock: ClockKind, backend: Box<dyn Backend>) -> Running {
    let config = Config {
        clock,
        ..Config::default()
    };
    Server::start_with(config, backend).await.unwrap()
}

fn service(choices: Choices) -> Box<dyn Backend> {
    Box::new(Service::new(Settings {
        choices,
        ..Settings::default()
    }))
}

async fn endpoint(url: &str, clock_url: Option<&str>) -> Arc<dyn Target> {
    let identities = Identities::default();
    Arc::new(
        Endpoint::connect(url, "reference", identities, clock_url)
            .await
            .unwrap(),
    )
}

async fn record(plan: &Plan, running: &Running) -> Recorded {
    let target = endpoint(&running.url(), None).await;
    let never = std::future::pending();
    soak(plan, target, None, &Progress::default(), never)
        .await
        .unwrap()
}

fn verdict(recorded: &Recorded) -> Verdict {
    let contract = Contract::builtin("dynamodb").unwrap();
    let options = Options {
        // What runs side by side depends on the machine: the search is to have an end, not to be short.
        steps_max: 20_000_000,
        ..Options::default()
    };
    judge(&recorded.history, &contract, &options)
}

fn told(verdict: &Verdict) -> String {
    let violations = verdict.violations.iter();
    let violations = violations.map(|violation| violation.witness.summary.clone());
    let unknowns = verdict
        .unknowns
        .iter()
        .map(|unknown| format!("{unknown:?}"));
    violations.chain(unknowns).collect::<Vec<_>>().join("\n")
}

/// Nothing is wrong. Clients run side by side, so now and then the bounded search gives up an item on which many wrote
/// at once; all the others were judged.
#[track_caller]
fn assert_right(verdict: &Verdict) {
    assert_ne!(verdict.outcome(), Outcome::Violation, "{}", told(verdict));
    assert!(verdict.unknowns.len() <= 3, "{}", told(verdict));
    assert!(!verdict.rules.is_empty());
}

/// Whether a request has this member.
fn has_asked_with(recorded: &Recorded, member: &str) -> bool {
    recorded.history.entries.iter().any(|entry| match entry {
        Entry::Call(call) => call.input.get().contains(&format!("\"{member}\":")),
        _ => false,
    })
}

async fn passes(choices: Choices) {
    let running = serve(ClockKind::Real, service(choices)).await;
    let recorded = record(&plan(3), &running).await;
    let stats = Stats::of(&recorded.history);
    for kind in ["on-demand-backup", "point-in-time-restore"] {
        assert!(
            stats.artefacts.contains_key(kind),
            "{kind}: {:?}",
            recorded.notes
        );
    }
    assert_eq!(recorded.notes.lacks, BTreeSet::new());
    assert!(stats.ended && recorded.lost.is_empty());
    for member in ["AttributeUpdates", "Expected"] {
        assert!(has_asked_with(&recorded, member), "no {member}");
    }
    let verdict = verdict(&recorded);
    assert_right(&verdict);
    running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_reference_passes_with_exact_choices() {
    passes(Choices::exact()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_reference_passes_with_typical_choices() {
    passes(Choices::typical()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_reference_passes_with_adversarial_choices() {
    passes(Choices::adversarial(7)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clock_that_stands_still_is_made_to_run() {
    let running = serve(ClockKind::Manual, service(Choices::exact())).await;
    let plan = Plan {
        seconds: 20.0,
        ..plan(4)
    };
    let recorded = record(&plan, &running).await;
    let verdict = verdict(&recorded);
    assert_right(&verdict);
    let stats = Stats::of(&recorded.history);
    assert!(stats.moved_us > 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deleted_table_comes_back_from_its_system_backup() {
    use lookback_traffic::DeedKind::{DeleteTable, RecoveryOn};
    let running = serve(ClockKind::Real, service(Choices::exact())).await;
    let mut plan = plan(5);
    plan.profile.deeds = vec![(RecoveryOn, 3), (DeleteTable, 2)];
    let recorded = record(&plan, &running).await;
    let stats = Stats::of(&recorded.history);
    assert!(
        stats.artefacts.contains_key("system-backup"),
        "{:?}",
        recorded.notes
    );
    let verdict = verdict(&recorded);
    assert_right(&verdict);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lies_are_found() {
    for lie in liar::LIES {
        let backend = liar::Liar::new(service(Choices::exact()), *lie);
        let running = serve(ClockKind::Real, Box::new(backend)).await;
        // What runs side by side depends on the machine: a lie may find nobody to tell it to.
        let mut found = None;
        for seed in 6..9 {
            // Few calls at a time: to show that a large crowd of them has no order takes long.
            let mut plan = Plan {
                clients: 4,
                ..plan(seed)
            };
            if *lie == liar::Lie::TooEarly {
                use lookback_traffic::DeedKind::{RecoveryOn, RestoreToSecond};
                plan.profile.deeds = vec![(RecoveryOn, 1), (RestoreToSecond, 5)];
            }
            let recorded = record(&plan, &running).await;
            found = Some(verdict(&recorded).outcome());
            if found == Some(Outcome::Violation) {
                break;
            }
        }
        assert_eq!(found, Some(Outcome::Violation), "{lie:?}");
    }
}

/// EXPORT-FORMAT-017: nothing that a load does explains a file that is not as it is listed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_of_exports_that_contradict_their_list_are_told_apart_from_what_is_odd() {
    let service = Service::new(Settings::default()).with_buckets(Buckets::Served);
    let running = serve(ClockKind::Real, Box::new(service)).await;
    let target = Arc::new(damaged::Damaged(endpoint(&running.url(), None).await));
    let never = std::future::pending();
    let recorded = soak(&plan(3), target, None, &Progress::default(), never)
        .await
        .unwrap();
    let told: Vec<&String> = recorded.notes.contradictions.keys().collect();
    let expected =
        "the files of an export contradict each other: a data file is not as it is listed";
    assert_eq!(told, [expected]);
    let odd = recorded.notes.oddities.keys();
    assert!(odd.clone().all(|why| !why.contains("export")), "{odd:?}");
    running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_target_lacks_is_noted_once_and_left_out() {
    let backend = liar::Liar::new(service(Choices::exact()), liar::Lie::NoBackups);
    let running = serve(ClockKind::Real, Box::new(backend)).await;
    let mut plan = Plan {
        seconds: 20.0,
        ..plan(6)
    };
    plan.profile.deeds = vec![(lookback_traffic::DeedKind::Backup, 1)];
    let recorded = record(&plan, &running).await;
    assert_eq!(recorded.notes.lacks, ["CreateBackup".to_owned()].into());
    assert_eq!(
        Stats::of(&recorded.history).operations["CreateBackup"].answered,
        0
    );
    assert_right(&verdict(&recorded));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn faults_are_written_down_and_judged_with() {
    let running = serve(ClockKind::Real, service(Choices::exact())).await;
    let url = running.url();
    let proxy = Proxy::start(&url, 8).await.unwrap();
    let clock = format!("{url}/_lookback/clock");
    let faulty = endpoint(&proxy.url(), Some(&clock)).await;
    let target = endpoint(&url, None).await;
    let never = std::future::pending();
    let (plan, progress) = (plan(8), Progress::default());
    let recorded = soak(&plan, target, Some((faulty, &proxy)), &progress, never);
    let recorded = recorded.await.unwrap();
    let mut befell: BTreeMap<u64, String> = BTreeMap::new();
    for entry in &recorded.history.entries {
        if let Entry::Fault(fault) = entry {
            befell.insert(fault.call.unwrap(), fault.kind.clone());
        }
    }
    let kinds: BTreeSet<&str> = befell.values().map(String::as_str).collect();
    let all = [
        "answer-delayed",
        "answer-dropped",
        "delayed",
        "duplicated",
        "reset",
    ];
    assert_eq!(kinds, all.into());
    for entry in &recorded.history.entries {
        let Entry::Return(returned) = entry else {
            continue;
        };
        let lost = befell
            .get(&returned.id)
            .is_some_and(|kind| kind == "answer-dropped" || kind == "reset");
        // On a machine that does much else an answer may come too late by itself.
        let is_late = returned
            .uncertain
            .as_deref()
            .is_some_and(|why| why.contains("no answer within"));
        assert!(
            is_late || returned.uncertain.is_some() == lost,
            "{returned:?}"
        );
    }
    let verdict = verdict(&recorded);
    assert_right(&verdict);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restart_is_written_down() {
    let running = serve(ClockKind::Real, service(Choices::exact())).await;
    let plan = Plan {
        seconds: 10.0,
        restart: Some("exit 3".to_owned()),
        ..plan(9)
    };
    let recorded = record(&plan, &running).await;
    let notes: Vec<String> = recorded
        .history
        .entries
        .iter()
        .filter_map(|entry| match entry {
            Entry::Fault(fault) if fault.kind == "restarted" => fault.note.clone(),
            _ => None,
        })
        .collect();
    assert_eq!(
        notes,
        ["exit 3", "exit 3: exit status: 3; the target answers again"]
    );
}
