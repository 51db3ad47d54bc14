//! Exports 1,000,000 items of 400 bytes to a folder, against compressing the same bytes; then imports them again.
//!
//! `export_import [ITEMS [FOLDER]]`: with a folder, the last export stays there, for `benches/verify_export/run.sh`.
//!
//! Export and compression take turns, three times each, with as many threads; what is told are medians. Processor time is
//! that of the whole process, so that other work on the machine counts less than on the clock. The peak is what the first
//! export adds to the memory of the table, files in memory of the system apart. Linux only.

use std::error::Error;
use std::fs;
use std::io::{self, Write};
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Instant;

use flate2::Compression;
use flate2::write::GzEncoder;
use lookback_benches::{
    Figures, exported_item, median, peak_resident_bytes, process_cpu_ns, request, reset_peak,
    resident_bytes,
};
use lookback_conformance::s3::{Office, Place, Store, export, import};
use lookback_formats::{DATA_FILES, ExportPlan, Format};
use lookback_protocol::export::ExportRecords;
use lookback_protocol::wire::Request;
use lookback_protocol::wire::item::PutItemInput;
use lookback_reference::{Buckets, Caller, DueExport, SECOND_US, Service, Settings};
use serde_json::{Value, json};
use tokio::runtime::Handle;

const BUCKET: &str = "exports";
const ITEMS: u32 = 1_000_000;
const TURNS: usize = 3;
const BEGIN_US: i64 = 1_735_689_600 * SECOND_US;
/// Writing to the compressor in pieces of this size is what an export does, too.
const PIECE_BYTES: usize = 64 * 1024;

/// The model and its clock.
struct Desk {
    inner: Mutex<(Service, i64)>,
    caller: Caller,
}

impl Office for Desk {
    fn enter<R>(&self, work: impl FnOnce(&mut Service, i64) -> R) -> Option<R> {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let (service, now_us) = &mut *inner;
        Some(work(service, *now_us))
    }
}

impl Desk {
    fn new() -> Self {
        let service = Service::new(Settings::default()).with_buckets(Buckets::Served);
        Self {
            inner: Mutex::new((service, BEGIN_US)),
            caller: Caller::new("111122223333", "us-east-1"),
        }
    }

    fn pass(&self, seconds: i64) {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.1 += seconds * SECOND_US;
    }

    fn apply(&self, request: Request) -> Result<(), Box<dyn Error>> {
        let applied = self.enter(|service, now_us| service.apply(now_us, &self.caller, request));
        match applied {
            Some(Ok(_)) => Ok(()),
            Some(Err(error)) => Err(error.to_string().into()),
            None => Err("there is no model".into()),
        }
    }

    fn ask(&self, operation: &str, body: &Value) -> Result<Value, Box<dyn Error>> {
        let target = format!("DynamoDB_20120810.{operation}");
        let body = body.to_string();
        let answer = self.enter(|service, now_us| {
            service.answer(now_us, &self.caller, Some(&target), body.as_bytes())
        });
        let answer = answer.ok_or("there is no model")?;
        let told = String::from_utf8_lossy(&answer.body).into_owned();
        if answer.status != 200 {
            return Err(format!("{operation}: {told}").into());
        }
        Ok(serde_json::from_str(&told)?)
    }

    fn fill(&self, items: u32) -> Result<(), Box<dyn Error>> {
        self.apply(request::create_table(request::TABLE))?;
        self.pass(60);
        self.apply(request::recovery(Some(1)))?;
        for number in 0..items {
            self.apply(Request::from(PutItemInput {
                table_name: request::TABLE.to_owned(),
                item: exported_item(number),
                ..PutItemInput::default()
            }))?;
        }
        self.pass(60);
        Ok(())
    }

    /// Asks for an export and takes it when it has come due.
    fn due(&self, store: &Store, runtime: &Handle) -> Result<DueExport, Box<dyn Error>> {
        let table = self.ask("DescribeTable", &json!({"TableName": request::TABLE}))?;
        let arn = table.get("Table").and_then(|table| table.get("TableArn"));
        let request = json!({"TableArn": arn, "S3Bucket": BUCKET});
        self.ask("ExportTableToPointInTime", &request)?;
        let begun = self.enter(|service, _| service.next_begun_export());
        let begun = begun.flatten().ok_or("no export has begun")?;
        export::begin(store, &begun, runtime).map_err(|failure| failure.message)?;
        self.pass(3_600);
        let due = self.enter(|service, now_us| service.next_due_export(now_us));
        due.flatten().ok_or_else(|| "no export came due".into())
    }
}

/// What something took.
#[derive(Clone, Copy)]
struct Took {
    wall_ns: u64,
    cpu_ns: u64,
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, Took) {
    let (begun, cpu_ns) = (Instant::now(), process_cpu_ns());
    let done = work();
    let took = Took {
        wall_ns: begun.elapsed().as_nanos() as u64,
        cpu_ns: process_cpu_ns().saturating_sub(cpu_ns),
    };
    (done, took)
}

/// The lines of each data file.
fn lines(due: &DueExport) -> Result<Vec<Vec<u8>>, Box<dyn Error>> {
    let plan = ExportPlan::new(&due.description, &due.key)?;
    let mut files = vec![Vec::new(); DATA_FILES];
    for (file, places) in files.iter_mut().zip(plan.parts(due)) {
        let records = due.within(places);
        records.for_each(|record| Format::DynamoDbJson.write_record(&record, file));
    }
    Ok(files)
}

/// Compresses files side by side; how many bytes that gives.
fn compress(files: &[Vec<u8>], threads: usize) -> io::Result<usize> {
    let next = AtomicUsize::new(0);
    let bytes = AtomicUsize::new(0);
    thread::scope(|scope| {
        let some = || -> io::Result<()> {
            while let Some(file) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
                let mut gzip = GzEncoder::new(Counted(&bytes), Compression::default());
                for piece in file.chunks(PIECE_BYTES) {
                    gzip.write_all(piece)?;
                }
                gzip.finish()?;
            }
            Ok(())
        };
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(some)).collect();
        threads.into_iter().try_for_each(|thread| {
            let broken = |_| Err(io::Error::other("a thread ended early"));
            thread.join().unwrap_or_else(broken)
        })
    })?;
    Ok(bytes.into_inner())
}

struct Counted<'c>(&'c AtomicUsize);

impl Write for Counted<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.fetch_add(bytes.len(), Ordering::Relaxed);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut words = std::env::args().skip(1);
    let items = match words.next() {
        Some(items) => items.parse()?,
        None => ITEMS,
    };
    let kept = words.next().map(PathBuf::from);
    let folder = match &kept {
        Some(folder) => folder.clone(),
        None => std::env::temp_dir().join(format!("lookback-exports-{}", std::process::id())),
    };
    let measured = measure(items, &folder);
    if kept.is_none() {
        fs::remove_dir_all(&folder)?;
    }
    measured
}

fn measure(items: u32, folder: &Path) -> Result<(), Box<dyn Error>> {
    let runtime = tokio::runtime::Runtime::new()?;
    let runtime = runtime.handle();
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    let store = Store::open(&Place::Folder(folder.to_owned()))?;
    store.create_bucket(BUCKET, None)?;
    let desk = Desk::new();
    desk.fill(items)?;

    reset_peak()?;
    let before_bytes = resident_bytes()?;
    let (mut exports, mut compressions) = (Vec::new(), Vec::new());
    let (mut plain_bytes, mut stored_bytes, mut peak_bytes) = (0, 0, 0);
    let mut data = String::new();
    for turn in 0..TURNS {
        let due = desk.due(&store, runtime)?;
        let (written, took) = timed(|| export::write(&store, &due, runtime));
        written.map_err(|failure| failure.message)?;
        exports.push(took);
        if turn == 0 {
            peak_bytes = peak_resident_bytes()?.saturating_sub(before_bytes);
        }
        let files = lines(&due)?;
        let (compressed, took) = timed(|| compress(&files, threads));
        stored_bytes = compressed?;
        plain_bytes = files.iter().map(Vec::len).sum();
        compressions.push(took);
        let plan = ExportPlan::new(&due.description, &due.key)?;
        data = plan.data_files().first().cloned().unwrap_or_default();
        let arn = due.description.export_arn.clone().unwrap_or_default();
        desk.enter(|service, _| service.export_written(&arn, Ok(())));
    }
    let imported = import_again(&desk, &store, &data, items, runtime)?;

    let of = |turns: &[Took], what: fn(&Took) -> u64| median(turns.iter().map(what).collect());
    let ratio = |what: fn(&Took) -> u64| of(&compressions, what) as f64 / of(&exports, what) as f64;
    let (cpu, wall) = (ratio(|took| took.cpu_ns), ratio(|took| took.wall_ns));
    let rate = |ns: u64| f64::from(items) * 1e9 / ns as f64;
    let mut figures = Figures::of("export_import");
    figures.add("items", items);
    figures.add("threads", threads);
    figures.add("plain_bytes", plain_bytes);
    figures.add("compression", plain_bytes as f64 / stored_bytes as f64);
    figures.add(
        "export_wall_ms",
        of(&exports, |took| took.wall_ns) / 1_000_000,
    );
    figures.add(
        "export_cpu_ms",
        of(&exports, |took| took.cpu_ns) / 1_000_000,
    );
    figures.add(
        "gzip_wall_ms",
        of(&compressions, |took| took.wall_ns) / 1_000_000,
    );
    figures.add(
        "gzip_cpu_ms",
        of(&compressions, |took| took.cpu_ns) / 1_000_000,
    );
    figures.add("export_to_gzip_by_cpu", cpu);
    figures.add("export_to_gzip_by_wall", wall);
    figures.add("export_peak_bytes", peak_bytes);
    figures.add("import_items_per_s", rate(imported.wall_ns));
    figures.add("import_items_per_cpu_s", rate(imported.cpu_ns));
    figures.report(&format!(
        "{items} items, {} MB, gzip shrinks them {:.1} times: export {:.2} of gzip by processor time, {:.2} by the clock, \
         {} MB beside the table; import {:.0} items/s by processor time, {:.0} by the clock",
        plain_bytes / 1_000_000,
        plain_bytes as f64 / stored_bytes as f64,
        cpu,
        wall,
        peak_bytes / 1_000_000,
        rate(imported.cpu_ns),
        rate(imported.wall_ns),
    ))
}

/// Imports the export that a data file belongs to; what reading took.
fn import_again(
    desk: &Desk,
    store: &Store,
    data_file: &str,
    items: u32,
    runtime: &Handle,
) -> Result<Took, Box<dyn Error>> {
    let (folder, _) = data_file.rsplit_once('/').ok_or("there is no data file")?;
    let request = json!({
        "ClientToken": "again",
        "S3BucketSource": {"S3Bucket": BUCKET, "S3KeyPrefix": format!("{folder}/")},
        "InputFormat": "DYNAMODB_JSON",
        "InputCompressionType": "GZIP",
        "TableCreationParameters": {
            "TableName": "Again",
            "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{"AttributeName": "AlbumId", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "AlbumId", "KeyType": "HASH"}],
        },
    });
    let answer = desk.ask("ImportTable", &request)?;
    let description = |answer: &Value, member: &str| {
        let description = answer.get("ImportTableDescription");
        description.and_then(|one| one.get(member)).cloned()
    };
    let arn = description(&answer, "ImportArn");
    desk.pass(3_600);
    let due = desk.enter(|service, now_us| service.next_due_import(now_us));
    let due = due.flatten().ok_or("no import came due")?;
    let ((), took) = timed(|| import::read(store, &due, desk, runtime));
    let answer = desk.ask("DescribeImport", &json!({"ImportArn": arn}))?;
    if description(&answer, "ImportedItemCount") != Some(json!(items)) {
        return Err(format!("not everything was imported: {answer}").into());
    }
    Ok(took)
}
