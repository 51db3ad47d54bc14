//! Campaigns: many seeds of one kind of run, and what came of them, as data that can be joined.
//!
//! A seed's result does not depend on the others, so a campaign may be split over processes and machines: the results
//! joined are those of one run.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::bugs::Bug;
use crate::finding::Finding;
use crate::plan::{Plan, Profile};
use crate::run::Report;

/// The version of the form that results have as files.
pub const VERSION: u32 = 1;
/// From how many seeds on a campaign is to have reached every situation that is declared.
pub const REACHES_ALL_FROM: usize = 500;

/// A kind of run: what a seed is run with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kind {
    /// The name of the profile.
    pub profile: String,
    /// The wrong behaviour that is switched on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mutant: Option<Bug>,
}

impl Kind {
    /// The plan of a seed; none where no profile has the name.
    pub fn plan(&self, seed: u64) -> Option<Plan> {
        let plan = Plan::new(seed, Profile::named(&self.profile, seed)?);
        Some(Plan {
            bug: self.mutant,
            ..plan
        })
    }
}

/// What came of one seed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeedResult {
    /// The digest of its event log.
    pub digest: u32,
    /// What was found, worst first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Finding>,
    /// The worst finding in a sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told: Option<String>,
    /// How much could not be judged.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub unknowns: usize,
    /// Virtual time, in microseconds.
    pub virtual_us: i64,
    /// Calls of clients.
    pub calls: u64,
    /// Artefacts that were read.
    pub artefacts: u64,
    /// Faults that were planned.
    pub faults: usize,
}

fn is_zero(number: &usize) -> bool {
    *number == 0
}

/// How far something came before somebody interrupted it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Interrupted {
    /// What was done.
    pub after: u64,
    /// Of how many.
    pub of: u64,
}

impl fmt::Display for Interrupted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "interrupted after {} of {}", self.after, self.of)
    }
}

/// What a campaign came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Campaign {
    /// The version of this form.
    pub version: u32,
    /// What was run.
    pub kind: Kind,
    /// Where it was interrupted: after how many of its seeds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interrupted: Option<Interrupted>,
    /// What came of each seed.
    pub seeds: BTreeMap<u64, SeedResult>,
    /// How often each rare situation that is declared was reached.
    pub reached: BTreeMap<String, u64>,
    /// What kinds of things happened, and how many in one run by powers of two; with the first seed of each.
    pub coverage: BTreeMap<String, u64>,
}

impl Campaign {
    /// A campaign that has not begun.
    pub fn new(kind: Kind) -> Self {
        Self {
            version: VERSION,
            kind,
            interrupted: None,
            seeds: BTreeMap::new(),
            reached: BTreeMap::new(),
            coverage: BTreeMap::new(),
        }
    }

    /// The results of a file.
    ///
    /// # Errors
    /// It is none: what is wrong, and where.
    pub fn from_json(text: &str) -> Result<Self, String> {
        let campaign: Self = serde_json::from_str(text).map_err(|error| error.to_string())?;
        if campaign.version == VERSION {
            Ok(campaign)
        } else {
            let version = campaign.version;
            Err(format!(
                "results of version {version}; {VERSION} can be read"
            ))
        }
    }

    /// The results as a file.
    pub fn to_json(&self) -> String {
        // Names and numbers are written to memory without fail.
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }

    /// Takes what came of a seed.
    pub fn add(&mut self, seed: u64, ended: &Result<Report, String>) {
        let mut result = SeedResult {
            digest: 0,
            findings: Finding::all(ended),
            told: Finding::told(ended),
            unknowns: 0,
            virtual_us: 0,
            calls: 0,
            artefacts: 0,
            faults: 0,
        };
        if let Ok(report) = ended {
            let stats = &report.stats;
            result.digest = report.logged.digest;
            result.unknowns = report.verdict.unknowns.len();
            result.virtual_us = stats.virtual_us;
            result.calls = stats.calls;
            result.artefacts = stats.artefacts;
            result.faults = report.plan.faults.len();
            for (name, times) in &report.sometimes {
                *self.reached.entry((*name).to_owned()).or_default() += times;
            }
            for (what, times) in &report.logged.counts {
                let first = self.coverage.entry(format!("{what} {}", power(*times)));
                first.and_modify(|it| *it = seed.min(*it)).or_insert(seed);
            }
        }
        self.seeds.insert(seed, result);
    }

    /// Joins the results of other seeds of the same campaign.
    ///
    /// # Errors
    /// They are of another campaign, or one seed has two results: it was not run by the same program.
    pub fn join(&mut self, other: Self) -> Result<(), String> {
        if self.kind != other.kind {
            let name = |kind: &Kind| match kind.mutant {
                Some(bug) => format!("{} with {}", kind.profile, bug.name()),
                None => kind.profile.clone(),
            };
            let (ours, theirs) = (name(&self.kind), name(&other.kind));
            return Err(format!("results of {theirs} do not join those of {ours}"));
        }
        if self.interrupted.is_some() || other.interrupted.is_some() {
            let (ours, theirs) = (self.reach(), other.reach());
            self.interrupted = Some(Interrupted {
                after: ours.after + theirs.after,
                of: ours.of + theirs.of,
            });
        }
        for (seed, result) in other.seeds {
            match self.seeds.get(&seed) {
                Some(known) if *known == result => {
                    return Err(format!(
                        "seed {seed} is in two of the files: join each file once"
                    ));
                }
                Some(_) => {
                    return Err(format!(
                        "seed {seed} has two results: the files come from different versions of the program"
                    ));
                }
                None => self.seeds.insert(seed, result),
            };
        }
        for (name, times) in other.reached {
            *self.reached.entry(name).or_default() += times;
        }
        for (what, seed) in other.coverage {
            let first = self.coverage.entry(what);
            first.and_modify(|it| *it = seed.min(*it)).or_insert(seed);
        }
        Ok(())
    }

    /// It was interrupted before it had so many seeds.
    pub fn interrupted_of(&mut self, seeds: u64) {
        let of = seeds;
        self.interrupted = Some(Interrupted { of, ..self.reach() }).filter(|it| it.after < of);
    }

    /// How far it came: as far as it was to come, where it was not interrupted.
    fn reach(&self) -> Interrupted {
        let after = self.seeds.len() as u64;
        self.interrupted.unwrap_or(Interrupted { after, of: after })
    }

    /// The seeds in which something was found.
    pub fn failing(&self) -> impl Iterator<Item = (u64, &SeedResult)> {
        let found = self.seeds.iter().filter(|(_, it)| !it.findings.is_empty());
        found.map(|(seed, result)| (*seed, result))
    }

    /// The situations that are declared, and should have been reached by now, and never were. A campaign of fewer than
    /// [`REACHES_ALL_FROM`] seeds owes nothing; nor does one with a planted bug, or of a profile that leaves families of
    /// faults out by design (only `swarm` has them all).
    pub fn never_reached(&self) -> Vec<&str> {
        let owes = self.seeds.len() >= REACHES_ALL_FROM
            && self.kind.mutant.is_none()
            && self.kind.profile == "swarm";
        let never = self.reached.iter().filter(|(_, times)| **times == 0);
        let never = never.map(|(name, _)| name.as_str());
        never.filter(|_| owes).collect()
    }

    /// Whether the last `window` seeds brought nothing new, and everything that is declared was reached.
    pub fn is_flat(&self, window: usize) -> bool {
        let Some(from) = self.seeds.keys().rev().nth(window.saturating_sub(1)) else {
            return false;
        };
        self.seeds.len() > window
            && self.coverage.values().all(|first| first < from)
            && self.reached.values().all(|times| *times > 0)
    }

    /// Whether nothing is wrong: no finding, nothing left unreached that should not be, and no seed left out.
    pub fn is_good(&self) -> bool {
        self.failing().next().is_none()
            && self.never_reached().is_empty()
            && self.interrupted.is_none()
    }
}

/// The power of two that a number lies below.
fn power(times: u64) -> u32 {
    u64::BITS - times.leading_zeros()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn campaign(seeds: &[u64]) -> Campaign {
        let mut campaign = Campaign::new(Kind {
            profile: "quick".to_owned(),
            mutant: None,
        });
        for seed in seeds {
            campaign.add(*seed, &Err(format!("broke at {seed}")));
            campaign
                .coverage
                .entry(format!("crash {}", seed / 4))
                .or_insert(*seed);
        }
        campaign
            .reached
            .insert("torn upload".to_owned(), seeds.len() as u64);
        campaign
    }

    #[test]
    fn parts_joined_in_any_order_are_the_whole() {
        let whole = campaign(&[1, 2, 3, 4, 5, 6]);
        let mut joined = campaign(&[3, 6]);
        joined.join(campaign(&[2, 5])).unwrap();
        joined.join(campaign(&[1, 4])).unwrap();
        assert_eq!(joined, whole);
        assert_eq!(Campaign::from_json(&joined.to_json()).unwrap(), whole);
    }

    #[test]
    fn a_part_that_was_interrupted_leaves_the_whole_incomplete() {
        let mut part = campaign(&[1, 2]);
        part.interrupted_of(5);
        let mut whole = campaign(&[7, 8, 9]);
        whole.join(part).unwrap();
        let told = whole.interrupted.unwrap().to_string();
        assert_eq!(told, "interrupted after 5 of 8");
        assert!(!whole.is_good());
        assert_eq!(Campaign::from_json(&whole.to_json()).unwrap(), whole);
        // An interrupt that came with the last seed left nothing out.
        let mut whole = campaign(&[1, 2]);
        whole.interrupted_of(2);
        assert_eq!(whole.interrupted, None);
    }

    #[test]
    fn what_does_not_belong_together_is_not_joined() {
        let told = campaign(&[1]).join(campaign(&[1])).unwrap_err();
        assert!(told.contains("join each file once"), "{told}");
        let mut other = campaign(&[1]);
        other.add(1, &Err("broke elsewhere".to_owned()));
        let told = campaign(&[1]).join(other).unwrap_err();
        assert!(told.contains("different versions"), "{told}");
        let mut other = campaign(&[2]);
        other.kind.profile = "swarm".to_owned();
        assert!(campaign(&[1]).join(other).is_err());
    }

    #[test]
    fn what_was_never_reached_counts_in_large_campaigns_of_swarm_alone() {
        let seeds: Vec<u64> = (1..=REACHES_ALL_FROM as u64).collect();
        let mut large = campaign(&seeds);
        large.kind.profile = "swarm".to_owned();
        assert!(large.never_reached().is_empty());
        large.reached.insert("never".to_owned(), 0);
        assert_eq!(large.never_reached(), ["never"]);
        let mut small = campaign(&[1]);
        small.kind.profile = "swarm".to_owned();
        small.reached.insert("never".to_owned(), 0);
        assert!(small.never_reached().is_empty());
    }

    #[test]
    fn a_campaign_is_flat_when_the_last_seeds_brought_nothing_new() {
        assert!(
            !campaign(&[1, 2, 3, 4, 5]).is_flat(2),
            "crash 1 came with seed 4"
        );
        assert!(campaign(&[1, 2, 3, 4, 5, 6, 7]).is_flat(2));
        assert!(!campaign(&[1]).is_flat(2));
    }
}
