//! Buckets at an S3 endpoint.
//!
//! A path of `object_store` can neither begin nor end with a slash, nor hold two in a row; a key of S3 can. What stands
//! before the last such slash goes into the address of the bucket, and the rest is a path; what a listing drops is put back. A
//! listing that shows two slashes in a row is refused, as `object_store` does.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::list::{PaginatedListOptions, PaginatedListStore};
use object_store::path::Path;
use object_store::{ObjectMeta, ObjectStore, RetryConfig};
use url::Url;

use crate::s3::connector::Connector;
use crate::s3::keys;
use crate::s3::refusal::Refusal;

/// How often a request is tried again.
const RETRIES: usize = 2;

/// The buckets at an S3 endpoint.
#[derive(Debug)]
pub struct Endpoint {
    url: Url,
    /// A client for each address of a bucket, with its connections.
    clients: Mutex<BTreeMap<String, Arc<AmazonS3>>>,
}

impl Endpoint {
    /// The buckets at this URL.
    pub fn new(url: Url) -> Self {
        Self {
            url,
            clients: Mutex::default(),
        }
    }

    /// The client of an address of a bucket: its name, and maybe the beginning of a key behind it.
    fn client(&self, address: &str) -> Result<Arc<AmazonS3>, Refusal> {
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = clients.get(address) {
            return Ok(Arc::clone(client));
        }
        let client = Arc::new(client(&self.url, address)?);
        clients.insert(address.to_owned(), Arc::clone(&client));
        Ok(client)
    }

    /// Where an object lies, and under which path.
    pub fn place(&self, bucket: &str, key: &str) -> Result<(Arc<dyn ObjectStore>, Path), Refusal> {
        let parted = parted(key);
        let (beginning, path) = parted.ok_or_else(|| {
            // Whoever sends a request resolves them.
            Refusal::Broken(format!(
                "the key {key:?} has a part \".\" or \"..\", and cannot be named at an endpoint"
            ))
        })?;
        let address = match beginning {
            None => bucket.to_owned(),
            Some(beginning) => format!("{bucket}/{}", keys::percent_encoded(beginning)),
        };
        Ok((self.client(&address)?, path))
    }

    /// The objects whose keys begin with a text, in any order.
    pub async fn list(
        &self,
        bucket: &str,
        prefix: &str,
    ) -> Result<Vec<(String, ObjectMeta)>, Refusal> {
        let client = self.client(bucket)?;
        let refuse = |error| Refusal::of_bucket(bucket, prefix, &error);
        let listed = pages(&client, prefix).await.map_err(refuse)?;
        if prefix.starts_with('/') {
            return Ok(listed.into_iter().map(with_slash).collect());
        }
        let mut all: Vec<_> = listed.into_iter().map(without_slash).collect();
        if prefix.is_empty() {
            // They were listed already, without their slash.
            for meta in pages(&client, "/").await.map_err(refuse)? {
                let (key, meta) = with_slash(meta);
                let bare = meta.location.as_ref();
                if let Some(place) = all.iter().position(|(key, _)| key == bare) {
                    all.swap_remove(place);
                }
                all.push((key, meta));
            }
        }
        Ok(all)
    }
}

fn with_slash(meta: ObjectMeta) -> (String, ObjectMeta) {
    (format!("/{}", meta.location), meta)
}

fn without_slash(meta: ObjectMeta) -> (String, ObjectMeta) {
    (meta.location.to_string(), meta)
}

async fn pages(client: &AmazonS3, prefix: &str) -> object_store::Result<Vec<ObjectMeta>> {
    let prefix = Some(prefix).filter(|prefix| !prefix.is_empty());
    let mut options = PaginatedListOptions::default();
    let mut objects = Vec::new();
    loop {
        let page = client.list_paginated(prefix, options.clone()).await?;
        objects.extend(page.result.objects);
        options.page_token = page.page_token;
        if options.page_token.is_none() {
            return Ok(objects);
        }
    }
}

/// A key as what stands before the last slash that a path cannot hold, if there is one, and a path.
fn parted(key: &str) -> Option<(Option<&str>, Path)> {
    let plain = |key: &str| Path::parse(key).ok().filter(|path| path.as_ref() == key);
    if let Some(path) = plain(key).filter(|_| !key.is_empty()) {
        return Some((None, path));
    }
    let slash = match key.rfind("//") {
        _ if key.ends_with('/') => key.len() - 1,
        Some(first) => first + 1,
        None => 0,
    };
    let (beginning, rest) = key.split_at_checked(slash)?;
    let resolved = |part: &str| matches!(part, "." | "..");
    if beginning.split('/').any(resolved) {
        return None;
    }
    Some((Some(beginning), plain(rest.strip_prefix('/')?)?))
}

/// A client, with what the environment says of credentials and region.
fn client(url: &Url, address: &str) -> Result<AmazonS3, Refusal> {
    let environment = AmazonS3Builder::from_env();
    let keys = std::env::var_os("AWS_ACCESS_KEY_ID").is_some();
    let keys = if keys {
        environment
    } else {
        environment
            .with_access_key_id("lookback")
            .with_secret_access_key("lookback")
    };
    let retry = RetryConfig {
        max_retries: RETRIES,
        ..RetryConfig::default()
    };
    let client = keys
        .with_endpoint(url.as_str().trim_end_matches('/'))
        .with_bucket_name(address)
        .with_allow_http(true)
        .with_virtual_hosted_style_request(false)
        .with_retry(retry)
        .with_http_connector(Connector)
        .build();
    client.map_err(|error| Refusal::of(address, "", &error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_parted_at_the_last_slash_that_no_path_can_hold() {
        for (key, expected) in [
            ("a", Some((None, "a"))),
            ("a/b.gz", Some((None, "a/b.gz"))),
            ("/a", Some((Some(""), "a"))),
            ("/a/b", Some((Some(""), "a/b"))),
            ("//a", Some((Some("/"), "a"))),
            ("a//b/c", Some((Some("a/"), "b/c"))),
            ("/a//b", Some((Some("/a/"), "b"))),
            ("a/", Some((Some("a"), ""))),
            ("a//", Some((Some("a/"), ""))),
            ("", None),
            ("a/../b", None),
            ("../a//b", None),
            ("/.", None),
        ] {
            let parted = parted(key);
            let parted = parted
                .as_ref()
                .map(|(beginning, path)| (*beginning, path.as_ref()));
            assert_eq!(parted, expected, "{key}");
        }
    }
}
