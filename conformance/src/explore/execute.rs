//! One program on both sides.

use std::collections::BTreeSet;

use lookback_traffic::program::{Body, Program, ProgramStep, Reading};
use serde_json::{Value, json};

use super::coverage::Coverage;
use super::difference::{Cause, Kind, between};
use super::message::Permitted;
use super::side::{Outcome, Side};
use crate::target::Unreachable;

/// One step that was answered differently.
#[derive(Clone, Debug)]
pub struct Difference {
    /// The number of the step; what creates a table has the numbers before the first step's.
    pub step: usize,
    /// What was asked, with what stands for the names of tables.
    pub request: String,
    /// What it is counted as.
    pub cause: Cause,
    /// What the other side answered.
    pub expected: String,
    /// What the target answered.
    pub found: String,
}

/// What came of one program.
#[derive(Debug, Default)]
pub struct Executed {
    /// How many calls were compared.
    pub steps: u64,
    /// What was reached.
    pub coverage: Coverage,
    /// How many calls were answered differently.
    pub different: u64,
    /// In what they were: one answer may differ in several things.
    pub differences: Vec<Difference>,
    /// Operations that the target does not have.
    pub missing: BTreeSet<String>,
    /// Calls that a service would not answer yet, or not in time: no behaviour.
    pub indeterminate: u64,
    /// Why the target cannot be reached any more.
    pub lost: Option<String>,
}

/// Runs a program on both sides, up to the first difference after which their states may differ.
pub async fn execute(
    program: &Program,
    permitted: &Permitted,
    reference: &mut Side,
    target: &mut Side,
) -> Executed {
    let mut executed = Executed::default();
    let (expected, found) = futures::join!(reference.prepare(program), target.prepare(program));
    let creations = program.tables.iter().map(|table| ProgramStep {
        gap_s: 0,
        operation: "CreateTable".to_owned(),
        body: Body::Json(table.clone()),
        reading: Reading::Whole,
    });
    let mut together = true;
    for (number, (step, (expected, found))) in
        creations.zip(expected.into_iter().zip(found)).enumerate()
    {
        together &= executed.compare(
            program,
            number,
            &step,
            permitted,
            (&expected, &found),
            target,
        );
    }
    if together {
        for (number, step) in program.steps.iter().enumerate() {
            let (expected, found) = futures::join!(reference.call(step), target.call(step));
            let number = number + program.tables.len();
            let both = (&expected, &found);
            let before = executed.differences.len();
            if !executed.compare(program, number, step, permitted, both, target) {
                break;
            }
            if !(expected.is_ok() && found.is_ok()) {
                continue;
            }
            let mut together = true;
            let told = executed.differences.len() > before;
            for look in stored(step) {
                let (expected, found) = futures::join!(reference.call(&look), target.call(&look));
                for cause in between(program, &look, permitted, &expected, &found) {
                    together &= !parts(&cause);
                    executed.differences.push(Difference {
                        step: number,
                        request: step.text(),
                        cause: Cause {
                            operation: step.operation.clone(),
                            at: format!("(stored){}", cause.at),
                            ..cause
                        },
                        expected: target.unnamed(&expected.shown()),
                        found: target.unnamed(&found.shown()),
                    });
                }
            }
            if !told && executed.differences.len() > before {
                executed.different += 1;
            }
            if !together {
                break;
            }
        }
    }
    executed
}

/// Reads what updates have stored: what two services make of them shows nowhere else at once.
fn stored(step: &ProgramStep) -> Vec<ProgramStep> {
    let Body::Json(body) = &step.body else {
        return Vec::new();
    };
    let updates: Vec<&Value> = match step.operation.as_str() {
        "UpdateItem" => vec![body],
        "TransactWriteItems" => {
            let actions = body.get("TransactItems").and_then(Value::as_array);
            let updates = actions.into_iter().flatten();
            updates.filter_map(|action| action.get("Update")).collect()
        }
        _ => Vec::new(),
    };
    let looks = updates.into_iter().filter_map(|update| {
        let look = json!({
            "TableName": update.get("TableName")?,
            "Key": update.get("Key")?,
            "ConsistentRead": true,
        });
        Some(ProgramStep {
            gap_s: 0,
            operation: "GetItem".to_owned(),
            body: Body::Json(look),
            reading: Reading::Whole,
        })
    });
    looks.collect()
}

/// Whether two services hold different items after they differed so in a write that both accepted. What they tell of
/// capacity, of collections and of tables has no effect on items.
fn parts(cause: &Cause) -> bool {
    ["/Item", "/Attributes", "/Unprocessed"]
        .iter()
        .any(|place| cause.at.starts_with(place))
}

impl Executed {
    /// Counts and compares one step; whether both sides are still in one state.
    fn compare(
        &mut self,
        program: &Program,
        number: usize,
        step: &ProgramStep,
        permitted: &Permitted,
        (expected, found): (&Outcome, &Outcome),
        target: &Side,
    ) -> bool {
        self.steps += 1;
        self.coverage.add(step, expected);
        match found {
            Outcome::Answer(answer) if answer.not_implemented().is_some() => {
                self.missing.insert(step.operation.clone());
                return !writes(&step.operation) || !expected.is_ok();
            }
            Outcome::Answer(answer) if answer.is_throttle() => {
                self.indeterminate += 1;
                return false;
            }
            Outcome::Nothing(why @ Unreachable::Refused(_)) => {
                self.lost = Some(why.to_string());
                return false;
            }
            _ => {}
        }
        let causes = between(program, step, permitted, expected, found);
        self.different += u64::from(!causes.is_empty());
        let mut together = true;
        for cause in causes {
            together &= match cause.kind {
                Kind::Message | Kind::Error => true,
                Kind::Body => !(writes(&step.operation) && parts(&cause)),
                Kind::Accepted | Kind::Refused | Kind::Unanswered => !writes(&step.operation),
            };
            self.differences.push(Difference {
                step: number,
                request: step.text(),
                cause,
                expected: target.unnamed(&expected.shown()),
                found: target.unnamed(&found.shown()),
            });
        }
        together
    }
}

fn writes(operation: &str) -> bool {
    let reads = [
        "GetItem",
        "Query",
        "Scan",
        "BatchGetItem",
        "TransactGetItems",
    ];
    !(reads.contains(&operation)
        || operation.starts_with("Describe")
        || operation.starts_with("List"))
}
