//! A record: what the live service was recorded to answer.

use serde::Deserialize;

/// One recorded fact.
#[derive(Clone, Debug, Deserialize)]
pub struct Record {
    /// The number that cases cite.
    pub id: String,
    /// `L` probed live, `V` verified test, `A` test run against the service, `D` documentation, `?` contested.
    pub class: String,
    /// The behaviour in words.
    pub fact: String,
    /// Wire texts and values as they came.
    #[serde(default)]
    pub exact: Option<String>,
    /// Where it was recorded.
    #[serde(default)]
    pub source: Option<String>,
    /// Why no case can cite it yet.
    #[serde(default)]
    pub later: Option<String>,
}
