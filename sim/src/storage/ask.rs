//! What a storage node is asked by routers and by the control plane.

use std::rc::Rc;

use super::{Storage, early};
use crate::bugs::Bug;
use crate::machine::{Command, Machine};
use crate::message::{Answer, Ask, CONTROL, GroupId, Outcome};
use crate::partition::PartitionCommand;
use crate::runtime;

/// Answers a question.
pub(super) async fn answer(storage: Rc<Storage>, ask: Ask) -> Answer {
    match ask {
        Ask::Client(_) => Answer::NoGroup,
        Ask::Propose(group, command) => {
            let command = early::evaluated(&storage, group, command);
            let command = match command {
                Ok(command) => command,
                Err(answer) => return answer,
            };
            let answer = storage.propose(group, command).await;
            storage.tell(group, answer).await
        }
        Ask::Read(group, read, strong) => {
            let plan = &storage.host.world.plan;
            if strong && !plan.has(Bug::StaleStrongRead) {
                let led = storage.barrier(group).await;
                if !matches!(led, Answer::Applied(_)) {
                    // A read that came to nothing can be asked again anywhere.
                    return if matches!(led, Answer::Lost) {
                        Answer::NotLeader(None)
                    } else {
                        led
                    };
                }
            }
            let locked = strong && !plan.has(Bug::ReadThroughALock);
            let closed = !plan.has(Bug::OldMapServes);
            let outcome = storage.partition(group, |it| it.read(&read, locked, closed));
            match outcome {
                Some(outcome) => storage.tell(group, Answer::Applied(outcome)).await,
                None => Answer::NoGroup,
            }
        }
        Ask::Control(read) => {
            let led = storage.barrier(CONTROL).await;
            if !matches!(led, Answer::Applied(_)) {
                return if matches!(led, Answer::Lost) {
                    Answer::NotLeader(None)
                } else {
                    led
                };
            }
            let outcome = storage.look(CONTROL, |replica| match &replica.machine {
                Machine::Control(control) => Some(control.read(&read)),
                Machine::Partition(_) => None,
            });
            match outcome.flatten() {
                Some(outcome) => Answer::Applied(outcome),
                None => Answer::NoGroup,
            }
        }
        Ask::MakeGroup(group, machine) => {
            let machine = Rc::unwrap_or_clone(machine);
            storage.make_group(group, machine).await
        }
        Ask::DropGroup(group) => {
            storage.drop_group(group);
            Answer::Done
        }
        Ask::Seal(group, until_us) => seal(&storage, group, until_us).await,
        Ask::Archive(group, through) => storage.archive_through(group, through).await,
    }
}

/// Fixes the log of a partition up to a time: not before the leader's own clock has passed it.
async fn seal(storage: &Rc<Storage>, group: GroupId, until_us: i64) -> Answer {
    let clock = &storage.host.clock;
    let heard_us = if storage.host.world.hybrid() {
        clock.heard_us()
    } else {
        i64::MIN
    };
    if heard_us < until_us {
        runtime::Sleep::until(clock.true_us_of(until_us)).await;
    }
    let command = PartitionCommand::Seal(until_us);
    storage.propose(group, Command::Partition(command)).await
}

impl Storage {
    /// Lets an answer out. With hybrid time, not before every clock is past what the answer shows: whoever acts upon it
    /// acts later, by any clock.
    async fn tell(&self, group: GroupId, answer: Answer) -> Answer {
        let world = &self.host.world;
        if world.hybrid() && matches!(answer, Answer::Applied(_)) {
            let stamp_us = self.look(group, |replica| replica.machine.stamp_us());
            let safe_us = stamp_us.unwrap_or(0) + 2 * world.plan.skew_us();
            let at_us = self.host.clock.true_us_of(safe_us);
            if at_us > runtime::now_us() {
                runtime::Sleep::until(at_us).await;
            }
        }
        answer
    }

    /// What became of a command, if it did.
    pub(crate) fn outcome(answer: Answer) -> Option<Outcome> {
        match answer {
            Answer::Applied(outcome) => Some(outcome),
            _ => None,
        }
    }
}
