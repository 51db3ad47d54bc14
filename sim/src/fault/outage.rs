//! One cause hits several nodes: a rack without power, a control plane that restarts, nodes that crash again and again.

use std::rc::Rc;

use futures::future::join_all;

use super::{crash, note};
use crate::message::NodeId;
use crate::runtime;
use crate::world::World;

/// Over how many racks the nodes are spread.
const RACKS: u32 = 3;

/// All storage nodes of a rack lose their power, and come back one after the other.
pub(super) async fn rack(world: &Rc<World>, rack: u32, lasts_us: i64) {
    let nodes = world.storage_nodes().into_iter();
    let nodes: Vec<NodeId> = nodes.filter(|node| node % RACKS == rack % RACKS).collect();
    note(world, "rack-outage", &format!("rack {}", rack % RACKS));
    down(world, nodes, lasts_us).await;
}

/// All nodes of the control plane lose their power.
pub(super) async fn control_plane(world: &Rc<World>, lasts_us: i64) {
    note(world, "control-plane-outage", "");
    down(world, world.control_nodes(), lasts_us).await;
}

async fn down(world: &Rc<World>, nodes: Vec<NodeId>, lasts_us: i64) {
    let crashes = nodes.into_iter().zip(0..).map(|(node, place)| {
        let lasts_us = lasts_us + place * lasts_us / 4;
        crash::crash(world, node, lasts_us)
    });
    join_all(crashes).await;
}

/// A node crashes so many times, each time soon after it has come back.
pub(super) async fn storm(world: &Rc<World>, node: NodeId, times: u32, lasts_us: i64) {
    let each_us = lasts_us / i64::from(2 * times.max(1));
    for _ in 0..times {
        crash::crash(world, node, each_us).await;
        runtime::sleep_us(each_us).await;
    }
}
