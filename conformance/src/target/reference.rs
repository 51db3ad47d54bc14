//! The reference server on a free loopback port, driven over HTTP like any other endpoint.

use lookback_reference::Settings;

use super::endpoint::Endpoint;
use super::{Identities, Unreachable};
use crate::server::clock::ClockKind;
use crate::server::{Config, Error, Running, Server};

/// A reference server and the endpoint that it is.
pub struct Reference {
    /// Ends the server when it is dropped.
    pub running: Running,
    /// What cases are run against.
    pub endpoint: Endpoint,
}

/// Why there is no reference server to run against.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// It does not start.
    #[error(transparent)]
    Server(#[from] Error),
    /// It does not answer.
    #[error(transparent)]
    Unreachable(#[from] Unreachable),
}

/// Starts a server. Its clock stands still until a case moves it, so that a busy machine changes no verdict.
///
/// # Errors
/// The server does not start.
pub async fn start(settings: Settings, identities: Identities) -> Result<Reference, StartError> {
    let config = Config {
        clock: ClockKind::Manual,
        settings,
        ..Config::default()
    };
    let running = Server::start(config).await?;
    let endpoint = Endpoint::connect(&running.url(), "reference", identities, None).await?;
    Ok(Reference { running, endpoint })
}
