//! The indexes of a restored table: local ones agree with its items at once, global ones when they have settled
//! (CONSISTENCY-008).

use super::{Court, Findings};
use crate::contract::Grade;
use crate::verdict::{Remark, Rule, Violation, Witness};
use crate::witness::{artefact_fact, artefact_name};

/// Judges what was read of the indexes of restored tables.
pub(super) fn judge(court: &Court<'_>, findings: &mut Findings) {
    for taken in &court.trace.artefacts {
        for index in &taken.indexes {
            findings.apply(Rule::IndexEntries, 1);
            let Some(difference) = &index.difference else {
                continue;
            };
            let summary = format!(
                "{}: its index {} {difference}.",
                artefact_name(taken),
                index.name
            );
            if index.global && !index.settled {
                findings.remarks.push(Remark {
                    rule: Rule::IndexEntries,
                    subject: artefact_name(taken),
                    text: format!("{summary} It may not have settled."),
                });
                continue;
            }
            let at_us = taken.call_us.unwrap_or_default();
            let mut fact = artefact_fact(taken, at_us, None);
            fact.words.clone_from(&summary);
            findings.violations.push(Violation {
                rule: Rule::IndexEntries,
                grade: Grade::Documented,
                clauses: vec!["CONSISTENCY-008".to_owned()],
                also: 0,
                witness: Witness {
                    summary,
                    facts: vec![fact],
                    context: Vec::new(),
                },
            });
        }
    }
}
