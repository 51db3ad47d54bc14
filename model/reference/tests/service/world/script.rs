//! A scenario written down: each call with its exact answer.

use serde_json::Value;

use super::World;

/// What was called and answered so far.
#[derive(Default)]
pub struct Script {
    pub text: String,
}

impl Script {
    /// Makes a call and writes it down; gives the body of the answer.
    pub fn call(&mut self, aws: &mut World, operation: &str, input: Value) -> Value {
        let (status, body) = aws.raw(operation, input.to_string().as_bytes());
        let value = serde_json::from_slice(&body).unwrap_or(Value::Null);
        self.text += &format!("{operation} {input}\n{status}\n{value:#}\n\n");
        value
    }

    /// Says what happens between two calls.
    pub fn note(&mut self, text: &str) {
        self.text += &format!("--- {text}\n\n");
    }

    /// Makes a call that is refused, and writes it on three lines.
    pub fn refused(&mut self, aws: &mut World, operation: &str, input: Value) {
        let (status, body) = aws.raw(operation, input.to_string().as_bytes());
        assert!(status >= 400, "{operation} {input} was accepted");
        let body = String::from_utf8(body).unwrap();
        self.text += &format!("{operation} {input}\n{status} {body}\n\n");
    }
}
