//! Time to live: the setting (TTL-001..004).

/// The setting of one table.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ttl {
    /// The attribute that holds the expiry, while TTL is on. A disabled one is forgotten (TTL-002).
    pub attribute: Option<String>,
    /// Until when the setting cannot be changed again (TTL-004); `None` for one that never was.
    pub fixed_until_us: Option<i64>,
}
