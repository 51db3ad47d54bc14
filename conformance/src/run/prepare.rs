//! The tables that stand ready before the first step.

use std::sync::atomic::Ordering;

use serde_json::{Value, json};

use super::answer::Answer;
use super::poll::Poll;
use super::session::{Session, Stop};
use crate::case::TableSpec;
use crate::pattern::Difference;
use crate::target::Request;

/// How long a table may take to become ACTIVE, in seconds.
const ACTIVE_WITHIN_S: f64 = 300.0;
/// How long backups may take to become possible, in seconds (the live service: about 3 to 6).
const SETTLE_WITHIN_S: f64 = 20.0;

impl Session<'_> {
    /// Makes every table of the case and binds its name, ARN, id and creation time.
    pub(super) async fn prepare(&mut self) -> Result<(), Stop> {
        self.prepare_buckets().await?;
        let mut first_arn = None;
        for (name, spec) in &self.case.tables {
            self.label = format!("preparation of table {name}");
            let real = format!("{}-{name}", self.prefix);
            self.create(&real, spec).await?;
            self.bindings.set(name, real);
        }
        for (name, spec) in &self.case.tables {
            self.label = format!("preparation of table {name}");
            let real = format!("{}-{name}", self.prefix);
            let answer = self.table_becomes(&real, "ACTIVE", ACTIVE_WITHIN_S).await?;
            for (member, pointer) in [
                ("arn", "/Table/TableArn"),
                ("id", "/Table/TableId"),
                ("created", "/Table/CreationDateTime"),
            ] {
                let value = answer.at(pointer).cloned().unwrap_or(Value::Null);
                self.bindings.set(format!("{name}.{member}"), value);
            }
            if first_arn.is_none() {
                first_arn = answer
                    .at("/Table/TableArn")
                    .and_then(Value::as_str)
                    .map(str::to_owned);
            }
            if spec.settle {
                self.settle(&real).await?;
            }
            for item in &spec.items {
                let item = self.value(&Value::Object(item.clone())).await?;
                let request = Request::of("PutItem", &json!({ "TableName": real, "Item": item }));
                self.prepared(request).await?;
            }
        }
        self.label = "preparation".to_owned();
        let case = self.case;
        self.bind_identity(first_arn.as_deref(), &case.source).await
    }

    async fn create(&mut self, name: &str, spec: &TableSpec) -> Result<(), Stop> {
        let body = self.value(&spec.create_body(name)).await?;
        let request = Request::of("CreateTable", &body);
        // A quota on tables in creation is no behaviour that a case asked for.
        let mut poll = Poll::new(self, ACTIVE_WITHIN_S, Some(1.0));
        loop {
            let answer = self.send(request.clone(), |_| false).await?;
            if answer.error() != Some("LimitExceededException") {
                return self.check_prepared(&request, &answer);
            }
            if !poll.pause(self).await? {
                return Err(Stop::Indeterminate(format!(
                    "{}: {}",
                    self.step(),
                    answer.outline()
                )));
            }
        }
    }

    async fn prepared(&mut self, request: Request) -> Result<(), Stop> {
        let answer = self.send(request.clone(), |_| false).await?;
        self.check_prepared(&request, &answer)
    }

    fn check_prepared(&self, request: &Request, answer: &Answer) -> Result<(), Stop> {
        if answer.is_ok() {
            return Ok(());
        }
        self.check_supported(request, answer)?;
        let expected = format!(
            "{} to succeed while the case is prepared",
            request.operation
        );
        Err(self.fail(vec![Difference::words("", expected, answer.outline())]))
    }

    /// Waits until backups can be taken. A target that never says so is taken at its word once.
    async fn settle(&mut self, name: &str) -> Result<(), Stop> {
        let request = Request::of("DescribeContinuousBackups", &json!({ "TableName": name }));
        let mut poll = Poll::new(self, SETTLE_WITHIN_S, None);
        loop {
            if self
                .options
                .shared
                .settle_is_hopeless
                .load(Ordering::Relaxed)
            {
                return Ok(());
            }
            let answer = self.send(request.clone(), |_| false).await?;
            let status = answer
                .at("/ContinuousBackupsDescription/ContinuousBackupsStatus")
                .and_then(Value::as_str);
            let coming =
                status == Some("DISABLED") || answer.error() == Some("TableNotFoundException");
            if !coming {
                if answer.not_implemented().is_some() {
                    self.options
                        .shared
                        .settle_is_hopeless
                        .store(true, Ordering::Relaxed);
                }
                return Ok(());
            }
            if !poll.pause(self).await? {
                self.options
                    .shared
                    .settle_is_hopeless
                    .store(true, Ordering::Relaxed);
            }
        }
    }
}
