//! A target whose S3 gives back the data files of exports with one byte changed.

use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use lookback_conformance::target::buckets::{Buckets, Fetched, Listed, Trouble};
use lookback_conformance::target::{Description, RawAnswer, Request, Target, Unreachable};

/// Such a target.
pub struct Damaged(pub Arc<dyn Target>);

impl Damaged {
    fn real(&self) -> &dyn Buckets {
        self.0.buckets().unwrap()
    }
}

impl Target for Damaged {
    fn describe(&self) -> &Description {
        self.0.describe()
    }

    fn call<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<RawAnswer, Unreachable>> {
        self.0.call(request)
    }

    fn wait(&self, time: Duration) -> BoxFuture<'_, Result<(), Unreachable>> {
        self.0.wait(time)
    }

    fn now(&self) -> BoxFuture<'_, Result<f64, Unreachable>> {
        self.0.now()
    }

    fn buckets(&self) -> Option<&dyn Buckets> {
        Some(self)
    }
}

impl Buckets for Damaged {
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
            let mut fetched = self.real().get(bucket, key).await?;
            if key.ends_with(".gz")
                && let Some(byte) = fetched.bytes.get_mut(9)
            {
                // The name of the system in the header of gzip: the lines stay what they are.
                *byte ^= 1;
            }
            Ok(fetched)
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
        self.real().list(bucket, prefix)
    }
}
