//! Faults: planned from the seed before the run, so that they can be left out one by one.
//!
//! A new one is a file here with what it does, a variant of [`Fault`] and a rate in the profile.

mod clock_jump;
mod crash;
mod cut;
mod delay;
mod drift;
mod full_disk;
mod lying_disk;
mod moment;
mod objects;
mod outage;
mod slow_disk;
mod torn_uploads;

use std::rc::Rc;

pub use moment::Moment;
use serde::{Deserialize, Serialize};

use crate::draws::{Draws, Stream};
use crate::message::{GroupId, NodeId};
use crate::plan::Profile;
use crate::world::World;

/// A fault, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Planned {
    /// When, in microseconds since the run began.
    pub at_us: i64,
    /// How long it lasts, in microseconds.
    pub lasts_us: i64,
    /// What it is.
    pub fault: Fault,
}

/// A fault.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fault {
    /// A node crashes, and starts again.
    Crash(NodeId),
    /// Whoever leads the group crashes, and starts again. A number picks among the groups that there are then.
    LeaderLoss(GroupId),
    /// A node is cut off: what it sends is lost, what is sent to it is lost, or both.
    Cut(NodeId, bool, bool),
    /// The syncs of a node's disk take so many times as long.
    SlowDisk(NodeId, i64),
    /// So many calls of the object store in a thousand fail.
    Objects(u32),
    /// A node's clock jumps by so many microseconds, within its bound, and stays there.
    ClockJump(NodeId, i64),
    /// A node's clock gains or loses so many microseconds a second for a while, within its bound.
    Drift(NodeId, i64),
    /// Messages from and to a node take so many times as long.
    Delay(NodeId, i64),
    /// A node's disk takes nothing any more.
    FullDisk(NodeId),
    /// A node's disk calls safe what is not, until its node crashes at the end.
    LyingDisk(NodeId),
    /// So many uploads to the object store in a thousand are torn.
    TornUploads(u32),
    /// All storage nodes of a rack crash at once.
    RackOutage(u32),
    /// All nodes of the control plane crash at once.
    ControlOutage,
    /// A node crashes so many times in a row.
    Storm(NodeId, u32),
    /// Who leads a group (0: the control plane; else a number that picks) crashes in the middle of something.
    LossAt(Moment, GroupId),
}

/// When the first fault comes at the earliest, in microseconds: tables are to be there.
const QUIET_US: i64 = 2_000_000;

/// The faults of a seed.
pub fn schedule(seed: u64, profile: &Profile) -> Vec<Planned> {
    let draws = Draws::new(seed, Stream::Faults);
    let rates = &profile.rates;
    let nodes = i64::from(profile.nodes);
    let node = || NodeId::try_from(draws.between(1, nodes)).unwrap_or(1);
    // One disk of a group may lie: its other two replicas know better.
    let liar = node();
    let mut planned = Vec::new();
    let mut plan = |mean_us: Option<i64>, longest_us: i64, fault: &dyn Fn() -> Fault| {
        let Some(mean_us) = mean_us else { return };
        let mut at_us = QUIET_US + draws.between(0, 2 * mean_us);
        while at_us < profile.load_us {
            planned.push(Planned {
                at_us,
                lasts_us: draws.between(50_000, longest_us),
                fault: fault(),
            });
            at_us += draws.between(1, 2 * mean_us);
        }
    };
    plan(rates.crash_us, 2_500_000, &|| {
        if draws.chance(150) {
            let routers = i64::from(profile.routers);
            let router = NodeId::try_from(draws.between(0, routers - 1)).unwrap_or(0);
            Fault::Crash(100 + router)
        } else {
            Fault::Crash(node())
        }
    });
    plan(rates.leader_loss_us, 2_000_000, &|| {
        let any = u64::try_from(draws.between(0, 1_000)).unwrap_or(0);
        Fault::LeaderLoss(any)
    });
    plan(rates.cut_us, 4_000_000, &|| match draws.between(0, 3) {
        0 => Fault::Cut(node(), true, false),
        1 => Fault::Cut(node(), false, true),
        _ => Fault::Cut(node(), true, true),
    });
    plan(rates.slow_disk_us, 4_000_000, &|| {
        Fault::SlowDisk(node(), draws.between(5, 60))
    });
    plan(rates.objects_us, 5_000_000, &|| {
        Fault::Objects(u32::try_from(draws.between(50, 700)).unwrap_or(50))
    });
    let skew_us = profile.skew_us;
    plan(rates.clock_jump_us, 50_000, &|| {
        Fault::ClockJump(node(), draws.between(-2 * skew_us, 2 * skew_us))
    });
    plan(rates.drift_us, 5_000_000, &|| {
        Fault::Drift(node(), draws.between(-300_000, 300_000))
    });
    plan(rates.delay_us, 4_000_000, &|| {
        Fault::Delay(node(), draws.between(5, 60))
    });
    plan(rates.full_disk_us, 3_000_000, &|| Fault::FullDisk(node()));
    plan(rates.lying_disk_us, 3_000_000, &|| Fault::LyingDisk(liar));
    plan(rates.torn_uploads_us, 5_000_000, &|| {
        Fault::TornUploads(u32::try_from(draws.between(50, 500)).unwrap_or(50))
    });
    plan(rates.outage_us, 2_000_000, &|| match draws.between(0, 3) {
        0 => Fault::ControlOutage,
        1 => Fault::Storm(node(), 4),
        _ => Fault::RackOutage(u32::try_from(draws.between(0, 2)).unwrap_or(0)),
    });
    plan(rates.moment_us, 1_500_000, &|| {
        let moment = draws.pick(&Moment::ALL).copied().unwrap_or(Moment::Build);
        let any = u64::try_from(draws.between(0, 1_000)).unwrap_or(0);
        Fault::LossAt(moment, if any < 400 { 0 } else { any })
    });
    planned.sort_by_key(|planned| planned.at_us);
    planned
}

/// Lets a fault happen and end at its time.
pub async fn happen(world: Rc<World>, planned: Planned) {
    let lasts_us = planned.lasts_us;
    match planned.fault {
        Fault::Crash(node) => crash::crash(&world, node, lasts_us).await,
        Fault::LeaderLoss(group) => crash::leader_loss(&world, group, lasts_us).await,
        Fault::Cut(node, out, back) => cut::cut(&world, node, (out, back), lasts_us).await,
        Fault::SlowDisk(node, times) => slow_disk::slow(&world, node, times, lasts_us).await,
        Fault::ClockJump(node, by_us) => clock_jump::jump(&world, node, by_us),
        Fault::Objects(per_mille) => objects::fail(&world, per_mille, lasts_us).await,
        Fault::Drift(node, ppm) => drift::drift(&world, node, ppm, lasts_us).await,
        Fault::Delay(node, times) => delay::delay(&world, node, times, lasts_us).await,
        Fault::FullDisk(node) => full_disk::fill(&world, node, lasts_us).await,
        Fault::LyingDisk(node) => lying_disk::lie(&world, node, lasts_us).await,
        Fault::TornUploads(per_mille) => torn_uploads::tear(&world, per_mille, lasts_us).await,
        Fault::RackOutage(rack) => outage::rack(&world, rack, lasts_us).await,
        Fault::ControlOutage => outage::control_plane(&world, lasts_us).await,
        Fault::Storm(node, times) => outage::storm(&world, node, times, lasts_us).await,
        Fault::LossAt(moment, any) => moment::lose(&world, moment, any, lasts_us).await,
    }
}

/// Puts a fault into the log and the history.
fn note(world: &World, kind: &str, note: &str) {
    world.log.event("fault", kind, format_args!("{note}"));
    world.recorder.fault(kind, note.to_owned());
}
