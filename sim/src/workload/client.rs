//! A client of the load: its calls and pauses, one after the other.

use std::rc::Rc;

use lookback_protocol::wire::{AnswerItem, Request, Response, WireItem};
use lookback_traffic::{Pause, Step, next_page};

use super::{Caller, Workload};
use crate::runtime;

const SECOND_US: i64 = 1_000_000;
/// The most pages of one scan.
const PAGES_MAX: usize = 20;

impl Workload {
    /// Does what a client of this number does, until the load is over.
    pub async fn client(self: Rc<Self>, number: u32) {
        let caller = self.caller();
        for step in self.traffic.client(number) {
            if self.is_over() {
                break;
            }
            match step {
                Step::Pause(pause) => self.pause(pause).await,
                Step::Call(call) => {
                    self.pages(&caller, call.request).await;
                    // An answer takes its time; a client that got one at once would never let time pass.
                    runtime::sleep_us(1).await;
                }
                Step::Deed(_) => {}
            }
        }
    }

    /// A call, and the pages after the first.
    async fn pages(&self, caller: &Caller, request: Request) {
        let mut request = Some(request);
        for _ in 0..PAGES_MAX {
            let Some(call) = request.take().filter(|_| !self.is_over()) else {
                break;
            };
            let (_, ended) = caller.call(call.clone()).await;
            let next = ended
                .as_deref()
                .and_then(|ended| cursor(ended.as_ref().ok()?));
            request = next.and_then(|next| next_page(&call, next));
        }
    }

    async fn pause(&self, pause: Pause) {
        let now_us = runtime::now_us();
        let until_us = match pause {
            Pause::For { us } => now_us + us_of(us),
            Pause::SecondEdge { before_us } | Pause::BandEdge { before_us } => {
                let edge_us = (now_us / SECOND_US + 1) * SECOND_US;
                (edge_us - us_of(before_us)).max(now_us)
            }
        };
        runtime::Sleep::until(until_us.min(self.stop_us)).await;
    }
}

fn us_of(us: u64) -> i64 {
    i64::try_from(us).unwrap_or(i64::MAX / 2)
}

/// Where the next page begins.
fn cursor(response: &Response) -> Option<WireItem> {
    let last: &AnswerItem = match response {
        Response::Scan(output) => output.last_evaluated_key.as_ref()?,
        Response::Query(output) => output.last_evaluated_key.as_ref()?,
        _ => return None,
    };
    let text = serde_json::to_vec(last).ok()?;
    serde_json::from_slice(&text).ok()
}
