//! The object store: where segments of the log, snapshots and backups are kept.
//!
//! Reads see every object whose put has been answered, listings too. A put that is not answered may have happened.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use crate::draws::Draws;
use crate::runtime;

/// The object store of the cluster.
#[derive(Debug)]
pub struct ObjectStore {
    objects: RefCell<BTreeMap<String, Rc<[u8]>>>,
    draws: Draws,
    /// How long a call takes, in microseconds: least and most.
    latency_us: Cell<(i64, i64)>,
    /// How many calls in a thousand fail.
    errors_per_mille: Cell<u32>,
}

/// A call of the object store failed: nobody knows whether a put took effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ObjectError;

impl ObjectStore {
    /// An empty store whose calls take so long, in microseconds: least and most.
    pub fn new(draws: Draws, latency_us: (i64, i64)) -> Self {
        Self {
            objects: RefCell::default(),
            draws,
            latency_us: Cell::new(latency_us),
            errors_per_mille: Cell::new(0),
        }
    }

    /// Lets so many calls in a thousand fail from now on.
    pub fn set_errors_per_mille(&self, errors_per_mille: u32) {
        self.errors_per_mille.set(errors_per_mille);
    }

    /// Writes an object as a whole.
    ///
    /// # Errors
    /// Nobody knows whether it is there.
    pub async fn put(&self, name: &str, bytes: Vec<u8>) -> Result<(), ObjectError> {
        let fails = self.wait().await;
        if !fails || self.draws.chance(500) {
            self.objects
                .borrow_mut()
                .insert(name.to_owned(), bytes.into());
        }
        if fails { Err(ObjectError) } else { Ok(()) }
    }

    /// What an object holds; none where there is none.
    ///
    /// # Errors
    /// The call failed.
    pub async fn get(&self, name: &str) -> Result<Option<Rc<[u8]>>, ObjectError> {
        if self.wait().await {
            return Err(ObjectError);
        }
        Ok(self.objects.borrow().get(name).cloned())
    }

    /// The names that begin with this, in order.
    ///
    /// # Errors
    /// The call failed.
    pub async fn list(&self, prefix: &str) -> Result<Vec<String>, ObjectError> {
        if self.wait().await {
            return Err(ObjectError);
        }
        let objects = self.objects.borrow();
        let names = objects.range(prefix.to_owned()..).map(|(name, _)| name);
        Ok(names
            .take_while(|name| name.starts_with(prefix))
            .cloned()
            .collect())
    }

    /// Takes the time of a call; whether it fails.
    async fn wait(&self) -> bool {
        let (least, most) = self.latency_us.get();
        runtime::sleep_us(self.draws.between(least, most)).await;
        self.draws.chance(self.errors_per_mille.get())
    }
}
