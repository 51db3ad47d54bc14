//! The S3 calls that users of exports and imports need, on the same port as DynamoDB.
//!
//! A request is one of S3 when it has no X-Amz-Target and is signed for `s3`, in its header or in its address. Buckets are
//! addressed by path (`/bucket/key`). Signatures are **not verified**: whoever signs owns the buckets that it makes,
//! as the account of its access key (see [`lookback_reference::Caller::account_of`]).
//!
//! - [`request`]: tells requests apart, and takes off signatures and what signed uploads wrap around their bytes;
//! - [`operations`]: buckets and objects; [`listing`]: pages of keys; [`parts`]: uploads in parts; [`answers`]: how all that
//!   is worded.

mod answers;
mod chunked;
mod listing;
mod operations;
mod parts;
pub mod request;

use std::sync::Arc;

use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use s3s::service::{S3Service, S3ServiceBuilder};

use crate::s3::Store;

/// Answers requests of S3.
#[derive(Clone)]
pub struct Front {
    service: S3Service,
}

impl Front {
    /// The front of these buckets.
    pub fn new(store: Arc<Store>) -> Self {
        let operations = operations::Operations::new(store);
        Self {
            service: S3ServiceBuilder::new(operations).build(),
        }
    }

    /// Answers one request.
    pub async fn answer(&self, request: Request) -> Response {
        let request = match request::plain(request) {
            Ok(request) => request,
            Err(text) => return refuse(&text),
        };
        match self.service.call(request).await {
            Ok(answer) => answer.map(Body::new),
            Err(error) => {
                tracing::warn!(?error, "a request to S3 could not be answered");
                refuse("the request could not be answered")
            }
        }
    }
}

/// A request that is none.
fn refuse(text: &str) -> Response {
    let mut response = Response::new(Body::from(format!("{text}\n")));
    *response.status_mut() = axum::http::StatusCode::BAD_REQUEST;
    response
}
