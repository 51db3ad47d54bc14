//! Planted bugs: writes that are evaluated before they have their place in the log.

use std::rc::Rc;

use super::Storage;
use crate::bugs::Bug;
use crate::machine::Command;
use crate::message::{Answer, GroupId, Outcome};
use crate::partition::{PartitionCommand, WriteRequest, early};

/// The command as it goes into the log: as it is, unless a wrong behaviour looks at the item first.
///
/// # Errors
/// What the client is told at once.
pub(super) fn evaluated(
    storage: &Storage,
    group: GroupId,
    command: Rc<Command>,
) -> Result<Rc<Command>, Answer> {
    let plan = &storage.host.world.plan;
    let Command::Partition(PartitionCommand::Write(write)) = &*command else {
        return Ok(command);
    };
    let wrong = match **write {
        WriteRequest::Update(_) => plan.has(Bug::UpdateBeforeTheLog),
        _ => plan.has(Bug::ConditionBeforeTheLog),
    };
    if !wrong || storage.look(group, |replica| replica.leads()) != Some(true) {
        return Ok(command);
    }
    let evaluated = storage.partition(group, |partition| early(partition, write));
    match evaluated.flatten() {
        Some(Ok(write)) => {
            let command = PartitionCommand::Write(Box::new(write));
            Ok(Rc::new(Command::Partition(command)))
        }
        Some(Err(error)) => {
            let refused = Outcome::Response(Err(error).into());
            Err(Answer::Applied(refused))
        }
        None => Ok(command),
    }
}
