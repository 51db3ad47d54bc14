//! Tables: made, waited for, read as a whole, deleted.

use std::rc::Rc;

use lookback_protocol::error::ErrorCode;
use lookback_protocol::wire::query::ScanInput;
use lookback_protocol::wire::table::{CreateTableOutput, DeleteTableInput, DescribeTableInput};
use lookback_protocol::wire::{AnswerItem, Request, Response};
use lookback_traffic::next_page;

use super::looks::Looks;
use super::{Caller, Workload};
use crate::runtime;

/// From one look to the next, in microseconds.
const LOOK_US: i64 = 100_000;

impl Workload {
    /// Makes the tables of the load, and waits until they serve.
    pub async fn make_tables(self: &Rc<Self>) {
        let caller = self.caller();
        for name in self.tables() {
            if let Some(request) = self.creation(&name) {
                self.make_table(&caller, request).await;
            }
        }
    }

    /// The CreateTable request of a table of the load.
    pub(super) fn creation(&self, name: &str) -> Option<Request> {
        let place = self.traffic.names().iter().position(|it| it == name)?;
        self.traffic.tables().into_iter().nth(place)
    }

    /// Makes a table, and waits until it serves.
    pub(super) async fn make_table(&self, caller: &Caller, request: Request) {
        let Request::CreateTable(input) = &request else {
            return;
        };
        let name = input.table_name.clone();
        // Nobody else makes this table: that it is there is as good as an answer.
        let recorder = &self.stage.recorder;
        let id = recorder.call(caller.number, &request);
        loop {
            let ended = caller.ask(request.clone()).await;
            if ended.is_some_and(|ended| ended.is_ok()) || self.is_there(caller, &name).await {
                break;
            }
            runtime::sleep_us(LOOK_US).await;
        }
        let made: Response = CreateTableOutput::default().into();
        recorder.returned(id, Some(&Ok(made)));
        self.wait_until_active(caller, &name).await;
    }

    async fn is_there(&self, caller: &Caller, name: &str) -> bool {
        self.status(caller, name)
            .await
            .is_some_and(|status| status != "gone")
    }

    pub(super) async fn wait_until_active(&self, caller: &Caller, name: &str) {
        let mut looks = Looks::new();
        while self.status(caller, name).await.as_deref() != Some("ACTIVE") {
            looks.wait().await;
        }
    }

    /// A table's status; `gone` where there is none, none where nobody answers.
    pub(super) async fn status(&self, caller: &Caller, name: &str) -> Option<String> {
        let request = DescribeTableInput {
            table_name: name.to_owned(),
        };
        match &*caller.ask(request.into()).await? {
            Ok(Response::DescribeTable(output)) => output.table.as_ref()?.table_status.clone(),
            Err(error) if error.code == ErrorCode::ResourceNotFoundException => {
                Some("gone".to_owned())
            }
            _ => None,
        }
    }

    /// All items of a table that nobody writes to.
    pub(super) async fn whole(&self, caller: &Caller, name: &str) -> Vec<AnswerItem> {
        loop {
            if let Some(items) = self.scanned(caller, name).await {
                return items;
            }
            runtime::sleep_us(LOOK_US).await;
        }
    }

    async fn scanned(&self, caller: &Caller, name: &str) -> Option<Vec<AnswerItem>> {
        let scan = ScanInput {
            table_name: name.to_owned(),
            consistent_read: Some(true),
            ..ScanInput::default()
        };
        let mut request: Request = scan.into();
        let mut items = Vec::new();
        loop {
            let ended = caller.ask(request.clone()).await?;
            let Ok(Response::Scan(output)) = &*ended else {
                return None;
            };
            items.extend(output.items.clone().unwrap_or_default());
            let Some(next) = &output.last_evaluated_key else {
                return Some(items);
            };
            let next = serde_json::to_vec(next).ok()?;
            request = next_page(&request, serde_json::from_slice(&next).ok()?)?;
        }
    }

    /// Reads every table of the load once more, when all is quiet.
    pub async fn read_all(self: &Rc<Self>) {
        if !self.reads_at_end() {
            return;
        }
        let caller = self.caller();
        for name in self.tables() {
            let scan = ScanInput {
                table_name: name.clone(),
                consistent_read: Some(true),
                ..ScanInput::default()
            };
            let mut request: Option<Request> = Some(scan.into());
            while let Some(call) = request.take() {
                let (_, ended) = caller.call(call.clone()).await;
                if let Some(Ok(Response::Scan(output))) = ended.as_deref()
                    && let Some(next) = &output.last_evaluated_key
                    && let Ok(next) = serde_json::to_vec(next)
                    && let Ok(next) = serde_json::from_slice(&next)
                {
                    request = next_page(&call, next);
                }
            }
        }
    }

    /// Deletes a table that was restored, without writing it down.
    pub(super) async fn drop_table(&self, caller: &Caller, name: &str) {
        let request = DeleteTableInput {
            table_name: name.to_owned(),
        };
        caller.ask(request.into()).await;
    }
}
