//! The world of a run: machines, network, object store, log.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use crate::bugs::Bug;
use crate::bus::{Bus, Fate, Links};
use crate::clock::Clock;
use crate::control::Control;
use crate::disk::Disk;
use crate::draws::{Draws, Stream};
use crate::event_log::EventLog;
use crate::host::Host;
use crate::machine::Machine;
use crate::message::{CONTROL, Envelope, GroupId, NodeId};
use crate::object_store::ObjectStore;
use crate::plan::Plan;
use crate::recorder::Recorder;
use crate::router::Router;
use crate::runtime::{self, Task};
use crate::sometimes::{Seen, Sometimes};
use crate::storage::{Replica, Storage};
use crate::system::Stage;

/// The first router's number; storage nodes have 1, 2, 3, ...
const FIRST_ROUTER: NodeId = 100;
/// The first client's number.
const FIRST_CLIENT: NodeId = 200;

/// The world of a run.
#[derive(Debug)]
pub struct World {
    /// What the run is to do.
    pub plan: Rc<Plan>,
    /// What it does.
    pub log: Rc<EventLog>,
    /// What its clients see.
    pub recorder: Rc<Recorder>,
    /// The rare situations that it meets.
    pub sometimes: Seen,
    /// The object store.
    pub objects: ObjectStore,
    /// The network.
    pub bus: Bus,
    /// For the disks.
    pub disk_draws: Draws,
    /// For election time-outs.
    pub election_draws: Draws,
    machines: RefCell<BTreeMap<NodeId, Machinery>>,
    leaders: RefCell<BTreeMap<GroupId, (u64, NodeId)>>,
    /// How many groups ever had a leader.
    led: Cell<usize>,
    lives: Cell<u64>,
}

/// A machine: what outlives the crash of its node.
#[derive(Debug)]
struct Machinery {
    clock: Rc<Clock>,
    disk: Rc<Disk>,
    life: Option<(Rc<Host>, Option<Task>)>,
}

impl World {
    /// A world in which nothing has started.
    pub fn new(stage: &Stage) -> Rc<Self> {
        let (seed, profile) = (stage.plan.seed, &stage.plan.profile);
        let draws = |stream| Draws::new(seed, stream);
        let links = Links {
            latency_us: profile.latency_us,
            loss_per_mille: profile.loss_per_mille,
            duplicates_per_mille: profile.duplicates_per_mille,
            cut: std::collections::BTreeSet::new(),
            slow: BTreeMap::new(),
        };
        let clocks = draws(Stream::Clocks);
        let mut machines = BTreeMap::new();
        let storage = 1..=profile.nodes;
        let routers = FIRST_ROUTER..FIRST_ROUTER + profile.routers;
        for id in storage.chain(routers) {
            let skew_us = profile.skew_us;
            let drift_ppm = clocks.between(-profile.drift_ppm, profile.drift_ppm);
            let offset_us = clocks.between(-skew_us, skew_us);
            // Few clocks are as bad as they may be, and those matter.
            let offset_us = if clocks.chance(300) {
                offset_us.signum() * skew_us
            } else {
                offset_us
            };
            let machinery = Machinery {
                clock: Rc::new(Clock::new(offset_us, drift_ppm, skew_us)),
                disk: Rc::new(Disk::new(profile.sync_us)),
                life: None,
            };
            machines.insert(id, machinery);
        }
        Rc::new(Self {
            plan: Rc::clone(&stage.plan),
            log: Rc::clone(&stage.log),
            recorder: Rc::clone(&stage.recorder),
            sometimes: Seen::default(),
            objects: ObjectStore::new(
                draws(Stream::Objects),
                profile.object_us,
                !stage.plan.has(Bug::TornUploadAccepted),
            ),
            bus: Bus::new(draws(Stream::Network), links),
            disk_draws: draws(Stream::Disk),
            election_draws: draws(Stream::Elections),
            machines: RefCell::new(machines),
            leaders: RefCell::default(),
            led: Cell::new(0),
            lives: Cell::new(0),
        })
    }

    /// Whether cuts are made by hybrid time.
    pub fn hybrid(&self) -> bool {
        self.plan.profile.hybrid
    }

    /// The storage nodes.
    pub fn storage_nodes(&self) -> Vec<NodeId> {
        (1..=self.plan.profile.nodes).collect()
    }

    /// The routers.
    pub fn routers(&self) -> Vec<NodeId> {
        (FIRST_ROUTER..FIRST_ROUTER + self.plan.profile.routers).collect()
    }

    /// The nodes that hold the control plane.
    pub fn control_nodes(&self) -> Vec<NodeId> {
        self.storage_nodes().into_iter().take(3).collect()
    }

    /// Starts every node.
    pub fn start_all(self: &Rc<Self>) {
        let nodes: Vec<NodeId> = self.machines.borrow().keys().copied().collect();
        for node in nodes {
            self.start(node);
        }
    }

    /// Starts a node, unless it lives.
    pub fn start(self: &Rc<Self>, id: NodeId) {
        let (clock, disk) = {
            let machines = self.machines.borrow();
            let Some(machine) = machines.get(&id).filter(|it| it.life.is_none()) else {
                return;
            };
            (Rc::clone(&machine.clock), Rc::clone(&machine.disk))
        };
        self.log.event(name(id), "start", format_args!(""));
        self.lives.set(self.lives.get() + 1);
        let host = Host::new(id, self, clock);
        let task = if id >= FIRST_ROUTER {
            Router::start(&host);
            let host = Rc::clone(&host);
            runtime::spawn(async move { host.work().await })
        } else {
            let storage = Storage::start(&host, &disk);
            if self.control_nodes().contains(&id) {
                storage.found_control(&self.control_nodes(), self.control_plane());
            }
            let host = Rc::clone(&host);
            runtime::spawn(async move {
                futures::future::join(host.work(), storage.run()).await;
            })
        };
        if let Some(machine) = self.machines.borrow_mut().get_mut(&id) {
            machine.life = Some((host, Some(task)));
        }
    }

    fn control_plane(&self) -> Machine {
        let partitions = self.plan.profile.partitions;
        let control = Control::new(self.storage_nodes(), partitions);
        Machine::Control(Box::new(control))
    }

    /// A node loses its power.
    pub fn crash(&self, id: NodeId) {
        let life = {
            let mut machines = self.machines.borrow_mut();
            let Some(machine) = machines.get_mut(&id) else {
                return;
            };
            let life = machine.life.take();
            if life.is_some() {
                machine.disk.crash(&self.disk_draws);
            }
            life
        };
        if let Some((host, task)) = life {
            self.log.event(name(id), "crash", format_args!(""));
            if let Some(task) = task {
                task.abort();
            }
            host.die();
        }
    }

    /// Whether a node lives.
    pub fn lives(&self, id: NodeId) -> bool {
        let machines = self.machines.borrow();
        machines
            .get(&id)
            .is_some_and(|machine| machine.life.is_some())
    }

    /// A client: it never crashes.
    pub fn client(self: &Rc<Self>, number: u32) -> Rc<Host> {
        let id = FIRST_CLIENT + number;
        let clock = Rc::new(Clock::new(0, 0, 0));
        let host = Host::new(id, self, Rc::clone(&clock));
        let machinery = Machinery {
            clock,
            disk: Rc::new(Disk::new((0, 0))),
            life: Some((Rc::clone(&host), None)),
        };
        self.machines.borrow_mut().insert(id, machinery);
        host
    }

    /// A client has done.
    pub fn forget_client(&self, host: &Host) {
        self.machines.borrow_mut().remove(&host.id);
    }

    /// The clock of a node.
    pub fn clock(&self, id: NodeId) -> Option<Rc<Clock>> {
        let machines = self.machines.borrow();
        machines.get(&id).map(|machine| Rc::clone(&machine.clock))
    }

    /// The disk of a node.
    pub fn disk(&self, id: NodeId) -> Option<Rc<Disk>> {
        let machines = self.machines.borrow();
        machines.get(&id).map(|machine| Rc::clone(&machine.disk))
    }

    /// Sends a message.
    pub fn send(&self, envelope: Envelope) {
        let (from, to, word) = (envelope.from, envelope.to, envelope.body.word());
        let fate = self.bus.send(envelope);
        if !self.log.is_tracing() {
            return;
        }
        let what = if fate == Fate::Lost { "lose" } else { "send" };
        self.log
            .trace(name(from), what, format_args!("{word} to {}", name(to)));
    }

    /// A message has arrived.
    pub fn deliver(&self, envelope: Envelope) {
        let host = {
            let machines = self.machines.borrow();
            let life = machines.get(&envelope.to).and_then(|it| it.life.as_ref());
            life.map(|(host, _)| Rc::clone(host))
        };
        let Some(host) = host else { return };
        if self.log.is_tracing() {
            self.log.trace(
                name(envelope.to),
                "receive",
                format_args!("{} from {}", envelope.body.word(), name(envelope.from)),
            );
        }
        host.receive(envelope);
    }

    /// A node leads a group.
    pub fn leads(&self, node: NodeId, replica: &Replica) {
        let term = replica.raft.current_term().get();
        let mut leaders = self.leaders.borrow_mut();
        let known = leaders.get(&replica.group).copied();
        if known.is_none() {
            self.led.set(self.led.get() + 1);
        }
        if known.is_none_or(|(known, _)| known < term) {
            leaders.insert(replica.group, (term, node));
            let group = replica.group;
            self.log.event(
                name(node),
                "lead",
                format_args!("group {group} term {term}"),
            );
        }
    }

    /// Who was elected last to lead a group.
    pub fn leader_of(&self, group: GroupId) -> Option<NodeId> {
        self.leaders.borrow().get(&group).map(|(_, node)| *node)
    }

    /// How many groups ever had a leader.
    pub fn groups_led(&self) -> usize {
        self.led.get()
    }

    /// A group is no more.
    pub fn forget_group(&self, group: GroupId) {
        self.leaders.borrow_mut().remove(&group);
    }

    /// The groups that had a leader and are there.
    pub fn groups(&self) -> Vec<GroupId> {
        self.leaders.borrow().keys().copied().collect()
    }

    /// How often each rare situation happened, by name.
    pub fn sometimes(&self) -> BTreeMap<&'static str, u64> {
        let again = self.objects.sent_again();
        let mut counts = self.sometimes.counts();
        counts.insert(Sometimes::TornUploadSentAgain.name(), again);
        counts
    }

    /// Ends everything: what refers to each other lets go.
    pub fn end(&self) {
        let machines = self.machines.take();
        for (_, machine) in machines {
            if let Some((host, task)) = machine.life {
                if let Some(task) = task {
                    task.abort();
                }
                host.die();
            }
        }
    }
}

/// A node's name in the log.
pub fn name(id: NodeId) -> String {
    if id >= FIRST_CLIENT {
        format!("c{}", id - FIRST_CLIENT)
    } else if id >= FIRST_ROUTER {
        format!("r{}", id - FIRST_ROUTER)
    } else if id == 0 {
        format!("g{CONTROL}")
    } else {
        format!("n{id}")
    }
}
