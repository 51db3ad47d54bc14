//! The model, with one thing that it does not do as it says.

use lookback_conformance::server::backend::Backend;
use lookback_reference::{Answer, Caller};
use serde_json::{Value, json};

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lie {
    /// A restored table lacks an item.
    ItemLost,
    /// A restored table holds an older value of an item.
    ValueInvented,
    /// A restore to a time goes to one that is ten seconds earlier.
    TooEarly,
    /// A write is acknowledged and not done, now and then.
    WriteLost,
    /// A backup names a time that is ten minutes past.
    WrongTime,
    /// Backups are not there at all: no lie, but a lack.
    NoBackups,
}

/// The lies that a soak finds.
pub const LIES: &[Lie] = &[
    Lie::ItemLost,
    Lie::ValueInvented,
    Lie::TooEarly,
    Lie::WriteLost,
    Lie::WrongTime,
];

/// A model that lies.
pub struct Liar {
    inner: Box<dyn Backend>,
    lie: Lie,
    writes: u64,
}

impl Liar {
    pub fn new(inner: Box<dyn Backend>, lie: Lie) -> Self {
        let writes = 0;
        Self { inner, lie, writes }
    }
}

impl Backend for Liar {
    fn answer(
        &mut self,
        now_us: i64,
        caller: &Caller,
        target: Option<&str>,
        body: &[u8],
    ) -> Answer {
        let operation = target
            .and_then(|target| target.split('.').nth(1))
            .unwrap_or_default();
        let mut input: Value = serde_json::from_slice(body).unwrap_or_default();
        let restored = input["TableName"]
            .as_str()
            .is_some_and(|name| name.ends_with("-restored"));
        match (self.lie, operation) {
            (Lie::NoBackups, "CreateBackup") => {
                let error =
                    json!({ "__type": "com.amazon.coral.service#UnknownOperationException" });
                return Answer {
                    status: 400,
                    body: error.to_string().into_bytes(),
                };
            }
            (Lie::TooEarly, "RestoreTableToPointInTime") => {
                if let Some(time_s) = input["RestoreDateTime"].as_f64() {
                    input["RestoreDateTime"] = (time_s - 10.0).into();
                    let body = input.to_string().into_bytes();
                    let mut answer = self.inner.answer(now_us, caller, target, &body);
                    edit(&mut answer, |output| {
                        output["TableDescription"]["RestoreSummary"]["RestoreDateTime"] =
                            time_s.into();
                    });
                    return answer;
                }
            }
            (Lie::WriteLost, "PutItem")
                if input.get("ConditionExpression").is_none()
                    && input.get("ReturnValues").is_none() =>
            {
                self.writes += 1;
                if self.writes.is_multiple_of(5) {
                    return Answer {
                        status: 200,
                        body: b"{}".to_vec(),
                    };
                }
            }
            _ => {}
        }
        let mut answer = self.inner.answer(now_us, caller, target, body);
        match (self.lie, operation) {
            (Lie::ItemLost, "Scan") if restored => edit(&mut answer, |output| {
                output["Items"].as_array_mut().and_then(Vec::pop);
            }),
            (Lie::ValueInvented, "Scan") if restored => edit(&mut answer, |output| {
                if let Some(item) = output["Items"].get_mut(0) {
                    item["v"] = json!({ "S": "never written" });
                }
            }),
            (Lie::WrongTime, "CreateBackup") => edit(&mut answer, |output| {
                let created = &mut output["BackupDetails"]["BackupCreationDateTime"];
                if let Some(time_s) = created.as_f64() {
                    *created = (time_s - 600.0).into();
                }
            }),
            _ => {}
        }
        answer
    }

    fn next_due(&self, now_us: i64) -> Option<i64> {
        self.inner.next_due(now_us)
    }
}

fn edit(answer: &mut Answer, change: impl FnOnce(&mut Value)) {
    if answer.status == 200 {
        let mut output: Value = serde_json::from_slice(&answer.body).unwrap();
        change(&mut output);
        answer.body = output.to_string().into_bytes();
    }
}
