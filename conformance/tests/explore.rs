//! Exploration of the model, and of a model with a bug, which must be found, shrunk and told.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

use std::sync::Arc;

use lookback_conformance::case::load;
use lookback_conformance::explore::campaign::{Found, Make, Pair, Plan, Watch, explore};
use lookback_conformance::explore::case_file;
use lookback_conformance::explore::difference::Kind;
use lookback_conformance::explore::known::{Class, Judged, Known, Matchers};
use lookback_conformance::explore::report::{About, Line, Report};
use lookback_conformance::explore::shrink::shrink;
use lookback_conformance::server::backend::Backend;
use lookback_conformance::target::Target;
use lookback_conformance::target::model::Model;
use lookback_reference::{Answer, Buckets, Caller, Service, Settings};
use lookback_traffic::program::Programs;

/// A model that reads in one direction only.
struct Forward(Service);

impl Backend for Forward {
    fn answer(
        &mut self,
        now_us: i64,
        caller: &Caller,
        target: Option<&str>,
        body: &[u8],
    ) -> Answer {
        let body = String::from_utf8_lossy(body)
            .replace("\"ScanIndexForward\":false", "\"ScanIndexForward\":true");
        self.0.answer(now_us, caller, target, body.as_bytes())
    }

    fn next_due(&self, now_us: i64) -> Option<i64> {
        self.0.next_due(now_us)
    }
}

fn service() -> Service {
    Service::new(Settings::default()).with_buckets(Buckets::Absent)
}

fn model() -> Make {
    Arc::new(|| -> Arc<dyn Target> { Arc::new(Model::with(Box::new(service()))) })
}

fn forward() -> Make {
    Arc::new(|| -> Arc<dyn Target> { Arc::new(Model::with(Box::new(Forward(service())))) })
}

fn pair(target: Make, known: &Known) -> Pair {
    Pair {
        target,
        reference: model(),
        permitted: Arc::default(),
        matchers: Arc::new(Matchers::new(known).unwrap()),
        prefix: "lb-test".to_owned(),
        tears_down: false,
    }
}

fn plan(steps: u64, keeps_going: bool) -> Plan {
    Plan {
        seed: 7,
        steps,
        jobs: 4,
        keeps_going,
        programs: Programs {
            gaps: true,
            ..Programs::default()
        },
    }
}

async fn explored(pair: &Pair, plan: &Plan) -> Found {
    explore(pair, plan, &Watch::default()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_does_what_the_model_does_and_everything_is_reached() {
    let found = explored(&pair(model(), &Known::default()), &plan(12_000, true)).await;
    assert!(found.causes.is_empty(), "{:?}", found.causes);
    assert_eq!(found.coverage.gaps(&found.missing), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bug_is_found_shrunk_and_told_as_a_case() {
    let pair = pair(forward(), &Known::default());
    let plan = plan(50_000, false);
    let found = explored(&pair, &plan).await;
    let (cause, seen) = found.unjudged().next().expect("the bug is found");
    assert_eq!(
        (cause.operation.as_str(), cause.kind),
        ("Query", Kind::Body)
    );
    let small = shrink(&pair, &plan, seen.examples[0].program, cause, 3_000)
        .await
        .unwrap();
    // Two items to have an order, and a query in it.
    assert!(small.program.steps.len() <= 3, "{:#?}", small.program.steps);
    assert!(
        small
            .difference
            .request
            .contains("\"ScanIndexForward\":false")
    );
    let text = case_file::text(&small, "forward", "lookback explore");
    let case = load::parse("traces/x", "x.json", &text)
        .unwrap_or_else(|error| panic!("{error:?}\n{text}"));
    assert!(
        case.unspecified.is_some(),
        "nothing gates before it is judged"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_difference_is_the_same_in_every_run() {
    let pair = pair(forward(), &Known::default());
    let (one, other) = (
        explored(&pair, &plan(50_000, false)).await,
        explored(&pair, &plan(50_000, false)).await,
    );
    let told = |found: &Found| format!("{:?}", found.unjudged().next().unwrap().1.first);
    assert_eq!(told(&one), told(&other));
    assert_eq!(one.steps, other.steps);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_judged_cause_is_no_news() {
    let known = Known {
        target: "forward".to_owned(),
        causes: vec![Judged {
            about: "Everything is read forward".to_owned(),
            class: Class::DocumentSaysModel,
            cite: vec!["ITEM-020".to_owned()],
            operation: Some("Query".to_owned()),
            kinds: vec![Kind::Body],
            at: None,
            model: None,
            found: None,
            request: Some("\"ScanIndexForward\":false".to_owned()),
            seen: 0,
        }],
        ..Known::default()
    };
    let found = explored(&pair(forward(), &known), &plan(4_000, true)).await;
    assert!(found.unjudged().next().is_none(), "{:?}", found.causes);
    let about = About {
        target: "forward",
        against: "model",
        seed: 7,
        took_s: 1.0,
        command: "lookback explore",
    };
    let mut report = Report::new(about, found);
    let seen = report.seen()[&0];
    assert!(seen > 0 && seen >= report.differences);
    let told = "Everything is read forward (a document says the model is right)";
    assert!(report.text(&known).contains(told));
    // Every request is judged, not the first of its cause alone.
    let all: u64 = report.causes.iter().map(Line::count).sum();
    let strong = Known {
        causes: vec![Judged {
            request: Some("\"ConsistentRead\":true".to_owned()),
            ..known.causes[0].clone()
        }],
        ..known.clone()
    };
    report.judge(&Matchers::new(&strong).unwrap());
    assert!(report.unjudged().next().is_some() && report.seen()[&0] > 0);
    for line in &report.causes {
        let is_strong = |request: &str| request.contains("\"ConsistentRead\":true");
        for example in &line.examples {
            assert_eq!(line.judged.is_some(), is_strong(&example.request));
        }
    }
    assert_eq!(report.causes.iter().map(Line::count).sum::<u64>(), all);
    // By a file that knows nothing, nothing is judged.
    report.judge(&Matchers::default());
    assert!(report.unjudged().next().is_some() && report.seen().is_empty());
}
