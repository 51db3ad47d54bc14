//! Sources of imports: objects in one of three formats and three compressions, as items (IMPORT-017..035).
//!
//! [`ImportSource::of`] says how an import's objects are read, [`ImportSource::read`] reads one. Each item is counted from
//! zero within its object, and so is each error: what is no item ends its object, an item with a value that cannot be
//! is left out alone. Whether an item fits its table is not judged here.

mod compression;
mod csv_items;
mod json_items;

use std::io::{self, BufRead, BufReader, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use lookback_protocol::error::ServiceError;
use lookback_protocol::value::Item;
use lookback_protocol::wire::import::ImportTableDescription;
use lookback_protocol::wire::{WireItem, item_from_wire};

pub use compression::Compression;
pub use csv_items::CsvSource;

use crate::error::FormatError;
use crate::ion;

/// How the objects of an import are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportSource {
    format: SourceFormat,
    compression: Compression,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum SourceFormat {
    DynamoDbJson,
    Ion,
    Csv(CsvSource),
}

/// What a step gives: an item before it is judged, or nothing more than an error, which ends the object.
type Step = Result<WireItem, ServiceError>;

impl ImportSource {
    /// How the objects of this import are read: all of them have one format and one compression, whatever they are called
    /// (IMPORT-025).
    ///
    /// # Errors
    /// [`FormatError::Whole`]: a format or a compression that the API does not have.
    pub fn of(import: &ImportTableDescription) -> Result<Self, FormatError> {
        let unknown = |what: &str, name: Option<&str>| {
            let name = name.unwrap_or("nothing");
            FormatError::Whole(format!("the import has an unknown {what}: {name}"))
        };
        let format = import.input_format.as_deref();
        let compression = import.input_compression_type.as_deref();
        Ok(Self {
            format: match format {
                Some("DYNAMODB_JSON") => SourceFormat::DynamoDbJson,
                Some("ION") => SourceFormat::Ion,
                Some("CSV") => SourceFormat::Csv(CsvSource::of(import)),
                name => return Err(unknown("InputFormat", name)),
            },
            compression: Compression::from_name(compression.unwrap_or("NONE"))
                .ok_or_else(|| unknown("InputCompressionType", compression))?,
        })
    }

    /// The items of one object.
    pub fn read<'r>(&self, object: impl BufRead + Send + 'r) -> SourceItems<'r> {
        let bytes = Arc::new(AtomicU64::new(0));
        let counted = self.compression.decompressed(object).map(|plain| {
            BufReader::new(Counted {
                inner: plain,
                bytes: Arc::clone(&bytes),
            })
        });
        let steps: Box<dyn Iterator<Item = Step> + Send + 'r> = match (counted, &self.format) {
            (Err(error), _) => Box::new(std::iter::once(Err(unreadable(&error)))),
            (Ok(plain), SourceFormat::DynamoDbJson) => Box::new(json_items::steps(plain)),
            (Ok(plain), SourceFormat::Ion) => Box::new(ion_steps(plain)),
            (Ok(plain), SourceFormat::Csv(csv)) => Box::new(csv.steps(plain)),
        };
        SourceItems {
            steps,
            bytes,
            ended: false,
        }
    }
}

/// The items of one object, in its order, and what is wrong with the others.
pub struct SourceItems<'r> {
    steps: Box<dyn Iterator<Item = Step> + Send + 'r>,
    bytes: Arc<AtomicU64>,
    ended: bool,
}

impl SourceItems<'_> {
    /// The uncompressed bytes that were read so far, line feeds included (IMPORT-015).
    pub fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }
}

impl Iterator for SourceItems<'_> {
    type Item = Result<Item, ServiceError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        match self.steps.next()? {
            // A value that cannot be leaves its item out; the object goes on.
            Ok(item) => Some(item_from_wire(item)),
            Err(error) => {
                self.ended = true;
                Some(Err(error))
            }
        }
    }
}

impl std::fmt::Debug for SourceItems<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SourceItems")
            .field("bytes", &self.bytes())
            .field("ended", &self.ended)
            .finish_non_exhaustive()
    }
}

/// Lines of Ion; blank ones are nothing (IMPORT-020, -031).
fn ion_steps(plain: impl BufRead) -> impl Iterator<Item = Step> {
    let lines = plain.split(b'\n');
    lines.filter_map(|line| match line {
        Ok(line) if line.trim_ascii().is_empty() => None,
        Ok(line) => Some(ion::read_item(&line).map_err(ServiceError::validation)),
        Err(error) => Some(Err(unreadable(&error))),
    })
}

/// An object that cannot be decompressed or read on.
fn unreadable(error: &io::Error) -> ServiceError {
    ServiceError::validation(format!("The object cannot be read: {error}"))
}

/// Counts the bytes that pass.
struct Counted<R> {
    inner: R,
    bytes: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.bytes.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}
