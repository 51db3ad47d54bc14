//! The leader of some group is lost at a bad moment: in the middle of a split, a backup, a restore.

use std::rc::Rc;

use serde::{Deserialize, Serialize};

use super::crash;
use crate::message::{CONTROL, GroupId};
use crate::runtime;
use crate::world::World;

/// When a leader is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Moment {
    /// A partition is being split.
    Split,
    /// A backup or an export is being built.
    Build,
    /// A table is being restored.
    Restore,
}

impl Moment {
    /// Every moment there is.
    pub const ALL: [Self; 3] = [Self::Split, Self::Build, Self::Restore];
}

/// From one look to the next, in microseconds.
const LOOK_US: i64 = 3_000;
/// How often one looks.
const LOOKS_MAX: i64 = 2_000;

/// Waits for the moment, then crashes whoever leads the control plane (group 0) or a group that the number picks.
pub(super) async fn lose(world: &Rc<World>, moment: Moment, any: GroupId, lasts_us: i64) {
    for _ in 0..LOOKS_MAX {
        if world.sometimes.is_moment(moment) {
            match (any, world.leader_of(CONTROL)) {
                (CONTROL, Some(leader)) => crash::crash(world, leader, lasts_us).await,
                _ => crash::leader_loss(world, any, lasts_us).await,
            }
            return;
        }
        runtime::sleep_us(LOOK_US).await;
    }
}
