//! The runner against a target that answers from a script.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::sync::atomic::Ordering;
use std::time::Duration;

use futures::future::{BoxFuture, ready};
use serde_json::{Value, json};

use super::{CaseRun, Lost, Options, Verdict, run_case};
use crate::case::{Case, Need, load};
use crate::target::{Description, Identities, RawAnswer, Request, Target, Unreachable};

type Scripted = Result<(u16, Value), Unreachable>;

/// Answers one after the other; the last one again and again.
struct Fake {
    description: Description,
    answers: Mutex<VecDeque<Scripted>>,
    asked: Mutex<Vec<Request>>,
    waited_s: Mutex<f64>,
}

impl Fake {
    fn new(answers: impl IntoIterator<Item = Scripted>) -> Self {
        let description = Description {
            name: "fake".to_owned(),
            url: None,
            movable_clock: true,
            http: true,
            lacks: [].into(),
            identities: Identities::default(),
        };
        Self {
            description,
            answers: Mutex::new(answers.into_iter().collect()),
            asked: Mutex::default(),
            waited_s: Mutex::default(),
        }
    }

    fn operations(&self) -> Vec<String> {
        self.asked
            .lock()
            .unwrap()
            .iter()
            .map(|request| request.operation.clone())
            .collect()
    }
}

impl Target for Fake {
    fn describe(&self) -> &Description {
        &self.description
    }

    fn call<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<RawAnswer, Unreachable>> {
        self.asked.lock().unwrap().push(request.clone());
        let mut answers = self.answers.lock().unwrap();
        let next = if answers.len() > 1 {
            answers.pop_front()
        } else {
            answers.front().cloned()
        };
        let answer = next.unwrap().map(|(status, body)| RawAnswer {
            status,
            body: body.to_string().into_bytes(),
            ..RawAnswer::default()
        });
        Box::pin(ready(answer))
    }

    fn wait(&self, time: Duration) -> BoxFuture<'_, Result<(), Unreachable>> {
        *self.waited_s.lock().unwrap() += time.as_secs_f64();
        Box::pin(ready(Ok(())))
    }

    fn now(&self) -> BoxFuture<'_, Result<f64, Unreachable>> {
        Box::pin(ready(Ok(1_700_000_000.123_4)))
    }
}

fn case(more: &str, steps: &str) -> Case {
    let text = format!(r#"{{"title": "t", "clauses": ["WIRE-001"]{more}, "steps": {steps}}}"#);
    load::parse("g/n", "g/n.json", &text).unwrap()
}

async fn tried(fake: &Fake, case: &Case) -> Result<CaseRun, Lost> {
    let options = Options {
        prefix: "lb-r".to_owned(),
        reconnect_pause: std::time::Duration::from_millis(1),
        ..Options::new()
    };
    run_case(fake, case, 7, &options).await
}

async fn verdict(fake: &Fake, steps: &str) -> CaseRun {
    tried(fake, &case("", steps)).await.unwrap()
}

fn error(status: u16, name: &str) -> Scripted {
    Ok((
        status,
        json!({ "__type": format!("x#{name}"), "message": "m" }),
    ))
}

const LIST: &str = r#"[{"call": "ListTables"}]"#;

#[tokio::test]
async fn success_is_a_pass() {
    assert_eq!(
        verdict(&Fake::new([Ok((200, json!({})))]), LIST)
            .await
            .verdict,
        Verdict::Pass
    );
}

#[tokio::test]
async fn a_refusal_is_a_fail_with_what_came() {
    let run = verdict(&Fake::new([error(400, "ValidationException")]), LIST).await;
    assert_eq!(run.verdict, Verdict::Fail);
    let failure = run.failure.unwrap();
    assert_eq!(failure.step, "steps/0 ListTables");
    assert!(failure.answer.unwrap().contains("ValidationException"));
}

#[tokio::test]
async fn an_unknown_operation_is_unsupported() {
    for answer in [
        error(400, "UnknownOperationException"),
        error(501, "X"),
        error(500, "NotImplementedError"),
    ] {
        assert_eq!(
            verdict(&Fake::new([answer]), LIST).await.verdict,
            Verdict::Unsupported
        );
    }
}

#[tokio::test]
async fn an_unknown_operation_passes_where_it_is_expected() {
    let steps = r#"[{"call": "ListTables", "expect": {"error": "UnknownOperationException"}}]"#;
    let fake = Fake::new([error(400, "UnknownOperationException")]);
    assert_eq!(verdict(&fake, steps).await.verdict, Verdict::Pass);
}

#[tokio::test]
async fn an_unknown_operation_is_a_fail_where_the_case_made_it_unknown() {
    let steps = r#"[{"call": "ListTables", "raw": {"target": "Nonsense"}, "expect": {"error": "OtherException"}}]"#;
    let fake = Fake::new([error(400, "UnknownOperationException")]);
    assert_eq!(verdict(&fake, steps).await.verdict, Verdict::Fail);
}

#[tokio::test]
async fn a_plain_500_is_a_fail() {
    assert_eq!(
        verdict(&Fake::new([error(500, "InternalServerError")]), LIST)
            .await
            .verdict,
        Verdict::Fail
    );
}

#[tokio::test]
async fn a_throttle_is_tried_again_and_never_a_fail() {
    let fake = Fake::new([error(400, "ThrottlingException"), Ok((200, json!({})))]);
    assert_eq!(verdict(&fake, LIST).await.verdict, Verdict::Pass);
    let fake = Fake::new([error(400, "ThrottlingException")]);
    assert_eq!(verdict(&fake, LIST).await.verdict, Verdict::Indeterminate);
}

#[tokio::test]
async fn a_time_out_is_no_behaviour() {
    let run = verdict(&Fake::new([Err(Unreachable::Timeout(30))]), LIST).await;
    assert_eq!(run.verdict, Verdict::Indeterminate);
    assert_eq!(
        run.reason.as_deref(),
        Some("steps/0 ListTables: no answer within 30 s")
    );
}

#[tokio::test]
async fn an_unreachable_target_is_given_up_after_six_tries() {
    let fake = Fake::new([Err(Unreachable::Refused("refused".to_owned()))]);
    assert!(tried(&fake, &case("", LIST)).await.is_err());
    assert_eq!(fake.operations().len(), 6);
}

#[tokio::test]
async fn a_call_is_repeated_until_it_holds() {
    let steps = r#"[{"call": "ListTables", "until": {"body": {"n": 3}}, "within_s": 100, "bind": {"n": "/n"}}]"#;
    let fake = Fake::new([
        Ok((200, json!({ "n": 1 }))),
        Ok((200, json!({ "n": 2 }))),
        Ok((200, json!({ "n": 3 }))),
    ]);
    assert_eq!(verdict(&fake, steps).await.verdict, Verdict::Pass);
    assert_eq!(fake.operations().len(), 3);
    assert_eq!(*fake.waited_s.lock().unwrap(), 0.25 + 0.375);
}

#[tokio::test]
async fn what_always_holds_is_judged_in_between() {
    let steps =
        r#"[{"call": "ListTables", "until": {"body": {"n": 3}}, "always": {"body": {"n": 1}}}]"#;
    let fake = Fake::new([
        Ok((200, json!({ "n": 1 }))),
        Ok((200, json!({ "n": 2 }))),
        Ok((200, json!({ "n": 3 }))),
    ]);
    assert_eq!(verdict(&fake, steps).await.verdict, Verdict::Fail);
}

#[tokio::test]
async fn a_poll_ends_when_its_time_is_up() {
    let steps =
        r#"[{"call": "ListTables", "until": {"body": {"n": 3}}, "within_s": 10, "every_s": 1}]"#;
    let fake = Fake::new([Ok((200, json!({})))]);
    assert_eq!(verdict(&fake, steps).await.verdict, Verdict::Fail);
    assert_eq!(fake.operations().len(), 11);
}

#[tokio::test]
async fn a_poll_that_the_run_cuts_short_has_no_verdict() {
    let mut fake = Fake::new([Ok((200, json!({})))]);
    fake.description.movable_clock = false;
    let case = case(
        "",
        r#"[{"call": "ListTables", "until": {"body": {"n": 3}}, "within_s": 10}]"#,
    );
    let options = Options {
        wait_s_max: 0.0,
        ..Options::new()
    };
    let run = run_case(&fake, &case, 0, &options).await.unwrap();
    assert_eq!(run.verdict, Verdict::Indeterminate);
    assert!(
        run.reason
            .unwrap()
            .contains("the case allows 10 s and the run 0 s")
    );
}

#[tokio::test]
async fn a_long_wait_needs_a_movable_clock() {
    let steps = r#"[{"wait_s": 61}, {"each": {"n": [1, 2]}, "do": [{"wait_s": 20}]}]"#;
    let mut fake = Fake::new([Ok((200, json!({})))]);
    assert_eq!(verdict(&fake, steps).await.verdict, Verdict::Pass);
    assert_eq!(*fake.waited_s.lock().unwrap(), 101.0);
    fake.description.movable_clock = false;
    let run = verdict(&fake, steps).await;
    assert_eq!(
        (run.verdict, run.reason.as_deref()),
        (Verdict::Unsupported, Some("needs a movable clock"))
    );
}

#[tokio::test]
async fn a_need_that_is_lacking_is_unsupported() {
    let mut fake = Fake::new([Ok((200, json!({})))]);
    fake.description.lacks = [Need::TwoAccounts].into();
    let run = tried(&fake, &case(r#", "needs": ["two-accounts"]"#, LIST))
        .await
        .unwrap();
    assert_eq!(run.reason.as_deref(), Some("needs two accounts"));
    assert!(fake.operations().is_empty());
}

#[tokio::test]
async fn an_unspecified_case_fails_nobody_and_records_the_answer() {
    let fake = Fake::new([error(400, "ValidationException")]);
    let run = tried(&fake, &case(r#", "unspecified": "sources disagree""#, LIST))
        .await
        .unwrap();
    assert_eq!(run.verdict, Verdict::Unspecified);
    assert!(run.reason.unwrap().contains("ValidationException"));
}

#[tokio::test]
async fn an_observed_answer_is_recorded_and_missing_bindings_are_null() {
    let steps = r#"[{"call": "ListTables", "observe": true, "bind": {"x": "/x"}},
                    {"call": "ListTables", "in": {"ExclusiveStartTableName": "${x}"}, "observe": true}]"#;
    let fake = Fake::new([error(400, "ValidationException")]);
    let run = verdict(&fake, steps).await;
    assert_eq!((run.verdict, run.observed.len()), (Verdict::Pass, 2));
    let body: Value = serde_json::from_slice(&fake.asked.lock().unwrap()[1].body).unwrap();
    assert_eq!(body, json!({ "ExclusiveStartTableName": null }));
}

#[tokio::test]
async fn a_binding_that_is_missing_fails_the_case() {
    let steps = r#"[{"call": "ListTables", "bind": {"x": "/a/x"}}]"#;
    let run = verdict(&Fake::new([Ok((200, json!({})))]), steps).await;
    assert_eq!(
        run.failure.unwrap().differences[0].to_string(),
        "at /a/x: expected a value to bind as x, got nothing"
    );
}

#[tokio::test]
async fn a_request_is_sent_as_it_is_written() {
    let steps = r#"[{"call": "ListTables", "as": "other_account",
        "raw": {"body": "no json ${case}", "headers": {"Content-Type": null, "x-amz-target": "T"}, "method": "GET", "path": "/p"}}]"#;
    let fake = Fake::new([Ok((200, json!({})))]);
    verdict(&fake, steps).await;
    let request = fake.asked.lock().unwrap()[0].clone();
    assert_eq!(request.body, b"no json lb-r-7");
    assert_eq!(
        (request.method.as_deref(), request.path.as_deref()),
        (Some("GET"), Some("/p"))
    );
    assert_eq!(
        (request.target.as_deref(), request.headers),
        (Some("T"), vec![("Content-Type".to_owned(), None)])
    );
    assert_eq!(request.caller, crate::target::Caller::OtherAccount);
}

#[tokio::test]
async fn what_was_made_is_deleted_and_what_resists_is_told() {
    let steps = r#"[{"call": "CreateTable", "in": {"TableName": "${case}-t"}},
                    {"call": "CreateBackup", "in": {"TableName": "${case}-t"}},
                    {"call": "CreateTable", "in": {"TableName": "no"}, "expect": {"error": "ValidationException"}}]"#;
    let fake = Fake::new([
        Ok((200, json!({}))),
        Ok((200, json!({ "BackupDetails": { "BackupArn": "arn:b" } }))),
        error(400, "ValidationException"),
        Ok((200, json!({}))),
        error(400, "AccessDeniedException"),
    ]);
    let run = verdict(&fake, steps).await;
    assert_eq!(run.verdict, Verdict::Pass);
    assert_eq!(fake.operations()[3..], ["DeleteBackup", "DeleteTable"]);
    assert_eq!(
        run.leftovers,
        ["table lb-r-7-t: HTTP 400 AccessDeniedException: m"]
    );
}

#[tokio::test]
async fn pages_are_followed_and_judged_together() {
    let steps = r#"[{"pages": "ListBackups", "in": {"Limit": 1}, "collect": "/S", "cursor": "/C", "as_input": "E",
                     "expect": {"body": {"$length": 2}}, "bind": {"second": "/1/a"}}]"#;
    let fake = Fake::new([
        Ok((200, json!({ "S": [{ "a": 1 }], "C": "c" }))),
        Ok((200, json!({ "S": [{ "a": 2 }] }))),
    ]);
    assert_eq!(verdict(&fake, steps).await.verdict, Verdict::Pass);
    let body: Value = serde_json::from_slice(&fake.asked.lock().unwrap()[1].body).unwrap();
    assert_eq!(body, json!({ "Limit": 1, "E": "c" }));
}

#[tokio::test]
async fn each_takes_its_names_in_step() {
    let steps = r#"[{"each": {"n": [1, 2], "e": ["A", "B"]}, "do": [
                     {"call": "ListTables", "in": {"Limit": "${n}"}, "expect": {"error": "${e}"}}]}]"#;
    let run = verdict(&Fake::new([error(400, "A"), error(400, "C")]), steps).await;
    let failure = run.failure.unwrap();
    assert_eq!(failure.step, r#"steps/0/do[e="B", n=2]/0 ListTables"#);
}

#[tokio::test]
async fn values_are_computed_from_each_other_and_from_the_clock() {
    let steps = r#"[{"let": {"a": {"$add": ["${b}", 1]}, "b": {"$add": ["${now}", 0]}}},
                    {"call": "ListTables", "in": {"a": "${a}"}}]"#;
    let fake = Fake::new([Ok((200, json!({})))]);
    verdict(&fake, steps).await;
    let body: Value = serde_json::from_slice(&fake.asked.lock().unwrap()[0].body).unwrap();
    assert_eq!(body, json!({ "a": 1_700_000_001.123 }));
}

#[tokio::test]
async fn a_refusal_in_the_preparation_says_so() {
    let run = tried(
        &Fake::new([error(400, "ValidationException")]),
        &case(r#", "tables": {"t": {}}"#, LIST),
    )
    .await;
    let failure = run.unwrap().failure.unwrap();
    assert!(
        failure.step.contains("preparation of table t"),
        "{}",
        failure.step
    );
}

#[tokio::test]
async fn a_table_is_polled_until_it_is_gone() {
    let steps = r#"[{"table": "${case}-t", "becomes": "GONE"}]"#;
    let fake = Fake::new([
        Ok((200, json!({ "Table": { "TableStatus": "DELETING" } }))),
        error(400, "ResourceNotFoundException"),
    ]);
    assert_eq!(verdict(&fake, steps).await.verdict, Verdict::Pass);
}

#[tokio::test]
async fn items_are_read_to_the_last_page() {
    let steps = r#"[{"items": "${case}-t", "are": [{"pk": {"S": "a"}}, {"pk": {"S": "b"}}]}]"#;
    let fake = Fake::new([
        Ok((
            200,
            json!({ "Items": [{ "pk": { "S": "b" } }], "LastEvaluatedKey": { "pk": { "S": "b" } } }),
        )),
        Ok((200, json!({ "Items": [{ "pk": { "S": "a" } }] }))),
    ]);
    assert_eq!(verdict(&fake, steps).await.verdict, Verdict::Pass);
    let body: Value = serde_json::from_slice(&fake.asked.lock().unwrap()[0].body).unwrap();
    assert_eq!(body["ConsistentRead"], json!(true));
}

#[tokio::test]
async fn an_interrupted_run_stops_at_the_next_step() {
    let fake = Fake::new([Ok((200, json!({})))]);
    let options = Options::new();
    options.shared.interrupted.store(true, Ordering::Relaxed);
    let run = run_case(&fake, &case("", LIST), 0, &options).await.unwrap();
    assert_eq!(
        (run.verdict, run.reason.as_deref()),
        (Verdict::Indeterminate, Some("interrupted"))
    );
}

#[tokio::test]
async fn a_failure_of_the_target_beside_other_cases_is_tried_alone() {
    let case = case("", LIST);
    let fake: std::sync::Arc<dyn Target> = std::sync::Arc::new(Fake::new([
        error(500, "InternalFailure"),
        Ok((200, json!({}))),
    ]));
    let options = Options::new();
    let runs = super::run_many(|| fake.clone(), &[&case], 8, &options, |_| {})
        .await
        .unwrap();
    assert_eq!(runs[0].verdict, Verdict::Pass);
    let fake: std::sync::Arc<dyn Target> =
        std::sync::Arc::new(Fake::new([error(500, "InternalFailure")]));
    let runs = super::run_many(|| fake.clone(), &[&case], 8, &options, |_| {})
        .await
        .unwrap();
    assert_eq!(runs[0].verdict, Verdict::Fail);
}
