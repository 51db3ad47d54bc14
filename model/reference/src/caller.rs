//! Who calls, and where.

/// The account and the region of a request: each pair sees tables and backups of its own.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Caller {
    /// Twelve decimal digits.
    pub account: String,
    /// The region of the endpoint, like `us-east-1`.
    pub region: String,
}

impl Caller {
    /// A caller of this account at the endpoint of this region.
    pub fn new(account: impl Into<String>, region: impl Into<String>) -> Self {
        Self {
            account: account.into(),
            region: region.into(),
        }
    }
}
