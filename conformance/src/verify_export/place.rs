//! Where an export lies, as a user words it: a folder, or `s3://bucket/prefix`.

use std::path::Path as FilePath;
use std::sync::Arc;

use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{ObjectStore, RetryConfig};

use crate::cli::NotMade;
use crate::s3::Connector;

/// Who is asked for objects in S3.
#[derive(Clone, Debug, Default)]
pub struct S3 {
    /// An endpoint other than that of AWS.
    pub endpoint: Option<String>,
    /// Access key, secret key and session token. Without any, requests are not signed.
    pub credentials: Option<(String, String, Option<String>)>,
    /// The region of the bucket.
    pub region: String,
}

/// A place with objects.
#[derive(Clone, Debug)]
pub struct Place {
    /// Who has the objects.
    pub store: Arc<dyn ObjectStore>,
    /// The folder that was named, as a path of the store: nothing at its ends.
    pub folder: String,
    /// What goes before a path of the store to tell a user where that is.
    pub shown: String,
    /// The bucket, in S3.
    pub bucket: Option<String>,
}

impl Place {
    /// The place that a user named.
    ///
    /// # Errors
    /// There is no such folder, or the address cannot be.
    pub fn find(text: &str, s3: &S3) -> Result<Self, NotMade> {
        match text.split_once("://") {
            Some(("s3", rest)) => Self::in_s3(text, rest, s3),
            Some((scheme, _)) => Err(NotMade(format!(
                "{text}: objects are not read through {scheme}; give a folder or s3://BUCKET/PREFIX"
            ))),
            None => Self::on_disk(text),
        }
    }

    fn on_disk(text: &str) -> Result<Self, NotMade> {
        let wrong = |why: &dyn std::fmt::Display| {
            NotMade(format!(
                "{text}: {why}; give the folder of an export, or one that it lies in"
            ))
        };
        let named = FilePath::new(text);
        // Whoever names the summary means the export.
        let folder = match named.file_name() {
            Some(name) if name == "manifest-summary.json" => {
                named.parent().unwrap_or(FilePath::new("."))
            }
            _ => named,
        };
        let folder = if folder.as_os_str().is_empty() {
            FilePath::new(".")
        } else {
            folder
        };
        let meta = std::fs::metadata(folder).map_err(|error| wrong(&error))?;
        if !meta.is_dir() {
            return Err(wrong(&"this is a file"));
        }
        let path = Path::from_filesystem_path(folder).map_err(|error| wrong(&error))?;
        Ok(Self {
            store: Arc::new(LocalFileSystem::new()),
            folder: path.to_string(),
            shown: "/".to_owned(),
            bucket: None,
        })
    }

    fn in_s3(text: &str, rest: &str, s3: &S3) -> Result<Self, NotMade> {
        let wrong = |why: &dyn std::fmt::Display| {
            NotMade(format!("{text}: {why}; give s3://BUCKET/PREFIX"))
        };
        let (bucket, folder) = rest.split_once('/').unwrap_or((rest, ""));
        if bucket.is_empty() {
            return Err(wrong(&"there is no bucket in it"));
        }
        let folder = folder
            .strip_suffix("manifest-summary.json")
            .unwrap_or(folder);
        let folder = Path::parse(folder).map_err(|error| wrong(&error))?;
        let retry = RetryConfig {
            max_retries: 4,
            ..RetryConfig::default()
        };
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(bucket)
            .with_region(&s3.region)
            .with_allow_http(true)
            .with_retry(retry)
            .with_http_connector(Connector);
        if let Some(endpoint) = &s3.endpoint {
            builder = builder
                .with_endpoint(endpoint.trim_end_matches('/'))
                .with_virtual_hosted_style_request(false);
        }
        builder = match &s3.credentials {
            None => builder.with_skip_signature(true),
            Some((key, secret, token)) => {
                let signed = builder
                    .with_access_key_id(key)
                    .with_secret_access_key(secret);
                match token {
                    Some(token) => signed.with_token(token),
                    None => signed,
                }
            }
        };
        Ok(Self {
            store: Arc::new(builder.build().map_err(|error| wrong(&error))?),
            folder: folder.to_string(),
            shown: format!("s3://{bucket}/"),
            bucket: Some(bucket.to_owned()),
        })
    }
}
