//! What stands behind the wire: the model, or something that behaves like it.

/// The answer to one operation, as it goes over the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status: 200, 400, 413 or 500 (WIRE-008).
    pub status: u16,
    /// The body: JSON, or no byte at all (WIRE-014).
    pub body: Vec<u8>,
}

/// Who calls: accounts and regions share nothing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Caller {
    /// Twelve digits.
    pub account: String,
    /// Such as `us-east-1`.
    pub region: String,
}

/// Answers operations, one at a time.
pub trait Backend: Send + 'static {
    /// Answers one request at `now_us` (microseconds since the Unix epoch; it may repeat and never goes
    /// back). `target` is the X-Amz-Target header as it came, `body` the raw bytes.
    fn answer(&mut self, now_us: i64, caller: &Caller, target: Option<&str>, body: &[u8])
    -> Answer;

    /// The next instant after `now_us` at which something of this caller that is pending (CREATING,
    /// DELETING, ...) changes by itself; none where nothing is pending. The automatic clock jumps there.
    fn next_due(&self, now_us: i64, caller: &Caller) -> Option<i64>;
}
