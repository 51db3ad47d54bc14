//! Calls of the object store fail for a while.

use std::rc::Rc;

use super::note;
use crate::runtime;
use crate::world::World;

pub(super) async fn fail(world: &Rc<World>, per_mille: u32, lasts_us: i64) {
    note(world, "objects-fail", &format!("{per_mille} of 1000 calls"));
    world.objects.set_errors_per_mille(per_mille);
    runtime::sleep_us(lasts_us).await;
    world.objects.set_errors_per_mille(0);
    note(world, "objects-work", "");
}
