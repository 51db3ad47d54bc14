//! The object store: where segments of the log, snapshots, backups and exports are kept.
//!
//! Reads see every object whose put has been answered, listings too. A put that is not answered may have happened. The store
//! answers a put with the checksum of what it holds: an upload that was torn is sent again.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use crate::draws::Draws;
use crate::runtime;

/// How often an upload is sent until it is given up.
const UPLOADS_MAX: u32 = 5;

/// The object store of the cluster.
#[derive(Debug)]
pub struct ObjectStore {
    objects: RefCell<BTreeMap<String, Rc<[u8]>>>,
    draws: Draws,
    /// How long a call takes, in microseconds: least and most.
    latency_us: Cell<(i64, i64)>,
    /// How many calls in a thousand fail.
    errors_per_mille: Cell<u32>,
    /// How many uploads in a thousand are torn.
    torn_per_mille: Cell<u32>,
    /// Whether checksums are compared: a planted bug if not.
    compares: bool,
    /// How often an upload was sent again.
    sent_again: Cell<u64>,
}

/// A call of the object store failed: nobody knows whether a put took effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ObjectError;

/// The checksum of an object.
pub fn checksum(bytes: &[u8]) -> u32 {
    crc32fast::hash(bytes)
}

impl ObjectStore {
    /// An empty store whose calls take so long, in microseconds: least and most.
    pub fn new(draws: Draws, latency_us: (i64, i64), compares: bool) -> Self {
        Self {
            objects: RefCell::default(),
            draws,
            latency_us: Cell::new(latency_us),
            errors_per_mille: Cell::new(0),
            torn_per_mille: Cell::new(0),
            compares,
            sent_again: Cell::new(0),
        }
    }

    /// Lets so many calls in a thousand fail from now on.
    pub fn set_errors_per_mille(&self, errors_per_mille: u32) {
        self.errors_per_mille.set(errors_per_mille);
    }

    /// Lets so many uploads in a thousand be torn from now on.
    pub fn set_torn_per_mille(&self, torn_per_mille: u32) {
        self.torn_per_mille.set(torn_per_mille);
    }

    /// How often an upload was torn, noticed and sent again.
    pub fn sent_again(&self) -> u64 {
        self.sent_again.get()
    }

    /// Writes an object as a whole, and makes sure that it is whole.
    ///
    /// # Errors
    /// Nobody knows whether it is there.
    pub async fn put(&self, name: &str, bytes: Vec<u8>) -> Result<(), ObjectError> {
        let bytes: Rc<[u8]> = bytes.into();
        for _ in 0..UPLOADS_MAX {
            let held = self.upload(name, &bytes).await?;
            if held == checksum(&bytes) || !self.compares {
                return Ok(());
            }
            self.sent_again.set(self.sent_again.get() + 1);
        }
        Err(ObjectError)
    }

    /// Sends an object; the checksum of what the store holds now.
    async fn upload(&self, name: &str, bytes: &Rc<[u8]>) -> Result<u32, ObjectError> {
        let fails = self.wait().await;
        let torn = self.draws.chance(self.torn_per_mille.get());
        let held = if torn {
            let length = i64::try_from(bytes.len()).unwrap_or(0);
            let kept = self.draws.between(0, (length - 1).max(0));
            let kept = usize::try_from(kept).unwrap_or(0);
            bytes.get(..kept).unwrap_or_default().into()
        } else {
            Rc::clone(bytes)
        };
        let checksum = checksum(&held);
        if !fails || self.draws.chance(500) {
            let mut objects = self.objects.borrow_mut();
            // What was torn takes the place of nothing.
            if !torn || !objects.contains_key(name) {
                objects.insert(name.to_owned(), held);
            }
        }
        if fails {
            Err(ObjectError)
        } else {
            Ok(checksum)
        }
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

    /// Deletes these objects, where they are there.
    ///
    /// # Errors
    /// The call failed: some may be gone.
    pub async fn delete(&self, names: &[String]) -> Result<(), ObjectError> {
        let fails = self.wait().await;
        let mut objects = self.objects.borrow_mut();
        for name in names {
            if !fails || self.draws.chance(500) {
                objects.remove(name);
            }
        }
        if fails { Err(ObjectError) } else { Ok(()) }
    }

    /// Takes the time of a call; whether it fails.
    async fn wait(&self) -> bool {
        let (least, most) = self.latency_us.get();
        runtime::sleep_us(self.draws.between(least, most)).await;
        self.draws.chance(self.errors_per_mille.get())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draws::Stream;
    use crate::runtime::Pace;

    /// What the store holds of an upload whose like are torn so often, and how often it was sent again.
    fn uploaded(seed: u64, torn_per_mille: u32, compares: bool) -> (Option<Vec<u8>>, u64) {
        let uploaded = runtime::run(seed, Pace::Exact, move || async move {
            let draws = Draws::new(seed, Stream::Objects);
            let store = ObjectStore::new(draws, (1, 2), compares);
            store.set_torn_per_mille(torn_per_mille);
            let put = store.put("object", b"all of it".to_vec()).await;
            let held = store.get("object").await.unwrap();
            let held = held.filter(|_| put.is_ok()).map(|it| it.to_vec());
            (held, store.sent_again())
        });
        uploaded.unwrap()
    }

    #[test]
    fn a_torn_upload_is_sent_again_until_it_is_whole() {
        let uploads: Vec<_> = (0..10).map(|seed| uploaded(seed, 300, true)).collect();
        let whole = |held: &Option<Vec<u8>>| held.as_deref() == Some(b"all of it".as_slice());
        assert!(uploads.iter().all(|(held, _)| whole(held)));
        assert!(uploads.iter().any(|(_, sent_again)| *sent_again > 0));
    }

    #[test]
    fn what_is_always_torn_is_given_up() {
        assert_eq!(uploaded(3, 1_000, true), (None, u64::from(UPLOADS_MAX)));
    }

    #[test]
    fn who_compares_no_checksums_notices_nothing() {
        let (held, sent_again) = uploaded(3, 1_000, false);
        assert!(held.is_some_and(|held| held.len() < 9));
        assert_eq!(sent_again, 0);
    }
}
