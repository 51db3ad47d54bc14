//! A clock jumps.

use std::rc::Rc;

use super::note;
use crate::message::NodeId;
use crate::world::{World, name};

pub(super) fn jump(world: &Rc<World>, node: NodeId, by_us: i64) {
    if let Some(clock) = world.clock(node) {
        note(world, "clock-jump", &format!("{} {by_us} us", name(node)));
        clock.jump(by_us);
    }
}
