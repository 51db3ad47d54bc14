//! Whether a movable clock is one for all accounts and regions, before cases rely on it.
//!
//! What is compared is what the service itself says about its time: the CreationDateTime of tables that are made before and
//! after a move, for each account and region. A constant offset between a service and its clock does not matter, and nor
//! does the Date header, which many emulators leave to their web server.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Caller, Request, Target, Unreachable};
use crate::case::{Need, TableSpec};

/// By how much the clock is moved in between, in seconds.
const MOVE_S: u64 = 60;
/// How much of that may be lost in rounding, in seconds.
const TOLERANCE_S: f64 = 2.0;
/// The most deletions that are tried for one table.
const TRIES: u32 = 20;

/// Moves the clock by a minute and looks whether that minute passes for everybody. The tables that are made for it have
/// names with this prefix, and are deleted again.
///
/// # Errors
/// The clock moves for some accounts or regions only, or for none; the text says for whom not. Or it cannot be moved.
pub async fn check(target: &dyn Target, prefix: &str) -> Result<(), Unreachable> {
    let callers = callers(target);
    let mut before = Vec::new();
    for caller in &callers {
        before.push(created_s(target, *caller, &name(prefix, *caller, "before")).await);
    }
    target.wait(Duration::from_secs(MOVE_S)).await?;
    let mut passed = Vec::new();
    for (caller, before_s) in callers.iter().zip(&before) {
        let after_s = created_s(target, *caller, &name(prefix, *caller, "after")).await;
        // Whoever cannot make tables sees no time, and relies on none.
        if let (Some(before_s), Some(after_s)) = (before_s, after_s) {
            passed.push((*caller, after_s - before_s));
        }
    }
    for caller in &callers {
        for when in ["before", "after"] {
            delete(target, *caller, &name(prefix, *caller, when)).await;
        }
    }
    verdict(target, &passed)
}

fn callers(target: &dyn Target) -> Vec<Caller> {
    let lacks = &target.describe().lacks;
    let others = [
        (Need::TwoAccounts, Caller::OtherAccount),
        (Need::TwoRegions, Caller::OtherRegion),
    ];
    let others = others.into_iter().filter(|(need, _)| !lacks.contains(need));
    std::iter::once(Caller::Own)
        .chain(others.map(|(_, caller)| caller))
        .collect()
}

fn name(prefix: &str, caller: Caller, when: &str) -> String {
    let who = match caller {
        Caller::Own => "own",
        Caller::OtherAccount => "account",
        Caller::OtherRegion => "region",
    };
    format!("{prefix}-clock-{who}-{when}")
}

/// Says for whom time did not pass.
fn verdict(target: &dyn Target, passed: &[(Caller, f64)]) -> Result<(), Unreachable> {
    let lags = |passed_s: f64| passed_s < MOVE_S as f64 - TOLERANCE_S;
    let (behind, with): (Vec<_>, Vec<_>) = passed.iter().partition(|(_, passed_s)| lags(*passed_s));
    let Some((caller, behind_s)) = behind.first() else {
        return Ok(());
    };
    let description = target.describe();
    let who = |caller: Caller| {
        let (account, _, region) = description.identities.of(caller);
        format!("account {account} in {region}")
    };
    let seconds = |passed_s: f64| format!("{} s", (passed_s * 1000.0).round() / 1000.0);
    let (fault, told) = match with.first() {
        None => ("moves, and the service does not", String::new()),
        Some((other, passed_s)) => {
            let fault = match caller {
                Caller::OtherRegion => "moves for one region only",
                Caller::Own | Caller::OtherAccount => "moves for one account only",
            };
            (
                fault,
                format!("{} saw {} pass, ", who(*other), seconds(*passed_s)),
            )
        }
    };
    Err(Unreachable::Clock(format!(
        "the clock of {} {fault}: between two tables made before and after advance_s {MOVE_S}, {told}{} saw {} by their \
         CreationDateTime; one clock is for all accounts and regions, see the clock protocol in the README",
        description.url.as_deref().unwrap_or(&description.name),
        who(*caller),
        seconds(*behind_s)
    )))
}

/// Makes a table; gives when that was, as its answer says.
async fn created_s(target: &dyn Target, caller: Caller, name: &str) -> Option<f64> {
    let spec: TableSpec = serde_json::from_value(json!({})).ok()?;
    let answer = ask(target, caller, "CreateTable", &spec.create_body(name)).await?;
    answer
        .pointer("/TableDescription/CreationDateTime")?
        .as_f64()
}

/// Deletes a table, which may still be in creation. What cannot be deleted is found by a sweep.
async fn delete(target: &dyn Target, caller: Caller, name: &str) {
    for _ in 0..TRIES {
        let answer = ask(target, caller, "DeleteTable", &json!({ "TableName": name })).await;
        let error = answer.and_then(|answer| Some(answer.get("__type")?.as_str()?.to_owned()));
        let is_busy = error.is_some_and(|error| error.contains("InUse"));
        if !is_busy || target.wait(Duration::from_secs(1)).await.is_err() {
            return;
        }
    }
}

async fn ask(target: &dyn Target, caller: Caller, operation: &str, body: &Value) -> Option<Value> {
    let request = Request {
        caller,
        ..Request::of(operation, body)
    };
    let raw = target.call(&request).await.ok()?;
    serde_json::from_slice(&raw.body).ok()
}

#[cfg(test)]
mod tests {
    use lookback_reference::{Answer, Caller as Who, Service, Settings};

    use super::*;
    use crate::server::backend::Backend;
    use crate::server::clock::ClockKind;
    use crate::server::{Config, Running, Server};
    use crate::target::Identities;
    use crate::target::endpoint::Endpoint;

    /// The model, whose time stands still for some callers.
    struct Frozen {
        model: Service,
        others: Service,
        /// Whose time passes.
        moves_for: fn(&Who) -> bool,
        first_us: Option<i64>,
    }

    impl Backend for Frozen {
        fn answer(
            &mut self,
            now_us: i64,
            caller: &Who,
            target: Option<&str>,
            body: &[u8],
        ) -> Answer {
            let first_us = *self.first_us.get_or_insert(now_us);
            if (self.moves_for)(caller) {
                self.model.answer(now_us, caller, target, body)
            } else {
                self.others.answer(first_us, caller, target, body)
            }
        }

        fn next_due(&self, _: i64) -> Option<i64> {
            None
        }
    }

    async fn service(moves_for: fn(&Who) -> bool) -> (Running, Endpoint) {
        let backend = Frozen {
            model: Service::new(Settings::default()),
            others: Service::new(Settings::default()),
            moves_for,
            first_us: None,
        };
        let config = Config {
            clock: ClockKind::Manual,
            ..Config::default()
        };
        let running = Server::start_with(config, Box::new(backend)).await.unwrap();
        let endpoint = Endpoint::connect(&running.url(), "test", Identities::default(), None).await;
        (running, endpoint.unwrap())
    }

    async fn fault(moves_for: fn(&Who) -> bool) -> String {
        let (running, endpoint) = service(moves_for).await;
        match check(&endpoint, "lb-mlz5s0ao-0").await {
            Ok(()) => "none".to_owned(),
            Err(error) => error.to_string().replace(&running.url(), "URL"),
        }
    }

    #[tokio::test]
    async fn a_clock_that_is_one_for_all_is_trusted_and_nothing_is_left() {
        let (_running, endpoint) = service(|_| true).await;
        check(&endpoint, "lb-mlz5s0ao-0").await.unwrap();
        endpoint.wait(Duration::from_secs(60)).await.unwrap();
        for caller in [Caller::Own, Caller::OtherAccount, Caller::OtherRegion] {
            let tables = ask(&endpoint, caller, "ListTables", &json!({}))
                .await
                .unwrap();
            assert_eq!(tables, json!({ "TableNames": [] }), "{caller:?}");
        }
    }

    #[tokio::test]
    async fn a_clock_that_moves_for_one_account_only_is_named() {
        insta::assert_snapshot!(fault(|who| who.account == "111122223333").await);
    }

    #[tokio::test]
    async fn a_clock_that_moves_for_another_account_only_is_named() {
        let told = fault(|who| who.account == "444455556666").await;
        assert!(told.contains("moves for one account only"), "{told}");
        assert!(
            told.contains("account 111122223333 in us-east-1 saw 0 s"),
            "{told}"
        );
    }

    #[tokio::test]
    async fn a_clock_that_moves_for_one_region_only_is_named() {
        let told = fault(|who| who.region == "us-east-1").await;
        assert!(told.contains("moves for one region only"), "{told}");
        assert!(
            told.contains("account 111122223333 in us-west-2 saw 0 s"),
            "{told}"
        );
    }

    #[tokio::test]
    async fn a_clock_that_moves_nothing_but_itself_is_named() {
        let told = fault(|_| false).await;
        assert!(told.contains("moves, and the service does not: "), "{told}");
    }

    #[tokio::test]
    async fn who_has_one_account_and_one_region_is_asked_for_no_other() {
        let (_running, endpoint) =
            service(|who| who.account == "111122223333" && who.region == "us-east-1").await;
        let endpoint = endpoint.without([Need::TwoAccounts, Need::TwoRegions]);
        check(&endpoint, "lb-mlz5s0ao-0").await.unwrap();
    }

    #[tokio::test]
    async fn whoever_makes_no_tables_is_not_suspected() {
        struct Refuses;
        impl Backend for Refuses {
            fn answer(&mut self, _: i64, _: &Who, _: Option<&str>, _: &[u8]) -> Answer {
                let code = lookback_protocol::error::ErrorCode::UnknownOperationException;
                Answer::of_error(&lookback_protocol::error::ServiceError::new(code, ""))
            }

            fn next_due(&self, _: i64) -> Option<i64> {
                None
            }
        }
        let running = Server::start_with(Config::default(), Box::new(Refuses))
            .await
            .unwrap();
        let endpoint = Endpoint::connect(&running.url(), "test", Identities::default(), None).await;
        check(&endpoint.unwrap(), "lb-mlz5s0ao-0").await.unwrap();
    }
}
