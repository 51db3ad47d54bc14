//! What the API model demands of a request, enforced by one mechanism (VALIDATION group, WIRE-002..005).
//!
//! The demands are data: `corpus/api/shapes.json`, read once into [`Api`]. [`parse`] turns a body into a
//! typed request in one pass: a serde deserializer (`shape::check`) stands between the JSON text and the type,
//! follows the shape along, refuses values of a wrong type at once, notes every violated constraint with the
//! path to it, and hands the value on. What is inside an item is not subject to the constraints and is read
//! without the detour.
//!
//! A body that breaks the shape gets one of two answers:
//! - a SerializationException for the first thing that is not JSON or not of the declared type (`shape::mismatch`);
//! - else one ValidationException that counts and names all violated constraints (`shape::report`).

mod access;
mod check;
mod constraint;
pub(crate) mod mismatch;
mod model;
mod report;

use std::sync::LazyLock;

use serde::de::DeserializeOwned;

pub use model::{Api, ApiOperation, Bounds, Kind, Member, Pattern, Shape};

use crate::error::{ErrorCode, ServiceError};

/// The API model of `corpus/api`.
///
/// # Errors
/// InternalServerError if the data that this crate was built with cannot be read.
pub fn api() -> Result<&'static Api, ServiceError> {
    static API: LazyLock<Result<Api, String>> =
        LazyLock::new(|| Api::parse(include_str!("../../../corpus/api/shapes.json")));
    match &*API {
        Ok(api) => Ok(api),
        Err(text) => Err(ServiceError::new(
            ErrorCode::InternalServerError,
            text.clone(),
        )),
    }
}

/// Reads a request body as `T`, whose shape is `shape`, and checks it on the way.
///
/// # Errors
/// - SerializationException: the text is not one JSON object, or a member has a wrong type (WIRE-002..005);
/// - ValidationException: members are missing or break a constraint; all of them in one text
///   (VALIDATION-001).
pub fn parse<T: DeserializeOwned>(shape: &'static Shape, body: &[u8]) -> Result<T, ServiceError> {
    let log = report::Log::default();
    let mut text = serde_json::Deserializer::from_slice(body);
    let request = T::deserialize(check::Checked::root(&mut text, shape, &log))
        .and_then(|request| text.end().map(|()| request))
        .map_err(mismatch::serialization_error)?;
    match report::message(&log, body) {
        None => Ok(request),
        Some(message) => Err(ServiceError::validation(message)),
    }
}
