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
    /// What a store says of an object; at an endpoint the bucket itself may be what is missing.
    pub fn of(bucket: &str, key: &str, error: &object_store::Error) -> Self {
        use object_store::Error;
        let words = crate::target::http::chain(error);
        match error {
            Error::PermissionDenied { .. } | Error::Unauthenticated { .. } => {
                Self::Denied(format!("{bucket}/{key}"))
            }
            _ if words.contains("NoSuchBucket") => Self::NoSuchBucket(bucket.to_owned()),
            Error::NotFound { .. } => Self::NoSuchKey(format!("{bucket}/{key}")),
            _ if words.contains("AccessDenied") => Self::Denied(bucket.to_owned()),
            _ => Self::Broken(words),
        }
    }

    /// The same of a listing, or of something that is written: only the bucket can be missing.
    pub fn of_bucket(bucket: &str, key: &str, error: &object_store::Error) -> Self {
        match Self::of(bucket, key, error) {
            Self::NoSuchKey(_) => Self::NoSuchBucket(bucket.to_owned()),
            refusal => refusal,
        }
    }

    /// What writing an object failed with.
    pub fn of_write(bucket: &str, key: &str, error: std::io::Error) -> Self {
        let inner = error
            .get_ref()
            .and_then(|inner| inner.downcast_ref::<object_store::Error>());
        match inner {
            Some(inner) => Self::of_bucket(bucket, key, inner),
            None => Self::Broken(format!("{bucket}/{key}: {error}")),
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
