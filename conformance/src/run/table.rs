//! `table`: polls DescribeTable until the table has a status, or is gone.

use serde_json::{Value, json};

use super::answer::Answer;
use super::poll::Poll;
use super::session::{Session, Stop};
use crate::case::TableStep;
use crate::pattern::Difference;
use crate::target::Request;

/// How long a `table` step polls where it does not say, in seconds.
const WITHIN_S: f64 = 60.0;

impl Session<'_> {
    pub(super) async fn run_table(&mut self, step: &TableStep) -> Result<(), Stop> {
        let name = self.text(&step.table).await?;
        let within_s = self.quantity(step.within_s.as_ref(), WITHIN_S).await?;
        self.table_becomes(&name, &step.becomes, within_s)
            .await
            .map(drop)
    }

    /// Polls until the table has the status; gives the answer that showed it.
    pub(super) async fn table_becomes(
        &mut self,
        name: &str,
        status: &str,
        within_s: f64,
    ) -> Result<Answer, Stop> {
        let request = Request::of("DescribeTable", &json!({ "TableName": name }));
        let mut poll = Poll::new(self, within_s, None);
        loop {
            let answer = self.send(request.clone(), |_| false).await?;
            self.check_supported(&request, &answer)?;
            let gone = answer.error() == Some("ResourceNotFoundException");
            let now = answer.at("/Table/TableStatus").and_then(Value::as_str);
            if (gone && status == "GONE") || now == Some(status) {
                return Ok(answer);
            }
            if !poll.pause(self).await? {
                let got = now.map_or_else(|| answer.outline(), str::to_owned);
                let difference = Difference::words("/Table/TableStatus", status, got);
                return Err(poll.over(self.fail(vec![difference])));
            }
        }
    }
}
