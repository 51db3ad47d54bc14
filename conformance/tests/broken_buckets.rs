//! Exports and imports where the place breaks: whatever fails, and whenever, they end FAILED, stay describable and leave no
//! half-written manifest (EXPORT-FULL-013, EXPORT-FORMAT-026).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

use std::fmt;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use futures::stream::BoxStream;
use lookback_conformance::run::Answer;
use lookback_conformance::s3::Store;
use lookback_conformance::target::model::Model;
use lookback_conformance::target::{Request, Target};
use lookback_reference::Settings;
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{
    CopyOptions, Error, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta,
    ObjectStore, ObjectStoreExt, PutMultipartOptions, PutOptions, PutPayload, PutResult, Result,
};
use serde_json::{Value, json};

/// How a place breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Breaks {
    /// One write finds no room, the next ones do.
    FullOnce,
    /// From one write on there is no room.
    Full,
    /// From one request on, reads and deletions included, nobody answers.
    Lost,
    /// One write hits a defect.
    Panics,
}

/// A place in memory that breaks at a request.
#[derive(Debug)]
struct Broken {
    inner: InMemory,
    how: Breaks,
    /// The request that meets it, from 0.
    at: usize,
    seen: AtomicUsize,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a place that breaks")
    }
}

impl Broken {
    fn new(how: Breaks, at: usize) -> Arc<Self> {
        Arc::new(Self {
            inner: InMemory::new(),
            how,
            at,
            seen: AtomicUsize::new(0),
        })
    }

    /// A request: a write, or something else.
    fn meet(&self, write: bool) -> Result<()> {
        if !write && self.how != Breaks::Lost {
            return Ok(());
        }
        let number = self.seen.fetch_add(1, Ordering::SeqCst);
        let broken = |error: io::Error| Error::Generic {
            store: "broken",
            source: Box::new(error),
        };
        match self.how {
            Breaks::FullOnce if number == self.at => Err(broken(io::ErrorKind::StorageFull.into())),
            Breaks::Full if number >= self.at => Err(broken(io::ErrorKind::StorageFull.into())),
            Breaks::Lost if number >= self.at => Err(broken(io::ErrorKind::ConnectionReset.into())),
            Breaks::Panics if number == self.at => panic!("a defect, on purpose"),
            _ => Ok(()),
        }
    }

    fn has_broken(&self) -> bool {
        self.seen.load(Ordering::SeqCst) > self.at
    }

    async fn keys(&self) -> Vec<String> {
        use futures::TryStreamExt;
        let listed: Vec<ObjectMeta> = self.inner.list(None).try_collect().await.unwrap();
        listed
            .iter()
            .map(|meta| meta.location.to_string())
            .collect()
    }
}

#[async_trait]
impl ObjectStore for Broken {
    async fn put_opts(&self, at: &Path, body: PutPayload, how: PutOptions) -> Result<PutResult> {
        self.meet(true)?;
        self.inner.put_opts(at, body, how).await
    }

    async fn put_multipart_opts(
        &self,
        at: &Path,
        how: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        self.meet(true)?;
        self.inner.put_multipart_opts(at, how).await
    }

    async fn get_opts(&self, at: &Path, how: GetOptions) -> Result<GetResult> {
        self.meet(false)?;
        self.inner.get_opts(at, how).await
    }

    fn delete_stream(
        &self,
        places: BoxStream<'static, Result<Path>>,
    ) -> BoxStream<'static, Result<Path>> {
        use futures::StreamExt;
        match self.meet(false) {
            Ok(()) => self.inner.delete_stream(places),
            Err(error) => futures::stream::once(async { Err(error) }).boxed(),
        }
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.inner.list(prefix)
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.inner.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, how: CopyOptions) -> Result<()> {
        self.inner.copy_opts(from, to, how).await
    }
}

/// A model with a bucket and a table of three items.
struct World {
    model: Model,
    arn: Value,
}

const HOUR: Duration = Duration::from_secs(3600);

impl World {
    async fn new(place: Arc<dyn ObjectStore>) -> Self {
        let store = Store::within(place);
        store.create_bucket("files", None).unwrap();
        let model = Model::new(Settings::default()).with_store(store);
        let mut world = Self {
            model,
            arn: Value::Null,
        };
        let made = world
            .ask(
                "CreateTable",
                json!({ "TableName": "orders", "BillingMode": "PAY_PER_REQUEST",
                    "AttributeDefinitions": [{ "AttributeName": "pk", "AttributeType": "S" }],
                    "KeySchema": [{ "AttributeName": "pk", "KeyType": "HASH" }] }),
            )
            .await;
        world.arn = made["TableDescription"]["TableArn"].clone();
        world.model.wait(HOUR).await.unwrap();
        let on = json!({ "PointInTimeRecoveryEnabled": true });
        let on = json!({ "TableName": "orders", "PointInTimeRecoverySpecification": on });
        world.ask("UpdateContinuousBackups", on).await;
        for number in 0..3 {
            let item = json!({ "pk": { "S": format!("o-{number}") } });
            let put = json!({ "TableName": "orders", "Item": item });
            world.ask("PutItem", put).await;
        }
        world
    }

    async fn ask(&self, operation: &str, body: Value) -> Value {
        let answer = self.model.call(&Request::of(operation, &body)).await;
        let answer = Answer::new(answer.unwrap());
        assert!(answer.is_ok(), "{operation}: {}", answer.shown());
        answer.json.unwrap()
    }

    /// Asks for an export; its ARN.
    async fn start_export(&self) -> Value {
        let request = json!({ "TableArn": self.arn, "S3Bucket": "files" });
        let started = self.ask("ExportTableToPointInTime", request).await;
        started["ExportDescription"]["ExportArn"].clone()
    }

    async fn describe_export(&self, arn: &Value) -> Value {
        let described = self.ask("DescribeExport", json!({ "ExportArn": arn }));
        described.await["ExportDescription"].clone()
    }

    /// Exports, and lets an hour pass; what is told of the export then.
    async fn export(&self) -> Value {
        let arn = self.start_export().await;
        self.model.wait(HOUR).await.unwrap();
        self.describe_export(&arn).await
    }

    async fn import(&self) -> Value {
        let request = json!({ "S3BucketSource": { "S3Bucket": "files", "S3KeyPrefix": "in/" },
            "InputFormat": "DYNAMODB_JSON", "ClientToken": "once", "TableCreationParameters": {
            "TableName": "again", "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{ "AttributeName": "pk", "AttributeType": "S" }],
            "KeySchema": [{ "AttributeName": "pk", "KeyType": "HASH" }] } });
        let started = self.ask("ImportTable", request).await;
        let arn = started["ImportTableDescription"]["ImportArn"].clone();
        self.model.wait(HOUR).await.unwrap();
        let described = self.ask("DescribeImport", json!({ "ImportArn": arn }));
        described.await["ImportTableDescription"].clone()
    }
}

fn is_failed(export: &Value) {
    assert_eq!(export["ExportStatus"], "FAILED", "{export}");
    assert_eq!(export["FailureCode"], "UNKNOWN", "{export}");
    assert!(export["FailureMessage"].is_string(), "{export}");
    assert!(export.get("EndTime").is_some(), "{export}");
    assert!(export.get("ExportManifest").is_none(), "{export}");
}

/// Breaks at each request in turn until an export is complete nevertheless; gives what each one before has left behind.
async fn at_each_request(how: Breaks) -> Vec<Vec<String>> {
    let mut left = Vec::new();
    for at in 0.. {
        let place = Broken::new(how, at);
        let world = World::new(Arc::clone(&place) as Arc<dyn ObjectStore>).await;
        let export = world.export().await;
        if export["ExportStatus"] == "COMPLETED" {
            break;
        }
        assert!(place.has_broken());
        is_failed(&export);
        left.push(place.keys().await);
    }
    left
}

#[tokio::test]
async fn wherever_the_disk_is_full_the_export_fails_and_leaves_no_manifest() {
    for how in [Breaks::FullOnce, Breaks::Full] {
        let left = at_each_request(how).await;
        // _started, four data files, four manifests: a write each.
        assert_eq!(left.len(), 9, "{how:?}");
        for keys in &left {
            assert!(keys.iter().all(|key| !key.contains("manifest")), "{keys:?}");
        }
        assert!(left[0].is_empty());
        assert_eq!(left[8].len(), 5, "{:?}", left[8]);
    }
}

#[tokio::test]
async fn wherever_the_connection_is_lost_the_export_fails_and_never_looks_complete() {
    let left = at_each_request(Breaks::Lost).await;
    // Each object is written and looked at; when the last one is written, all is done.
    assert_eq!(left.len(), 17);
    for keys in &left {
        let summary = keys
            .iter()
            .find(|key| key.ends_with("manifest-summary.json"));
        assert_eq!(summary, None, "{keys:?}");
    }
}

#[tokio::test]
async fn a_defect_in_the_worker_ends_the_export() {
    let left = at_each_request(Breaks::Panics).await;
    assert_eq!(left.len(), 9);
    for keys in &left {
        assert!(
            keys.iter()
                .all(|key| !key.ends_with("manifest-summary.json")),
            "{keys:?}"
        );
    }
}

#[tokio::test]
async fn an_export_goes_on_where_another_has_failed() {
    let place = Broken::new(Breaks::FullOnce, 3);
    let world = World::new(place).await;
    is_failed(&world.export().await);
    assert_eq!(world.export().await["ExportStatus"], "COMPLETED");
}

/// EXPORT-FORMAT-004: it proves that the bucket can be written.
#[tokio::test]
async fn the_first_object_is_there_as_soon_as_the_export_is_asked_for() {
    let place = Broken::new(Breaks::Full, usize::MAX);
    let world = World::new(Arc::clone(&place) as Arc<dyn ObjectStore>).await;
    let arn = world.start_export().await;
    let id = arn.as_str().unwrap().rsplit('/').next().unwrap();
    let started = format!("files/AWSDynamoDB/{id}/_started");
    assert_eq!(place.keys().await, [started]);
    let export = world.describe_export(&arn).await;
    assert_eq!(export["ExportStatus"], "IN_PROGRESS");
}

#[tokio::test]
async fn an_export_that_could_not_begin_is_in_progress_until_it_fails_for_good() {
    let place = Broken::new(Breaks::FullOnce, 0);
    let world = World::new(Arc::clone(&place) as Arc<dyn ObjectStore>).await;
    let arn = world.start_export().await;
    let export = world.describe_export(&arn).await;
    assert_eq!(export["ExportStatus"], "IN_PROGRESS");
    world.model.wait(HOUR).await.unwrap();
    is_failed(&world.describe_export(&arn).await);
    assert!(place.keys().await.is_empty());
}

#[tokio::test]
async fn an_import_ends_where_the_connection_is_lost() {
    // Putting the object is three requests; then it is read.
    let mut ends = Vec::new();
    for at in 2..6 {
        let place = Broken::new(Breaks::Lost, at);
        let line = b"{\"Item\":{\"pk\":{\"S\":\"a\"}}}\n".to_vec();
        let path = Path::from("files/in/a.json");
        place.inner.put(&path, line.into()).await.unwrap();
        let world = World::new(Arc::clone(&place) as Arc<dyn ObjectStore>).await;
        let import = world.import().await;
        ends.push(import["ImportStatus"].as_str().unwrap().to_owned());
        assert_eq!(import["ImportStatus"] == "FAILED", place.has_broken());
    }
    assert!(ends.iter().any(|end| end == "COMPLETED"), "{ends:?}");
}
