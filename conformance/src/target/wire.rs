//! How a request is put into the SDK's orchestrator and the raw answer is taken out.
//!
//! The SDK serialises some operation, picks the endpoint and signs. Just before it signs, everything that a
//! case words is put in place of what the SDK wrote; the answer is read before the SDK's own opinion of it
//! counts. So a wrong request is sent as it is, and a wrong answer is seen as it came.

use std::sync::{Arc, Mutex, PoisonError};

use aws_sdk_dynamodb::config::interceptors::{
    AfterDeserializationInterceptorContextRef, BeforeTransmitInterceptorContextMut,
};
use aws_sdk_dynamodb::config::{ConfigBag, Intercept};
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;

use super::{RawAnswer, Request};

/// Carries one request in and its answer out.
#[derive(Clone, Debug)]
pub struct Exchange {
    request: Arc<Request>,
    answer: Arc<Mutex<Option<RawAnswer>>>,
}

impl Exchange {
    /// For this request.
    pub fn new(request: &Request) -> Self {
        Self {
            request: Arc::new(request.clone()),
            answer: Arc::default(),
        }
    }

    /// The answer, if one came.
    pub fn take(&self) -> Option<RawAnswer> {
        self.answer
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }

    fn headers(&self, http: &mut HttpRequest) -> Result<(), BoxError> {
        for (name, value) in &self.request.headers {
            match value {
                Some(value) => {
                    http.headers_mut()
                        .try_insert(name.to_ascii_lowercase(), value.clone())?;
                }
                None => {
                    http.headers_mut().remove(name.to_ascii_lowercase());
                }
            }
        }
        Ok(())
    }

    fn write(&self, http: &mut HttpRequest) -> Result<(), BoxError> {
        let request = &self.request;
        if let Some(method) = &request.method {
            http.set_method(method)?;
        }
        if let Some(path) = &request.path {
            let (scheme, rest) = http.uri().split_once("://").unwrap_or(("http", http.uri()));
            let host = rest.split('/').next().unwrap_or_default();
            let uri = format!("{scheme}://{host}{path}");
            http.set_uri(uri)?;
        }
        http.headers_mut().remove("x-amz-target");
        if let Some(target) = &request.target {
            http.headers_mut()
                .try_insert("x-amz-target", target.clone())?;
        }
        http.headers_mut()
            .try_insert("content-length", request.body.len().to_string())?;
        *http.body_mut() = SdkBody::from(request.body.clone());
        self.headers(http)
    }
}

impl Intercept for Exchange {
    fn name(&self) -> &'static str {
        "Exchange"
    }

    fn modify_before_signing(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        self.write(context.request_mut())
    }

    fn modify_before_transmit(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        // Signing adds Authorization and X-Amz-Date, which a case may want wrong or gone.
        self.headers(context.request_mut())
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let response = context.response();
        let headers = response
            .headers()
            .iter_bytes()
            .map(|(name, value)| {
                (
                    name.to_ascii_lowercase(),
                    String::from_utf8_lossy(value).into_owned(),
                )
            })
            .collect();
        // Without bytes the body broke off while it was read: that is no answer.
        if let Some(bytes) = response.body().bytes() {
            let answer = RawAnswer {
                status: response.status().as_u16(),
                headers,
                body: bytes.to_vec(),
                ..RawAnswer::default()
            };
            *self.answer.lock().unwrap_or_else(PoisonError::into_inner) = Some(answer);
        }
        Ok(())
    }
}
