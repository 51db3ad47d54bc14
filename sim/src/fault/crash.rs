//! A node crashes and starts again.

use std::rc::Rc;

use super::note;
use crate::message::{GroupId, NodeId};
use crate::runtime;
use crate::world::{World, name};

pub(super) async fn crash(world: &Rc<World>, node: NodeId, lasts_us: i64) {
    if !world.lives(node) {
        return;
    }
    note(world, "crashed", &name(node));
    let led = world.groups().into_iter();
    if led.map(|it| world.leader_of(it)).any(|it| it == Some(node)) {
        world.sometimes.leader_lost();
    }
    world.crash(node);
    runtime::sleep_us(lasts_us).await;
    world.start(node);
    note(world, "restarted", &name(node));
}

/// Whoever leads a group crashes: the number picks one of the groups that there are.
pub(super) async fn leader_loss(world: &Rc<World>, any: GroupId, lasts_us: i64) {
    let groups = world.groups();
    let count = u64::try_from(groups.len()).unwrap_or(1).max(1);
    let group = groups.get(usize::try_from(any % count).unwrap_or(0));
    let leader = group.and_then(|group| world.leader_of(*group));
    if let Some(leader) = leader {
        crash(world, leader, lasts_us).await;
    }
}
