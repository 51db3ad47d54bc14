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

/// Records that contradict each other or the documentation, and which of them counts here.
#[derive(Clone, Debug, Deserialize)]
pub struct Conflict {
    /// The id that cases cite, `C1`.
    pub id: String,
    /// What is contested.
    pub question: String,
    /// What counts, and what cases do about it.
    pub verdict: String,
}
