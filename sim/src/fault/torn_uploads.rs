//! Uploads to the object store are torn for a while: it holds less than was sent, and its checksum tells.

use std::rc::Rc;

use super::note;
use crate::runtime;
use crate::world::World;

pub(super) async fn tear(world: &Rc<World>, per_mille: u32, lasts_us: i64) {
    note(world, "torn-uploads", &format!("{per_mille} of 1000"));
    world.objects.set_torn_per_mille(per_mille);
    runtime::sleep_us(lasts_us).await;
    world.objects.set_torn_per_mille(0);
    note(world, "whole-uploads", "");
}
