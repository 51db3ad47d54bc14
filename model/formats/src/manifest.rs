//! The manifests of an export: the list of its data files and its summary (EXPORT-FORMAT-008..018).

mod files;
mod kind;
mod summary;
mod time;

pub use files::FileEntry;
pub use kind::{ExportKind, View};
pub use summary::Summary;
pub use time::ManifestTime;
