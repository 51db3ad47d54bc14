//! A proxy on loopback between the clients and the target: answers are lost, requests wait, come twice or never.
//!
//! It knows a call by the header that the caller puts on it; what has none passes. What it does it writes into the
//! history before it does it.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::draw::{Fate, fate};
use crate::soak::caller::CALL_HEADER;
use crate::soak::recorder::Recorder;

/// How long the end of a run waits for requests that are still on their way.
const SETTLE_WITHIN: Duration = Duration::from_secs(10);
/// The largest body that passes, in bytes: what the service takes.
const BODY_BYTES_MAX: usize = 32 * 1024 * 1024;

/// A proxy at work. Dropping it stops it.
#[derive(Debug)]
pub struct Proxy {
    addr: SocketAddr,
    way: Arc<Way>,
    task: JoinHandle<()>,
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// What the connections of one proxy share.
#[derive(Debug)]
struct Way {
    upstream: String,
    seed: u64,
    client: Client<HttpConnector, Full<Bytes>>,
    recorder: Mutex<Option<Arc<Recorder>>>,
    /// Requests that have not been answered by the target yet.
    pending: AtomicU64,
}

/// Why a connection is broken: on purpose, or because the target does not answer.
#[derive(Debug, thiserror::Error)]
enum Broken {
    #[error("broken on purpose")]
    OnPurpose,
    #[error("the target: {0}")]
    Upstream(String),
}

impl Proxy {
    /// Starts a proxy to the service at `upstream`, an `http://` URL.
    ///
    /// # Errors
    /// It cannot listen on a loopback port.
    pub async fn start(upstream: &str, seed: u64) -> std::io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let addr = listener.local_addr()?;
        let way = Arc::new(Way {
            upstream: upstream.trim_end_matches('/').to_owned(),
            seed,
            client: Client::builder(TokioExecutor::new()).build_http(),
            recorder: Mutex::default(),
            pending: AtomicU64::new(0),
        });
        let task = tokio::spawn(serve(listener, way.clone()));
        Ok(Self { addr, way, task })
    }

    /// Where it listens.
    pub fn url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// Where faults are written down from now on. Before, every request passes.
    pub fn tell(&self, recorder: Arc<Recorder>) {
        *self.way.recorder() = Some(recorder);
    }

    /// Waits until nothing is on its way any more.
    pub async fn settled(&self) {
        let quiet = async {
            while self.way.pending.load(Ordering::SeqCst) > 0 {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        // What takes longer stays an open call: nothing rests on its answer.
        let _ = tokio::time::timeout(SETTLE_WITHIN, quiet).await;
    }
}

async fn serve(listener: TcpListener, way: Arc<Way>) {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(Duration::from_millis(10)).await;
            continue;
        };
        let _ = stream.set_nodelay(true);
        let way = way.clone();
        tokio::spawn(async move {
            let service = service_fn(move |request| {
                let way = way.clone();
                async move { way.pass(request).await }
            });
            // An error of the service ends the connection without an answer, which is what a broken one looks like.
            let _ = hyper::server::conn::http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service)
                .await;
        });
    }
}

impl Way {
    fn recorder(&self) -> std::sync::MutexGuard<'_, Option<Arc<Recorder>>> {
        self.recorder.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes one request to the target, as its fate will have it.
    async fn pass(
        self: Arc<Self>,
        request: Request<Incoming>,
    ) -> Result<Response<Full<Bytes>>, Broken> {
        let header = |name: &str| request.headers().get(name)?.to_str().ok();
        let call: Option<u64> = header(CALL_HEADER).and_then(|id| id.parse().ok());
        let writes = header("x-amz-target").is_some_and(writes);
        let recorder = self.recorder().clone();
        let (head, body) = request.into_parts();
        let body = http_body_util::Limited::new(body, BODY_BYTES_MAX)
            .collect()
            .await;
        let body = body
            .map_err(|error| Broken::Upstream(error.to_string()))?
            .to_bytes();
        let request = (head, body);
        let (Some(call), Some(recorder)) = (call, recorder) else {
            return self.forward(&request).await;
        };
        let fate = fate(self.seed, call, writes);
        if let Some((kind, note)) = told(fate) {
            recorder.fault(kind, Some(call), note);
        }
        match fate {
            Fate::Spared => self.forward(&request).await,
            Fate::Reset => Err(Broken::OnPurpose),
            Fate::AnswerDropped => {
                self.forward(&request).await?;
                Err(Broken::OnPurpose)
            }
            Fate::Delayed(delay) => {
                // The client may go away meanwhile: the request goes on all the same.
                let way = self.clone();
                let going = tokio::spawn(async move { way.later(&request, delay).await });
                going
                    .await
                    .map_err(|error| Broken::Upstream(error.to_string()))?
            }
            Fate::AnswerDelayed(delay) => {
                let answer = self.forward(&request).await?;
                tokio::time::sleep(delay).await;
                Ok(answer)
            }
            Fate::Duplicated(delay) => {
                let way = self.clone();
                let again = request.clone();
                self.pending.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(async move {
                    let _ = way.later(&again, delay).await;
                    way.pending.fetch_sub(1, Ordering::SeqCst);
                });
                self.forward(&request).await
            }
        }
    }

    async fn later(
        &self,
        request: &(hyper::http::request::Parts, Bytes),
        delay: Duration,
    ) -> Result<Response<Full<Bytes>>, Broken> {
        tokio::time::sleep(delay).await;
        self.forward(request).await
    }

    async fn forward(
        &self,
        (head, body): &(hyper::http::request::Parts, Bytes),
    ) -> Result<Response<Full<Bytes>>, Broken> {
        self.pending.fetch_add(1, Ordering::SeqCst);
        let answer = self.exchange(head, body.clone()).await;
        self.pending.fetch_sub(1, Ordering::SeqCst);
        answer.map_err(Broken::Upstream)
    }

    async fn exchange(
        &self,
        head: &hyper::http::request::Parts,
        body: Bytes,
    ) -> Result<Response<Full<Bytes>>, String> {
        let path = head.uri.path_and_query().map_or("/", |path| path.as_str());
        let mut request = Request::builder()
            .method(head.method.clone())
            .uri(format!("{}{path}", self.upstream))
            .body(Full::new(body))
            .map_err(|error| error.to_string())?;
        for (name, value) in &head.headers {
            if !is_of_the_connection(name.as_str()) {
                request.headers_mut().append(name.clone(), value.clone());
            }
        }
        let answer = self
            .client
            .request(request)
            .await
            .map_err(|error| error.to_string())?;
        let (head, body) = answer.into_parts();
        let body = body
            .collect()
            .await
            .map_err(|error| error.to_string())?
            .to_bytes();
        let mut answer = Response::new(Full::new(body));
        *answer.status_mut() = head.status;
        for (name, value) in &head.headers {
            if !is_of_the_connection(name.as_str()) {
                answer.headers_mut().append(name.clone(), value.clone());
            }
        }
        Ok(answer)
    }
}

/// Headers that belong to one connection and are made anew for the next.
fn is_of_the_connection(name: &str) -> bool {
    matches!(
        name,
        "connection" | "keep-alive" | "transfer-encoding" | "content-length" | "upgrade" | "te"
    )
}

/// Whether an operation can change anything.
fn writes(target: &str) -> bool {
    let operation = target.rsplit('.').next().unwrap_or_default();
    let reads = [
        "Get",
        "BatchGet",
        "TransactGet",
        "Query",
        "Scan",
        "Describe",
        "List",
    ];
    !reads.iter().any(|start| operation.starts_with(start))
}

/// A fault as the history names it.
fn told(fate: Fate) -> Option<(&'static str, Option<String>)> {
    let ms = |delay: Duration| Some(format!("{} ms", delay.as_millis()));
    match fate {
        Fate::Spared => None,
        Fate::Reset => Some((
            "reset",
            Some("before the request reached the target".to_owned()),
        )),
        Fate::AnswerDropped => Some(("answer-dropped", None)),
        Fate::Delayed(delay) => Some(("delayed", ms(delay))),
        Fate::AnswerDelayed(delay) => Some(("answer-delayed", ms(delay))),
        Fate::Duplicated(delay) => Some(("duplicated", ms(delay))),
    }
}
