//! What stands behind the wire: the model, or something that behaves like it.

use lookback_reference::{Answer, Caller, Service};

/// Answers operations, one at a time.
pub trait Backend: Send + 'static {
    /// Answers one request at `now_us` (microseconds since the Unix epoch; it may repeat and never goes
    /// back). `target` is the X-Amz-Target header as it came, `body` the raw bytes.
    fn answer(&mut self, now_us: i64, caller: &Caller, target: Option<&str>, body: &[u8])
    -> Answer;

    /// The next instant after `now_us` at which something that is pending (CREATING, DELETING, ...) changes
    /// by itself; none where nothing is pending. The automatic clock jumps there.
    fn next_due(&self, now_us: i64) -> Option<i64>;

    /// The model whose exports are to be written and whose imports are to be read; none where there is no model.
    fn files(&mut self) -> Option<&mut Service> {
        None
    }
}

impl Backend for Service {
    fn answer(
        &mut self,
        now_us: i64,
        caller: &Caller,
        target: Option<&str>,
        body: &[u8],
    ) -> Answer {
        Service::answer(self, now_us, caller, target, body)
    }

    fn next_due(&self, now_us: i64) -> Option<i64> {
        Service::next_due(self, now_us)
    }

    fn files(&mut self) -> Option<&mut Service> {
        Some(self)
    }
}
