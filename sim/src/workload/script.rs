//! What each lane does, step by step: drawn from the seed, or as the plan lists it.

use lookback_traffic::{Pause, Step as Drawn};

use super::{Workload, expiry};
use crate::plan::{Call, Doing, Lane, Steps, TableDeed};

/// What lies before a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gap {
    /// Nothing.
    None,
    /// A pause.
    Pause(Pause),
    /// Whatever it takes until this time since the run began, in microseconds.
    At(i64),
}

/// The steps of a lane.
pub(super) type Script<'a> = Box<dyn Iterator<Item = (Gap, Doing)> + 'a>;

impl Workload {
    /// The steps of a lane: endless where they are drawn. The last of a list is followed by a wait for the end of the load.
    pub(super) fn script(&self, lane: Lane) -> Script<'_> {
        match &self.stage.plan.steps {
            Steps::Listed(listed) => {
                let steps = listed.steps.iter().filter(move |step| step.by == lane);
                Box::new(steps.map(|step| (Gap::At(step.at_us), step.doing.clone())))
            }
            Steps::Drawn => match lane {
                Lane::Client(number) => self.paced(self.traffic.client(number)),
                Lane::Deeds => self.paced(self.traffic.deeds()),
                Lane::Expiring => Box::new(expiry::drawn(self.stage.plan.seed)),
            },
        }
    }

    /// Whether there is a table whose items expire.
    pub(super) fn has_expiring(&self) -> bool {
        match &self.stage.plan.steps {
            Steps::Drawn => self.stage.plan.profile.expiry,
            Steps::Listed(listed) => listed.tables.iter().any(|it| it == expiry::TABLE),
        }
    }

    /// Steps, each with what lies before it.
    fn paced<'a>(&'a self, mut drawn: impl Iterator<Item = Drawn> + 'a) -> Script<'a> {
        Box::new(std::iter::from_fn(move || {
            let mut gap = Gap::None;
            loop {
                let doing = match drawn.next()? {
                    Drawn::Pause(pause) => {
                        gap = Gap::Pause(pause);
                        continue;
                    }
                    Drawn::Call(call) => Doing::Call(Call {
                        request: call.request,
                        expires_in_s: None,
                    }),
                    Drawn::Deed(deed) => Doing::Deed(TableDeed {
                        kind: deed.kind,
                        table: self.traffic.names().get(deed.table)?.clone(),
                        draw: deed.draw,
                    }),
                };
                return Some((gap, doing));
            }
        }))
    }
}
