//! A clock gains or loses for a while, within its bound.

use std::rc::Rc;

use super::note;
use crate::message::NodeId;
use crate::runtime;
use crate::world::{World, name};

/// From one step to the next, in microseconds.
const STEP_US: i64 = 50_000;

pub(super) async fn drift(world: &Rc<World>, node: NodeId, ppm: i64, lasts_us: i64) {
    let Some(clock) = world.clock(node) else {
        return;
    };
    note(world, "clock-drifts", &format!("{} {ppm} ppm", name(node)));
    for _ in 0..lasts_us / STEP_US {
        runtime::sleep_us(STEP_US).await;
        clock.jump(STEP_US * ppm / 1_000_000);
    }
    note(world, "clock-steady", &name(node));
}
