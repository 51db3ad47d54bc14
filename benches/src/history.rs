//! Histories of any length that are right: sixteen clients on a thousand items, and backups in between.

mod mixed;
mod plain;
mod recorder;

use lookback_checker::history::{Entry, Header};
use oorandom::Rand64;
use recorder::Recorder;

/// What the calls of a history are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Every second call writes a value of its own, the others read: the direct path.
    Plain,
    /// Counters, deletions, conditions, transactions, scans and lost answers: the search and the rules across items.
    Mixed,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Plain, Self::Mixed];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Mixed => "mixed",
        }
    }

    /// The kind of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// A history to be made: the same in every run.
#[derive(Clone, Copy, Debug)]
pub struct Histories {
    /// What its calls are.
    pub kind: Kind,
    /// How many calls.
    pub calls: u64,
    /// Over how many items, at least 2.
    pub keys: u64,
    /// How many backups, evenly spread.
    pub backups: u64,
}

impl Histories {
    /// The header.
    pub fn header() -> Header {
        Header {
            version: 1,
            ..Header::default()
        }
    }

    /// Gives the entries after the header one by one, in the order of time.
    ///
    /// # Errors
    /// None but those of making JSON.
    pub fn each(&self, take: impl FnMut(Entry)) -> Result<(), serde_json::Error> {
        let mut recorder = Recorder::new(take)?;
        let mut draw = Rand64::new(7);
        match self.kind {
            Kind::Plain => plain::record(self, &mut draw, &mut recorder)?,
            Kind::Mixed => mixed::record(self, &mut draw, &mut recorder)?,
        }
        recorder.finish();
        Ok(())
    }

    /// Whether a backup follows the call of this number.
    fn has_backup_after(&self, index: u64) -> bool {
        let every = self.calls / (self.backups + 1);
        every > 0 && index % every == every - 1 && index / every < self.backups
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lookback_checker::Contract;
    use lookback_checker::judge::{Options, judge_trace};
    use lookback_checker::trace::Builder;
    use lookback_checker::verdict::Rule;

    fn rules_of(kind: Kind) -> Vec<(Rule, u64)> {
        let contract = Contract::dynamodb();
        let mut builder = Builder::new(Histories::header(), contract.in_place_kinds());
        let histories = Histories {
            kind,
            calls: 6_000,
            keys: 50,
            backups: 2,
        };
        histories.each(|entry| builder.push(&entry)).unwrap();
        let trace = builder.finish();
        assert!(trace.unread.is_empty(), "{:?}", trace.unread);
        let verdict = judge_trace(&trace, &contract, &Options::default());
        assert!(verdict.is_pass(), "{verdict:?}");
        let rules = verdict.rules.iter();
        rules.map(|applied| (applied.rule, applied.times)).collect()
    }

    #[test]
    fn a_plain_history_passes() {
        assert_eq!(rules_of(Kind::Plain), [(Rule::ItemOrder, 50)]);
    }

    #[test]
    fn a_mixed_history_passes_and_ties_items() {
        let rules = rules_of(Kind::Mixed);
        let tied = rules
            .iter()
            .find(|(rule, _)| *rule == Rule::TransactionInstant);
        assert!(tied.is_some_and(|(_, times)| *times > 100), "{rules:?}");
    }
}
