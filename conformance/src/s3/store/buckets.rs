//! Which buckets there are, and where their objects lie.

use std::collections::BTreeMap;
use std::path::{Path as Folder, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use futures::TryStreamExt;
use object_store::local::LocalFileSystem;
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{ObjectMeta, ObjectStore};

use super::OpenError;
use super::endpoint::Endpoint;
use crate::s3::keys;
use crate::s3::place::Place;
use crate::s3::refusal::Refusal;

/// What is known of a bucket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bucket {
    /// The account that made it; `None`: nobody knows, and it is everybody's.
    pub owner: Option<String>,
    /// When.
    pub created: SystemTime,
}

impl Bucket {
    fn of_nobody(created: SystemTime) -> Self {
        Self {
            owner: None,
            created,
        }
    }
}

/// All buckets of a place.
#[derive(Debug)]
pub struct Buckets {
    root: Root,
    /// The buckets that were made here, and by whom.
    made: Mutex<BTreeMap<String, Bucket>>,
}

#[derive(Debug)]
enum Root {
    /// Only buckets that were made here.
    Objects(Arc<dyn ObjectStore>),
    /// A folder below this one for each bucket.
    Folder(Arc<dyn ObjectStore>, PathBuf),
    Endpoint(Endpoint),
}

impl Buckets {
    /// The buckets at this place.
    pub fn open(place: &Place) -> Result<Self, OpenError> {
        let root = match place {
            Place::Memory => Root::Objects(Arc::new(InMemory::new())),
            Place::Folder(folder) => {
                let refuse = |error: &dyn std::fmt::Display| {
                    OpenError::Folder(folder.clone(), error.to_string())
                };
                std::fs::create_dir_all(folder).map_err(|error| refuse(&error))?;
                let files =
                    LocalFileSystem::new_with_prefix(folder).map_err(|error| refuse(&error))?;
                Root::Folder(Arc::new(files), folder.clone())
            }
            Place::Endpoint(url) => Root::Endpoint(Endpoint::new(url.clone())),
        };
        Ok(Self::of(root))
    }

    /// Buckets that are folders of this store, as far as they are made here.
    pub fn within(objects: Arc<dyn ObjectStore>) -> Self {
        Self::of(Root::Objects(objects))
    }

    fn of(root: Root) -> Self {
        Self {
            root,
            made: Mutex::default(),
        }
    }

    /// The folder that they are in.
    pub fn folder(&self) -> Option<&Folder> {
        match &self.root {
            Root::Folder(_, folder) => Some(folder),
            Root::Objects(_) | Root::Endpoint(_) => None,
        }
    }

    /// Whether they are kept here, and not at an endpoint.
    pub fn are_local(&self) -> bool {
        !matches!(self.root, Root::Endpoint(_))
    }

    fn made(&self) -> MutexGuard<'_, BTreeMap<String, Bucket>> {
        self.made.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes a bucket.
    pub fn create(&self, name: &str, owner: Option<&str>) -> Result<(), Refusal> {
        if self.get(name).is_ok() {
            return Err(Refusal::BucketExists(name.to_owned()));
        }
        if let Some(folder) = self.folder() {
            let made = std::fs::create_dir(folder.join(name));
            made.map_err(|error| {
                Refusal::Broken(format!("cannot make the bucket {name}: {error}"))
            })?;
        }
        let bucket = Bucket {
            owner: owner.map(str::to_owned),
            created: SystemTime::now(),
        };
        self.made().insert(name.to_owned(), bucket);
        Ok(())
    }

    /// What is known of a bucket.
    pub fn get(&self, name: &str) -> Result<Bucket, Refusal> {
        let made = self.made().get(name).cloned();
        let there = match &self.root {
            Root::Objects(_) => made,
            Root::Folder(_, folder) => {
                let plain =
                    !name.is_empty() && !name.starts_with('.') && !name.contains(['/', '\\']);
                let data = plain
                    .then(|| std::fs::metadata(folder.join(name)).ok())
                    .flatten();
                let data = data.filter(std::fs::Metadata::is_dir);
                let created = data.map(|data| data.created().unwrap_or(SystemTime::UNIX_EPOCH));
                created.map(|created| made.unwrap_or_else(|| Bucket::of_nobody(created)))
            }
            Root::Endpoint(_) => Some(Bucket::of_nobody(SystemTime::UNIX_EPOCH)),
        };
        there.ok_or_else(|| Refusal::NoSuchBucket(name.to_owned()))
    }

    /// Every bucket, by name.
    pub fn all(&self) -> Vec<(String, Bucket)> {
        let names: Vec<String> = match self.folder() {
            Some(folder) => {
                let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
                let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
                names.collect()
            }
            None => self.made().keys().cloned().collect(),
        };
        let known = |name: String| Some((name.clone(), self.get(&name).ok()?));
        let mut buckets: Vec<_> = names.into_iter().filter_map(known).collect();
        buckets.sort_by(|one, other| one.0.cmp(&other.0));
        buckets
    }

    /// Takes away a bucket without objects.
    pub fn remove(&self, name: &str) -> Result<(), Refusal> {
        self.get(name)?;
        if let Some(folder) = self.folder() {
            // Folders of objects that are gone stay behind, empty.
            let gone = std::fs::remove_dir_all(folder.join(name));
            gone.map_err(|error| {
                Refusal::Broken(format!("cannot take away the bucket {name}: {error}"))
            })?;
        }
        self.made().remove(name);
        Ok(())
    }

    /// Where an object lies, and under which path.
    pub fn place(&self, bucket: &str, key: &str) -> Result<(Arc<dyn ObjectStore>, Path), Refusal> {
        self.get(bucket)?;
        match &self.root {
            Root::Objects(root) | Root::Folder(root, _) => {
                Ok((Arc::clone(root), keys::path(Some(bucket), key)))
            }
            Root::Endpoint(endpoint) => endpoint.place(bucket, key),
        }
    }

    /// The objects whose keys begin with a text, in any order.
    pub async fn list(
        &self,
        bucket: &str,
        prefix: &str,
    ) -> Result<Vec<(String, ObjectMeta)>, Refusal> {
        self.get(bucket)?;
        let root = match &self.root {
            Root::Objects(root) | Root::Folder(root, _) => root,
            Root::Endpoint(endpoint) => return endpoint.list(bucket, prefix).await,
        };
        // A store lists folders: what stands before the last slash is one.
        let folder = prefix
            .rsplit_once('/')
            .map(|(folder, _)| folder)
            .filter(|folder| !folder.is_empty());
        let within = match folder {
            Some(folder) => keys::path(Some(bucket), folder),
            None => Path::from_iter([bucket]),
        };
        let listed = root.list(Some(&within)).try_collect::<Vec<_>>().await;
        let listed = listed.map_err(|error| Refusal::of_bucket(bucket, prefix, &error))?;
        let of_key = |meta: ObjectMeta| {
            let key = keys::key(Some(bucket), &meta.location)?;
            key.starts_with(prefix).then_some((key, meta))
        };
        Ok(listed.into_iter().filter_map(of_key).collect())
    }
}
