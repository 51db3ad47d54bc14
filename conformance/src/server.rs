//! The reference server: the model behind the DynamoDB wire protocol, with a clock that the user moves.
//!
//! ```text
//! connection ── http ──┬── control ── clock          GET/POST /_lookback/clock
//!                      ├── s3 ── store           signed for s3, no X-Amz-Target
//!                      └── clock ── backend    POST /
//!                                      └── files   exports and imports that have come due
//! ```
//!
//! - [`backend`]: what answers an operation, the model or a stand-in for it;
//! - [`clock`]: the service's clock, which never goes back;
//! - [`control`]: the little protocol that moves it;
//! - [`http`]: routes, size limits, the headers of every answer. Who calls is read from the Authorization header by
//!   the model; **signatures are not verified**;
//! - [`s3`]: the S3 calls that users of exports and imports need; `files`: writes exports and reads imports.
//!
//! Requests are answered one at a time, in the order in which they reached the lock, on a thread that may
//! block: a restore of a million items delays the requests behind it and nothing else.

pub mod backend;
pub mod clock;
mod compressed;
pub mod control;
mod files;
pub mod http;
pub mod s3;
#[cfg(test)]
mod tests;

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::serve::ListenerExt;
use lookback_reference::{Buckets, Service, Settings};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::s3::{OpenError, Place, Store};
use backend::Backend;
use clock::{Clock, ClockKind};

/// How long a stop waits for requests that are still being answered.
const GRACE: Duration = Duration::from_secs(5);

/// What a server is started with.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where to listen. Port 0 takes any free port. Default: 127.0.0.1, port 0.
    pub listen: SocketAddr,
    /// How the clock runs. Default: [`ClockKind::Real`].
    pub clock: ClockKind,
    /// How the model makes its choices, and whether it throttles. Default: *exact*, no throttling.
    pub settings: Settings,
    /// Where the clock starts, in microseconds since the Unix epoch. Default: this machine's time.
    pub start_us: Option<i64>,
    /// Where exports are written and imports are read. Default: in memory.
    pub s3: Place,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            clock: ClockKind::Real,
            settings: Settings::default(),
            start_us: None,
            s3: Place::default(),
        }
    }
}

/// Why a server could not be started. The text is one line that says what to do.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Somebody else listens there: choose another port.
    #[error(
        "cannot listen on {0}: the port is in use; choose another one, or port 0 for any free one"
    )]
    PortInUse(SocketAddr),
    /// The port is reserved for privileged users: choose one above 1023.
    #[error("cannot listen on {0}: not permitted; choose a port above 1023")]
    NotPermitted(SocketAddr),
    /// The address is not one of this machine, or the system refused for another reason.
    #[error(
        "cannot listen on {addr}: {source}; choose an address of this machine, such as 127.0.0.1"
    )]
    Listen {
        /// The address asked for.
        addr: SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
    /// There is no place for buckets: choose another one.
    #[error(transparent)]
    Buckets(#[from] OpenError),
}

impl Error {
    fn listen(addr: SocketAddr, source: std::io::Error) -> Self {
        match source.kind() {
            std::io::ErrorKind::AddrInUse => Self::PortInUse(addr),
            std::io::ErrorKind::PermissionDenied => Self::NotPermitted(addr),
            _ => Self::Listen { addr, source },
        }
    }
}

/// Starts reference servers.
#[derive(Clone, Copy, Debug)]
pub struct Server;

impl Server {
    /// Serves the reference model.
    pub async fn start(config: Config) -> Result<Running, Error> {
        let service = Service::new(config.settings.clone()).with_buckets(Buckets::Served);
        Self::start_with(config, Box::new(service)).await
    }

    /// Serves any backend: a mutant of the model, a wrapper that throttles, a test double. The settings in
    /// `config` play no part.
    pub async fn start_with(config: Config, backend: Box<dyn Backend>) -> Result<Running, Error> {
        let listener = TcpListener::bind(config.listen)
            .await
            .map_err(|error| Error::listen(config.listen, error))?;
        let addr = listener
            .local_addr()
            .map_err(|error| Error::listen(config.listen, error))?;
        // Nagle's algorithm would hold small answers back for the client's delayed acknowledgement.
        let listener = listener.tap_io(|stream| {
            let _ = stream.set_nodelay(true);
        });
        let state = Arc::new(http::State::new(
            Clock::new(config.clock, config.start_us),
            backend,
            Arc::new(Store::open(&config.s3)?),
        ));
        if config.clock == ClockKind::Real {
            files::watch(Arc::downgrade(&state));
        }
        let app = http::router(state);
        let (stop, stopped) = oneshot::channel::<()>();
        let task = tokio::spawn(async move {
            // A dropped `Running` resolves `stopped` as well: a server never outlives its handle.
            let serving = axum::serve(listener, app).with_graceful_shutdown(async move {
                let _ = stopped.await;
            });
            if let Err(error) = serving.await {
                tracing::error!(%error, "the reference server ended");
            }
        });
        Ok(Running {
            addr,
            stop: Some(stop),
            task,
        })
    }
}

/// A server at work. Dropping it stops it without waiting.
#[derive(Debug)]
pub struct Running {
    addr: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<()>,
}

impl Running {
    /// The address it listens on, with the real port.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// The endpoint URL for clients, without a final slash. A server that listens on every interface is
    /// reached by way of the loopback address.
    pub fn url(&self) -> String {
        let mut addr = self.addr;
        if addr.ip().is_unspecified() {
            addr.set_ip(match addr {
                SocketAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
                SocketAddr::V6(_) => std::net::Ipv6Addr::LOCALHOST.into(),
            });
        }
        format!("http://{addr}")
    }

    /// Stops accepting, lets requests in progress end (for at most five seconds), closes idle connections.
    pub async fn shutdown(mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        if tokio::time::timeout(GRACE, &mut self.task).await.is_err() {
            self.task.abort();
        }
    }
}
