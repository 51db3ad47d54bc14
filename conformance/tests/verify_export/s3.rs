//! Exports in S3: here that of the reference server.

use std::path::Path;

use indicatif::ProgressBar;
use lookback_conformance::cli::NotMade;
use lookback_conformance::server::{Config, Running, Server};
use lookback_conformance::target::Identities;
use lookback_conformance::target::buckets::{Buckets, Remote};
use lookback_conformance::verify_export::place::S3;
use lookback_conformance::verify_export::{Options, Report, verify};
use lookback_formats::Format;
use tempfile::tempdir;
use tokio::runtime::Handle;

use crate::exports::{found, full, objects, options, table};

/// A server, and an export in one of its buckets.
struct World {
    running: Running,
    remote: Remote,
}

impl World {
    async fn with_export(bucket: &str) -> Self {
        let running = Server::start(Config::default()).await.unwrap();
        let remote = Remote::new(&running.url(), &Identities::default()).unwrap();
        remote.create(bucket).await.unwrap();
        let folder = tempdir().unwrap();
        full(folder.path(), 1, Format::DynamoDbJson, 24, &table(300));
        for path in objects(folder.path()) {
            let key = path.strip_prefix(folder.path()).unwrap();
            let bytes = std::fs::read(&path).unwrap();
            remote.put(bucket, text(key), bytes).await.unwrap();
        }
        Self { running, remote }
    }

    async fn verified(&self, place: &str) -> Result<Report, NotMade> {
        let options = Options {
            export: place.to_owned(),
            s3: S3 {
                endpoint: Some(self.running.url()),
                credentials: Some(("111122223333".to_owned(), "lookback".to_owned(), None)),
                region: "us-east-1".to_owned(),
            },
            ..options(Path::new("."))
        };
        let runtime = Handle::current();
        let verified =
            tokio::task::spawn_blocking(move || verify(&options, &runtime, &ProgressBar::hidden()));
        verified.await.unwrap()
    }
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

const EXPORT: &str = "nightly/AWSDynamoDB/01801640000000-00000001";

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_in_another_bucket_is_sound() {
    let world = World::with_export("copies").await;
    for place in [
        format!("s3://copies/{EXPORT}"),
        "s3://copies/nightly/".to_owned(),
    ] {
        let report = world.verified(&place).await.unwrap();
        assert!(report.sound, "{report:?}");
        assert_eq!(report.exports[0].read.as_ref().unwrap().records, 300);
        assert_eq!(report.exports[0].place, format!("s3://copies/{EXPORT}"));
    }
}

/// These objects were put in one piece, and an export puts each of its files as one part of several.
#[tokio::test(flavor = "multi_thread")]
async fn in_its_own_bucket_etags_are_those_of_s3() {
    let world = World::with_export("demo-bucket").await;
    let place = format!("s3://demo-bucket/{EXPORT}");
    let report = world.verified(&place).await.unwrap();
    let told = found(&report);
    assert_eq!(told.len(), 4, "{told:?}");
    assert!(told.iter().all(|(check, ..)| *check == "etag"), "{told:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_object_that_is_gone_is_told() {
    let world = World::with_export("copies").await;
    let listed = world
        .remote
        .list("copies", &format!("{EXPORT}/data/"))
        .await;
    let gone = listed.unwrap()[0].key.clone();
    world.remote.delete("copies", &gone).await.unwrap();
    let report = world
        .verified(&format!("s3://copies/{EXPORT}"))
        .await
        .unwrap();
    let name = gone.rsplit('/').next().unwrap().to_owned();
    assert_eq!(found(&report), [("layout", name, None)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bucket_that_is_not_there_cannot_be_verified() {
    let world = World::with_export("copies").await;
    let told = world
        .verified("s3://elsewhere/nightly")
        .await
        .unwrap_err()
        .0;
    assert!(told.contains("s3://elsewhere/nightly"), "{told}");
}
