//! Exports and imports of the reference server: memory, a folder and an endpoint; what goes wrong ends FAILED.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use lookback_conformance::run::Answer;
use lookback_conformance::s3::Place;
use lookback_conformance::server::clock::ClockKind;
use lookback_conformance::server::{Config, Running, Server};
use lookback_conformance::target::buckets::{Buckets, Trouble};
use lookback_conformance::target::endpoint::Endpoint;
use lookback_conformance::target::{Identities, Request, Target};
use serde_json::{Value, json};
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;

/// A server with objects at a place, and a table with three items in it.
struct World {
    endpoint: Endpoint,
    _running: Running,
}

impl World {
    async fn new(s3: Place, clock: ClockKind) -> Self {
        let config = Config {
            clock,
            s3,
            ..Config::default()
        };
        let running = Server::start(config).await.unwrap();
        let identities = Identities::default();
        let endpoint = Endpoint::connect(&running.url(), "test", identities, None).await;
        let world = Self {
            endpoint: endpoint.unwrap(),
            _running: running,
        };
        world.table().await;
        world
    }

    async fn ask(&self, operation: &str, body: Value) -> Value {
        let answer = self.endpoint.call(&Request::of(operation, &body)).await;
        let answer = Answer::new(answer.unwrap());
        assert!(answer.is_ok(), "{operation}: {}", answer.shown());
        answer.json.unwrap()
    }

    async fn pass(&self, seconds: f64) {
        let time = std::time::Duration::from_secs_f64(seconds);
        self.endpoint.wait(time).await.unwrap();
    }

    fn buckets(&self) -> &dyn Buckets {
        self.endpoint.buckets().unwrap()
    }

    async fn table(&self) {
        let table = json!({ "TableName": "orders", "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{ "AttributeName": "pk", "AttributeType": "S" }],
            "KeySchema": [{ "AttributeName": "pk", "KeyType": "HASH" }] });
        self.ask("CreateTable", table).await;
        self.pass(10.0).await;
        let on = json!({ "PointInTimeRecoveryEnabled": true });
        let on = json!({ "TableName": "orders", "PointInTimeRecoverySpecification": on });
        self.ask("UpdateContinuousBackups", on).await;
        for number in 0..3 {
            let item = json!({ "pk": { "S": format!("o-{number}") } });
            let put = json!({ "TableName": "orders", "Item": item });
            self.ask("PutItem", put).await;
        }
    }

    /// Exports to a bucket, lets an hour pass and describes the export.
    async fn export(&self, more: Value) -> Value {
        let described = self
            .ask("DescribeTable", json!({ "TableName": "orders" }))
            .await;
        let mut request = more;
        request["TableArn"] = described["Table"]["TableArn"].clone();
        let started = self.ask("ExportTableToPointInTime", request).await;
        let arn = started["ExportDescription"]["ExportArn"].clone();
        self.pass(3600.0).await;
        let described = self
            .ask("DescribeExport", json!({ "ExportArn": arn }))
            .await;
        described["ExportDescription"].clone()
    }

    async fn keys(&self, bucket: &str) -> Vec<String> {
        let listed = self.buckets().list(bucket, "").await.unwrap();
        listed.into_iter().map(|object| object.key).collect()
    }

    async fn import(&self, source: Value) -> Value {
        let request = json!({ "S3BucketSource": source, "InputFormat": "DYNAMODB_JSON", "InputCompressionType": "GZIP",
            "ClientToken": "once", "TableCreationParameters": { "TableName": "orders-again", "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{ "AttributeName": "pk", "AttributeType": "S" }],
            "KeySchema": [{ "AttributeName": "pk", "KeyType": "HASH" }] } });
        let started = self.ask("ImportTable", request).await;
        let arn = started["ImportTableDescription"]["ImportArn"].clone();
        self.pass(3600.0).await;
        let described = self
            .ask("DescribeImport", json!({ "ImportArn": arn }))
            .await;
        described["ImportTableDescription"].clone()
    }
}

/// A folder of its own for each test, taken away at the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder =
            Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        Self(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Exports, and imports what was exported.
async fn round(world: &World) {
    world.buckets().create("files").await.unwrap();
    let export = world
        .export(json!({ "S3Bucket": "files", "S3Prefix": "nightly" }))
        .await;
    assert_eq!(export["ExportStatus"], "COMPLETED", "{export}");
    assert_eq!(export["ItemCount"], 3);
    let manifest = export["ExportManifest"].as_str().unwrap();
    let summary = world.buckets().get("files", manifest).await.unwrap();
    let summary: Value = serde_json::from_slice(&summary.bytes).unwrap();
    assert_eq!(summary["itemCount"], 3);
    let data = manifest.replace("manifest-summary.json", "data/");
    let import = world
        .import(json!({ "S3Bucket": "files", "S3KeyPrefix": data }))
        .await;
    assert_eq!(import["ImportStatus"], "COMPLETED", "{import}");
    let scanned = world
        .ask("Scan", json!({ "TableName": "orders-again" }))
        .await;
    assert_eq!(scanned["Count"], 3);
    world.buckets().remove("files").await.unwrap();
}

#[tokio::test]
async fn memory_is_exported_to_and_imported_from() {
    round(&World::new(Place::Memory, ClockKind::Manual).await).await;
}

#[tokio::test]
async fn a_clock_that_runs_by_itself_finds_what_is_due() {
    round(&World::new(Place::Memory, ClockKind::Real).await).await;
}

#[tokio::test]
async fn a_folder_is_exported_to_and_imported_from() {
    let folder = Folder::new("folder");
    round(&World::new(Place::Folder(folder.0.clone()), ClockKind::Manual).await).await;
}

#[tokio::test]
async fn an_endpoint_is_exported_to_and_imported_from() {
    let there = World::new(Place::Memory, ClockKind::Manual).await;
    let url = there.endpoint.describe().url.clone().unwrap();
    let mut here = World::new(Place::Endpoint(url.parse().unwrap()), ClockKind::Manual).await;
    here.endpoint = here.endpoint.with_s3(&url).unwrap();
    round(&here).await;
}

/// EXPORT-FORMAT-001: a leading slash is kept, and what is below it is imported.
#[tokio::test]
async fn keys_with_slashes_anywhere_are_kept_at_an_endpoint() {
    let there = World::new(Place::Memory, ClockKind::Manual).await;
    let url = there.endpoint.describe().url.clone().unwrap();
    there.buckets().create("files").await.unwrap();
    for prefix in ["/foo", "/", "//foo", "a//b c"] {
        let here = World::new(Place::Endpoint(url.parse().unwrap()), ClockKind::Manual).await;
        let export = here
            .export(json!({ "S3Bucket": "files", "S3Prefix": prefix }))
            .await;
        assert_eq!(export["ExportStatus"], "COMPLETED", "{export}");
        let manifest = export["ExportManifest"].as_str().unwrap();
        assert!(manifest.starts_with(prefix));
        assert!(there.keys("files").await.contains(&manifest.to_owned()));
        if prefix.contains("//") {
            // Such keys cannot be listed, and the import says so.
            continue;
        }
        let data = manifest.replace("manifest-summary.json", "data/");
        let import = here
            .import(json!({ "S3Bucket": "files", "S3KeyPrefix": data }))
            .await;
        assert_eq!(import["ImportStatus"], "COMPLETED", "{prefix}: {import}");
        assert_eq!(import["ImportedItemCount"], 3);
    }
}

/// What consoles make as folders holds no items.
#[tokio::test]
async fn a_whole_bucket_is_imported_from_an_endpoint() {
    let there = World::new(Place::Memory, ClockKind::Manual).await;
    let url = there.endpoint.describe().url.clone().unwrap();
    let buckets = there.buckets();
    buckets.create("files").await.unwrap();
    let line = |key: &str| format!("{{\"Item\":{{\"pk\":{{\"S\":\"{key}\"}}}}}}\n").into_bytes();
    let gzip = |bytes: Vec<u8>| {
        use std::io::Write;
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(&bytes).unwrap();
        gzip.finish().unwrap()
    };
    buckets.put("files", "in/", Vec::new()).await.unwrap();
    for key in ["in/a", "/in/a", "/b", "50%/c", "d e"] {
        buckets.put("files", key, gzip(line(key))).await.unwrap();
    }
    let here = World::new(Place::Endpoint(url.parse().unwrap()), ClockKind::Manual).await;
    let import = here.import(json!({ "S3Bucket": "files" })).await;
    assert_eq!(import["ImportStatus"], "COMPLETED", "{import}");
    assert_eq!(import["ImportedItemCount"], 5);
}

/// EXPORT-FORMAT-010: the list of files tells them, and whoever compares must find the same in any process.
#[tokio::test]
async fn etags_outlive_the_server() {
    let folder = Folder::new("etags");
    let place = Place::Folder(folder.0.clone());
    let world = World::new(place.clone(), ClockKind::Manual).await;
    world.buckets().create("files").await.unwrap();
    world.export(json!({ "S3Bucket": "files" })).await;
    let plain = b"one piece".to_vec();
    world.buckets().put("files", "plain", plain).await.unwrap();
    let before = world.buckets().list("files", "").await.unwrap();
    drop(world);
    let world = World::new(place, ClockKind::Manual).await;
    let after = world.buckets().list("files", "").await.unwrap();
    assert_eq!(after, before);
    let parts = after.iter().filter(|object| object.etag.ends_with("-1"));
    assert_eq!(parts.count(), 9, "{after:?}");
    // Another version has another ETag.
    let key = &after
        .iter()
        .find(|one| one.key.ends_with(".gz"))
        .unwrap()
        .key;
    std::fs::write(folder.0.join("files").join(key), "something else").unwrap();
    let other = world.buckets().get("files", key).await.unwrap();
    assert_eq!(
        other.etag,
        lookback_formats::Md5::of("something else").to_hex()
    );
}

#[tokio::test]
async fn a_folder_keeps_its_objects_when_the_server_ends() {
    let folder = Folder::new("kept");
    let place = Place::Folder(folder.0.clone());
    let world = World::new(place.clone(), ClockKind::Manual).await;
    world.buckets().create("files").await.unwrap();
    world.export(json!({ "S3Bucket": "files" })).await;
    let keys = world.keys("files").await;
    drop(world);
    let world = World::new(place, ClockKind::Manual).await;
    assert_eq!(world.keys("files").await, keys);
    assert_eq!(keys.len(), 9);
}

#[tokio::test]
async fn a_missing_bucket_fails_the_export_and_not_the_request() {
    for clock in [ClockKind::Manual, ClockKind::Real] {
        let world = World::new(Place::Memory, clock).await;
        let export = world.export(json!({ "S3Bucket": "nowhere" })).await;
        assert_eq!(export["ExportStatus"], "FAILED");
        assert_eq!(export["FailureCode"], "S3NoSuchBucket");
        assert!(export.get("ExportManifest").is_none());
    }
}

#[tokio::test]
async fn a_missing_bucket_at_an_endpoint_is_told_as_such() {
    let there = World::new(Place::Memory, ClockKind::Manual).await;
    let url = there.endpoint.describe().url.clone().unwrap();
    let here = World::new(Place::Endpoint(url.parse().unwrap()), ClockKind::Manual).await;
    let export = here.export(json!({ "S3Bucket": "nowhere" })).await;
    assert_eq!(export["FailureCode"], "S3NoSuchBucket", "{export}");
    let import = here.import(json!({ "S3Bucket": "nowhere" })).await;
    assert_eq!(import["FailureCode"], "S3NoSuchBucket", "{import}");
}

#[tokio::test]
async fn a_bucket_of_somebody_else_is_denied() {
    let world = World::new(Place::Memory, ClockKind::Manual).await;
    world.buckets().create("files").await.unwrap();
    let export = world
        .export(json!({ "S3Bucket": "files", "S3BucketOwner": "444455556666" }))
        .await;
    assert_eq!(export["ExportStatus"], "FAILED");
    assert_eq!(export["FailureCode"], "S3AccessDenied");
    assert!(world.keys("files").await.is_empty());
}

#[tokio::test]
async fn a_place_that_cannot_be_written_fails_the_export_and_leaves_no_manifest() {
    let folder = Folder::new("no-room");
    let world = World::new(Place::Folder(folder.0.clone()), ClockKind::Manual).await;
    world.buckets().create("files").await.unwrap();
    // A file stands where the export's folder should be made.
    std::fs::write(folder.0.join("files/AWSDynamoDB"), "in the way").unwrap();
    let export = world.export(json!({ "S3Bucket": "files" })).await;
    assert_eq!(export["ExportStatus"], "FAILED");
    assert_eq!(export["FailureCode"], "UNKNOWN");
    assert_eq!(world.keys("files").await, ["AWSDynamoDB"]);
}

/// Passes the first bytes of each connection on, as many connections as it is told, and breaks off all later ones.
async fn breaks_after(url: &str, requests: usize) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let behind = url.trim_start_matches("http://").to_owned();
    let seen = std::sync::Arc::new(AtomicUsize::new(0));
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            let (behind, seen) = (behind.clone(), seen.clone());
            tokio::spawn(async move {
                let mut server = tokio::net::TcpStream::connect(behind).await.unwrap();
                let (mut from_client, mut to_client) = client.split();
                let (mut from_server, mut to_server) = server.split();
                let upward = async {
                    let mut piece = vec![0; 65_536];
                    while let Ok(count @ 1..) = from_client.read(&mut piece).await {
                        let text = String::from_utf8_lossy(&piece[..count]).into_owned();
                        let begun = text.matches(" HTTP/1.1\r\n").count();
                        if seen.fetch_add(begun, Ordering::SeqCst) + begun > requests {
                            return;
                        }
                        tokio::io::AsyncWriteExt::write_all(&mut to_server, &piece[..count])
                            .await
                            .unwrap();
                    }
                };
                tokio::select! {
                    () = upward => {}
                    _ = tokio::io::copy(&mut from_server, &mut to_client) => {}
                }
            });
        }
    });
    format!("http://{address}")
}

#[tokio::test]
async fn a_connection_that_breaks_fails_the_export_and_leaves_no_manifest() {
    let there = World::new(Place::Memory, ClockKind::Manual).await;
    let url = there.endpoint.describe().url.clone().unwrap();
    there.buckets().create("files").await.unwrap();
    let broken = breaks_after(&url, 4).await;
    let here = World::new(Place::Endpoint(broken.parse().unwrap()), ClockKind::Manual).await;
    let export = here.export(json!({ "S3Bucket": "files" })).await;
    assert_eq!(export["ExportStatus"], "FAILED", "{export}");
    assert_eq!(export["FailureCode"], "UNKNOWN");
    let keys = there.keys("files").await;
    assert!(
        !keys.is_empty(),
        "the connection should break in the middle"
    );
    assert!(keys.iter().all(|key| !key.contains("manifest")), "{keys:?}");
}

#[tokio::test]
async fn what_is_not_there_is_told_in_words_of_s3() {
    let world = World::new(Place::Memory, ClockKind::Manual).await;
    let missing = world.buckets().get("nowhere", "x").await;
    assert_eq!(missing, Err(Trouble::Missing("object x".to_owned())));
    world.buckets().create("files").await.unwrap();
    assert!(matches!(
        world.buckets().create("files").await,
        Err(Trouble::Refused(_))
    ));
    world.buckets().remove("nowhere").await.unwrap();
}
