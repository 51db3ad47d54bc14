//! Where the SDK would open a connection.

use std::sync::Arc;
use std::time::Duration;

use aws_smithy_async::rt::sleep::AsyncSleep;
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpClient, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use lookback_reference::{CONTENT_TYPE, answer_headers};

use crate::world::{Reply, World};

/// The HTTP client that asks this world.
pub(crate) fn http_client(world: Arc<World>) -> SharedHttpClient {
    http_client_fn(move |settings, _components| {
        SharedHttpConnector::new(Connector {
            world: Arc::clone(&world),
            read_timeout: settings.read_timeout(),
        })
    })
}

#[derive(Debug)]
struct Connector {
    world: Arc<World>,
    read_timeout: Option<Duration>,
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let reply = self.world.answer(&request);
        let world = Arc::clone(&self.world);
        let read_timeout = self.read_timeout;
        HttpConnectorFuture::new(async move {
            let waited = read_timeout.map_or(reply.late, |most| reply.late.min(most));
            if !waited.is_zero() {
                world.time.sleep(waited).await;
            }
            // What the SDK may draw now is the pause before the next attempt or poll.
            world.seed_draws();
            if waited < reply.late {
                return Err(ConnectorError::timeout(
                    "the answer took longer than the read time-out".into(),
                ));
            }
            response(reply)
        })
    }
}

fn response(reply: Reply) -> Result<HttpResponse, ConnectorError> {
    let Some(answer) = reply.answer else {
        return Err(ConnectorError::io("the connection broke".into()));
    };
    let odd = |error: &dyn std::error::Error| ConnectorError::other(error.to_string().into(), None);
    let headers = answer_headers(reply.id, reply.now_us, CONTENT_TYPE, &answer.body);
    let status = answer.status.try_into().map_err(|error| odd(&error))?;
    let mut response = HttpResponse::new(status, SdkBody::from(answer.body));
    for (name, value) in headers {
        response
            .headers_mut()
            .try_insert(name, value)
            .map_err(|error| odd(&error))?;
    }
    Ok(response)
}
