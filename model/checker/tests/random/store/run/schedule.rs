//! When calls happen, within their intervals.

use super::{Event, Run};
use crate::dice::Dice;
use crate::store::{Deed, Outcome};

impl Run {
    pub(super) fn plan(&mut self, index: usize, seed: u64) {
        let mut dice = Dice::new(seed);
        let interval = self.nature.interval(&mut dice);
        let deed = self.nature.deed(&mut dice, 1_000 + 10 * index as i64);
        let client = index as u64;
        match &deed {
            Deed::Write { .. } | Deed::Batch { .. } => {
                self.plan_write(client, interval, deed, &mut dice);
            }
            Deed::Transact { token, .. } => {
                let again = token.is_some() && dice.one_in(2);
                let first = self.plan_write(client, interval, deed.clone(), &mut dice);
                if again {
                    let from_us = dice.between(interval.0, self.nature.last_us.max(interval.0));
                    let to_us = from_us + interval.1 - interval.0;
                    // Whoever attempts again has not had an answer.
                    self.calls[first].outcome = Outcome::Lost;
                    self.plan_write(client + 1_000, (from_us, to_us), deed, &mut dice);
                }
            }
            Deed::Page { .. } => {
                let mut chain = Vec::new();
                let mut interval = interval;
                for _ in 0..3 {
                    chain.push(self.call(client, interval, deed.clone(), Outcome::Done));
                    let gap = dice.between(0, 3) * self.nature.grain_us;
                    interval = (interval.1 + gap, interval.1 + gap + interval.1 - interval.0);
                }
                self.chains.push(chain);
            }
            Deed::Ask {
                kind: "in-place-restore",
                ..
            } => {
                let taken = self.calls.iter().any(|call| {
                    matches!(
                        call.deed,
                        Deed::Ask {
                            kind: "in-place-restore",
                            ..
                        }
                    )
                });
                if !taken && !self.nature.replaced {
                    let deed = Deed::Ask {
                        kind: "in-place-restore",
                        table: 0,
                    };
                    let call = self.call(client, interval, deed, Outcome::Done);
                    let at_us = dice.between(interval.0, interval.1);
                    self.at(
                        at_us,
                        Event::Replace {
                            call,
                            share: dice.between(0, 100),
                        },
                    );
                }
            }
            _ => {
                self.call(client, interval, deed, Outcome::Done);
            }
        }
    }

    /// A write, with the instants at which its parts happen.
    fn plan_write(
        &mut self,
        client: u64,
        interval: (i64, i64),
        deed: Deed,
        dice: &mut Dice,
    ) -> usize {
        let parts = match &deed {
            Deed::Batch { parts } => (0..parts.len()).map(Some).collect(),
            _ => vec![None],
        };
        let lost = self.nature.faults && dice.one_in(6);
        let call = self.call(
            client,
            interval,
            deed,
            if lost { Outcome::Lost } else { Outcome::Done },
        );
        self.calls[call].returns = !lost || dice.one_in(2);
        self.calls[call].duplicated = self.nature.faults && dice.one_in(12);
        let late_us = self.nature.last_us.max(interval.1);
        for part in &parts {
            let happens = !lost || !dice.one_in(3);
            let last_us = if lost { late_us } else { interval.1 };
            let at_us = dice.between(interval.0, last_us);
            if happens {
                self.at(
                    at_us,
                    Event::Write {
                        call,
                        part: *part,
                        ghost: false,
                    },
                );
            }
            if self.calls[call].duplicated && !dice.one_in(3) {
                let at_us = dice.between(interval.0, late_us);
                self.at(
                    at_us,
                    Event::Write {
                        call,
                        part: *part,
                        ghost: true,
                    },
                );
            }
        }
        call
    }

    /// The table is deleted and made again.
    pub(super) fn plan_replacement(&mut self) {
        if !self.nature.replaced {
            return;
        }
        let mut dice = self.dice.clone();
        let step = self.nature.last_us / 10;
        let mut times: Vec<i64> = (0..4).map(|_| dice.between(4 * step, 7 * step)).collect();
        times.sort_unstable();
        // A table is made only when it is known that the one before is gone.
        times[2] = times[2].max(times[1] + 1);
        times[3] = times[3].max(times[2]);
        self.call(
            6_001,
            (times[0], times[1]),
            Deed::DeleteTable,
            Outcome::Done,
        );
        let creation = self.call(
            6_001,
            (times[2], times[3]),
            Deed::CreateTable,
            Outcome::Done,
        );
        self.at(dice.between(times[0], times[1]), Event::Drop);
        let made_us = dice.between(times[2], times[3]);
        self.at(made_us, Event::Create { call: creation });
    }
}
