//! An object on its way up: nothing is seen under its key before it is finished.

use std::io::Write;
use std::sync::Arc;

use lookback_formats::{Md5, Md5Writer};
use object_store::ObjectStore;
use object_store::buffered::BufWriter;
use object_store::path::Path;
use tokio::io::AsyncWriteExt;
use tokio::runtime::Handle;

/// How much of an object is held in memory; what is longer goes up in parts of this size, in bytes.
const PART_BYTES: usize = 8 * 1024 * 1024;

/// An object being written.
#[derive(Debug)]
pub struct Upload {
    writer: BufWriter,
    digest: Md5Writer<std::io::Sink>,
}

impl Upload {
    /// An object at this path of a store.
    pub(super) fn new(store: Arc<dyn ObjectStore>, path: Path) -> Self {
        Self {
            writer: BufWriter::with_capacity(store, path, PART_BYTES).with_max_concurrency(2),
            digest: Md5Writer::new(std::io::sink()),
        }
    }

    /// Adds bytes.
    ///
    /// # Errors
    /// The place has no room, or does not answer. The object is to be given up.
    pub async fn write(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.digest.write_all(bytes)?;
        self.writer.write_all(bytes).await
    }

    /// Makes the object visible; the digest of its bytes.
    ///
    /// # Errors
    /// As for writing.
    pub async fn finish(mut self) -> std::io::Result<Md5> {
        // What fails here leaves nothing by itself, and must not be asked to.
        self.writer.shutdown().await?;
        Ok(self.digest.finish().1)
    }

    /// Leaves nothing of the object.
    pub async fn give_up(mut self) {
        // What cannot be taken away now was never visible.
        let _ = self.writer.abort().await;
    }

    /// The same from a thread that may block.
    pub fn blocking(self, runtime: Handle) -> BlockingUpload {
        BlockingUpload {
            upload: self,
            runtime,
        }
    }
}

/// An object written from a thread that may block.
#[derive(Debug)]
pub struct BlockingUpload {
    /// The object.
    pub upload: Upload,
    runtime: Handle,
}

impl Write for BlockingUpload {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.runtime.block_on(self.upload.write(bytes))?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
