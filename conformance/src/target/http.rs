//! The HTTP connector under the SDK, and plain requests beside it.

use std::error::Error;
use std::time::Duration;

use aws_sdk_dynamodb::config::SharedHttpClient;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::{Builder, Connector, tls};
use aws_smithy_runtime_api::client::http::{HttpConnector as _, HttpConnectorSettings};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;

use super::Unreachable;

/// How long a connection may take.
pub const CONNECT_S_MAX: u64 = 5;
/// How long an answer may take.
pub const ANSWER_S_MAX: u64 = 30;

/// A client for the SDK: TLS only where the URL asks for it, since loading certificates takes a while.
pub fn client(url: &str) -> SharedHttpClient {
    if url.starts_with("https:") {
        tls_client()
    } else {
        Builder::new().build_http()
    }
}

/// A client for the SDK that speaks TLS, and plain HTTP where the URL says so.
pub fn tls_client() -> SharedHttpClient {
    Builder::new()
        .tls_provider(tls::Provider::Rustls(CryptoMode::Ring))
        .build_https()
}

/// Plain requests to one server, outside the SDK.
#[derive(Debug)]
pub struct Plain {
    connector: Connector,
}

impl Plain {
    /// For servers at URLs of this scheme.
    pub fn new(url: &str) -> Self {
        let settings = HttpConnectorSettings::builder()
            .connect_timeout(Duration::from_secs(CONNECT_S_MAX))
            .read_timeout(Duration::from_secs(ANSWER_S_MAX))
            .build();
        let builder = Connector::builder().connector_settings(settings);
        let connector = if url.starts_with("https:") {
            builder
                .tls_provider(tls::Provider::Rustls(CryptoMode::Ring))
                .build()
        } else {
            builder.build_http()
        };
        Self { connector }
    }

    /// GET, or POST with a JSON body: status and body.
    ///
    /// # Errors
    /// No answer came.
    pub async fn send(
        &self,
        url: &str,
        json: Option<String>,
    ) -> Result<(u16, Vec<u8>), Unreachable> {
        let method = if json.is_some() { "POST" } else { "GET" };
        let kind = || ("content-type".to_owned(), "application/json".to_owned());
        let headers = json.iter().map(|_| kind()).collect();
        let body = json.map(String::into_bytes);
        let answer = self.request(method, url, headers, body).await?;
        Ok((answer.status, answer.body))
    }

    /// Any request, with these headers, and a body of bytes or none.
    ///
    /// # Errors
    /// No answer came.
    pub async fn request(
        &self,
        method: &str,
        url: &str,
        headers: Vec<(String, String)>,
        body: Option<Vec<u8>>,
    ) -> Result<PlainAnswer, Unreachable> {
        let broken = |error: &dyn Error| Unreachable::Broken(chain(error));
        let length = body.as_ref().map(Vec::len);
        let mut request = HttpRequest::new(body.map_or_else(SdkBody::empty, SdkBody::from));
        request.set_uri(url).map_err(|error| broken(&error))?;
        request.set_method(method).map_err(|error| broken(&error))?;
        let length = length.map(|length| ("content-length".to_owned(), length.to_string()));
        for (name, value) in headers.into_iter().chain(length) {
            let set = request.headers_mut().try_insert(name, value);
            set.map_err(|error| broken(&error))?;
        }
        let response = self
            .connector
            .call(request)
            .await
            .map_err(|error| of_connector(&error))?;
        let status = response.status().as_u16();
        let header = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        let headers = response.headers().iter().map(header).collect();
        let body = ByteStream::new(response.into_body());
        let bytes = body.collect().await.map_err(|error| broken(&error))?;
        Ok(PlainAnswer {
            status,
            headers,
            body: bytes.to_vec(),
        })
    }
}

/// What came back.
#[derive(Clone, Debug)]
pub struct PlainAnswer {
    /// HTTP status.
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body's bytes.
    pub body: Vec<u8>,
}

impl PlainAnswer {
    /// A header's text.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// What a failed connection means.
pub fn of_connector(error: &ConnectorError) -> Unreachable {
    let words = chain(error);
    let refused = [
        "refused",
        "dns error",
        "failed to lookup",
        "unreachable",
        "tcp connect",
    ];
    if error.is_timeout() && !words.contains("connect") {
        Unreachable::Timeout(ANSWER_S_MAX)
    } else if error.is_timeout() || refused.iter().any(|word| words.contains(word)) {
        Unreachable::Refused(words)
    } else {
        Unreachable::Broken(words)
    }
}

/// An error and what caused it, in one line.
pub fn chain(error: &dyn Error) -> String {
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let text = inner.to_string();
        if !words.contains(&text) {
            words.push_str(": ");
            words.push_str(&text);
        }
        cause = inner.source();
    }
    words
}
