//! The objects of a place, read from threads that may block.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};

use axum::body::Bytes;
use futures::{StreamExt, TryStreamExt};
use object_store::path::Path;
use object_store::{Error, GetResultPayload, ObjectStoreExt};
use tokio::runtime::Handle;
use tokio::sync::mpsc;

use super::place::Place;
use crate::cli::NotMade;
use crate::target::http::chain;

/// How many pieces of an object that comes over a network are fetched ahead.
const PIECES_AHEAD: usize = 16;

/// The objects of a place.
#[derive(Clone, Debug)]
pub struct Objects {
    /// Where they are.
    pub place: Place,
    /// Who runs what does not block.
    pub runtime: Handle,
}

/// What a list says of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its size in bytes.
    pub size: u64,
    /// Its ETag in S3, without quotes.
    pub etag: Option<String>,
}

impl Objects {
    /// A path of the store as a user finds it.
    pub fn shown(&self, path: &str) -> String {
        format!("{}{path}", self.place.shown)
    }

    fn not_made(&self, path: &str, error: &Error) -> NotMade {
        NotMade(format!(
            "cannot read {}: {}; see that it can be read, and try again",
            self.shown(path),
            chain(error)
        ))
    }

    fn path(&self, path: &str) -> Result<Path, NotMade> {
        Path::parse(path)
            .map_err(|error| NotMade(format!("{} cannot be read: {error}", self.shown(path))))
    }

    /// A small object as a whole; `None`: there is none.
    ///
    /// # Errors
    /// The place does not answer, or not to this caller.
    pub fn small(&self, path: &str) -> Result<Option<Bytes>, NotMade> {
        let location = self.path(path)?;
        let read = async { self.place.store.get(&location).await?.bytes().await };
        match self.runtime.block_on(read) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(self.not_made(path, &error)),
        }
    }

    /// Everything in a folder and below it, by path.
    ///
    /// # Errors
    /// As for [`Objects::small`].
    pub fn list(&self, folder: &str) -> Result<BTreeMap<String, Listed>, NotMade> {
        let prefix = self.path(folder)?;
        let listed = self.place.store.list(Some(&prefix)).try_collect::<Vec<_>>();
        let listed = self.runtime.block_on(listed);
        let listed = listed.map_err(|error| self.not_made(folder, &error))?;
        let one = |meta: object_store::ObjectMeta| {
            let etag = meta.e_tag.filter(|_| self.place.bucket.is_some());
            let listed = Listed {
                size: meta.size,
                etag: etag.map(|etag| etag.trim_matches('"').to_owned()),
            };
            (meta.location.to_string(), listed)
        };
        Ok(listed.into_iter().map(one).collect())
    }

    /// The folders in a folder.
    ///
    /// # Errors
    /// As for [`Objects::small`].
    pub fn folders(&self, folder: &str) -> Result<Vec<String>, NotMade> {
        let prefix = self.path(folder)?;
        let listed = self.place.store.list_with_delimiter(Some(&prefix));
        let listed = self.runtime.block_on(listed);
        let listed = listed.map_err(|error| self.not_made(folder, &error))?;
        let folders = listed.common_prefixes.into_iter();
        Ok(folders.map(|path| path.to_string()).collect())
    }

    /// An object to be read from its beginning; `None`: there is none.
    ///
    /// # Errors
    /// As for [`Objects::small`].
    pub fn open(&self, path: &str) -> Result<Option<Object>, NotMade> {
        let location = self.path(path)?;
        let got = match self.runtime.block_on(self.place.store.get(&location)) {
            Ok(got) => got,
            Err(Error::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(self.not_made(path, &error)),
        };
        let mut pieces = match got.payload {
            GetResultPayload::File(file, _) => return Ok(Some(Object::File(file))),
            GetResultPayload::Stream(pieces) => pieces,
        };
        let (send, receive) = mpsc::channel(PIECES_AHEAD);
        self.runtime.spawn(async move {
            while let Some(piece) = pieces.next().await {
                let broken = piece.is_err();
                let piece = piece.map_err(|error| chain(&error));
                if send.send(piece).await.is_err() || broken {
                    break;
                }
            }
        });
        Ok(Some(Object::Pieces {
            receive,
            rest: Bytes::new(),
        }))
    }
}

/// An object being read.
#[derive(Debug)]
pub enum Object {
    /// On disk.
    File(File),
    /// Over a network.
    Pieces {
        /// What was fetched ahead.
        receive: mpsc::Receiver<Result<Bytes, String>>,
        /// What is left of the piece at hand.
        rest: Bytes,
    },
}

impl Read for Object {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::File(file) => file.read(buffer),
            Self::Pieces { receive, rest } => {
                while rest.is_empty() {
                    match receive.blocking_recv() {
                        Some(Ok(piece)) => *rest = piece,
                        Some(Err(why)) => return Err(io::Error::other(why)),
                        None => return Ok(0),
                    }
                }
                let count = rest.len().min(buffer.len());
                let piece = rest.split_to(count);
                if let Some(target) = buffer.get_mut(..count) {
                    target.copy_from_slice(&piece);
                }
                Ok(count)
            }
        }
    }
}
