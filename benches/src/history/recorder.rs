//! Puts calls, answers and backups into the order of time.

use lookback_checker::history::{Artefact, Call, End, Entry, Return, Table};
use serde_json::value::RawValue;

/// Calls that are under way at one time.
const CLIENTS: u64 = 16;

/// Time between two calls, in microseconds.
const STEP_US: i64 = 50;

/// How a call ends.
pub(super) enum Answer {
    /// With this body.
    Output(String),
    /// With this error.
    Refused(&'static str),
    /// Nobody knows.
    Lost,
}

/// Lets one client after the other call. A call is answered when it is its client's turn again.
pub(super) struct Recorder<F> {
    take: F,
    calls: u64,
    /// By client: the answer to come.
    answers: Vec<Option<Return>>,
}

impl<F: FnMut(Entry)> Recorder<F> {
    /// A recorder that gives a table first.
    pub fn new(mut take: F) -> Result<Self, serde_json::Error> {
        take(Entry::Table(Table {
            name: "t".to_owned(),
            at_us: 0,
            key_schema: raw(r#"[{"AttributeName":"pk","KeyType":"HASH"}]"#)?,
            attribute_definitions: raw(r#"[{"AttributeName":"pk","AttributeType":"S"}]"#)?,
            items: Vec::new(),
        }));
        Ok(Self {
            take,
            calls: 0,
            answers: vec![None; CLIENTS as usize],
        })
    }

    /// The next client calls.
    pub fn call(
        &mut self,
        op: &str,
        input: String,
        answer: Answer,
    ) -> Result<(), serde_json::Error> {
        let id = self.calls;
        self.calls += 1;
        let at_us = self.now_us();
        let client = id % CLIENTS;
        let slot = self.answers.get_mut(client as usize);
        let mut answer = returned(id, answer)?;
        if let Some(slot) = slot {
            std::mem::swap(slot, &mut answer);
        }
        if let Some(due) = answer {
            (self.take)(Entry::Return(Return { at_us, ..due }));
        }
        (self.take)(Entry::Call(Call {
            id,
            at_us,
            client: client as u32,
            op: op.to_owned(),
            input: raw(input)?,
        }));
        Ok(())
    }

    /// What a restore of a backup that is taken now shows.
    pub fn backup(&mut self, items: Vec<String>) -> Result<(), serde_json::Error> {
        let anchor_us = self.now_us();
        (self.take)(Entry::Artefact(Artefact {
            id: self.calls,
            kind: "on-demand-backup".to_owned(),
            name: None,
            table: "t".to_owned(),
            call: None,
            anchor_us: Some(anchor_us),
            position: None,
            group: None,
            items: items.into_iter().map(raw).collect::<Result<_, _>>()?,
            indexes: Vec::new(),
        }));
        Ok(())
    }

    /// All calls are answered, and the history ends.
    pub fn finish(mut self) {
        self.calls += CLIENTS;
        let at_us = self.now_us();
        for answer in self.answers.into_iter().flatten() {
            (self.take)(Entry::Return(Return { at_us, ..answer }));
        }
        (self.take)(Entry::End(End { at_us }));
    }

    fn now_us(&self) -> i64 {
        self.calls as i64 * STEP_US
    }
}

fn returned(id: u64, answer: Answer) -> Result<Option<Return>, serde_json::Error> {
    let mut returned = Return {
        id,
        at_us: 0,
        output: None,
        error: None,
        uncertain: None,
        position: None,
    };
    match answer {
        Answer::Output(body) => returned.output = Some(raw(body)?),
        Answer::Refused(error) => returned.error = Some(error.to_owned()),
        Answer::Lost => returned.uncertain = Some("no answer".to_owned()),
    }
    Ok(Some(returned))
}

fn raw(text: impl Into<String>) -> Result<Box<RawValue>, serde_json::Error> {
    RawValue::from_string(text.into())
}
