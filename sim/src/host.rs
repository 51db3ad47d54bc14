//! One life of a node, from its start to its crash: its questions, its work, its tasks.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};

use futures::channel::oneshot;
use futures::future::LocalBoxFuture;
use futures::stream::{FuturesUnordered, StreamExt};

use crate::clock::Clock;
use crate::message::{Answer, Ask, Body, Envelope, GroupId, NodeId, RaftMessage};
use crate::runtime;
use crate::world::World;

/// What a node does with what it is asked.
pub trait Serve {
    /// Answers a question.
    fn ask(self: Rc<Self>, from: NodeId, ask: Ask) -> LocalBoxFuture<'static, Answer>;

    /// Takes a message between replicas.
    fn raft(&self, message: Rc<RaftMessage>);
}

/// One life of a node.
pub struct Host {
    /// The node.
    pub id: NodeId,
    /// Where it lives.
    pub world: Rc<World>,
    /// Its clock.
    pub clock: Rc<Clock>,
    /// Who led a group when it was asked last.
    pub leaders: RefCell<BTreeMap<GroupId, NodeId>>,
    role: RefCell<Option<Rc<dyn Serve>>>,
    asked: Cell<u64>,
    open: RefCell<BTreeMap<u64, oneshot::Sender<Answer>>>,
    fresh: RefCell<Vec<LocalBoxFuture<'static, ()>>>,
    waker: RefCell<Option<Waker>>,
}

impl Host {
    /// A node that begins to live.
    pub fn new(id: NodeId, world: &Rc<World>, clock: Rc<Clock>) -> Rc<Self> {
        Rc::new(Self {
            id,
            world: Rc::clone(world),
            clock,
            leaders: RefCell::default(),
            role: RefCell::default(),
            asked: Cell::new(0),
            open: RefCell::default(),
            fresh: RefCell::default(),
            waker: RefCell::default(),
        })
    }

    /// Gives the node its role.
    pub fn serve(&self, role: Rc<dyn Serve>) {
        *self.role.borrow_mut() = Some(role);
    }

    /// The node dies: nothing that it was doing goes on.
    pub fn die(&self) {
        self.role.borrow_mut().take();
        self.open.borrow_mut().clear();
        self.fresh.borrow_mut().clear();
    }

    /// Does something beside everything else.
    pub fn spawn(&self, work: impl Future<Output = ()> + 'static) {
        self.fresh.borrow_mut().push(Box::pin(work));
        if let Some(waker) = self.waker.borrow_mut().take() {
            waker.wake();
        }
    }

    /// Goes on with all that was spawned. Never ends.
    pub async fn work(&self) {
        let mut working = FuturesUnordered::new();
        poll_fn(|context| {
            *self.waker.borrow_mut() = Some(context.waker().clone());
            loop {
                working.extend(self.fresh.borrow_mut().drain(..));
                match working.poll_next_unpin(context) {
                    Poll::Ready(Some(())) => {}
                    Poll::Ready(None) | Poll::Pending => {
                        if self.fresh.borrow().is_empty() {
                            return Poll::Pending;
                        }
                    }
                }
            }
        })
        .await
    }

    /// Sends a message.
    pub fn send(&self, to: NodeId, body: Body) {
        self.world.send(Envelope {
            from: self.id,
            to,
            hybrid_us: self.clock.heard_us(),
            body,
        });
    }

    /// Asks another node; none when no answer comes in time.
    pub async fn ask(&self, to: NodeId, ask: Ask, within_us: i64) -> Option<Answer> {
        let number = self.asked.get();
        self.asked.set(number + 1);
        let (sender, receiver) = oneshot::channel();
        self.open.borrow_mut().insert(number, sender);
        self.send(to, Body::Ask(number, ask));
        let answer = runtime::within_us(within_us, receiver).await;
        self.open.borrow_mut().remove(&number);
        answer?.ok()
    }

    /// A message arrives.
    pub fn receive(self: &Rc<Self>, envelope: Envelope) {
        self.clock.hear(envelope.hybrid_us);
        match envelope.body {
            Body::Answer(number, answer) => {
                let asked = self.open.borrow_mut().remove(&number);
                if let Some(asked) = asked {
                    // Nobody waits any more: that is all right.
                    let _unheard = asked.send(answer);
                }
            }
            Body::Raft(message) => {
                let role = self.role.borrow().clone();
                if let Some(role) = role {
                    role.raft(message);
                }
            }
            Body::Ask(number, ask) => {
                let role = self.role.borrow().clone();
                if let Some(role) = role {
                    let (host, from) = (Rc::clone(self), envelope.from);
                    self.spawn(async move {
                        let answer = role.ask(from, ask).await;
                        host.send(from, Body::Answer(number, answer));
                    });
                }
            }
        }
    }
}

impl std::fmt::Debug for Host {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "node {}", self.id)
    }
}
