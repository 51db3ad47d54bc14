//! Writes down what happens, in the order in which it happens.
//!
//! One lock decides the order: the time of a call is read under it before the request goes out, the time of a return
//! after the answer has come, so that the interval between them holds whatever the call did. Each line reaches the
//! file before the next one is made: a run that is killed leaves a history that can be read.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use lookback_checker::History;
use lookback_checker::history::{
    Artefact, Call, ClockMove, End, Entry, Estimate, Fault, Header, Return, append_line,
};
use serde_json::value::RawValue;

use super::time::Time;

/// A history that is being written.
#[derive(Debug)]
pub struct Recorder {
    time: Arc<Time>,
    inner: Mutex<Inner>,
}

#[derive(Debug)]
struct Inner {
    history: History,
    file: Option<File>,
    /// The first thing that went wrong with the file.
    trouble: Option<io::Error>,
    calls: u64,
    artefacts: u64,
    ended: bool,
}

/// How a call ended.
#[derive(Clone, Debug)]
pub enum Ended {
    /// An answer came: its body.
    Answered(Vec<u8>),
    /// It was refused: the error's name, and the body.
    Refused(String, Vec<u8>),
    /// Nobody knows; why.
    Uncertain(String),
}

impl Recorder {
    /// A history with this header, also written to a file where one is named.
    ///
    /// # Errors
    /// The file cannot be made.
    pub fn begin(time: Arc<Time>, header: Header, file: Option<&Path>) -> io::Result<Self> {
        let file = file.map(File::create).transpose()?;
        let mut inner = Inner {
            history: History {
                header: header.clone(),
                ..History::default()
            },
            file,
            trouble: None,
            calls: 0,
            artefacts: 0,
            ended: false,
        };
        inner.write(&Entry::History(header));
        Ok(Self {
            time,
            inner: Mutex::new(inner),
        })
    }

    /// A request goes out now: its id.
    pub fn call(&self, client: u32, op: &str, body: &[u8]) -> u64 {
        let input = raw(body).unwrap_or_else(|| RawValue::NULL.to_owned());
        let mut inner = self.lock();
        inner.calls += 1;
        let id = inner.calls;
        let at_us = self.time.now_us();
        inner.push(Entry::Call(Call {
            id,
            at_us,
            client,
            op: op.to_owned(),
            input,
        }));
        id
    }

    /// A call has ended.
    pub fn returned(&self, id: u64, ended: Ended) {
        let (output, error, uncertain) = match ended {
            Ended::Answered(body) => match raw(&body) {
                Some(output) => (Some(output), None, None),
                // TagResource and its like answer without a body (WIRE-014).
                None if body.is_empty() => (raw(b"{}"), None, None),
                None => (None, None, Some("the answer is not JSON".to_owned())),
            },
            Ended::Refused(error, body) => (raw(&body), Some(error), None),
            Ended::Uncertain(why) => (None, None, Some(why)),
        };
        let mut inner = self.lock();
        let at_us = self.time.now_us();
        inner.push(Entry::Return(Return {
            id,
            at_us,
            output,
            error,
            uncertain,
            position: None,
        }));
    }

    /// What an artefact holds was read; its id is given here.
    pub fn artefact(&self, artefact: Artefact) {
        let mut inner = self.lock();
        inner.artefacts += 1;
        let id = inner.artefacts;
        inner.push(Entry::Artefact(Artefact { id, ..artefact }));
    }

    /// Something was done to the target or to the way to it.
    pub fn fault(&self, kind: &str, call: Option<u64>, note: Option<String>) {
        let mut inner = self.lock();
        let at_us = self.time.now_us();
        inner.push(Entry::Fault(Fault {
            at_us,
            kind: kind.to_owned(),
            call,
            note,
        }));
    }

    /// The target's clock was moved by so much: the recorder's moves along.
    pub fn moved(&self, moved_us: i64) {
        let mut inner = self.lock();
        let at_us = self.time.now_us();
        inner.push(Entry::Clock(ClockMove { at_us, moved_us }));
        self.time.jump(moved_us);
    }

    /// The target's clock minus the recorder's lies between these two.
    pub fn estimate(&self, (offset_us_min, offset_us_max): (i64, i64)) {
        let mut inner = self.lock();
        let at_us = self.time.now_us();
        inner.push(Entry::Estimate(Estimate {
            at_us,
            offset_us_min,
            offset_us_max,
        }));
    }

    /// Nobody writes any more. What comes later is not written down.
    pub fn end(&self) {
        let mut inner = self.lock();
        let at_us = self.time.now_us();
        inner.push(Entry::End(End { at_us }));
        inner.ended = true;
    }

    /// How many calls and artefacts there are so far.
    pub fn counts(&self) -> (u64, u64) {
        let inner = self.lock();
        (inner.calls, inner.artefacts)
    }

    /// The history so far.
    ///
    /// # Errors
    /// It could not be written to its file.
    pub fn take(&self) -> io::Result<History> {
        let mut inner = self.lock();
        match inner.trouble.take() {
            Some(error) => Err(error),
            None => Ok(std::mem::take(&mut inner.history)),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn push(&mut self, entry: Entry) {
        if self.ended {
            return;
        }
        self.write(&entry);
        self.history.entries.push(entry);
    }

    fn write(&mut self, entry: &Entry) {
        let Some(file) = self.file.as_mut().filter(|_| self.trouble.is_none()) else {
            return;
        };
        let mut line = Vec::new();
        append_line(entry, &mut line);
        if let Err(error) = file.write_all(&line) {
            self.trouble = Some(error);
        }
    }
}

/// A body as it came; none where it is not JSON.
pub fn raw(body: &[u8]) -> Option<Box<RawValue>> {
    serde_json::from_slice(body).ok()
}

#[cfg(test)]
mod tests {
    use lookback_checker::history::read;

    use super::*;

    fn recorder(file: Option<&Path>) -> Recorder {
        Recorder::begin(Arc::new(Time::new(true)), Header::default(), file).unwrap()
    }

    #[test]
    fn what_was_written_so_far_can_be_read_at_any_time() {
        let folder = std::env::temp_dir().join(format!("lookback-recorder-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let file = folder.join("history.jsonl");
        let recorder = recorder(Some(&file));
        let id = recorder.call(3, "PutItem", b"{\"TableName\":\"t\",\n\"Item\":{}}");
        let lines = std::fs::read(&file).unwrap();
        assert_eq!(read(&lines).unwrap().entries.len(), 1);
        recorder.returned(id, Ended::Uncertain("a time-out".to_owned()));
        let lines = std::fs::read(&file).unwrap();
        assert_eq!(read(&lines).unwrap().entries.len(), 2);
        std::fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn a_move_of_the_clock_shows_in_every_later_time() {
        let recorder = recorder(None);
        recorder.moved(60_000_000);
        recorder.end();
        let history = recorder.take().unwrap();
        let [Entry::Clock(moved), Entry::End(end)] = history.entries.as_slice() else {
            panic!("{history:?}")
        };
        assert!(end.at_us - moved.at_us >= 60_000_000);
    }

    #[test]
    fn nothing_comes_after_the_end() {
        let recorder = recorder(None);
        recorder.end();
        recorder.fault("duplicated", None, None);
        assert_eq!(recorder.take().unwrap().entries.len(), 1);
    }

    #[test]
    fn an_answer_that_is_no_json_is_uncertain() {
        let recorder = recorder(None);
        let id = recorder.call(0, "PutItem", b"{}");
        recorder.returned(id, Ended::Answered(b"<html>".to_vec()));
        let history = recorder.take().unwrap();
        let Some(Entry::Return(returned)) = history.entries.last() else {
            panic!("{history:?}")
        };
        assert!(returned.uncertain.is_some() && returned.output.is_none());
    }
}
