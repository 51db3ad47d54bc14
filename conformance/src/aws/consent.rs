//! Nothing is made in an account before somebody has said that it may cost something.

use serde_json::Value;

use crate::case::Case;

/// What the cases of a run make, roughly: polls and repetitions are not counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bill {
    /// Cases that are run, rather than left out for want of a movable clock or a second account.
    pub cases: usize,
    /// Tables.
    pub tables: usize,
    /// Backups.
    pub backups: usize,
    /// Restored tables.
    pub restores: usize,
}

impl Bill {
    /// Of these cases.
    pub fn of<'a>(cases: impl IntoIterator<Item = &'a Case>) -> Self {
        let mut bill = Self::default();
        for case in cases {
            bill.cases += 1;
            bill.tables += case.tables.len();
            bill.add(case.source.get("steps").unwrap_or(&Value::Null));
        }
        bill
    }

    fn add(&mut self, value: &Value) {
        match value {
            Value::Array(values) => values.iter().for_each(|value| self.add(value)),
            Value::Object(members) => {
                // What is expected to be refused makes nothing.
                let refused = members
                    .get("expect")
                    .is_some_and(|expect| expect.get("error").is_some());
                match members
                    .get("call")
                    .and_then(Value::as_str)
                    .filter(|_| !refused)
                {
                    Some("CreateTable") => self.tables += 1,
                    Some("CreateBackup") => self.backups += 1,
                    Some("RestoreTableFromBackup" | "RestoreTableToPointInTime") => {
                        self.restores += 1
                    }
                    _ => {}
                }
                members
                    .get("do")
                    .into_iter()
                    .for_each(|steps| self.add(steps));
            }
            _ => {}
        }
    }

    /// One line: what is made, and how to agree.
    pub fn refusal(&self, region: &str) -> String {
        let Self {
            cases,
            tables,
            backups,
            restores,
        } = self;
        format!(
            "--aws makes real tables in {region}, and AWS bills for them: {cases} cases make about {tables} tables \
             (on demand, a few items each), {backups} backups and {restores} restored tables, and delete them at \
             the end; say --i-accept-costs to go on (docs/aws.md)"
        )
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Bill;

    #[test]
    fn what_is_made_is_counted_and_what_is_refused_is_not() {
        let mut bill = Bill::default();
        bill.add(&json!([
            { "call": "CreateTable", "in": {} },
            { "call": "CreateBackup", "in": {} },
            { "call": "CreateBackup", "in": {}, "expect": { "error": "TableNotFoundException" } },
            { "each": { "x": [1] }, "do": [{ "call": "RestoreTableFromBackup", "in": { "call": "CreateTable" } }] },
            { "wait_s": 61 },
        ]));
        assert_eq!(
            bill,
            Bill {
                cases: 0,
                tables: 1,
                backups: 1,
                restores: 1
            }
        );
    }

    #[test]
    fn the_refusal_is_one_line_that_says_how_to_agree() {
        let bill = Bill {
            cases: 7,
            tables: 8,
            backups: 5,
            restores: 2,
        };
        insta::assert_snapshot!(bill.refusal("eu-west-1"));
    }
}
