//! Writes down what the clients see, as a history for the judge. Its clock is the true time.

use std::cell::{Cell, RefCell};

use lookback_checker::History;
use lookback_checker::history::{Artefact, Call, End, Entry, Fault, Header, Return, VERSION};
use lookback_protocol::error::ServiceError;
use lookback_protocol::wire::{AnswerItem, Request, Response, error_body};
use serde_json::value::RawValue;

use crate::runtime;

/// The history of a run, as far as it has come.
#[derive(Debug)]
pub struct Recorder {
    history: RefCell<History>,
    calls: Cell<u64>,
    artefacts: Cell<u64>,
}

/// What an artefact holds, and where it comes from.
#[derive(Clone, Debug)]
pub struct Shown {
    /// A name of the contract.
    pub kind: &'static str,
    /// The table that it was taken of.
    pub table: String,
    /// The call that asked for it.
    pub call: u64,
    /// The time that the service named.
    pub anchor_us: i64,
    /// The items.
    pub items: Vec<AnswerItem>,
}

impl Recorder {
    /// An empty history.
    pub fn new(seed: u64, target: String, contract: &str) -> Self {
        let header = Header {
            version: VERSION,
            target: Some(target),
            seed: Some(seed),
            contract: Some(contract.to_owned()),
            ..Header::default()
        };
        Self {
            history: RefCell::new(History {
                header,
                ..History::default()
            }),
            calls: Cell::new(0),
            artefacts: Cell::new(0),
        }
    }

    /// A request goes out: its number.
    pub fn call(&self, client: u32, request: &Request) -> u64 {
        let id = self.calls.get() + 1;
        self.calls.set(id);
        let mut body = Vec::new();
        request.to_json(&mut body);
        self.push(Entry::Call(Call {
            id,
            at_us: runtime::now_us(),
            client,
            op: request.operation().name().to_owned(),
            input: raw(body),
        }));
        id
    }

    /// A call has ended; none: nobody knows how.
    pub fn returned(&self, id: u64, ended: Option<&Result<Response, ServiceError>>) {
        let mut returned = Return {
            id,
            at_us: runtime::now_us(),
            output: None,
            error: None,
            uncertain: None,
            position: None,
        };
        match ended {
            Some(Ok(response)) => {
                let mut body = Vec::new();
                response.to_json(&mut body);
                returned.output = Some(raw(body));
            }
            Some(Err(error)) => {
                returned.error = Some(error.code.name().to_owned());
                returned.output = Some(raw(error_body(error)));
            }
            None => returned.uncertain = Some("no answer in time".to_owned()),
        }
        self.push(Entry::Return(returned));
    }

    /// An artefact was read.
    pub fn artefact(&self, shown: &Shown) {
        let id = self.artefacts.get() + 1;
        self.artefacts.set(id);
        // Items are written to memory without fail.
        let items = shown.items.iter();
        let items = items.map(|item| raw(serde_json::to_vec(item).unwrap_or_default()));
        self.push(Entry::Artefact(Artefact {
            id,
            kind: shown.kind.to_owned(),
            name: None,
            table: shown.table.clone(),
            call: Some(shown.call),
            anchor_us: Some(shown.anchor_us),
            position: None,
            group: None,
            items: items.collect(),
            indexes: Vec::new(),
        }));
    }

    /// Something was done to the cluster.
    pub fn fault(&self, kind: &str, note: String) {
        self.push(Entry::Fault(Fault {
            at_us: runtime::now_us(),
            kind: kind.to_owned(),
            call: None,
            note: Some(note),
        }));
    }

    /// Nobody writes any more: the whole history. What comes later is not written down.
    pub fn end(&self) -> History {
        self.push(Entry::End(End {
            at_us: runtime::now_us(),
        }));
        self.history.take()
    }

    /// How many calls and artefacts there are.
    pub fn counts(&self) -> (u64, u64) {
        (self.calls.get(), self.artefacts.get())
    }

    fn push(&self, entry: Entry) {
        self.history.borrow_mut().push(entry);
    }
}

/// A body as it is.
fn raw(body: Vec<u8>) -> Box<RawValue> {
    let text = String::from_utf8(body).unwrap_or_default();
    RawValue::from_string(text).unwrap_or_else(|_| RawValue::NULL.to_owned())
}
