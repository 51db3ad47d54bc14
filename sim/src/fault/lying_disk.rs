//! A disk says for a while that data are safe when they are not; then its node loses its power.
//!
//! That a disk has lost what it had called safe shows when it starts again (its cache was not empty when power went). Its node
//! then votes for nobody in a group until a leader has brought it up to date: what it promised before counts for nothing.

use std::rc::Rc;

use super::{crash, note};
use crate::message::NodeId;
use crate::runtime;
use crate::world::{World, name};

/// How long a node is down, in microseconds.
const DOWN_US: i64 = 400_000;

pub(super) async fn lie(world: &Rc<World>, node: NodeId, lasts_us: i64) {
    let Some(disk) = world.disk(node) else { return };
    note(world, "lying-disk", &name(node));
    disk.set_lying(true);
    runtime::sleep_us(lasts_us).await;
    crash::crash(world, node, DOWN_US).await;
    disk.set_lying(false);
    note(world, "honest-disk", &name(node));
}
