//! Whether entries can follow one another: a history that contradicts itself is damaged, and no verdict may rest on
//! it.

use std::collections::BTreeMap;

use super::error::Problem;
use super::ids::Ids;
use crate::history::{Artefact, Call, ClockMove, Entry, Estimate, Fault, Return};

/// By how much a line may be written late, in microseconds: clients take their times and then wait for the one
/// recorder, and on a busy machine a thread may stand still for seconds.
pub(super) const LATE_US_MAX: i64 = 10_000_000;

/// The most that a time can be, in microseconds: more than 30,000 years. Sums of a few of them do not overflow.
pub(super) const TIME_US_MAX: i64 = 1_000_000_000_000_000_000;

/// What was read before.
#[derive(Debug, Default)]
pub(super) struct Order {
    has_header: bool,
    end_line: Option<u64>,
    /// The latest time so far, and its line.
    latest: Option<(i64, u64)>,
    calls: Ids,
    artefacts: Ids,
    /// The calls without a return, and when they were made.
    open: BTreeMap<u64, i64>,
}

impl Order {
    pub fn has_header(&self) -> bool {
        self.has_header
    }

    /// Whether an entry can come next.
    pub fn admit(&mut self, line: u64, entry: &Entry) -> Result<(), Problem> {
        let found = entry.kind();
        if !self.has_header && !matches!(entry, Entry::History(_)) {
            return Err(Problem::NoHeader { found });
        }
        if let Some(end_line) = self.end_line {
            return Err(Problem::AfterEnd { found, end_line });
        }
        match entry {
            Entry::History(_) if self.has_header => Err(Problem::SecondHeader),
            Entry::History(header) if header.version == 0 => Err(Problem::Version0),
            Entry::History(_) => {
                self.has_header = true;
                Ok(())
            }
            Entry::Table(table) => self.time(line, table.at_us),
            Entry::Call(call) => self.call(line, call),
            Entry::Return(returned) => self.returned(line, returned),
            Entry::Artefact(artefact) => self.artefact(artefact),
            Entry::Fault(fault) => self.fault(line, fault),
            Entry::Clock(moved) => self.clock(line, *moved),
            Entry::Estimate(estimate) => self.estimate(line, *estimate),
            Entry::End(end) => {
                self.end_line = Some(line);
                self.time(line, end.at_us)
            }
        }
    }

    fn call(&mut self, line: u64, call: &Call) -> Result<(), Problem> {
        self.time(line, call.at_us)?;
        if !self.calls.insert(call.id) {
            return Err(Problem::CallTwice { id: call.id });
        }
        self.open.insert(call.id, call.at_us);
        Ok(())
    }

    fn returned(&mut self, line: u64, returned: &Return) -> Result<(), Problem> {
        let (id, at_us) = (returned.id, returned.at_us);
        self.time(line, at_us)?;
        let has = match (&returned.output, &returned.error, &returned.uncertain) {
            (None, None, None) => Some("tells nothing"),
            (Some(_), _, Some(_)) => Some("has `uncertain` beside `out`"),
            (_, Some(_), Some(_)) => Some("has `uncertain` beside `error`"),
            _ => None,
        };
        if let Some(has) = has {
            return Err(Problem::Outcome { id, has });
        }
        match self.open.remove(&id) {
            Some(called_us) if called_us > at_us => Err(Problem::ReturnBeforeCall {
                id,
                at_us,
                called_us,
            }),
            Some(_) => Ok(()),
            None if self.calls.contains(id) => Err(Problem::ReturnTwice { id }),
            None => Err(Problem::NoSuchCall {
                found: "return",
                id,
            }),
        }
    }

    fn artefact(&mut self, artefact: &Artefact) -> Result<(), Problem> {
        self.named("artefact", artefact.call)?;
        in_range("anchor_us", artefact.anchor_us.unwrap_or_default())?;
        if self.artefacts.insert(artefact.id) {
            Ok(())
        } else {
            Err(Problem::ArtefactTwice { id: artefact.id })
        }
    }

    fn fault(&mut self, line: u64, fault: &Fault) -> Result<(), Problem> {
        self.time(line, fault.at_us)?;
        self.named("fault", fault.call)
    }

    fn clock(&mut self, line: u64, clock: ClockMove) -> Result<(), Problem> {
        self.time(line, clock.at_us)?;
        in_range("moved_us", clock.moved_us)?;
        if clock.moved_us < 0 {
            return Err(Problem::ClockBack {
                moved_us: clock.moved_us,
            });
        }
        Ok(())
    }

    fn estimate(&mut self, line: u64, estimate: Estimate) -> Result<(), Problem> {
        let (min, max) = (estimate.offset_us_min, estimate.offset_us_max);
        self.time(line, estimate.at_us)?;
        in_range("offset_us_min", min)?;
        in_range("offset_us_max", max)?;
        if min > max {
            return Err(Problem::Estimate { min, max });
        }
        Ok(())
    }

    /// A call that an entry names was made.
    fn named(&self, found: &'static str, call: Option<u64>) -> Result<(), Problem> {
        match call {
            Some(id) if !self.calls.contains(id) => Err(Problem::NoSuchCall { found, id }),
            _ => Ok(()),
        }
    }

    /// Time goes on, but for lines that were written late.
    fn time(&mut self, line: u64, at_us: i64) -> Result<(), Problem> {
        in_range("at_us", at_us)?;
        match self.latest {
            Some((latest_us, latest_line)) if at_us < latest_us => {
                if at_us < latest_us.saturating_sub(LATE_US_MAX) {
                    return Err(Problem::Backwards {
                        at_us,
                        latest_us,
                        latest_line,
                    });
                }
            }
            _ => self.latest = Some((at_us, line)),
        }
        Ok(())
    }
}

fn in_range(member: &'static str, us: i64) -> Result<(), Problem> {
    if (-TIME_US_MAX..=TIME_US_MAX).contains(&us) {
        Ok(())
    } else {
        Err(Problem::Range { member, us })
    }
}
