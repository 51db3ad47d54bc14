//! How a mutant forges what an export wrote: the buckets as a case sees them.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::time::Duration;

use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use futures::future::BoxFuture;
use lookback_conformance::target::buckets::{Buckets, Fetched, Listed, Trouble};
use lookback_conformance::target::model::Model;
use lookback_conformance::target::{Description, RawAnswer, Request, Target, Unreachable};
use lookback_reference::Settings;

/// Objects by key.
pub type Objects = BTreeMap<String, Fetched>;
/// Changes the objects of a bucket before anybody sees them.
pub type Forge = fn(&mut Objects);

/// The model, with buckets that are forged.
pub struct Forged {
    inner: Model,
    forge: Forge,
}

impl Forged {
    /// A fresh model.
    pub fn new(forge: Forge) -> Self {
        Self {
            inner: Model::new(Settings::default()),
            forge,
        }
    }

    fn real(&self) -> &dyn Buckets {
        self.inner.buckets().unwrap()
    }

    async fn seen(&self, bucket: &str) -> Result<Objects, Trouble> {
        let mut objects = Objects::new();
        for listed in self.real().list(bucket, "").await? {
            let object = self.real().get(bucket, &listed.key).await?;
            objects.insert(listed.key, object);
        }
        (self.forge)(&mut objects);
        Ok(objects)
    }
}

impl Target for Forged {
    fn describe(&self) -> &Description {
        self.inner.describe()
    }

    fn call<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<RawAnswer, Unreachable>> {
        self.inner.call(request)
    }

    fn wait(&self, time: Duration) -> BoxFuture<'_, Result<(), Unreachable>> {
        self.inner.wait(time)
    }

    fn now(&self) -> BoxFuture<'_, Result<f64, Unreachable>> {
        self.inner.now()
    }

    fn buckets(&self) -> Option<&dyn Buckets> {
        Some(self)
    }
}

impl Buckets for Forged {
    fn create<'a>(&'a self, bucket: &'a str) -> BoxFuture<'a, Result<(), Trouble>> {
        self.real().create(bucket)
    }

    fn names(&self) -> BoxFuture<'_, Result<Vec<String>, Trouble>> {
        self.real().names()
    }

    fn remove<'a>(&'a self, bucket: &'a str) -> BoxFuture<'a, Result<(), Trouble>> {
        self.real().remove(bucket)
    }

    fn put<'a>(
        &'a self,
        bucket: &'a str,
        key: &'a str,
        bytes: Vec<u8>,
    ) -> BoxFuture<'a, Result<(), Trouble>> {
        self.real().put(bucket, key, bytes)
    }

    fn get<'a>(&'a self, bucket: &'a str, key: &'a str) -> BoxFuture<'a, Result<Fetched, Trouble>> {
        Box::pin(async move {
            let missing = || Trouble::Missing(format!("object {key}"));
            self.seen(bucket).await?.remove(key).ok_or_else(missing)
        })
    }

    fn delete<'a>(&'a self, bucket: &'a str, key: &'a str) -> BoxFuture<'a, Result<(), Trouble>> {
        self.real().delete(bucket, key)
    }

    fn list<'a>(
        &'a self,
        bucket: &'a str,
        prefix: &'a str,
    ) -> BoxFuture<'a, Result<Vec<Listed>, Trouble>> {
        Box::pin(async move {
            let seen = self.seen(bucket).await?.into_iter();
            let listed = seen.filter(|(key, _)| key.starts_with(prefix));
            let listed = listed.map(|(key, object)| Listed {
                key,
                size: object.bytes.len() as u64,
                etag: object.etag,
            });
            Ok(listed.collect())
        })
    }
}

/// Changes the text of every object whose key ends so.
pub fn texts(objects: &mut Objects, ending: &str, change: impl Fn(&str) -> String) {
    for (key, object) in objects {
        if key.ends_with(ending) {
            let text = String::from_utf8(object.bytes.clone()).unwrap();
            object.bytes = change(&text).into_bytes();
        }
    }
}

/// Changes every line of every data file: into none, one or several. The manifests stay as they are.
pub fn lines(objects: &mut Objects, change: impl Fn(&str) -> Vec<String>) {
    for (key, object) in objects {
        if !key.ends_with(".gz") {
            continue;
        }
        let mut text = String::new();
        MultiGzDecoder::new(object.bytes.as_slice())
            .read_to_string(&mut text)
            .unwrap();
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        for line in text.lines().flat_map(&change) {
            writeln!(encoder, "{line}").unwrap();
        }
        object.bytes = encoder.finish().unwrap();
    }
}
