//! What a FILE of `--resume` holds.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::bind::Bindings;
use crate::case::Case;
use crate::run::{CaseRun, Made, Observed};
use crate::target::Caller;

/// A run, as far as it has come.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// What is judged.
    pub about: About,
    /// What the names of each start of the program begin with: `lb-r<run id>`.
    pub runs: Vec<String>,
    /// Everything is judged, and has been reported.
    pub finished: bool,
    /// Case id -> how far it has come.
    pub cases: BTreeMap<String, Entry>,
}

/// What a run judges: another one cannot continue it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// `--target`, or how it was reached.
    pub target: String,
    /// `--endpoint`; empty where the SDK finds it.
    pub endpoint: String,
    /// `--region`.
    pub region: String,
    /// The access key, which emulators read as the account; empty with `--aws`, where the ARNs of tables tell.
    pub access_key: String,
}

impl About {
    /// Its members by name.
    pub fn members(&self) -> [(&'static str, &str); 4] {
        [
            ("target", &self.target),
            ("endpoint", &self.endpoint),
            ("region", &self.region),
            ("access_key", &self.access_key),
        ]
    }
}

/// A case of the run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// The case as it was: [`hash`] of its file.
    pub hash: String,
    /// What `${case}` stands for; empty before it is begun.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub prefix: String,
    /// What it may have made and has not deleted.
    #[serde(default, skip_serializing_if = "Made::is_empty")]
    pub(crate) made: Made,
    /// How far it has come.
    pub stage: Stage,
}

/// How far a case has come.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// Nothing was sent that changes anything.
    #[default]
    Open,
    /// It is being run; or was, when the program ended.
    Begun,
    /// It waits for its time.
    Waiting(Waiting),
    /// It has its verdict.
    Judged(CaseRun),
}

/// Where a case that waits goes on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Waiting {
    /// The step that takes so long: indices into `steps`, of `each` the round and then the index into `do`.
    pub path: Vec<usize>,
    /// The same in words.
    pub step: String,
    /// When it was put aside, on the service's clock, in seconds since the Unix epoch (as all times here).
    pub since_s: f64,
    /// When the wait is over; for a poll, when it may be looked at again.
    pub due_s: f64,
    /// Until when it is to be continued: a failure seen later may come from that.
    pub until_s: f64,
    /// By how much it was continued too late before, in seconds.
    pub late_s: f64,
    /// How long a poll has lasted already, in seconds.
    pub polled_s: f64,
    /// What names stand for.
    pub bindings: Bindings,
    /// What was recorded so far.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub observed: Vec<Observed>,
    /// The tables that stood then: they must stand when it goes on.
    pub stands: Vec<Stands>,
}

/// A table that stood when its case was put aside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stands {
    /// Who sees it.
    pub caller: Caller,
    /// Its name.
    pub table: String,
    /// Its ARN, which tells region and account.
    pub arn: String,
}

/// What a case does, in eight digits: its file without spacing.
pub fn hash(case: &Case) -> String {
    let text = case.source.to_string();
    format!("{:08x}", crc32fast::hash(text.as_bytes()))
}
