//! Routes, size limits and the headers of every answer (WIRE-001, WIRE-002, WIRE-009, WIRE-010, WIRE-015).

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use futures::StreamExt;
use lookback_protocol::error::{ErrorCode, ServiceError};
use lookback_reference::{Answer, CONTENT_TYPE, Caller, answer_headers, request_id};
use tokio::sync::Mutex;

use super::backend::Backend;
use super::clock::{Clock, ClockKind};
use super::compressed::{self, Unreadable};
use super::control;
use super::files::Files;
use super::s3::Front;
use super::s3::request::is_s3;
use crate::s3::Store;

/// The largest body of an operation, in bytes: 16 MB (WIRE-015).
pub const BODY_BYTES_MAX: usize = 16 * 1024 * 1024;

/// The largest header block and the longest request line, in bytes: 16 KB each (WIRE-015).
pub const HEAD_BYTES_MAX: usize = 16 * 1024;

/// How much of a body that is too large is read and thrown away, so that its sender gets to see the answer
/// instead of a broken connection.
const DRAINED_BYTES_MAX: usize = 64 * 1024 * 1024;

const TARGET: HeaderName = HeaderName::from_static("x-amz-target");

/// What the handlers share.
pub struct State {
    served: Arc<Mutex<Served>>,
    /// What the identifiers of requests are drawn from: unlikely to be another server's.
    ids_seed: u64,
    requests: AtomicU64,
    /// The buckets, where they are served from here.
    s3: Option<Front>,
    pub(super) files: Files,
    /// Whether the clock only moves when it is told to: then what has come due is done before anybody looks.
    stands: bool,
}

/// What one request at a time may touch.
pub(super) struct Served {
    pub clock: Clock,
    pub backend: Box<dyn Backend>,
}

impl State {
    /// The state of one server.
    pub fn new(clock: Clock, backend: Box<dyn Backend>, store: Arc<Store>) -> Self {
        let started_ns = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |time| time.as_nanos() as u64);
        let stands = clock.kind() != ClockKind::Real;
        let served = Arc::new(Mutex::new(Served { clock, backend }));
        Self {
            ids_seed: started_ns ^ u64::from(std::process::id()).rotate_left(32),
            requests: AtomicU64::new(0),
            s3: store.is_local().then(|| Front::new(Arc::clone(&store))),
            files: Files::new(Arc::clone(&served), store),
            served,
            stands,
        }
    }
}

/// An answer before its common headers.
struct Reply {
    status: StatusCode,
    content_type: &'static str,
    allow: Option<&'static str>,
    body: Vec<u8>,
    /// What the clock showed when the request was answered, in microseconds.
    now_us: i64,
}

/// Every path and method leads to one place: DynamoDB has no routes (WIRE-001).
pub fn router(state: Arc<State>) -> Router {
    Router::new().fallback(move |request: Request| {
        let state = Arc::clone(&state);
        async move {
            if state.stands {
                state.files.settle().await;
            }
            let (parts, body) = request.into_parts();
            match &state.s3 {
                Some(s3) if is_s3(&parts) => s3.answer(Request::from_parts(parts, body)).await,
                _ => {
                    let reply = handle(&state, parts, body).await;
                    if state.stands {
                        // An export that has begun shows it before anything else happens.
                        state.files.settle().await;
                    }
                    state.finish(reply)
                }
            }
        }
    })
}

async fn handle(state: &State, parts: Parts, body: Body) -> Reply {
    if let Err(text) = check_head(&parts) {
        return state
            .refuse(StatusCode::BAD_REQUEST, &ServiceError::validation(text))
            .await;
    }
    match (&parts.method, parts.uri.path()) {
        (&Method::POST, "/") => operation(state, &parts, body).await,
        (&Method::GET, "/") => state.healthy(&parts).await,
        (_, "/") => state.wrong_method("GET, POST").await,
        (&Method::GET, control::PATH) => state.control(|clock| Ok(control::show(clock))).await,
        (&Method::POST, control::PATH) => match read(body, control::BODY_BYTES_MAX).await {
            Ok(body) => state.control(|clock| control::apply(clock, &body)).await,
            Err(error) => state.control(|_| Err(error.to_string())).await,
        },
        (_, control::PATH) => state.wrong_method("GET, POST").await,
        (_, path) => {
            let text = format!("no such path {path:?}: operations are sent as POST to \"/\"");
            state
                .refuse(
                    StatusCode::NOT_FOUND,
                    &ServiceError::new(ErrorCode::UnknownOperationException, text),
                )
                .await
        }
    }
}

/// Request line and header block are at most 16 KB each (WIRE-015).
fn check_head(parts: &Parts) -> Result<(), &'static str> {
    // Method, two spaces and " HTTP/1.1" belong to the line as well; the target alone decides here.
    let line = parts
        .uri
        .path_and_query()
        .map_or(0, |target| target.as_str().len());
    if line > HEAD_BYTES_MAX {
        return Err("The request line is longer than 16384 bytes");
    }
    // A header travels as "name: value\r\n".
    let block: usize = parts
        .headers
        .iter()
        .map(|(name, value)| name.as_str().len() + value.len() + 4)
        .sum();
    if block > HEAD_BYTES_MAX {
        return Err("The headers are longer than 16384 bytes");
    }
    Ok(())
}

async fn operation(state: &State, parts: &Parts, body: Body) -> Reply {
    let body = match read(body, BODY_BYTES_MAX).await {
        Ok(body) => body,
        Err(ReadError::TooLarge(_)) => return state.too_large().await,
        Err(error @ ReadError::Broken(_)) => {
            return state
                .refuse(
                    StatusCode::BAD_REQUEST,
                    &ServiceError::serialization(error.to_string()),
                )
                .await;
        }
    };
    let encoding = text(&parts.headers, &header::CONTENT_ENCODING);
    let body = match compressed::plain(encoding.as_deref(), body, BODY_BYTES_MAX) {
        Ok(body) => body,
        Err(Unreadable::TooLarge) => return state.too_large().await,
        Err(Unreadable::NotCompressedSo) => {
            let error = ServiceError::new(ErrorCode::InternalServerError, "Internal server error");
            return state
                .refuse(StatusCode::INTERNAL_SERVER_ERROR, &error)
                .await;
        }
    };
    let caller =
        match Caller::of_authorization(text(&parts.headers, &header::AUTHORIZATION).as_deref()) {
            Ok(caller) => caller,
            Err(error) => return state.refuse(StatusCode::BAD_REQUEST, &error).await,
        };
    let target = text(&parts.headers, &TARGET);

    // The guard moves to a thread that may block, so that a long answer does not hold up the runtime. A
    // tokio lock is not poisoned by a panic, and a client that hangs up does not interrupt its request.
    let mut served = Arc::clone(&state.served).lock_owned().await;
    let before_us = served.clock.now_us();
    let answering = tokio::task::spawn_blocking(move || {
        let now_us = served.clock.now_us();
        let answer = served
            .backend
            .answer(now_us, &caller, target.as_deref(), &body);
        if served.clock.kind() == ClockKind::Auto && is_poll(target.as_deref()) {
            // After the answer: whoever polls sees CREATING once, and the next time what became of it.
            if let Some(due_us) = served
                .backend
                .next_due(now_us)
                .filter(|due_us| *due_us > now_us)
            {
                let _ = served.clock.set(due_us);
            }
        }
        (now_us, answer)
    });
    match answering.await {
        Ok((now_us, Answer { status, body })) => {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            Reply {
                status,
                content_type: CONTENT_TYPE,
                allow: None,
                body,
                now_us,
            }
        }
        Err(error) => {
            tracing::error!(%error, "an operation failed inside the server; this is a defect of Lookback");
            let error = ServiceError::new(ErrorCode::InternalServerError, "Internal server error");
            reply(StatusCode::INTERNAL_SERVER_ERROR, &error, before_us)
        }
    }
}

/// Whether an operation only looks: `Describe*`, `List*` and `Get*`.
fn is_poll(target: Option<&str>) -> bool {
    let operation = target
        .and_then(|target| target.rsplit('.').next())
        .unwrap_or_default();
    ["Describe", "List", "Get"]
        .iter()
        .any(|verb| operation.starts_with(verb))
}

/// A header's text. Bytes that are not UTF-8 are replaced: the operation's own checks refuse them then.
fn text(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    headers
        .get(name)
        .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
}

#[derive(Debug, thiserror::Error)]
enum ReadError {
    #[error("the body is longer than {0} bytes")]
    TooLarge(usize),
    #[error("the body ended early: {0}")]
    Broken(axum::Error),
}

/// Reads a body of at most `bytes_max` bytes; what is longer is read to its end and thrown away.
async fn read(body: Body, bytes_max: usize) -> Result<Bytes, ReadError> {
    let mut frames = body.into_data_stream();
    let mut bytes = Vec::new();
    let mut length = 0_usize;
    while let Some(frame) = frames.next().await {
        let frame = frame.map_err(ReadError::Broken)?;
        length += frame.len();
        if length > DRAINED_BYTES_MAX {
            break;
        }
        if length > bytes_max {
            bytes = Vec::new();
        } else {
            bytes.extend_from_slice(&frame);
        }
    }
    if length > bytes_max {
        Err(ReadError::TooLarge(bytes_max))
    } else {
        Ok(bytes.into())
    }
}

fn reply(status: StatusCode, error: &ServiceError, now_us: i64) -> Reply {
    Reply {
        status,
        content_type: CONTENT_TYPE,
        allow: None,
        body: Answer::of_error(error).body,
        now_us,
    }
}

impl State {
    async fn now_us(&self) -> i64 {
        self.served.lock().await.clock.now_us()
    }

    async fn refuse(&self, status: StatusCode, error: &ServiceError) -> Reply {
        reply(status, error, self.now_us().await)
    }

    /// The answer to a body that is too long (WIRE-015).
    async fn too_large(&self) -> Reply {
        let error = ServiceError::new(
            ErrorCode::RequestEntityTooLargeException,
            format!("The request body is longer than {BODY_BYTES_MAX} bytes"),
        );
        self.refuse(StatusCode::PAYLOAD_TOO_LARGE, &error).await
    }

    async fn wrong_method(&self, allow: &'static str) -> Reply {
        let error = ServiceError::new(
            ErrorCode::UnknownOperationException,
            format!("use one of the methods {allow}"),
        );
        Reply {
            allow: Some(allow),
            ..self.refuse(StatusCode::METHOD_NOT_ALLOWED, &error).await
        }
    }

    /// What load balancers ask for.
    async fn healthy(&self, parts: &Parts) -> Reply {
        let region =
            Caller::of_authorization(text(&parts.headers, &header::AUTHORIZATION).as_deref())
                .map_or_else(|_| "us-east-1".to_owned(), |caller| caller.region);
        let body = format!("healthy: dynamodb.{region}.amazonaws.com ").into_bytes();
        Reply {
            status: StatusCode::OK,
            content_type: "text/plain",
            allow: None,
            body,
            now_us: self.now_us().await,
        }
    }

    async fn control(&self, ask: impl FnOnce(&mut Clock) -> Result<String, String>) -> Reply {
        let mut served = self.served.lock().await;
        let before_us = served.clock.now_us();
        let (status, body) = match ask(&mut served.clock) {
            Ok(body) => (StatusCode::OK, body),
            Err(text) => (StatusCode::BAD_REQUEST, control::error_body(&text)),
        };
        let now_us = served.clock.now_us();
        drop(served);
        if now_us > before_us {
            // Whoever has moved the clock finds done what has come due.
            self.files.settle().await;
        }
        Reply {
            status,
            content_type: "application/json",
            allow: None,
            body: body.into_bytes(),
            now_us,
        }
    }

    fn finish(&self, reply: Reply) -> Response {
        let count = self.requests.fetch_add(1, Ordering::Relaxed);
        let id = request_id(self.ids_seed, count);
        let mut headers = HeaderMap::with_capacity(6);
        for (name, value) in answer_headers(id, reply.now_us, reply.content_type, &reply.body) {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(name, value);
            }
        }
        if let Some(allow) = reply.allow {
            headers.insert(header::ALLOW, HeaderValue::from_static(allow));
        }
        let mut response = Response::new(Body::from(reply.body));
        *response.status_mut() = reply.status;
        *response.headers_mut() = headers;
        response
    }
}
