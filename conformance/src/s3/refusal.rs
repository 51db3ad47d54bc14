//! Why an object or a bucket cannot be had.

use lookback_reference::Failure;

/// Why an object or a bucket cannot be had.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// There is no such bucket: create it.
    #[error("there is no bucket {0}")]
    NoSuchBucket(String),
    /// There is no such object.
    #[error("there is no object {0}")]
    NoSuchKey(String),
    /// Somebody has a bucket of this name already.
    #[error("there is a bucket {0} already")]
    BucketExists(String),
    /// The bucket has objects: delete them first.
    #[error("the bucket {0} is not empty")]
    BucketNotEmpty(String),
    /// Whoever asks may not.
    #[error("access to {0} is denied")]
    Denied(String),
    /// The place has no room, does not answer, or cannot do this.
    #[error("{0}")]
    Broken(String),
}

impl Refusal {
    /// What a store says of an object.
    pub fn of(bucket: &str, key: &str, error: &object_store::Error) -> Self {
        use object_store::Error;
        match error {
            Error::NotFound { .. } => Self::NoSuchKey(format!("{bucket}/{key}")),
            Error::PermissionDenied { .. } | Error::Unauthenticated { .. } => {
                Self::Denied(format!("{bucket}/{key}"))
            }
            error => Self::Broken(crate::target::http::chain(error)),
        }
    }

    /// How an export or an import ends that meets this: the codes that were recorded for a missing bucket and a denied
    /// one, `UNKNOWN` for what nobody recorded (EXPORT-FULL-013, IMPORT-023).
    pub fn failure(&self) -> Failure {
        match self {
            Self::NoSuchBucket(_) => Failure::new(
                "S3NoSuchBucket",
                "The specified bucket does not exist (Service: Amazon S3; Status Code: 404; Error Code: NoSuchBucket)",
            ),
            Self::Denied(_) => Failure::new(
                "S3AccessDenied",
                "Access Denied (Service: Amazon S3; Status Code: 403; Error Code: AccessDenied)",
            ),
            other => Failure::new("UNKNOWN", format!("Amazon S3: {other}")),
        }
    }
}
