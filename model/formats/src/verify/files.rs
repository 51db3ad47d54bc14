//! What a line of the list of data files must be (EXPORT-FORMAT-008..011).

use lookback_protocol::export::ExportLayout;

use crate::checksum::{Md5, part_etag};
use crate::format::Format;
use crate::manifest::FileEntry;

/// An ETag as manifests and S3 tell it, without quotes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ETag {
    /// Follows from the bytes: of an upload in one piece, or in one part.
    OfBytes,
    /// Of an upload in several parts: only S3 knows.
    OfParts,
    /// No ETag that S3 gives.
    Strange,
}

impl ETag {
    /// What kind of ETag this is.
    pub fn of(text: &str) -> Self {
        let (hex, parts) = match text.split_once('-') {
            Some((hex, parts)) => (hex, parts.parse::<u32>().ok()),
            None => (text, Some(1)),
        };
        let is_hex = hex.len() == 32 && hex.bytes().all(|byte| byte.is_ascii_hexdigit());
        match parts {
            Some(1) if is_hex => Self::OfBytes,
            Some(parts) if is_hex && parts > 1 => Self::OfParts,
            _ => Self::Strange,
        }
    }

    /// Whether an object with this digest has this ETag; `None` where bytes do not tell.
    pub fn fits(text: &str, md5: Md5) -> Option<bool> {
        match Self::of(text) {
            Self::OfBytes if text.contains('-') => Some(text.eq_ignore_ascii_case(&part_etag(md5))),
            Self::OfBytes => Some(text.eq_ignore_ascii_case(&md5.to_hex())),
            Self::OfParts | Self::Strange => None,
        }
    }
}

/// What is wrong with a line of the list, before its object is looked at.
pub fn entry_faults(entry: &FileEntry, layout: &ExportLayout, format: Format) -> Vec<String> {
    let mut faults = Vec::new();
    if Md5::from_base64(&entry.md5_checksum).is_none() {
        faults.push(format!(
            "md5Checksum is no MD5 in base64: {}",
            entry.md5_checksum
        ));
    }
    if ETag::of(&entry.etag) == ETag::Strange {
        faults.push(format!("etag is no ETag of S3: {}", entry.etag));
    }
    let folder = layout.data_file("");
    let name = entry.data_file_s3_key.strip_prefix(&folder);
    match name.and_then(|name| name.strip_suffix(format.suffix())) {
        None => faults.push(format!(
            "dataFileS3Key is not {folder}<name>{}: {}",
            format.suffix(),
            entry.data_file_s3_key
        )),
        Some(name) if name.is_empty() || name.contains('/') => {
            faults.push(format!(
                "dataFileS3Key has a strange name: {}",
                entry.data_file_s3_key
            ));
        }
        Some(_) => {}
    }
    faults
}
