//! A client of the load: its steps, one after the other.

use std::rc::Rc;

use lookback_protocol::wire::{AnswerItem, Request, Response, WireItem};
use lookback_traffic::{Pause, next_page};

use super::script::Gap;
use super::{Caller, Workload};
use crate::plan::{Call, Doing, Lane};
use crate::runtime;

const SECOND_US: i64 = 1_000_000;
/// The most pages of one scan.
const PAGES_MAX: usize = 20;

impl Workload {
    /// Does what this lane does, until the load is over.
    pub(super) async fn go_on(self: Rc<Self>, lane: Lane, caller: Caller) {
        for (gap, doing) in self.script(lane) {
            if self.is_over() {
                break;
            }
            self.wait(gap).await;
            if self.is_over() {
                break;
            }
            self.begin(lane, &doing);
            match doing {
                Doing::Call(call) => self.pages(&caller, call).await,
                Doing::Deed(deed) => {
                    let done = self.deed(&deed).await;
                    self.note(done);
                }
            }
            // An answer takes its time; a client that got one at once would never let time pass.
            runtime::sleep_us(1).await;
        }
        // Steps that are listed end where those that are drawn go on.
        runtime::Sleep::until(self.stop_us).await;
    }

    /// A call, and the pages after the first.
    async fn pages(&self, caller: &Caller, call: Call) {
        let mut request = Some(call.going_out(runtime::now_us()));
        for _ in 0..PAGES_MAX {
            let Some(call) = request.take().filter(|_| !self.is_over()) else {
                break;
            };
            let paged = matches!(call, Request::Query(_) | Request::Scan(_));
            let first = paged.then(|| call.clone());
            let (_, ended) = caller.call(call).await;
            let next = ended
                .as_deref()
                .and_then(|ended| cursor(ended.as_ref().ok()?));
            request = next.and_then(|next| next_page(&first?, next));
        }
    }

    /// Waits, at most until the load is over.
    pub(super) async fn wait(&self, gap: Gap) {
        let now_us = runtime::now_us();
        let until_us = match gap {
            Gap::None => now_us,
            Gap::At(us) => runtime::EPOCH_US + us,
            Gap::Pause(Pause::For { us }) => now_us + us_of(us),
            Gap::Pause(Pause::SecondEdge { before_us } | Pause::BandEdge { before_us }) => {
                let edge_us = (now_us / SECOND_US + 1) * SECOND_US;
                (edge_us - us_of(before_us)).max(now_us)
            }
        };
        runtime::Sleep::until(until_us.min(self.stop_us)).await;
    }
}

impl Call {
    /// The request as it goes out at this time.
    fn going_out(self, now_us: i64) -> Request {
        let mut request = self.request;
        if let (Request::PutItem(put), Some(in_s)) = (&mut request, self.expires_in_s) {
            super::expiry::expire(&mut put.item, now_us / SECOND_US + in_s);
        }
        request
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
