//! The movable clock of an endpoint: `GET /_lookback/clock` gives `{"now": seconds}`, `POST` with
//! `{"advance_s": n}` or `{"set": seconds}` moves it and answers the same shape.

use serde_json::{Value, json};

use super::Unreachable;
use super::http::Plain;

/// The path of the protocol below an endpoint.
pub const PATH: &str = "/_lookback/clock";

/// A clock that can be moved.
#[derive(Debug)]
pub struct MovableClock {
    url: String,
    plain: Plain,
}

impl MovableClock {
    /// The clock at this URL, if there is one.
    pub async fn probe(url: &str) -> Option<Self> {
        let clock = Self {
            url: url.to_owned(),
            plain: Plain::new(url),
        };
        clock.now().await.ok().map(|_| clock)
    }

    /// Seconds since the Unix epoch.
    ///
    /// # Errors
    /// No answer, or one that is not of the protocol.
    pub async fn now(&self) -> Result<f64, Unreachable> {
        self.ask(None).await
    }

    /// Moves the clock on.
    ///
    /// # Errors
    /// No answer, or one that is not of the protocol.
    pub async fn advance(&self, seconds: f64) -> Result<f64, Unreachable> {
        self.ask(Some(json!({ "advance_s": seconds }))).await
    }

    async fn ask(&self, body: Option<Value>) -> Result<f64, Unreachable> {
        let (status, bytes) = self
            .plain
            .send(&self.url, body.map(|body| body.to_string()))
            .await?;
        let answer: Value = serde_json::from_slice(&bytes).unwrap_or_default();
        match answer
            .get("now")
            .and_then(Value::as_f64)
            .filter(|_| status == 200)
        {
            Some(now) => Ok(now),
            None => Err(Unreachable::Broken(format!(
                "{} answered HTTP {status}: {answer}",
                self.url
            ))),
        }
    }
}
