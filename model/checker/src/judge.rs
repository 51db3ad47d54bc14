//! The judge: a history against a contract.
//!
//! Each item is judged by itself first ([`items`]): its writes, reads and artefact reads, the latter at intervals that the
//! contract lays around their anchors ([`bands`], [`echo`]). What fails is judged again in parts, to tell which promise is broken
//! ([`blame`]). Then come the rules across items: what shares an instant ([`ties`], [`wholes`]), what an artefact's position in the
//! log asks for ([`positions`]), what indexes hold ([`indexes`]).

mod bands;
mod blame;
mod echo;
mod indexes;
mod items;
mod positions;
mod ties;
mod wholes;

use std::collections::BTreeMap;

pub(crate) use bands::Band;

use crate::contract::Contract;
use crate::history::History;
use crate::register::Solver;
use crate::trace::Trace;
use crate::verdict::{Applied, Remark, Rule, Unknown, Verdict, Violation};

/// How the judge goes about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// How many threads judge items; the verdict does not depend on it.
    pub threads: usize,
    /// The most steps that the search takes for one item before it is given up as unknown.
    pub steps_max: u64,
    /// The most witnesses that are told of one culprit: the others are counted.
    pub witnesses_max: usize,
}

impl Default for Options {
    /// One thread, a million steps for an item, three witnesses for a culprit.
    fn default() -> Self {
        Self {
            threads: 1,
            steps_max: 1_000_000,
            witnesses_max: 3,
        }
    }
}

/// Judges a history.
pub fn judge(history: &History, contract: &Contract, options: &Options) -> Verdict {
    judge_trace(&Trace::new(history, contract), contract, options)
}

/// Judges a history that was made ready.
pub fn judge_trace(trace: &Trace, contract: &Contract, options: &Options) -> Verdict {
    let mut findings = Findings::default();
    let bands = bands::lay(trace, contract, &mut findings);
    let court = Court {
        trace,
        bands: &bands,
        options,
    };
    let judged = items::judge(&court);
    blame::blame(&court, &judged.impossible, &mut findings);
    findings.unknowns.extend(judged.unknown);
    findings.apply(Rule::ItemOrder, trace.items.len() as u64);
    findings.not_sure(&court, &judged.not_sure);
    ties::judge(&court, judged.sets, &mut findings);
    wholes::judge(&court, &mut findings);
    positions::judge(&court, &mut findings);
    indexes::judge(&court, &mut findings);
    findings.into_verdict(trace)
}

/// What all rules look at.
#[derive(Clone, Copy)]
struct Court<'a> {
    trace: &'a Trace,
    /// For each artefact where its items were read; `None`: it is not judged by time.
    bands: &'a [Option<Band<'a>>],
    options: &'a Options,
}

impl Court<'_> {
    fn solver(&self) -> Solver {
        Solver::new(self.options.steps_max)
    }
}

/// What the rules have found so far.
#[derive(Default)]
struct Findings {
    violations: Vec<Violation>,
    unknowns: Vec<Unknown>,
    remarks: Vec<Remark>,
    applied: BTreeMap<Rule, u64>,
}

impl Findings {
    fn apply(&mut self, rule: Rule, times: u64) {
        *self.applied.entry(rule).or_default() += times;
    }

    fn unknown(&mut self, rule: Rule, subject: String, reason: String) {
        self.unknowns.push(Unknown {
            rule,
            subject,
            reason,
        });
    }

    /// Readings between what is surely promised and what is surely wrong.
    fn not_sure(&mut self, court: &Court<'_>, not_sure: &BTreeMap<u32, u64>) {
        for (artefact, items) in not_sure {
            if let Some(taken) = court.trace.artefacts.get(*artefact as usize) {
                self.remarks.push(Remark {
                    rule: Rule::ItemOrder,
                    subject: crate::witness::artefact_name(taken),
                    text: format!(
                        "{items} of its items were read farther from its anchor than the documents name, and not as far as \
                         they exclude"
                    ),
                });
            }
        }
    }

    fn into_verdict(mut self, trace: &Trace) -> Verdict {
        self.violations.sort_by_key(|violation| violation.grade);
        for (reason, times) in &trace.unread {
            self.remarks.push(Remark {
                rule: Rule::ItemOrder,
                subject: format!("{times} times"),
                text: format!("not judged: {reason}"),
            });
        }
        Verdict {
            violations: self.violations,
            unknowns: self.unknowns,
            remarks: self.remarks,
            rules: self
                .applied
                .into_iter()
                .filter(|(_, times)| *times > 0)
                .map(|(rule, times)| Applied { rule, times })
                .collect(),
        }
    }
}
