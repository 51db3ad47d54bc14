//! Buckets and their objects.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use axum::body::Bytes;
use futures::TryStreamExt;
use futures::stream::BoxStream;
use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{GetOptions, GetRange, ObjectMeta, ObjectStore, ObjectStoreExt, RetryConfig};
use url::Url;

use super::connector::Connector;
use super::etags::{ETags, hex};
use super::keys;
use super::place::Place;
use super::refusal::Refusal;
use super::upload::Upload;

/// Buckets of objects.
#[derive(Debug)]
pub struct Store {
    root: Root,
    /// The buckets that were made here, and by whom.
    made: Mutex<BTreeMap<String, Bucket>>,
    etags: ETags,
}

#[derive(Debug)]
enum Root {
    Memory(Arc<dyn ObjectStore>),
    Folder(Arc<dyn ObjectStore>, PathBuf),
    Endpoint(Url, Mutex<BTreeMap<String, Arc<dyn ObjectStore>>>),
}

/// What is known of a bucket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bucket {
    /// The account that made it; `None`: nobody knows, and it is everybody's.
    pub owner: Option<String>,
    /// When.
    pub created: SystemTime,
}

/// What is known of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectInfo {
    /// Its key, from the root of the bucket.
    pub key: String,
    /// Its size in bytes.
    pub size: u64,
    /// Its ETag, without quotes.
    pub etag: String,
    /// When it was written.
    pub modified: SystemTime,
}

/// Why there is no store. The text is one line that says what to do.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The folder cannot be made or entered: choose another one.
    #[error("cannot keep objects in {0}: {1}; choose a folder that can be written")]
    Folder(PathBuf, String),
}

/// An object being read.
pub type Bytestream = BoxStream<'static, Result<Bytes, Refusal>>;

impl Store {
    /// The buckets at this place.
    ///
    /// # Errors
    /// The folder cannot be made.
    pub fn open(place: &Place) -> Result<Self, OpenError> {
        let root = match place {
            Place::Memory => Root::Memory(Arc::new(InMemory::new())),
            Place::Folder(folder) => {
                let refuse = |error: &dyn std::fmt::Display| {
                    OpenError::Folder(folder.clone(), error.to_string())
                };
                std::fs::create_dir_all(folder).map_err(|error| refuse(&error))?;
                let files =
                    LocalFileSystem::new_with_prefix(folder).map_err(|error| refuse(&error))?;
                Root::Folder(Arc::new(files), folder.clone())
            }
            Place::Endpoint(url) => Root::Endpoint(url.clone(), Mutex::default()),
        };
        Ok(Self {
            root,
            made: Mutex::default(),
            etags: ETags::default(),
        })
    }

    /// Buckets in memory.
    pub fn memory() -> Self {
        Self {
            root: Root::Memory(Arc::new(InMemory::new())),
            made: Mutex::default(),
            etags: ETags::default(),
        }
    }

    /// A store of the same kind for what is not to be seen yet.
    pub fn scratch(&self) -> Self {
        match &self.root {
            Root::Folder(_, folder) => {
                let hidden = Place::Folder(folder.join(".lookback-parts"));
                Self::open(&hidden).unwrap_or_else(|_| Self::memory())
            }
            _ => Self::memory(),
        }
    }

    /// Whether buckets and objects are kept here, so that they can be served from here.
    pub fn is_local(&self) -> bool {
        !matches!(self.root, Root::Endpoint(..))
    }

    fn made(&self) -> MutexGuard<'_, BTreeMap<String, Bucket>> {
        self.made.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes a bucket.
    ///
    /// # Errors
    /// There is one; the folder cannot be made.
    pub fn create_bucket(&self, name: &str, owner: Option<&str>) -> Result<(), Refusal> {
        if self.bucket(name).is_ok() {
            return Err(Refusal::BucketExists(name.to_owned()));
        }
        if let Root::Folder(_, folder) = &self.root {
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

    /// What is known of a bucket. At an endpoint every bucket is taken to exist until it is used.
    ///
    /// # Errors
    /// There is none.
    pub fn bucket(&self, name: &str) -> Result<Bucket, Refusal> {
        let nobodys = |created| Bucket {
            owner: None,
            created,
        };
        let made = self.made().get(name).cloned();
        let there = match &self.root {
            Root::Memory(_) => made,
            Root::Folder(_, folder) => {
                let plain =
                    !name.is_empty() && !name.starts_with('.') && !name.contains(['/', '\\']);
                let data = plain
                    .then(|| std::fs::metadata(folder.join(name)).ok())
                    .flatten();
                let data = data.filter(std::fs::Metadata::is_dir);
                let created = data.map(|data| data.created().unwrap_or(SystemTime::UNIX_EPOCH));
                created.map(|created| made.unwrap_or_else(|| nobodys(created)))
            }
            Root::Endpoint(..) => Some(nobodys(SystemTime::UNIX_EPOCH)),
        };
        there.ok_or_else(|| Refusal::NoSuchBucket(name.to_owned()))
    }

    /// Every bucket, by name.
    pub fn buckets(&self) -> Vec<(String, Bucket)> {
        let names: Vec<String> = match &self.root {
            Root::Folder(_, folder) => {
                let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
                let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
                names.collect()
            }
            _ => self.made().keys().cloned().collect(),
        };
        let known = |name: String| Some((name.clone(), self.bucket(&name).ok()?));
        let mut buckets: Vec<_> = names.into_iter().filter_map(known).collect();
        buckets.sort_by(|one, other| one.0.cmp(&other.0));
        buckets
    }

    /// Takes away an empty bucket.
    ///
    /// # Errors
    /// There is none, or it is not empty.
    pub async fn delete_bucket(&self, name: &str) -> Result<(), Refusal> {
        if !self.list(name, "").await?.is_empty() {
            return Err(Refusal::BucketNotEmpty(name.to_owned()));
        }
        if let Root::Folder(_, folder) = &self.root {
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
    fn place(&self, bucket: &str, key: &str) -> Result<(Arc<dyn ObjectStore>, Path), Refusal> {
        self.bucket(bucket)?;
        match &self.root {
            Root::Memory(root) | Root::Folder(root, _) => {
                Ok((Arc::clone(root), keys::path(Some(bucket), key)))
            }
            Root::Endpoint(url, clients) => {
                let mut clients = clients.lock().unwrap_or_else(PoisonError::into_inner);
                let client = match clients.get(bucket) {
                    Some(client) => Arc::clone(client),
                    None => {
                        let client = client(url, bucket)?;
                        clients.insert(bucket.to_owned(), Arc::clone(&client));
                        client
                    }
                };
                // An endpoint takes keys as they are, and object_store some keys only.
                let path = Path::parse(key).ok().filter(|path| path.as_ref() == key);
                let path = path.ok_or_else(|| {
                    Refusal::Broken(format!("the key {key:?} cannot be written at an endpoint"))
                })?;
                Ok((client, path))
            }
        }
    }

    /// What a store's error means for an object: at an endpoint the bucket itself may be what is missing.
    fn refused(&self, bucket: &str, key: &str, error: &object_store::Error) -> Refusal {
        let words = crate::target::http::chain(error);
        match Refusal::of(bucket, key, error) {
            Refusal::NoSuchKey(_) | Refusal::Broken(_) if words.contains("NoSuchBucket") => {
                Refusal::NoSuchBucket(bucket.to_owned())
            }
            Refusal::Broken(_) if words.contains("AccessDenied") => {
                Refusal::Denied(bucket.to_owned())
            }
            refusal => refusal,
        }
    }

    /// Begins an object; nothing is seen of it before [`Store::uploaded`].
    ///
    /// # Errors
    /// There is no such bucket.
    pub fn upload(&self, bucket: &str, key: &str) -> Result<Upload, Refusal> {
        let (store, path) = self.place(bucket, key)?;
        Ok(Upload::new(store, path))
    }

    /// Finishes an object that was begun. `etag` says what it is called, from the digest of its bytes.
    ///
    /// # Errors
    /// It cannot be stored: nothing of it is seen.
    pub async fn uploaded(
        &self,
        bucket: &str,
        key: &str,
        upload: Upload,
        etag: impl FnOnce(lookback_formats::Md5) -> String,
    ) -> Result<String, Refusal> {
        let md5 = upload
            .finish()
            .await
            .map_err(|error| self.broken(bucket, key, error))?;
        let etag = etag(md5);
        if self.is_local() {
            let (store, path) = self.place(bucket, key)?;
            let meta = store.head(&path).await;
            let meta = meta.map_err(|error| self.refused(bucket, key, &error))?;
            self.etags.set(&meta, etag.clone());
        }
        Ok(etag)
    }

    /// What writing an object failed with.
    pub fn broken(&self, bucket: &str, key: &str, error: std::io::Error) -> Refusal {
        let inner = error
            .get_ref()
            .and_then(|inner| inner.downcast_ref::<object_store::Error>());
        match inner {
            // Something that is written can only miss its bucket.
            Some(object_store::Error::NotFound { .. }) => Refusal::NoSuchBucket(bucket.to_owned()),
            Some(inner) => self.refused(bucket, key, inner),
            None => Refusal::Broken(format!("{bucket}/{key}: {error}")),
        }
    }

    /// Puts a small object.
    ///
    /// # Errors
    /// There is no such bucket, or it cannot be stored.
    pub async fn put(&self, bucket: &str, key: &str, bytes: &[u8]) -> Result<String, Refusal> {
        let mut upload = self.upload(bucket, key)?;
        if let Err(error) = upload.write(bytes).await {
            upload.give_up().await;
            return Err(self.broken(bucket, key, error));
        }
        self.uploaded(bucket, key, upload, |md5| hex(md5.as_bytes()))
            .await
    }

    /// What is known of an object.
    ///
    /// # Errors
    /// There is no such bucket or object.
    pub async fn head(&self, bucket: &str, key: &str) -> Result<ObjectInfo, Refusal> {
        let (store, path) = self.place(bucket, key)?;
        let meta = store.head(&path).await;
        let meta = meta.map_err(|error| self.refused(bucket, key, &error))?;
        self.info(key.to_owned(), &store, meta).await
    }

    async fn info(
        &self,
        key: String,
        store: &Arc<dyn ObjectStore>,
        meta: ObjectMeta,
    ) -> Result<ObjectInfo, Refusal> {
        let etag = match self.etags.get(&meta) {
            Some(etag) => etag,
            None if !self.is_local() => meta
                .e_tag
                .clone()
                .unwrap_or_default()
                .trim_matches('"')
                .to_owned(),
            None => {
                let upload = store.get(&meta.location).await;
                let upload = upload.map_err(|error| self.refused("", &key, &error))?;
                let mut digest = lookback_formats::Md5Writer::new(std::io::sink());
                let mut bytes = upload.into_stream();
                while let Some(piece) = bytes
                    .try_next()
                    .await
                    .map_err(|error| self.refused("", &key, &error))?
                {
                    let _ = std::io::Write::write_all(&mut digest, &piece);
                }
                let etag = hex(digest.finish().1.as_bytes());
                self.etags.set(&meta, etag.clone());
                etag
            }
        };
        Ok(ObjectInfo {
            key,
            size: meta.size,
            etag,
            modified: meta.last_modified.into(),
        })
    }

    /// Reads an object, or a part of it; gives the part that it is.
    ///
    /// # Errors
    /// There is no such bucket or object, or nothing of it lies in the range.
    pub async fn get(
        &self,
        bucket: &str,
        key: &str,
        range: Option<GetRange>,
    ) -> Result<(std::ops::Range<u64>, Bytestream), Refusal> {
        let (store, path) = self.place(bucket, key)?;
        let options = GetOptions {
            range,
            ..GetOptions::default()
        };
        let got = store.get_opts(&path, options).await;
        let got = got.map_err(|error| self.refused(bucket, key, &error))?;
        let range = got.range.clone();
        let name = (bucket.to_owned(), key.to_owned());
        let bytes = got
            .into_stream()
            .map_err(move |error| Refusal::of(&name.0, &name.1, &error));
        Ok((range, Box::pin(bytes)))
    }

    /// A whole object.
    ///
    /// # Errors
    /// As for [`Store::get`].
    pub async fn read(&self, bucket: &str, key: &str) -> Result<Vec<u8>, Refusal> {
        let (_, mut pieces) = self.get(bucket, key, None).await?;
        let mut bytes = Vec::new();
        while let Some(piece) = pieces.try_next().await? {
            bytes.extend_from_slice(&piece);
        }
        Ok(bytes)
    }

    /// Every object whose key begins with a text, in the order of the keys (IMPORT-024).
    ///
    /// # Errors
    /// There is no such bucket.
    pub async fn list(&self, bucket: &str, prefix: &str) -> Result<Vec<ObjectInfo>, Refusal> {
        // A store lists folders: what stands before the last slash is one.
        let folder = prefix
            .rsplit_once('/')
            .map(|(folder, _)| folder)
            .filter(|folder| !folder.is_empty());
        let (store, within) = match &self.root {
            Root::Endpoint(..) => {
                let (store, _) = self.place(bucket, "x")?;
                (store, folder.map(|folder| keys::path(None, folder)))
            }
            _ => {
                let (store, path) = self.place(bucket, folder.unwrap_or_default())?;
                let all = Path::from_iter([bucket]);
                (store, Some(if folder.is_some() { path } else { all }))
            }
        };
        let root = self.is_local().then_some(bucket);
        let listed = store.list(within.as_ref()).try_collect::<Vec<_>>().await;
        let listed = listed.map_err(|error| match self.refused(bucket, prefix, &error) {
            Refusal::NoSuchKey(_) => Refusal::NoSuchBucket(bucket.to_owned()),
            refusal => refusal,
        })?;
        let mut objects = Vec::new();
        for meta in listed {
            match keys::key(root, &meta.location).filter(|key| key.starts_with(prefix)) {
                Some(key) => objects.push(self.info(key, &store, meta).await?),
                None => continue,
            }
        }
        objects.sort_by(|one, other| one.key.cmp(&other.key));
        Ok(objects)
    }

    /// Takes an object away; one that is not there is gone already.
    ///
    /// # Errors
    /// There is no such bucket.
    pub async fn delete(&self, bucket: &str, key: &str) -> Result<(), Refusal> {
        let (store, path) = self.place(bucket, key)?;
        self.etags.forget(&path);
        match store.delete(&path).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(self.refused(bucket, key, &error)),
        }
    }
}

/// A bucket at an endpoint, with what the environment says of credentials and region.
fn client(url: &Url, bucket: &str) -> Result<Arc<dyn ObjectStore>, Refusal> {
    let environment = AmazonS3Builder::from_env();
    let keys = std::env::var_os("AWS_ACCESS_KEY_ID").is_some();
    let keys = if keys {
        environment
    } else {
        environment
            .with_access_key_id("lookback")
            .with_secret_access_key("lookback")
    };
    let retry = RetryConfig {
        max_retries: 2,
        ..RetryConfig::default()
    };
    let client = keys
        .with_endpoint(url.as_str().trim_end_matches('/'))
        .with_bucket_name(bucket)
        .with_allow_http(true)
        .with_virtual_hosted_style_request(false)
        .with_retry(retry)
        .with_http_connector(Connector)
        .build();
    match client {
        Ok(client) => Ok(Arc::new(client)),
        Err(error) => Err(Refusal::of(bucket, "", &error)),
    }
}
