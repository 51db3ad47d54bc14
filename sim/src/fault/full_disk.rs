//! A disk is full for a while: its node can promise nothing until there is room again.

use std::rc::Rc;

use super::note;
use crate::message::NodeId;
use crate::runtime;
use crate::world::{World, name};

pub(super) async fn fill(world: &Rc<World>, node: NodeId, lasts_us: i64) {
    let Some(disk) = world.disk(node) else { return };
    note(world, "full-disk", &name(node));
    disk.set_full(true);
    runtime::sleep_us(lasts_us).await;
    disk.set_full(false);
    note(world, "disk-has-room", &name(node));
}
