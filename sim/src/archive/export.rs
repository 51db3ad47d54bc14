//! The files of an export: data files of lines, and the list of them, which comes last.

use lookback_protocol::wire::AnswerItem;
use serde::{Deserialize, Serialize};

use crate::message::GroupId;

/// The list of an export's files.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Manifest {
    /// The data files.
    pub files: Vec<DataFile>,
}

/// A data file as it is listed.
#[derive(Debug, Serialize, Deserialize)]
pub struct DataFile {
    /// The object.
    pub name: String,
    /// How many lines it has.
    pub item_count: usize,
    /// The checksum of its bytes.
    pub checksum: u32,
}

/// A line: an item of a full export, or what became of one in an incremental one (EXPORT-INCR-012..014).
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct Change {
    /// The item of a full export.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub item: Option<AnswerItem>,
    /// The key of what changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keys: Option<AnswerItem>,
    /// What was there just before the first time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old_image: Option<AnswerItem>,
    /// What was there just before the second time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new_image: Option<AnswerItem>,
}

impl Change {
    /// A line of a full export.
    pub fn whole(item: AnswerItem) -> Self {
        Self {
            item: Some(item),
            ..Self::default()
        }
    }

    /// A line of an incremental export.
    pub fn of(
        keys: AnswerItem,
        old_image: Option<AnswerItem>,
        new_image: Option<AnswerItem>,
    ) -> Self {
        Self {
            keys: Some(keys),
            old_image,
            new_image,
            ..Self::default()
        }
    }
}

fn folder(table: u64, arn: &str) -> String {
    let name = arn.rsplit('/').next().unwrap_or_default();
    format!("export/{table:06}/{name}")
}

/// The object of an export's data file.
pub fn data_file(table: u64, arn: &str, group: GroupId) -> String {
    format!("{}/data/{group:06}", folder(table, arn))
}

/// The object of an export's list of files.
pub fn manifest(table: u64, arn: &str) -> String {
    format!("{}/manifest-files", folder(table, arn))
}
