//! A target's S3: what cases put there for imports, and read there of exports.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use aws_sdk_dynamodb::config::Credentials;
use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SigningSettings,
    UriPathNormalizationMode, sign,
};
use aws_sigv4::sign::v4;
use futures::future::{BoxFuture, ready};
use rusty_s3::actions::ListObjectsV2;
use rusty_s3::{Bucket, S3Action, UrlStyle};
use url::Url;

use super::http::Plain;
use super::{Identities, Unreachable};
use crate::s3::{Refusal, Store};

/// What the builder of addresses wants to know of signatures, which are none of its business here.
const UNSIGNED: Duration = Duration::from_secs(600);
/// The most pages of a listing.
const PAGES_MAX: usize = 1000;

/// Why an object or a bucket cannot be had.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// There is no S3 there, or it does not know this request.
    #[error("no S3 at {0}")]
    NoS3(String),
    /// It refuses, and says why.
    #[error("{0}")]
    Refused(String),
    /// There is no such object or bucket.
    #[error("there is no {0}")]
    Missing(String),
    /// No answer came.
    #[error(transparent)]
    Unreachable(#[from] Unreachable),
}

/// An object in a listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its key.
    pub key: String,
    /// Its size in bytes.
    pub size: u64,
    /// Its ETag, without quotes.
    pub etag: String,
}

/// An object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetched {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Its ETag, without quotes.
    pub etag: String,
}

/// Buckets and objects of a target.
pub trait Buckets: Send + Sync {
    /// Makes a bucket.
    fn create<'a>(&'a self, bucket: &'a str) -> BoxFuture<'a, Result<(), Trouble>>;
    /// The names of the account's buckets.
    fn names(&self) -> BoxFuture<'_, Result<Vec<String>, Trouble>>;
    /// Takes away a bucket with everything in it; one that is not there is gone already.
    fn remove<'a>(&'a self, bucket: &'a str) -> BoxFuture<'a, Result<(), Trouble>>;
    /// Puts an object.
    fn put<'a>(
        &'a self,
        bucket: &'a str,
        key: &'a str,
        bytes: Vec<u8>,
    ) -> BoxFuture<'a, Result<(), Trouble>>;
    /// Reads an object.
    fn get<'a>(&'a self, bucket: &'a str, key: &'a str) -> BoxFuture<'a, Result<Fetched, Trouble>>;
    /// Takes an object away.
    fn delete<'a>(&'a self, bucket: &'a str, key: &'a str) -> BoxFuture<'a, Result<(), Trouble>>;
    /// Every object whose key begins with a text, in the order of the keys.
    fn list<'a>(
        &'a self,
        bucket: &'a str,
        prefix: &'a str,
    ) -> BoxFuture<'a, Result<Vec<Listed>, Trouble>>;
}

/// The S3 at a URL, by signed requests over HTTP, buckets in the path.
pub struct Remote {
    url: Url,
    region: String,
    credentials: Credentials,
    plain: Plain,
}

impl fmt::Debug for Remote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Remote")
            .field("url", &self.url.as_str())
            .finish_non_exhaustive()
    }
}

impl Remote {
    /// The S3 at this URL, as the run's own account.
    ///
    /// # Errors
    /// It is no URL of http or https.
    pub fn new(url: &str, identities: &Identities) -> Result<Self, String> {
        let parsed: Url = url.parse().map_err(|error| format!("{url}: {error}"))?;
        let (access_key, secret_key, region) = identities.of(super::Caller::Own);
        let remote = Self {
            plain: Plain::new(url),
            region: region.to_owned(),
            credentials: Credentials::new(access_key, secret_key, None, None, "lookback"),
            url: parsed,
        };
        remote
            .bucket("probe")
            .map(|_| remote)
            .map_err(|error| error.to_string())
    }

    fn bucket(&self, name: &str) -> Result<Bucket, Trouble> {
        let bucket = Bucket::new(
            self.url.clone(),
            UrlStyle::Path,
            name.to_owned(),
            self.region.clone(),
        );
        bucket.map_err(|error| Trouble::Refused(format!("{}: {error}", self.url)))
    }

    async fn send(
        &self,
        method: &str,
        url: &Url,
        what: &str,
        body: Option<Vec<u8>>,
    ) -> Result<Fetched, Trouble> {
        let headers = self.signature(method, url, body.as_deref().unwrap_or_default());
        let headers = headers.map_err(|error| Trouble::Refused(format!("{what}: {error}")))?;
        let answer = self
            .plain
            .request(method, url.as_str(), headers, body)
            .await?;
        let text = || {
            String::from_utf8_lossy(&answer.body)
                .chars()
                .take(300)
                .collect::<String>()
        };
        match answer.status {
            200..=299 => {
                let etag = answer.header("etag").unwrap_or_default();
                Ok(Fetched {
                    etag: etag.trim_matches('"').to_owned(),
                    bytes: answer.body,
                })
            }
            // S3 words its errors in XML; whoever does not is none.
            _ if !text().contains("<Error") => Err(Trouble::NoS3(self.url.to_string())),
            404 => Err(Trouble::Missing(what.to_owned())),
            501 => Err(Trouble::NoS3(format!("{}: {}", self.url, text()))),
            status => Err(Trouble::Refused(format!(
                "HTTP {status} for {what}: {}",
                text()
            ))),
        }
    }

    /// The headers of a signature: emulators that do not verify those may well verify one in an address.
    fn signature(
        &self,
        method: &str,
        url: &Url,
        body: &[u8],
    ) -> Result<Vec<(String, String)>, Box<dyn std::error::Error + Send + Sync>> {
        let mut settings = SigningSettings::default();
        // Paths of S3 are signed as they are sent.
        settings.percent_encoding_mode = PercentEncodingMode::Single;
        settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
        settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
        let identity = self.credentials.clone().into();
        let parameters = v4::SigningParams::builder()
            .identity(&identity)
            .region(&self.region)
            .name("s3")
            .time(SystemTime::now())
            .settings(settings)
            .build()?;
        let none = std::iter::empty::<(&str, &str)>();
        let request = SignableRequest::new(method, url.as_str(), none, SignableBody::Bytes(body))?;
        let (signature, _) = sign(request, &parameters.into())?.into_parts();
        let (headers, _) = signature.into_parts();
        let headers = headers.iter();
        let named = headers.map(|header| (header.name().to_owned(), header.value().to_owned()));
        Ok(named.collect())
    }

    async fn pages(&self, bucket: &str, prefix: &str) -> Result<Vec<Listed>, Trouble> {
        let place = self.bucket(bucket)?;
        let mut objects = Vec::new();
        let mut token: Option<String> = None;
        for _ in 0..PAGES_MAX {
            let mut action = place.list_objects_v2(None);
            if !prefix.is_empty() {
                action.with_prefix(prefix.to_owned());
            }
            if let Some(token) = token.take() {
                action.with_continuation_token(token);
            }
            let url = action.sign(UNSIGNED);
            let page = self
                .send("GET", &url, &format!("bucket {bucket}"), None)
                .await?;
            let page = ListObjectsV2::parse_response(&String::from_utf8_lossy(&page.bytes))
                .map_err(|error| {
                    Trouble::Refused(format!("a listing that cannot be read: {error}"))
                })?;
            objects.extend(page.contents.into_iter().map(|object| Listed {
                key: object.key,
                size: object.size.unwrap_or_default(),
                etag: object.etag.unwrap_or_default().trim_matches('"').to_owned(),
            }));
            token = page.next_continuation_token;
            if token.is_none() {
                objects.sort_by(|one, other| one.key.cmp(&other.key));
                return Ok(objects);
            }
        }
        Err(Trouble::Refused(format!(
            "a listing of bucket {bucket} that does not end"
        )))
    }
}

impl Buckets for Remote {
    fn create<'a>(&'a self, bucket: &'a str) -> BoxFuture<'a, Result<(), Trouble>> {
        Box::pin(async move {
            let place = self.bucket(bucket)?;
            let url = place.base_url().clone();
            // Everywhere but in us-east-1 a bucket has to be told its region.
            let body = (self.region != "us-east-1").then(|| {
                let region = &self.region;
                format!(
                    "<CreateBucketConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><LocationConstraint>{region}</LocationConstraint></CreateBucketConfiguration>"
                )
            });
            let body = body.unwrap_or_default().into_bytes();
            let made = self
                .send("PUT", &url, &format!("bucket {bucket}"), Some(body))
                .await;
            made.map(drop)
        })
    }

    fn names(&self) -> BoxFuture<'_, Result<Vec<String>, Trouble>> {
        Box::pin(async move {
            let listed = self.send("GET", &self.url, "the buckets", None).await?;
            bucket_names(&String::from_utf8_lossy(&listed.bytes))
        })
    }

    fn remove<'a>(&'a self, bucket: &'a str) -> BoxFuture<'a, Result<(), Trouble>> {
        Box::pin(async move {
            let listed = match self.pages(bucket, "").await {
                Err(Trouble::Missing(_)) => return Ok(()),
                listed => listed?,
            };
            for object in listed {
                self.delete(bucket, &object.key).await?;
            }
            let place = self.bucket(bucket)?;
            let url = place.base_url().clone();
            match self
                .send("DELETE", &url, &format!("bucket {bucket}"), None)
                .await
            {
                Ok(_) | Err(Trouble::Missing(_)) => Ok(()),
                Err(trouble) => Err(trouble),
            }
        })
    }

    fn put<'a>(
        &'a self,
        bucket: &'a str,
        key: &'a str,
        bytes: Vec<u8>,
    ) -> BoxFuture<'a, Result<(), Trouble>> {
        Box::pin(async move {
            let place = self.bucket(bucket)?;
            let url = place.object_url(key);
            self.send("PUT", &url, &format!("object {key}"), Some(bytes))
                .await
                .map(drop)
        })
    }

    fn get<'a>(&'a self, bucket: &'a str, key: &'a str) -> BoxFuture<'a, Result<Fetched, Trouble>> {
        Box::pin(async move {
            let place = self.bucket(bucket)?;
            let url = place.object_url(key);
            self.send("GET", &url, &format!("object {key}"), None).await
        })
    }

    fn delete<'a>(&'a self, bucket: &'a str, key: &'a str) -> BoxFuture<'a, Result<(), Trouble>> {
        Box::pin(async move {
            let place = self.bucket(bucket)?;
            let url = place.object_url(key);
            self.send("DELETE", &url, &format!("object {key}"), None)
                .await
                .map(drop)
        })
    }

    fn list<'a>(
        &'a self,
        bucket: &'a str,
        prefix: &'a str,
    ) -> BoxFuture<'a, Result<Vec<Listed>, Trouble>> {
        Box::pin(self.pages(bucket, prefix))
    }
}

/// The names in a listing of buckets: they have no letters that XML would word otherwise.
fn bucket_names(listing: &str) -> Result<Vec<String>, Trouble> {
    if !listing.contains("ListAllMyBucketsResult") {
        let words = "a listing of buckets that cannot be read".to_owned();
        return Err(Trouble::Refused(words));
    }
    let names = listing.split("<Name>").skip(1);
    let names = names.filter_map(|rest| Some(rest.split_once("</Name>")?.0.to_owned()));
    Ok(names.collect())
}

/// What the in-process buckets refuse.
fn trouble(refusal: Refusal) -> Trouble {
    match refusal {
        Refusal::NoSuchBucket(name) => Trouble::Missing(format!("bucket {name}")),
        Refusal::NoSuchKey(name) => Trouble::Missing(format!("object {name}")),
        other => Trouble::Refused(other.to_string()),
    }
}

/// Buckets in this process, of one account.
#[derive(Clone, Debug)]
pub struct Local {
    /// The buckets.
    pub store: Arc<Store>,
    /// Whose those are that are made.
    pub owner: String,
}

impl Buckets for Local {
    fn create<'a>(&'a self, bucket: &'a str) -> BoxFuture<'a, Result<(), Trouble>> {
        Box::pin(async move {
            self.store
                .create_bucket(bucket, Some(&self.owner))
                .map_err(trouble)
        })
    }

    fn names(&self) -> BoxFuture<'_, Result<Vec<String>, Trouble>> {
        let own = |bucket: &crate::s3::store::Bucket| {
            let owner = bucket.owner.as_ref();
            owner.is_none_or(|owner| *owner == self.owner)
        };
        let buckets = self.store.buckets().into_iter();
        let names = buckets.filter_map(|(name, known)| own(&known).then_some(name));
        Box::pin(ready(Ok(names.collect())))
    }

    fn remove<'a>(&'a self, bucket: &'a str) -> BoxFuture<'a, Result<(), Trouble>> {
        Box::pin(async move {
            let listed = match self.store.list(bucket, "").await {
                Err(Refusal::NoSuchBucket(_)) => return Ok(()),
                listed => listed.map_err(trouble)?,
            };
            for object in listed {
                self.store
                    .delete(bucket, &object.key)
                    .await
                    .map_err(trouble)?;
            }
            self.store.delete_bucket(bucket).await.map_err(trouble)
        })
    }

    fn put<'a>(
        &'a self,
        bucket: &'a str,
        key: &'a str,
        bytes: Vec<u8>,
    ) -> BoxFuture<'a, Result<(), Trouble>> {
        Box::pin(async move {
            self.store
                .put(bucket, key, &bytes)
                .await
                .map(drop)
                .map_err(trouble)
        })
    }

    fn get<'a>(&'a self, bucket: &'a str, key: &'a str) -> BoxFuture<'a, Result<Fetched, Trouble>> {
        Box::pin(async move {
            let etag = self.store.head(bucket, key).await.map_err(trouble)?.etag;
            let bytes = self.store.read(bucket, key).await.map_err(trouble)?;
            Ok(Fetched { bytes, etag })
        })
    }

    fn delete<'a>(&'a self, bucket: &'a str, key: &'a str) -> BoxFuture<'a, Result<(), Trouble>> {
        Box::pin(async move { self.store.delete(bucket, key).await.map_err(trouble) })
    }

    fn list<'a>(
        &'a self,
        bucket: &'a str,
        prefix: &'a str,
    ) -> BoxFuture<'a, Result<Vec<Listed>, Trouble>> {
        Box::pin(async move {
            let listed = self.store.list(bucket, prefix).await.map_err(trouble)?;
            let one = |object: crate::s3::ObjectInfo| Listed {
                key: object.key,
                size: object.size,
                etag: object.etag,
            };
            Ok(listed.into_iter().map(one).collect())
        })
    }
}
