//! A disk is slow for a while.

use std::rc::Rc;

use super::note;
use crate::message::NodeId;
use crate::runtime;
use crate::world::{World, name};

pub(super) async fn slow(world: &Rc<World>, node: NodeId, times: i64, lasts_us: i64) {
    let Some(disk) = world.disk(node) else { return };
    let (least, most) = world.plan.profile.sync_us;
    note(world, "slow-disk", &format!("{} {times} times", name(node)));
    disk.set_sync_us((least * times, most * times));
    runtime::sleep_us(lasts_us).await;
    disk.set_sync_us((least, most));
    note(world, "fast-disk", &name(node));
}
