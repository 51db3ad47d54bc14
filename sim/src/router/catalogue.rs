//! Requests about tables and backups: the control plane's.

use std::rc::Rc;

use lookback_protocol::wire::Request;

use super::{Answered, Router, no_answer};
use crate::bugs::Bug;
use crate::control::{ControlCommand, ControlRead};
use crate::machine::Command;
use crate::message::{Ask, CONTROL, Outcome};
use crate::runtime;

/// From one look to the next whether a table is gone, in microseconds.
const LOOK_US: i64 = 50_000;

impl Router {
    pub(super) async fn catalogue(&self, request: &Request) -> Answered {
        let reads = matches!(
            request,
            Request::DescribeTable(_)
                | Request::DescribeBackup(_)
                | Request::DescribeExport(_)
                | Request::ListBackups(_)
                | Request::DescribeContinuousBackups(_)
        );
        let outcome = if reads {
            self.caller.control(ControlRead::Api(request.clone())).await
        } else {
            let mut body = Vec::new();
            request.to_json(&mut body);
            let body = String::from_utf8(body).unwrap_or_default();
            let operation = request.operation().name().to_owned();
            let command = Command::Control(ControlCommand::Api(operation, body));
            let nodes = self.host.world.control_nodes();
            let ask = Ask::Propose(CONTROL, Rc::new(command));
            self.caller.ask(CONTROL, &nodes, ask, false).await
        };
        let Some(Outcome::Response(answer)) = outcome else {
            return Err(no_answer());
        };
        let waits = !self.host.world.plan.has(Bug::DeletionAnsweredEarly);
        if let (true, Request::DeleteTable(input), Ok(_)) = (waits, request, &*answer) {
            self.wait_until_gone(&input.table_name).await?;
        }
        (*answer).clone()
    }

    /// A deletion is answered when the last partition takes no writes any more: what is acknowledged later would be in
    /// no backup.
    async fn wait_until_gone(
        &self,
        name: &str,
    ) -> Result<(), lookback_protocol::error::ServiceError> {
        self.forget(name);
        loop {
            let named = ControlRead::IsNamed(name.to_owned());
            match self.caller.control(named).await {
                Some(Outcome::Gone) => return Ok(()),
                Some(_) => runtime::sleep_us(LOOK_US).await,
                None => return Err(no_answer()),
            }
        }
    }
}
