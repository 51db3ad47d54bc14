//! The front: a target header and a body in, a status and a body out. Everything of HTTP that is about DynamoDB
//! and not about sockets (WIRE-001, -002, -006, -008, -014): who calls (`authorization`), and the headers of an answer (`headers`).

mod authorization;
mod headers;

use lookback_protocol::error::{ErrorCode, ServiceError};
use lookback_protocol::wire::{Operation, Request, error_body};

use crate::caller::Caller;
use crate::op::unknown_operation;
use crate::service::Service;

pub use headers::{END_US, answer_headers, request_id};

/// The Content-Type of every answer of an operation (WIRE-002).
pub const CONTENT_TYPE: &str = "application/x-amz-json-1.0";

/// What X-Amz-Target begins with (WIRE-001).
const TARGET_PREFIX: &str = "DynamoDB_20120810.";

/// The longest body (WIRE-015).
pub const BODY_BYTES_MAX: usize = 16 * 1024 * 1024;

/// The answer to one HTTP request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The body: JSON, or nothing (WIRE-014).
    pub body: Vec<u8>,
}

impl Answer {
    /// The answer that tells of an error.
    pub fn of_error(error: &ServiceError) -> Self {
        Self {
            status: error.code.http_status(),
            body: error_body(error),
        }
    }
}

impl Service {
    /// Answers one request: `target` is the X-Amz-Target header, `now_us` microseconds since the Unix epoch.
    pub fn answer(
        &mut self,
        now_us: i64,
        caller: &Caller,
        target: Option<&str>,
        body: &[u8],
    ) -> Answer {
        match self.respond(now_us, caller, target, body) {
            Ok(body) => Answer { status: 200, body },
            Err(error) => Answer::of_error(&error),
        }
    }

    fn respond(
        &mut self,
        now_us: i64,
        caller: &Caller,
        target: Option<&str>,
        body: &[u8],
    ) -> Result<Vec<u8>, ServiceError> {
        if body.len() > BODY_BYTES_MAX {
            let code = ErrorCode::RequestEntityTooLargeException;
            return Err(ServiceError::new(
                code,
                "Request body is too large: at most 16 MB",
            ));
        }
        let operation = target
            .and_then(|target| target.strip_prefix(TARGET_PREFIX))
            .and_then(Operation::from_name)
            .ok_or_else(unknown_operation)?;
        let request = Request::parse(operation, body)?;
        let response = self.apply(now_us, caller, request)?;
        let mut body = Vec::new();
        response.to_json(&mut body);
        Ok(body)
    }
}
