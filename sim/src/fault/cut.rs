//! A node is cut off.

use std::rc::Rc;

use super::note;
use crate::message::NodeId;
use crate::runtime;
use crate::world::{World, name};

pub(super) async fn cut(world: &Rc<World>, node: NodeId, (out, back): (bool, bool), lasts_us: i64) {
    let how = match (out, back) {
        (true, false) => "sends nothing",
        (false, true) => "hears nothing",
        _ => "sends and hears nothing",
    };
    note(world, "cut-off", &format!("{} {how}", name(node)));
    let others = world.storage_nodes().into_iter().chain(world.routers());
    let others = others.filter(|other| *other != node);
    let out = others.clone().filter(|_| out).map(|other| (node, other));
    let back = others.filter(|_| back).map(|other| (other, node));
    let links: Vec<_> = out.chain(back).collect();
    world.bus.change(|it| it.cut.extend(links.iter().copied()));
    runtime::sleep_us(lasts_us).await;
    world
        .bus
        .change(|it| it.cut.retain(|link| !links.contains(link)));
    note(world, "joined", &name(node));
}
