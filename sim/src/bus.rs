//! The network: messages with a latency of their own each, so that they overtake each other; links can be cut one way.
//!
//! Madsim's network has one latency and one loss for all links, and refuses connections to a node that is down at once.
//! This one is a queue by due time over the runtime's clock: links differ, a cut link is silent, and a message costs no
//! timer and no task.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Poll, Waker};

use crate::draws::Draws;
use crate::message::{Envelope, NodeId};
use crate::runtime::{self, Sleep};

/// The network of a run.
#[derive(Debug)]
pub struct Bus {
    /// By due time, then in the order of sending.
    queue: RefCell<BTreeMap<(i64, u64), Envelope>>,
    sent: Cell<u64>,
    pump: RefCell<Option<Waker>>,
    draws: Draws,
    links: RefCell<Links>,
}

/// How messages fare.
#[derive(Clone, Debug)]
pub struct Links {
    /// How long a message takes, in microseconds: least and most.
    pub latency_us: (i64, i64),
    /// How many messages in a thousand are lost.
    pub loss_per_mille: u32,
    /// How many messages between replicas in a thousand arrive twice.
    pub duplicates_per_mille: u32,
    /// Links that are cut: from, to.
    pub cut: BTreeSet<(NodeId, NodeId)>,
    /// Nodes whose messages take so many times as long.
    pub slow: BTreeMap<NodeId, i64>,
}

/// What becomes of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is on its way.
    Sent,
    /// It is lost.
    Lost,
}

impl Bus {
    /// A network with these links.
    pub fn new(draws: Draws, links: Links) -> Self {
        Self {
            queue: RefCell::default(),
            sent: Cell::new(0),
            pump: RefCell::default(),
            draws,
            links: RefCell::new(links),
        }
    }

    /// Changes how messages fare from now on.
    pub fn change(&self, change: impl FnOnce(&mut Links)) {
        change(&mut self.links.borrow_mut());
    }

    /// How many messages were sent so far.
    pub fn sent(&self) -> u64 {
        self.sent.get()
    }

    /// Sends a message. What arrives twice is a message between replicas: the others travel over connections that tell.
    pub fn send(&self, envelope: Envelope) -> Fate {
        let links = self.links.borrow();
        let link = (envelope.from, envelope.to);
        if links.cut.contains(&link) || self.draws.chance(links.loss_per_mille) {
            return Fate::Lost;
        }
        let (least, mut most) = links.latency_us;
        for node in [envelope.from, envelope.to] {
            most = most.saturating_mul(links.slow.get(&node).copied().unwrap_or(1));
        }
        let between_replicas = matches!(envelope.body, crate::message::Body::Raft(_));
        if between_replicas && self.draws.chance(links.duplicates_per_mille) {
            self.enter(self.draws.between(least, 3 * most), envelope.clone());
        }
        self.enter(self.draws.between(least, most), envelope);
        Fate::Sent
    }

    fn enter(&self, latency_us: i64, envelope: Envelope) {
        let due_us = runtime::now_us().saturating_add(latency_us);
        let number = self.sent.get();
        self.sent.set(number + 1);
        let mut queue = self.queue.borrow_mut();
        let first = queue
            .first_key_value()
            .is_none_or(|((due, _), _)| due_us < *due);
        queue.insert((due_us, number), envelope);
        if first && let Some(pump) = self.pump.borrow_mut().take() {
            pump.wake();
        }
    }

    /// Hands over every message when it is due. Never ends.
    pub async fn pump(&self, deliver: impl Fn(Envelope)) {
        let mut alarm: Option<(i64, Sleep)> = None;
        loop {
            poll_fn(|context| {
                *self.pump.borrow_mut() = Some(context.waker().clone());
                let Some(due_us) = self.due_us() else {
                    return Poll::Pending;
                };
                if alarm.as_ref().is_none_or(|(armed, _)| *armed != due_us) {
                    alarm = Some((due_us, Sleep::until(due_us)));
                }
                match alarm.as_mut() {
                    Some((_, sleep)) => std::future::Future::poll(Pin::new(sleep), context),
                    None => Poll::Pending,
                }
            })
            .await;
            let now_us = runtime::now_us();
            while self.due_us().is_some_and(|due_us| due_us <= now_us) {
                let first = self.queue.borrow_mut().pop_first();
                if let Some((_, envelope)) = first {
                    deliver(envelope);
                }
            }
        }
    }

    fn due_us(&self) -> Option<i64> {
        let queue = self.queue.borrow();
        queue.first_key_value().map(|((due_us, _), _)| *due_us)
    }
}
