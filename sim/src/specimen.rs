//! The store of this crate as a system that can be simulated.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use futures::future::LocalBoxFuture;
use lookback_checker::Contract;
use lookback_protocol::wire::Request;

use crate::contract::contract;
use crate::draws::{Draws, Stream};
use crate::fault::{Planned, happen};
use crate::host::Host;
use crate::message::{Answer, Ask};
use crate::plan::Profile;
use crate::runtime::{self, Pace, Task};
use crate::system::{Answered, Figures, Stage, Store, System};
use crate::world::World;

/// How long a client waits for an answer, in microseconds.
pub const PATIENCE_US: i64 = 8_000_000;

/// The store of this crate.
#[derive(Clone, Copy, Debug, Default)]
pub struct Specimen;

impl System for Specimen {
    fn name(&self) -> &str {
        "lookback-sim"
    }

    fn contract(&self, profile: &Profile) -> Contract {
        contract(profile)
    }

    fn pace(&self) -> Pace {
        Pace::Exact
    }

    fn start(&self, stage: &Stage) -> Rc<dyn Store> {
        let world = World::new(stage);
        let pumping = Rc::clone(&world);
        let pump = runtime::spawn(async move {
            let world = Rc::clone(&pumping);
            pumping
                .bus
                .pump(move |envelope| world.deliver(envelope))
                .await;
        });
        world.start_all();
        Rc::new(Cluster {
            world,
            pump,
            clients: RefCell::default(),
        })
    }
}

/// A cluster that runs, and the clients that it has.
struct Cluster {
    world: Rc<World>,
    pump: Task,
    clients: RefCell<BTreeMap<u32, Client>>,
}

/// A client's place in the network. It never crashes.
struct Client {
    host: Rc<Host>,
    task: Task,
    draws: Draws,
}

impl Cluster {
    /// A client, and the router that it asks this time.
    fn client(&self, number: u32) -> (Rc<Host>, Option<u32>) {
        let mut clients = self.clients.borrow_mut();
        let client = clients.entry(number).or_insert_with(|| {
            let host = self.world.client(number);
            let working = Rc::clone(&host);
            Client {
                task: runtime::spawn(async move { working.work().await }),
                host,
                draws: Draws::numbered(self.world.plan.seed, Stream::Clients, number),
            }
        });
        let router = client.draws.pick(&self.world.routers()).copied();
        (Rc::clone(&client.host), router)
    }
}

impl Store for Cluster {
    fn call(self: Rc<Self>, client: u32, request: Request) -> LocalBoxFuture<'static, Answered> {
        Box::pin(async move {
            let (host, router) = self.client(client);
            let ask = Ask::Client(Rc::new(request));
            match host.ask(router?, ask, PATIENCE_US).await {
                Some(Answer::Client(ended)) => Some(Rc::unwrap_or_clone(ended)),
                _ => None,
            }
        })
    }

    fn leave(&self, client: u32) {
        let client = self.clients.borrow_mut().remove(&client);
        if let Some(client) = client {
            client.task.abort();
            self.world.forget_client(&client.host);
        }
    }

    fn fault(self: Rc<Self>, planned: Planned) -> LocalBoxFuture<'static, ()> {
        Box::pin(happen(Rc::clone(&self.world), planned))
    }

    fn object(self: Rc<Self>, name: String) -> LocalBoxFuture<'static, Option<Rc<[u8]>>> {
        Box::pin(async move { self.world.objects.get(&name).await.ok()? })
    }

    fn settle(&self) {
        self.world.bus.change(|links| links.loss_per_mille = 0);
    }

    fn stop(&self) {
        self.clients.borrow_mut().clear();
        self.world.end();
        self.pump.abort();
    }

    fn figures(&self) -> Figures {
        Figures {
            messages: self.world.bus.sent(),
            groups: self.world.groups_led(),
            sometimes: self.world.sometimes(),
        }
    }
}
