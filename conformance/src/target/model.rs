//! The reference model in process: no sockets, a clock of its own, the same answers in every run.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use futures::future::{BoxFuture, ready};
use lookback_reference::{Buckets as Places, Caller as ModelCaller, Service, Settings};
use tokio::runtime::Handle;

use super::buckets::{Buckets, Local};
use super::{Description, Identities, RawAnswer, Request, Target, Unreachable};
use crate::s3::{Office, Store, is_due, work_off};
use crate::server::backend::Backend;

/// Where the clock starts: 1 January 2026, in microseconds since the Unix epoch.
const START_US: i64 = 1_767_225_600_000_000;
/// What passes with each call, in microseconds: two calls never share a millisecond, as on any real network.
const CALL_US: i64 = 1_000;

/// The model, or something that behaves like it, behind the trait that endpoints have.
pub struct Model {
    description: Description,
    state: Arc<Mutex<State>>,
    local: Local,
}

struct State {
    backend: Box<dyn Backend>,
    now_us: i64,
}

impl Model {
    /// The reference model, with buckets in memory.
    pub fn new(settings: Settings) -> Self {
        let service = Service::new(settings).with_buckets(Places::Served);
        Self::with(Box::new(service))
    }

    /// Any backend: a mutant of the model, for one.
    pub fn with(backend: Box<dyn Backend>) -> Self {
        let description = Description {
            name: "model".to_owned(),
            url: None,
            movable_clock: true,
            http: false,
            lacks: [].into(),
            identities: Identities::default(),
        };
        let local = Local {
            store: Arc::new(Store::memory()),
            owner: description.identities.access_key.clone(),
        };
        Self {
            description,
            state: Arc::new(Mutex::new(State {
                backend,
                now_us: START_US,
            })),
            local,
        }
    }

    /// The same with these buckets.
    #[must_use]
    pub fn with_store(mut self, store: Store) -> Self {
        self.local.store = Arc::new(store);
        self
    }

    /// Begins and writes the exports and reads the imports that have come due, on a thread that may block.
    async fn settle(&self) -> Result<(), Unreachable> {
        let room = Room(Arc::clone(&self.state));
        if !is_due(&room) {
            return Ok(());
        }
        let (store, runtime) = (Arc::clone(&self.local.store), Handle::current());
        let work = tokio::task::spawn_blocking(move || work_off(&room, &store, &runtime));
        work.await
            .map_err(|error| Unreachable::Broken(error.to_string()))
    }

    fn answer(&self, request: &Request) -> RawAnswer {
        let started = Instant::now();
        let (account, _, region) = self.description.identities.of(request.caller);
        let caller = ModelCaller::new(account, region);
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.now_us += CALL_US;
        let now_us = state.now_us;
        let answer =
            state
                .backend
                .answer(now_us, &caller, request.target.as_deref(), &request.body);
        RawAnswer {
            status: answer.status,
            headers: Vec::new(),
            body: answer.body,
            latency: started.elapsed(),
        }
    }
}

impl Target for Model {
    fn describe(&self) -> &Description {
        &self.description
    }

    fn call<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<RawAnswer, Unreachable>> {
        Box::pin(async move {
            self.settle().await?;
            let answer = self.answer(request);
            // An export that has begun shows it before anything else happens.
            self.settle().await?;
            Ok(answer)
        })
    }

    fn wait(&self, time: Duration) -> BoxFuture<'_, Result<(), Unreachable>> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let passed_us = i64::try_from(time.as_micros()).unwrap_or(i64::MAX);
        state.now_us = state.now_us.saturating_add(passed_us);
        drop(state);
        Box::pin(self.settle())
    }

    fn now(&self) -> BoxFuture<'_, Result<f64, Unreachable>> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        Box::pin(ready(Ok(state.now_us as f64 / 1e6)))
    }

    fn buckets(&self) -> Option<&dyn Buckets> {
        Some(&self.local)
    }
}

/// The way to the model for whoever works on files.
struct Room(Arc<Mutex<State>>);

impl Office for Room {
    fn enter<R>(&self, work: impl FnOnce(&mut Service, i64) -> R) -> Option<R> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now_us = state.now_us;
        state.backend.files().map(|service| work(service, now_us))
    }
}
