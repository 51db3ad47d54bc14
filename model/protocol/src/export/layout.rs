//! The keys of the objects that one export writes (EXPORT-FORMAT-001..006).

/// Where everything of one export lies inside its bucket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportLayout {
    /// `<prefix>/AWSDynamoDB/<ExportId>/`.
    folder: String,
    /// Where the data files lie: a folder of the export's own, or the one that all incremental exports share.
    data_folder: String,
}

impl ExportLayout {
    /// The layout of an export. `prefix` is S3Prefix as it was sent: kept verbatim, and joined with one slash unless it
    /// ends in one (EXPORT-FORMAT-001). `export_id` is the last part of ExportArn.
    pub fn new(prefix: Option<&str>, export_id: &str, incremental: bool) -> Self {
        let prefix = prefix.unwrap_or_default();
        let slash = if prefix.is_empty() || prefix.ends_with('/') {
            ""
        } else {
            "/"
        };
        let root = format!("{prefix}{slash}AWSDynamoDB/");
        let folder = format!("{root}{export_id}/");
        let data_folder = if incremental {
            format!("{root}data/")
        } else {
            format!("{folder}data/")
        };
        Self {
            folder,
            data_folder,
        }
    }

    /// The empty object that is written first (EXPORT-FORMAT-004).
    pub fn started(&self) -> String {
        format!("{}_started", self.folder)
    }

    /// A data file; `name` has its suffixes, as in `abcdefghij234567klmnopqrst.json.gz` (EXPORT-FORMAT-005, -006).
    pub fn data_file(&self, name: &str) -> String {
        format!("{}{name}", self.data_folder)
    }

    /// The list of the data files (EXPORT-FORMAT-008).
    pub fn manifest_files(&self) -> String {
        format!("{}manifest-files.json", self.folder)
    }

    /// The checksum of the list of the data files (EXPORT-FORMAT-003).
    pub fn manifest_files_md5(&self) -> String {
        format!("{}manifest-files.md5", self.folder)
    }

    /// The summary: ExportManifest of the description (EXPORT-FORMAT-025).
    pub fn manifest_summary(&self) -> String {
        format!("{}manifest-summary.json", self.folder)
    }

    /// The checksum of the summary (EXPORT-FORMAT-003).
    pub fn manifest_summary_md5(&self) -> String {
        format!("{}manifest-summary.md5", self.folder)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "01801627506789-0a1b2c3d";

    fn started(prefix: Option<&str>) -> String {
        ExportLayout::new(prefix, ID, false).started()
    }

    #[test]
    fn a_prefix_is_kept_and_joined_with_one_slash() {
        let bare = format!("AWSDynamoDB/{ID}/_started");
        assert_eq!(started(None), bare);
        assert_eq!(started(Some("foo")), format!("foo/{bare}"));
        assert_eq!(started(Some("foo/")), format!("foo/{bare}"));
        assert_eq!(started(Some("/foo")), format!("/foo/{bare}"));
    }

    #[test]
    fn a_full_export_has_a_data_folder_of_its_own() {
        let layout = ExportLayout::new(Some("nightly"), ID, false);
        let expected = format!("nightly/AWSDynamoDB/{ID}/data/a.json.gz");
        assert_eq!(layout.data_file("a.json.gz"), expected);
    }

    #[test]
    fn incremental_exports_share_one() {
        let layout = ExportLayout::new(Some("nightly"), ID, true);
        let shared = "nightly/AWSDynamoDB/data/a.json.gz";
        assert_eq!(layout.data_file("a.json.gz"), shared);
        let summary = format!("nightly/AWSDynamoDB/{ID}/manifest-summary.json");
        assert_eq!(layout.manifest_summary(), summary);
    }
}
