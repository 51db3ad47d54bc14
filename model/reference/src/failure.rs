//! Why an export or an import ended badly.

/// What FailureCode and FailureMessage tell (EXPORT-FULL-013, EXPORT-API-017, IMPORT-023).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// `S3NoSuchBucket`, `S3AccessDenied`, `KmsNotFoundException`, `ItemValidationError` and the like.
    pub code: String,
    /// What went wrong, in words.
    pub message: String,
}

impl Failure {
    /// A failure of this code and text.
    pub fn new(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            message: message.into(),
        }
    }
}
