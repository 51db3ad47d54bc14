//! The body of an answer that is not success (WIRE-006, WIRE-007).

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::answer_value::Named;
use crate::error::{CancellationReason, ServiceError};

/// The body of an error: the namespaced type, the message under the spelling of the error's shape, and what
/// the condition and transaction errors carry besides.
pub fn error_body(error: &ServiceError) -> Vec<u8> {
    // Writing strings and items to memory does not fail.
    serde_json::to_vec(&Body(error)).unwrap_or_default()
}

struct Body<'e>(&'e ServiceError);

impl Serialize for Body<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let error = self.0;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("__type", &error.code.wire_type())?;
        if let Some(message) = &error.message {
            map.serialize_entry(error.code.message_member(), message)?;
        }
        if let Some(item) = &error.item {
            map.serialize_entry("Item", &Named(item))?;
        }
        if !error.cancellation_reasons.is_empty() {
            let reasons: Vec<Reason<'_>> = error.cancellation_reasons.iter().map(Reason).collect();
            map.serialize_entry("CancellationReasons", &reasons)?;
        }
        map.end()
    }
}

struct Reason<'e>(&'e CancellationReason);

impl Serialize for Reason<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("Code", &self.0.code)?;
        if let Some(message) = &self.0.message {
            map.serialize_entry("Message", message)?;
        }
        if let Some(item) = &self.0.item {
            map.serialize_entry("Item", &Named(item))?;
        }
        map.end()
    }
}
