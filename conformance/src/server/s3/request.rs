//! Requests of S3 told from DynamoDB's, without the signature around them.

use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, Uri, header};
use http_body_util::BodyExt;
use lookback_reference::Caller;
use s3s::Body;

use super::chunked;
use crate::server::control;

const TARGET: HeaderName = HeaderName::from_static("x-amz-target");
const DECODED_LENGTH: HeaderName = HeaderName::from_static("x-amz-decoded-content-length");
const CONTENT_SHA256: HeaderName = HeaderName::from_static("x-amz-content-sha256");

/// The account that signed a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signer(pub String);

/// Whether a request is one of S3.
pub fn is_s3(parts: &Parts) -> bool {
    let path = parts.uri.path();
    if parts.headers.contains_key(TARGET) || path == control::PATH {
        return false;
    }
    credential(parts).is_some_and(|credential| credential.ends_with("/s3/aws4_request"))
}

/// `<access key>/<date>/<region>/<service>/aws4_request`, from the header or from a presigned URL.
fn credential(parts: &Parts) -> Option<String> {
    let header = parts
        .headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    let in_header = header.and_then(|text| {
        let words = text.split([',', ' ']);
        words
            .map(str::trim)
            .find_map(|word| word.strip_prefix("Credential="))
    });
    let query = parts.uri.query().unwrap_or_default();
    let in_query = query
        .split('&')
        .find_map(|pair| pair.strip_prefix("X-Amz-Credential="));
    in_header
        .or(in_query)
        .map(|text| text.replace("%2F", "/").replace("%2f", "/"))
}

/// The request without its signature, which is not verified; its bytes as they are meant.
///
/// # Errors
/// Its address is none.
pub fn plain(request: Request) -> Result<axum::http::Request<Body>, String> {
    let (mut parts, body) = request.into_parts();
    let signer = credential(&parts).and_then(|text| {
        let key = text.rsplitn(5, '/').nth(4)?;
        Some(Signer(Caller::account_of(key)))
    });
    if let Some(signer) = signer {
        parts.extensions.insert(signer);
    }
    parts.headers.remove(header::AUTHORIZATION);
    parts.headers.remove("x-amz-security-token");
    parts.uri = unsigned(&parts.uri)?;
    let sha256 = parts.headers.remove(CONTENT_SHA256);
    let chunked = sha256.is_some_and(|value| value.as_bytes().starts_with(b"STREAMING-"));
    let body = if chunked {
        let length = parts.headers.remove(DECODED_LENGTH);
        parts.headers.insert(
            header::CONTENT_LENGTH,
            length.unwrap_or(HeaderValue::from_static("0")),
        );
        unwrap_encoding(&mut parts);
        Body::http_body_unsync(chunked::decoded(body.into_data_stream()))
    } else {
        Body::http_body_unsync(body.map_err(|error| Box::new(error) as s3s::StdError))
    };
    Ok(axum::http::Request::from_parts(parts, body))
}

/// `aws-chunked` is taken off with the chunks.
fn unwrap_encoding(parts: &mut Parts) {
    let text = parts
        .headers
        .get(header::CONTENT_ENCODING)
        .and_then(|value| value.to_str().ok());
    let rest = text.unwrap_or_default().split(',').map(str::trim);
    let rest: Vec<&str> = rest
        .filter(|one| !one.is_empty() && *one != "aws-chunked")
        .collect();
    match HeaderValue::from_str(&rest.join(",")) {
        Ok(value) if !rest.is_empty() => {
            parts.headers.insert(header::CONTENT_ENCODING, value);
        }
        _ => {
            parts.headers.remove(header::CONTENT_ENCODING);
        }
    }
}

/// The address without the parameters of a presigned URL.
fn unsigned(uri: &Uri) -> Result<Uri, String> {
    let Some(query) = uri.query() else {
        return Ok(uri.clone());
    };
    let signature = [
        "Algorithm",
        "Credential",
        "Date",
        "Expires",
        "SignedHeaders",
        "Signature",
        "Security-Token",
    ];
    let of_signature = |pair: &&str| {
        let name = pair.split('=').next().unwrap_or_default();
        name.strip_prefix("X-Amz-")
            .is_none_or(|name| !signature.contains(&name))
    };
    let rest: Vec<&str> = query.split('&').filter(of_signature).collect();
    let text = match rest.as_slice() {
        [] => uri.path().to_owned(),
        rest => format!("{}?{}", uri.path(), rest.join("&")),
    };
    text.parse()
        .map_err(|error| format!("no address of S3: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(path: &str, headers: &[(&str, &str)]) -> Parts {
        let mut request = axum::http::Request::get(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body(()).unwrap().into_parts().0
    }

    fn signed_for(service: &str) -> String {
        format!(
            "AWS4-HMAC-SHA256 Credential=k/20260101/us-east-1/{service}/aws4_request, Signature=00"
        )
    }

    #[test]
    fn what_is_signed_for_s3_is_of_s3() {
        let s3 = signed_for("s3");
        for path in ["/", "/bucket", "/bucket/a/b?x-id=GetObject"] {
            assert!(is_s3(&parts(path, &[("authorization", &s3)])), "{path}");
        }
        assert!(is_s3(&parts(
            "/b?X-Amz-Credential=k%2F20260101%2Fus-east-1%2Fs3%2Faws4_request",
            &[]
        )));
    }

    #[test]
    fn what_is_dynamodbs_stays_dynamodbs() {
        let (dynamodb, s3) = (signed_for("dynamodb"), signed_for("s3"));
        for (path, headers) in [
            ("/", &[][..]),
            ("/bucket/key", &[]),
            ("/", &[("authorization", dynamodb.as_str())]),
            ("/x", &[("authorization", dynamodb.as_str())]),
            ("/x", &[("x-amz-target", "DynamoDB_20120810.ListTables")]),
            (
                "/",
                &[("x-amz-target", "y"), ("authorization", s3.as_str())],
            ),
            ("/_lookback/clock", &[]),
        ] {
            assert!(!is_s3(&parts(path, headers)), "{path} {headers:?}");
        }
    }

    #[test]
    fn a_signature_is_taken_off_an_address_and_nothing_else() {
        let uri = "/b?list-type=2&X-Amz-Date=1&prefix=a%2Fb&X-Amz-Signature=00";
        assert_eq!(
            unsigned(&uri.parse().unwrap()).unwrap(),
            "/b?list-type=2&prefix=a%2Fb"
        );
        assert_eq!(unsigned(&"/b?X-Amz-Date=1".parse().unwrap()).unwrap(), "/b");
    }
}
