//! What a node sends and hears takes long for a while, and messages between replicas often arrive twice.

use std::rc::Rc;

use super::note;
use crate::message::NodeId;
use crate::runtime;
use crate::world::{World, name};

pub(super) async fn delay(world: &Rc<World>, node: NodeId, times: i64, lasts_us: i64) {
    note(
        world,
        "slow-links",
        &format!("{} {times} times", name(node)),
    );
    world.bus.change(|it| {
        it.slow.insert(node, times);
    });
    runtime::sleep_us(lasts_us).await;
    world.bus.change(|it| {
        it.slow.remove(&node);
    });
    note(world, "fast-links", &name(node));
}
