//! Buckets and their objects.
//!
//! - [`buckets`]: which there are, and where their objects lie; [`endpoint`]: those at an S3 endpoint.

mod buckets;
mod endpoint;

use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::SystemTime;

use axum::body::Bytes;
use futures::TryStreamExt;
use futures::stream::BoxStream;
use lookback_formats::{Md5, Md5Writer};
use object_store::memory::InMemory;
use object_store::{GetOptions, GetRange, ObjectMeta, ObjectStore, ObjectStoreExt};

use super::etags::ETags;
use super::place::Place;
use super::refusal::Refusal;
use super::upload::Upload;

pub use buckets::Bucket;
use buckets::Buckets;

/// Buckets of objects.
#[derive(Debug)]
pub struct Store {
    buckets: Buckets,
    etags: ETags,
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
        let etags = match place {
            Place::Folder(folder) => ETags::beside(folder),
            Place::Memory | Place::Endpoint(_) => ETags::default(),
        };
        let buckets = Buckets::open(place)?;
        Ok(Self { buckets, etags })
    }

    /// Buckets in memory.
    pub fn memory() -> Self {
        Self::within(Arc::new(InMemory::new()))
    }

    /// Buckets that are folders of this store, as far as they are made here.
    pub fn within(objects: Arc<dyn ObjectStore>) -> Self {
        Self {
            buckets: Buckets::within(objects),
            etags: ETags::default(),
        }
    }

    /// A store of the same kind for what is not to be seen yet.
    pub fn scratch(&self) -> Self {
        let hidden = self.buckets.folder().map(|folder| {
            let hidden = Place::Folder(folder.join(".lookback-parts"));
            Self::open(&hidden)
        });
        match hidden {
            Some(Ok(hidden)) => hidden,
            _ => Self::memory(),
        }
    }

    /// Whether buckets and objects are kept here, so that they can be served from here.
    pub fn is_local(&self) -> bool {
        self.buckets.are_local()
    }

    /// Makes a bucket.
    ///
    /// # Errors
    /// There is one; the folder cannot be made.
    pub fn create_bucket(&self, name: &str, owner: Option<&str>) -> Result<(), Refusal> {
        self.buckets.create(name, owner)
    }

    /// What is known of a bucket. At an endpoint every bucket is taken to exist until it is used.
    ///
    /// # Errors
    /// There is none.
    pub fn bucket(&self, name: &str) -> Result<Bucket, Refusal> {
        self.buckets.get(name)
    }

    /// Every bucket, by name.
    pub fn buckets(&self) -> Vec<(String, Bucket)> {
        self.buckets.all()
    }

    /// Takes away an empty bucket.
    ///
    /// # Errors
    /// There is none, or it is not empty.
    pub async fn delete_bucket(&self, name: &str) -> Result<(), Refusal> {
        if !self.list(name, "").await?.is_empty() {
            return Err(Refusal::BucketNotEmpty(name.to_owned()));
        }
        self.etags.forget_bucket(name);
        self.buckets.remove(name)
    }

    /// Begins an object; nothing is seen of it before [`Store::uploaded`].
    ///
    /// # Errors
    /// There is no such bucket.
    pub fn upload(&self, bucket: &str, key: &str) -> Result<Upload, Refusal> {
        let (store, path) = self.buckets.place(bucket, key)?;
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
        etag: impl FnOnce(Md5) -> String,
    ) -> Result<String, Refusal> {
        let md5 = upload
            .finish()
            .await
            .map_err(|error| Refusal::of_write(bucket, key, error))?;
        let etag = etag(md5);
        if self.is_local() {
            let (store, path) = self.buckets.place(bucket, key)?;
            // It is there; where nobody can look at it, its ETag is found out later.
            if let Ok(meta) = store.head(&path).await {
                self.etags.set(&meta, etag.clone());
            }
        }
        Ok(etag)
    }

    /// Puts a small object.
    ///
    /// # Errors
    /// There is no such bucket, or it cannot be stored.
    pub async fn put(&self, bucket: &str, key: &str, bytes: &[u8]) -> Result<String, Refusal> {
        let mut upload = self.upload(bucket, key)?;
        if let Err(error) = upload.write(bytes).await {
            upload.give_up().await;
            return Err(Refusal::of_write(bucket, key, error));
        }
        self.uploaded(bucket, key, upload, Md5::to_hex).await
    }

    /// What is known of an object.
    ///
    /// # Errors
    /// There is no such bucket or object.
    pub async fn head(&self, bucket: &str, key: &str) -> Result<ObjectInfo, Refusal> {
        let (store, path) = self.buckets.place(bucket, key)?;
        let meta = store.head(&path).await;
        let meta = meta.map_err(|error| Refusal::of(bucket, key, &error))?;
        self.info(bucket, key.to_owned(), meta).await
    }

    async fn info(
        &self,
        bucket: &str,
        key: String,
        meta: ObjectMeta,
    ) -> Result<ObjectInfo, Refusal> {
        let etag = match self.etags.get(&meta) {
            Some(etag) => etag,
            None if !self.is_local() => {
                let etag = meta.e_tag.as_deref().unwrap_or_default();
                etag.trim_matches('"').to_owned()
            }
            None => {
                let (_, mut pieces) = self.get(bucket, &key, None).await?;
                let mut digest = Md5Writer::new(io::sink());
                while let Some(piece) = pieces.try_next().await? {
                    let _ = digest.write_all(&piece);
                }
                let etag = digest.finish().1.to_hex();
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
        let (store, path) = self.buckets.place(bucket, key)?;
        let options = GetOptions {
            range,
            ..GetOptions::default()
        };
        let got = store.get_opts(&path, options).await;
        let got = got.map_err(|error| Refusal::of(bucket, key, &error))?;
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
        let listed = self.buckets.list(bucket, prefix).await?;
        let mut objects = Vec::new();
        for (key, meta) in listed {
            objects.push(self.info(bucket, key, meta).await?);
        }
        objects.sort_by(|one, other| one.key.cmp(&other.key));
        Ok(objects)
    }

    /// Takes an object away; one that is not there is gone already.
    ///
    /// # Errors
    /// There is no such bucket.
    pub async fn delete(&self, bucket: &str, key: &str) -> Result<(), Refusal> {
        let (store, path) = self.buckets.place(bucket, key)?;
        self.etags.forget(&path);
        match store.delete(&path).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(Refusal::of(bucket, key, &error)),
        }
    }
}
