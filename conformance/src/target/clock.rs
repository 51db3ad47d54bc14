//! The movable clock of an endpoint: `GET /_lookback/clock` gives `{"now": seconds}`, `POST` with
//! `{"advance_s": n}` or `{"set": seconds}` moves it and answers the same shape.

use serde_json::{Value, json};

use super::Unreachable;
use super::http::Plain;

/// The path of the protocol below an endpoint.
pub const PATH: &str = "/_lookback/clock";

/// How much a clock may round, in seconds.
const TOLERANCE_S: f64 = 0.01;

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

    /// Moves the clock by a second and looks whether it keeps to the protocol, before cases rely on it.
    ///
    /// # Errors
    /// The clock goes backwards or does not move; the text says which.
    pub async fn rehearse(&self) -> Result<(), Unreachable> {
        let before = self.now().await?;
        let moved = self.advance(1.0).await?;
        let after = self.now().await?;
        let fault = if moved < before || after < moved - TOLERANCE_S {
            "goes backwards"
        } else if after < before + 1.0 - TOLERANCE_S {
            "does not move"
        } else {
            return Ok(());
        };
        Err(Unreachable::Clock(format!(
            "the clock at {} {fault}: it was {before}, answered {moved} to advance_s 1, and then was {after}; see the clock \
             protocol in the README",
            self.url
        )))
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

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use axum::Router;
    use axum::routing::get;

    use super::*;

    /// A server whose clock gives these times, one for each request, and then the last one again.
    async fn clock(times: &'static [f64]) -> MovableClock {
        let asked = std::sync::Arc::new(AtomicUsize::new(0));
        let answer = move || {
            let place = asked.fetch_add(1, Ordering::SeqCst).min(times.len() - 1);
            std::future::ready(json!({ "now": times[place] }).to_string())
        };
        let router = Router::new().route(PATH, get(answer.clone()).post(answer));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}{PATH}", listener.local_addr().unwrap());
        // The test's runtime ends the server with the test.
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        MovableClock::probe(&url).await.unwrap()
    }

    async fn fault(times: &'static [f64]) -> String {
        match clock(times).await.rehearse().await {
            Ok(()) => "none".to_owned(),
            Err(error) => error.to_string(),
        }
    }

    #[tokio::test]
    async fn a_clock_that_moves_as_asked_is_trusted() {
        assert_eq!(fault(&[5.0, 5.0, 6.0, 6.25]).await, "none");
    }

    #[tokio::test]
    async fn a_clock_that_stands_still_is_named() {
        assert!(fault(&[5.0]).await.contains("does not move"));
    }

    #[tokio::test]
    async fn a_clock_that_goes_backwards_is_named() {
        assert!(
            fault(&[5.0, 5.0, 4.0, 6.0])
                .await
                .contains("goes backwards")
        );
        assert!(
            fault(&[5.0, 5.0, 6.0, 5.5])
                .await
                .contains("goes backwards")
        );
    }
}
