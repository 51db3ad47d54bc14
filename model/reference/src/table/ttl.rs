//! Time to live: the setting (TTL-001..004).

/// From one change of the setting until the next one is allowed: about 31 minutes were observed, an hour is
/// documented; both refuse for half an hour (TTL-004, A-43).
pub(crate) const TTL_CHANGE_INTERVAL_US: i64 = 3_600 * 1_000_000;

/// The setting of one table.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ttl {
    /// The attribute that holds the expiry, while TTL is on. A disabled one is forgotten (TTL-002).
    pub attribute: Option<String>,
    /// When the setting was last changed.
    pub changed_us: Option<i64>,
}
