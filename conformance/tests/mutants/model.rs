//! The model as a mutant sees it: a request in JSON, an answer in JSON, and calls of its own between them.

use std::collections::BTreeMap;

use lookback_conformance::server::backend::Backend;
use lookback_reference::{Answer, Buckets, Caller, Service, Settings};
use serde_json::{Value, json};

/// What X-Amz-Target begins with.
const TARGET_PREFIX: &str = "DynamoDB_20120810.";

/// One request on its way to the model.
#[derive(Clone, Debug)]
pub struct Call {
    /// The X-Amz-Target header.
    pub target: Option<String>,
    /// The body as it came.
    pub raw: Vec<u8>,
}

impl Call {
    /// A well-formed request.
    pub fn of(operation: &str, body: &Value) -> Self {
        Self {
            target: Some(format!("{TARGET_PREFIX}{operation}")),
            raw: body.to_string().into_bytes(),
        }
    }

    /// The operation's name; empty where the header names none.
    pub fn operation(&self) -> &str {
        let target = self.target.as_deref().unwrap_or_default();
        target.strip_prefix(TARGET_PREFIX).unwrap_or_default()
    }

    /// Whether this is a call of one of these operations.
    pub fn is(&self, operations: &[&str]) -> bool {
        operations.contains(&self.operation())
    }

    /// The body; null where it is not JSON.
    pub fn body(&self) -> Value {
        serde_json::from_slice(&self.raw).unwrap_or_default()
    }

    /// A text of the body; empty where there is none.
    pub fn text(&self, member: &str) -> String {
        let body = self.body();
        let text = body.get(member).and_then(Value::as_str);
        text.unwrap_or_default().to_owned()
    }

    /// Whether the body has this member, and not as null.
    pub fn has(&self, member: &str) -> bool {
        self.body()
            .get(member)
            .is_some_and(|value| !value.is_null())
    }

    /// The same call with another body; one that is no JSON object stays as it is.
    pub fn edited(&self, edit: impl FnOnce(&mut Value)) -> Self {
        let mut body = self.body();
        if !body.is_object() {
            return self.clone();
        }
        edit(&mut body);
        Self {
            raw: body.to_string().into_bytes(),
            ..self.clone()
        }
    }

    /// The same call with its text changed, whatever stands where.
    pub fn rewritten(&self, rewrite: impl FnOnce(&str) -> String) -> Self {
        let raw = match std::str::from_utf8(&self.raw) {
            Ok(text) => rewrite(text).into_bytes(),
            Err(_) => self.raw.clone(),
        };
        Self {
            raw,
            ..self.clone()
        }
    }

    /// The same call without some members.
    pub fn without(&self, members: &[&str]) -> Self {
        self.edited(|body| {
            for member in members {
                remove(body, member);
            }
        })
    }

    /// The same call with a member of its own.
    pub fn with(&self, member: &str, value: impl Into<Value>) -> Self {
        self.edited(|body| put(body, member, value))
    }
}

/// One answer on its way back.
#[derive(Clone, Debug, PartialEq)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// The body; null stands for no bytes.
    pub body: Value,
}

impl Reply {
    /// A success.
    pub fn ok(body: Value) -> Self {
        Self { status: 200, body }
    }

    /// A refusal of DynamoDB's own.
    pub fn error(code: &str, message: impl Into<String>) -> Self {
        let space = match code {
            "ValidationException" | "AccessDeniedException" => "com.amazon.coral.validate",
            _ => "com.amazonaws.dynamodb.v20120810",
        };
        let body = json!({ "__type": format!("{space}#{code}"), "message": message.into() });
        Self { status: 400, body }
    }

    /// A refusal of what the request looks like.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::error("ValidationException", message)
    }

    /// Whether this is a success.
    pub fn is_ok(&self) -> bool {
        self.status == 200
    }

    /// Whether this is that refusal.
    pub fn is_error(&self, code: &str) -> bool {
        self.code() == code
    }

    /// The name after `#`; empty for a success.
    pub fn code(&self) -> &str {
        self.text("/__type").rsplit('#').next().unwrap_or_default()
    }

    /// The message of a refusal.
    pub fn message(&self) -> &str {
        match self.text("/message") {
            "" => self.text("/Message"),
            text => text,
        }
    }

    /// The text at a JSON pointer; empty where there is none.
    pub fn text(&self, pointer: &str) -> &str {
        self.body
            .pointer(pointer)
            .and_then(Value::as_str)
            .unwrap_or_default()
    }

    /// The value at a JSON pointer; null where there is none.
    pub fn at(&self, pointer: &str) -> Value {
        self.body.pointer(pointer).cloned().unwrap_or_default()
    }

    /// The list at a JSON pointer; empty where there is none.
    pub fn list(&self, pointer: &str) -> Vec<Value> {
        self.at(pointer).as_array().cloned().unwrap_or_default()
    }

    /// Puts a member into the object at a JSON pointer, if that object is there.
    pub fn put(&mut self, object: &str, member: &str, value: impl Into<Value>) {
        if let Some(object) = self.body.pointer_mut(object) {
            put(object, member, value);
        }
    }

    /// The same answer with its text changed, whatever stands where.
    pub fn rewritten(&self, rewrite: impl FnOnce(&str) -> String) -> Self {
        let body = serde_json::from_str(&rewrite(&self.body.to_string())).unwrap();
        Self {
            body,
            ..self.clone()
        }
    }

    /// Takes a member out of the object at a JSON pointer.
    pub fn remove(&mut self, object: &str, member: &str) {
        if let Some(object) = self.body.pointer_mut(object) {
            remove(object, member);
        }
    }
}

/// Puts a member into an object.
pub fn put(object: &mut Value, member: &str, value: impl Into<Value>) {
    if let Some(object) = object.as_object_mut() {
        object.insert(member.to_owned(), value.into());
    }
}

/// Takes a member out of an object.
pub fn remove(object: &mut Value, member: &str) {
    if let Some(object) = object.as_object_mut() {
        object.remove(member);
    }
}

/// Changes every object inside a value, the innermost first.
pub fn every_object(value: &mut Value, change: &mut impl FnMut(&mut Value)) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| every_object(item, change)),
        Value::Object(members) => {
            members
                .values_mut()
                .for_each(|member| every_object(member, change));
            change(value);
        }
        _ => {}
    }
}

/// The model, and what a mutant remembers.
pub struct Model {
    service: Service,
    now_us: i64,
    ahead_us: i64,
    caller: Caller,
    /// What a mutant keeps from call to call.
    pub memory: BTreeMap<String, Value>,
}

impl Model {
    /// The reference model with its default settings.
    fn new() -> Self {
        Self {
            service: Service::new(Settings::default()).with_buckets(Buckets::Served),
            now_us: 0,
            ahead_us: 0,
            caller: Caller::new("", ""),
            memory: BTreeMap::new(),
        }
    }

    /// Lets the model answer.
    pub fn pass(&mut self, call: &Call) -> Reply {
        let now_us = self.now_us + self.ahead_us;
        let answer = self
            .service
            .answer(now_us, &self.caller, call.target.as_deref(), &call.raw);
        Reply {
            status: answer.status,
            body: serde_json::from_slice(&answer.body).unwrap_or_default(),
        }
    }

    /// Asks the model something of the mutant's own, at the same instant and for the same caller.
    pub fn ask(&mut self, operation: &str, body: Value) -> Reply {
        self.pass(&Call::of(operation, &body))
    }

    /// Lets time pass inside the service: what is pending comes to its end.
    pub fn advance(&mut self, seconds: f64) {
        self.ahead_us += (seconds * 1e6) as i64;
    }

    /// The present, in seconds since the Unix epoch.
    pub fn now_s(&self) -> f64 {
        (self.now_us + self.ahead_us) as f64 / 1e6
    }

    /// Who calls.
    pub fn caller(&self) -> &Caller {
        &self.caller
    }

    /// Does something as somebody else.
    pub fn acting<T>(&mut self, caller: Caller, act: impl FnOnce(&mut Self) -> T) -> T {
        let own = std::mem::replace(&mut self.caller, caller);
        let done = act(self);
        self.caller = own;
        done
    }

    /// Remembers a value.
    pub fn keep(&mut self, name: impl Into<String>, value: impl Into<Value>) {
        self.memory.insert(name.into(), value.into());
    }

    /// What was remembered under this name; null for nothing.
    pub fn kept(&self, name: &str) -> Value {
        self.memory.get(name).cloned().unwrap_or_default()
    }
}

/// A mutant's behaviour: what comes between the harness and the model.
pub type Behaviour = fn(&mut Model, Call) -> Reply;

/// A mutated model, ready for the harness.
pub struct Mutated {
    model: Model,
    behaviour: Behaviour,
}

impl Mutated {
    /// A fresh model behind this behaviour.
    pub fn new(behaviour: Behaviour) -> Self {
        Self {
            model: Model::new(),
            behaviour,
        }
    }
}

impl Backend for Mutated {
    fn answer(
        &mut self,
        now_us: i64,
        caller: &Caller,
        target: Option<&str>,
        body: &[u8],
    ) -> Answer {
        self.model.now_us = now_us;
        self.model.caller = caller.clone();
        let call = Call {
            target: target.map(str::to_owned),
            raw: body.to_vec(),
        };
        let reply = (self.behaviour)(&mut self.model, call);
        let body = match reply.body {
            Value::Null => Vec::new(),
            body => body.to_string().into_bytes(),
        };
        Answer {
            status: reply.status,
            body,
        }
    }

    fn next_due(&self, now_us: i64) -> Option<i64> {
        self.model.service.next_due(now_us)
    }

    fn files(&mut self) -> Option<&mut Service> {
        Some(&mut self.model.service)
    }
}
