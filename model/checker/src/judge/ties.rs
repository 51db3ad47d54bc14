//! What shares an instant: the items of a tied artefact, the members of a transaction, the items of one read.
//!
//! For each member it is known when it can have been met; the rule asks for an instant that all of them allow. This is
//! necessary, and for one tie also sufficient where each value that was read has one source.

use super::Court;
use super::Findings;
use super::items::band_of;
use crate::contract::Grade;
use crate::register::windows::{Instants, intersection};
use crate::trace::SourceOf;
use crate::verdict::{Remark, Rule, Violation, Witness};
use crate::witness::{artefact_name, call_name, fact, item_name, time};

/// What is tied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Group {
    /// The operations of one call, in the trace's ties.
    Tie(u32),
    /// The items of one artefact.
    Artefact(u32),
    /// The items of the artefacts of one group.
    Together(u64),
}

/// When one member of a tie can have been met.
#[derive(Clone, Debug)]
pub(super) struct SetOf {
    pub group: Group,
    pub item: u32,
    /// Its place among the operations of the item.
    pub place: u32,
    pub instants: Instants,
}

/// Looks for a common instant of each group.
pub(super) fn judge(court: &Court<'_>, mut sets: Vec<SetOf>, findings: &mut Findings) {
    // Stable: within a group the members stay in the order of the items.
    sets.sort_by_key(|set| set.group);
    for members in sets.chunk_by(|a, b| a.group == b.group) {
        let Some(first) = members.first() else {
            continue;
        };
        let rule = rule_of(court, first.group);
        findings.apply(rule, 1);
        let apart = apart(members);
        if apart.is_empty() {
            continue;
        }
        let (grade, clauses) = grade_of(court, first.group);
        let summary = summary(court, first.group, &apart);
        if grade == Grade::Unspecified {
            findings.remarks.push(Remark {
                rule,
                subject: name_of(court, first.group),
                text: summary,
            });
            continue;
        }
        let mut facts: Vec<_> = apart
            .iter()
            .filter_map(|set| {
                let item = court.trace.items.get(set.item as usize)?;
                let placed = court.trace.ops_of(item).get(set.place as usize)?;
                let mut fact = fact(court.trace, court.bands, item, placed);
                fact.allowed_us = set.instants.clone();
                Some(fact)
            })
            .collect();
        facts.sort_by_key(|fact| fact.allowed_us.first().copied());
        findings.violations.push(Violation {
            rule,
            grade,
            clauses,
            also: 0,
            witness: Witness {
                summary,
                context: crate::witness::context(court.trace, &facts),
                facts,
            },
        });
    }
}

/// Members that share no instant, of which none can be left out; empty if all share one.
fn apart(members: &[SetOf]) -> Vec<&SetOf> {
    let mut kept: Vec<&SetOf> = Vec::new();
    let mut left = members;
    loop {
        let mut common: Instants = vec![(i64::MIN, i64::MAX)];
        for set in &kept {
            common = intersection(&common, &set.instants);
        }
        if common.is_empty() {
            return kept;
        }
        // The first member with which nothing is left: needed, and so is somebody before it.
        let empties = left.iter().position(|set| {
            common = intersection(&common, &set.instants);
            common.is_empty()
        });
        let Some(set) = empties.and_then(|index| left.get(index)) else {
            return Vec::new();
        };
        left = left.get(..empties.unwrap_or(0)).unwrap_or_default();
        kept.push(set);
    }
}

pub(super) fn rule_of(court: &Court<'_>, group: Group) -> Rule {
    match group {
        Group::Tie(tie) => match court.trace.ties.get(tie as usize) {
            Some(tie) => tie.rule,
            None => Rule::ItemOrder,
        },
        Group::Artefact(_) | Group::Together(_) => Rule::CommonCut,
    }
}

pub(super) fn grade_of(court: &Court<'_>, group: Group) -> (Grade, Vec<String>) {
    let artefact = match group {
        Group::Tie(_) => {
            return (Grade::Documented, vec!["ITEM-018".to_owned()]);
        }
        Group::Artefact(artefact) => Some(artefact),
        Group::Together(group) => court
            .trace
            .artefacts
            .iter()
            .position(|taken| taken.group == Some(group))
            .and_then(|index| u32::try_from(index).ok()),
    };
    match artefact.and_then(|artefact| band_of(court, artefact)) {
        Some(band) => (band.promise.untied_is, band.promise.clauses.clone()),
        None => (Grade::Documented, Vec::new()),
    }
}

pub(super) fn name_of(court: &Court<'_>, group: Group) -> String {
    match group {
        Group::Tie(tie) => match court.trace.ties.get(tie as usize) {
            Some(tie) => call_name(court.trace, SourceOf::Call(tie.call)),
            None => String::new(),
        },
        Group::Artefact(artefact) => match court.trace.artefacts.get(artefact as usize) {
            Some(taken) => artefact_name(taken),
            None => String::new(),
        },
        Group::Together(group) => format!("the artefacts of group {group}"),
    }
}

fn summary(court: &Court<'_>, group: Group, apart: &[&SetOf]) -> String {
    let name = name_of(court, group);
    let rule = rule_of(court, group);
    let what = match rule {
        Rule::TransactionInstant => "its items cannot have changed at one instant",
        Rule::ReadInstant => "its items were not there at one instant",
        _ => "its items share no cut",
    };
    let told: Vec<String> = apart
        .iter()
        .filter_map(|set| {
            let item = court.trace.items.get(set.item as usize)?;
            let spans: Vec<String> = set
                .instants
                .iter()
                .map(|(from, to)| match (*from, *to) {
                    (i64::MIN, to) => format!("until {}", time(to)),
                    (from, i64::MAX) => format!("from {} on", time(from)),
                    (from, to) => format!("from {} to {}", time(from), time(to)),
                })
                .collect();
            let spans = if spans.is_empty() {
                "never".to_owned()
            } else {
                spans.join(" or ")
            };
            Some(format!("{} only {spans}", item_name(court.trace, item)))
        })
        .collect();
    format!("{name}: {what}: {}.", told.join(", "))
}
