//! Whether a run reached anything: what was called with which parameters, and what came of it.

use std::collections::{BTreeMap, BTreeSet};

use lookback_protocol::shape::{Kind, api};
use lookback_traffic::program::{Body, ProgramStep};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::side::Outcome;

/// The operations of the surface.
pub const OPERATIONS: [&str; 21] = [
    "BatchGetItem",
    "BatchWriteItem",
    "CreateTable",
    "DeleteItem",
    "DeleteTable",
    "DescribeLimits",
    "DescribeTable",
    "DescribeTimeToLive",
    "GetItem",
    "ListTables",
    "ListTagsOfResource",
    "PutItem",
    "Query",
    "Scan",
    "TagResource",
    "TransactGetItems",
    "TransactWriteItems",
    "UntagResource",
    "UpdateItem",
    "UpdateTable",
    "UpdateTimeToLive",
];

/// Parameters that are left out on purpose: they are about replicas, vectors, policies and capacity, none of which other
/// services have; a page of tags needs more tags than a table may have.
const LEFT_OUT: [&str; 15] = [
    "DisassociationProtectionEnabled",
    "GlobalTableSettingsReplicationMode",
    "GlobalTableSourceArn",
    "GlobalTableWitnessUpdates",
    "MultiRegionConsistency",
    "NextToken",
    "OnDemandThroughput",
    "ReplicaUpdates",
    "ResourcePolicy",
    "SSESpecification",
    "StreamSpecification",
    "VectorIndexUpdates",
    "VectorIndexes",
    "WarmThroughput",
    "Unknown",
];

/// The least share of accepted calls, in percent: below it a run tests refusals only.
pub const ACCEPTED_PERCENT_MIN: u64 = 25;
/// From so many steps on a run is long enough to have reached everything.
pub const STEPS_JUDGED_MIN: u64 = 10_000;

/// Sent so often, and accepted so often.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counted {
    /// Calls that were made.
    pub sent: u64,
    /// Calls that were accepted by the side that the target is held against.
    pub accepted: u64,
}

/// What a run reached.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Coverage {
    /// By operation.
    pub operations: BTreeMap<String, Counted>,
    /// By operation and parameter, `PutItem.Item`.
    pub parameters: BTreeMap<String, Counted>,
    /// By operation and error, `PutItem ValidationException`: how often.
    pub errors: BTreeMap<String, u64>,
}

impl Coverage {
    /// Counts one call.
    pub fn add(&mut self, step: &ProgramStep, outcome: &Outcome) {
        let accepted = u64::from(outcome.is_ok());
        let count = |counted: &mut Counted| {
            counted.sent += 1;
            counted.accepted += accepted;
        };
        if let Some(error) = outcome.error() {
            *self
                .errors
                .entry(format!("{} {error}", step.operation))
                .or_default() += 1;
        }
        if let Body::Json(Value::Object(members)) = &step.body {
            for name in members.keys() {
                count(
                    self.parameters
                        .entry(format!("{}.{name}", step.operation))
                        .or_default(),
                );
            }
        }
        match self.operations.get_mut(&step.operation) {
            Some(counted) => count(counted),
            None => count(self.operations.entry(step.operation.clone()).or_default()),
        }
    }

    /// Takes over what another part of the run reached.
    pub fn merge(&mut self, other: Self) {
        let pairs = [
            (&mut self.operations, other.operations),
            (&mut self.parameters, other.parameters),
        ];
        for (mine, others) in pairs {
            for (name, counted) in others {
                let mine = mine.entry(name).or_default();
                mine.sent += counted.sent;
                mine.accepted += counted.accepted;
            }
        }
        for (name, count) in other.errors {
            *self.errors.entry(name).or_default() += count;
        }
    }

    /// Calls altogether.
    pub fn total(&self) -> Counted {
        let mut total = Counted::default();
        for counted in self.operations.values() {
            total.sent += counted.sent;
            total.accepted += counted.accepted;
        }
        total
    }

    /// What is too little, in words; nothing where the run is too short to be judged. `missing` operations are those that
    /// the target does not have.
    pub fn gaps(&self, missing: &BTreeSet<String>) -> Vec<String> {
        let total = self.total();
        if total.sent < STEPS_JUDGED_MIN {
            return Vec::new();
        }
        let mut gaps = Vec::new();
        if total.accepted * 100 < total.sent * ACCEPTED_PERCENT_MIN {
            gaps.push(format!(
                "only {} of {} calls were accepted",
                total.accepted, total.sent
            ));
        }
        for operation in OPERATIONS.iter().filter(|name| !missing.contains(**name)) {
            for name in parameters(operation) {
                let counted = self.parameters.get(&name).copied().unwrap_or_default();
                if counted.sent == 0 {
                    gaps.push(format!("{name} never occurs"));
                } else if counted.accepted == 0 && *operation != "DeleteTable" {
                    gaps.push(format!(
                        "{name} occurs {} times and is never accepted",
                        counted.sent
                    ));
                }
            }
        }
        gaps
    }
}

/// The parameters of an operation that a run must reach.
fn parameters(operation: &str) -> Vec<String> {
    let Some(known) = api().ok().and_then(|api| api.operations.get(operation)) else {
        return Vec::new();
    };
    let Kind::Structure(members) = &known.input.kind else {
        return Vec::new();
    };
    let wanted = members
        .iter()
        .filter(|member| !LEFT_OUT.contains(&member.name.as_str()));
    wanted
        .map(|member| format!("{operation}.{}", member.name))
        .collect()
}
