//! Histories in a few words. Times are milliseconds; each call has its own client unless it says otherwise.

use lookback_checker::history::{self, History};
use lookback_checker::{Contract, Options, Verdict, judge};
use serde_json::{Value, json};

pub struct Script {
    lines: Vec<(i64, usize, Value)>,
    next: u64,
    artefacts: u64,
}

pub fn us(ms: i64) -> i64 {
    ms * 1_000
}

/// An item with this key and this value.
pub fn item(key: &str, value: i64) -> Value {
    json!({"pk": {"S": key}, "v": {"N": value.to_string()}})
}

pub fn key(key: &str) -> Value {
    json!({"pk": {"S": key}})
}

impl Script {
    /// A history with an empty table `t` that is there from 0 on.
    pub fn new() -> Self {
        let mut script = Self {
            lines: Vec::new(),
            next: 1,
            artefacts: 0,
        };
        script.table("t", 0, &[]);
        script
    }

    pub fn line(&mut self, at_ms: i64, line: Value) -> &mut Self {
        let index = self.lines.len();
        self.lines.push((at_ms, index, line));
        self
    }

    pub fn table(&mut self, name: &str, at_ms: i64, items: &[Value]) -> &mut Self {
        self.line(
            at_ms,
            json!({"table": {
                "name": name, "at_us": us(at_ms), "items": items,
                "key_schema": [{"AttributeName": "pk", "KeyType": "HASH"}],
                "attribute_definitions": [{"AttributeName": "pk", "AttributeType": "S"}],
            }}),
        )
    }

    fn begin(&mut self, at_ms: i64, op: &str, input: Value) -> u64 {
        let id = self.next;
        self.next += 1;
        self.line(
            at_ms,
            json!({"call": {"id": id, "at_us": us(at_ms), "client": id, "op": op, "in": input}}),
        );
        id
    }

    /// A call that is answered.
    pub fn call(&mut self, from_ms: i64, to_ms: i64, op: &str, input: Value, out: Value) -> u64 {
        let id = self.begin(from_ms, op, input);
        self.line(
            to_ms,
            json!({"return": {"id": id, "at_us": us(to_ms), "out": out}}),
        );
        id
    }

    /// A call that is refused.
    pub fn refused(
        &mut self,
        from_ms: i64,
        to_ms: i64,
        op: &str,
        input: Value,
        error: &str,
        body: Value,
    ) -> u64 {
        let id = self.begin(from_ms, op, input);
        self.line(
            to_ms,
            json!({"return": {"id": id, "at_us": us(to_ms), "error": error, "out": body}}),
        );
        id
    }

    /// A call of which nobody knows how it ended.
    pub fn lost(&mut self, from_ms: i64, to_ms: i64, op: &str, input: Value) -> u64 {
        let id = self.begin(from_ms, op, input);
        self.line(
            to_ms,
            json!({"return": {"id": id, "at_us": us(to_ms), "uncertain": "timed out"}}),
        );
        id
    }

    pub fn put(&mut self, from_ms: i64, to_ms: i64, key: &str, value: i64) -> u64 {
        let input = json!({"TableName": "t", "Item": item(key, value)});
        self.call(from_ms, to_ms, "PutItem", input, json!({}))
    }

    pub fn delete(&mut self, from_ms: i64, to_ms: i64, name: &str) -> u64 {
        let input = json!({"TableName": "t", "Key": key(name)});
        self.call(from_ms, to_ms, "DeleteItem", input, json!({}))
    }

    fn read(&mut self, from_ms: i64, to_ms: i64, name: &str, value: Option<i64>, strong: bool) {
        let input = json!({"TableName": "t", "Key": key(name), "ConsistentRead": strong});
        let out = match value {
            Some(value) => json!({"Item": item(name, value)}),
            None => json!({}),
        };
        self.call(from_ms, to_ms, "GetItem", input, out);
    }

    pub fn get(&mut self, from_ms: i64, to_ms: i64, name: &str, value: Option<i64>) {
        self.read(from_ms, to_ms, name, value, true);
    }

    pub fn get_eventually(&mut self, from_ms: i64, to_ms: i64, name: &str, value: Option<i64>) {
        self.read(from_ms, to_ms, name, value, false);
    }

    /// An artefact of `t` with these members besides.
    pub fn artefact(&mut self, at_ms: i64, kind: &str, items: &[Value], members: Value) -> u64 {
        self.artefacts += 1;
        let id = self.artefacts;
        let mut artefact = json!({"id": id, "kind": kind, "table": "t", "items": items});
        for (name, value) in members.as_object().unwrap() {
            artefact[name] = value.clone();
        }
        self.line(at_ms, json!({"artefact": artefact}));
        id
    }

    /// A backup whose creation time is `anchor_ms`, asked for around it.
    pub fn backup(&mut self, anchor_ms: i64, items: &[Value]) -> u64 {
        let input = json!({"TableName": "t", "BackupName": "b"});
        let call = self.call(
            anchor_ms - 5,
            anchor_ms + 5,
            "CreateBackup",
            input,
            json!({}),
        );
        self.artefact(
            anchor_ms + 1_000,
            "on-demand-backup",
            items,
            json!({"anchor_us": us(anchor_ms), "call": call}),
        )
    }

    /// A snapshot at an instant.
    pub fn snapshot(&mut self, anchor_ms: i64, items: &[Value]) -> u64 {
        self.artefact(
            anchor_ms + 1,
            "snapshot",
            items,
            json!({"anchor_us": us(anchor_ms)}),
        )
    }

    pub fn history(&self) -> History {
        self.history_with(true)
    }

    /// The history as its recorder leaves it when it is killed.
    pub fn without_end(&self) -> History {
        self.history_with(false)
    }

    fn history_with(&self, end: bool) -> History {
        let mut lines = self.lines.clone();
        lines.sort_by_key(|(at_ms, index, _)| (*at_ms, *index));
        let last_ms = lines.last().map_or(0, |(at_ms, ..)| *at_ms);
        let mut text = format!("{}\n", json!({"history": {"version": 1}}));
        for (_, _, line) in lines {
            text.push_str(&format!("{line}\n"));
        }
        if end {
            let end = json!({"end": {"at_us": us(last_ms)}});
            text.push_str(&format!("{end}\n"));
        }
        history::read(text.as_bytes()).unwrap()
    }

    pub fn judge(&self, contract: &str) -> Verdict {
        self.judge_by(&Contract::builtin(contract).unwrap())
    }

    pub fn judge_by(&self, contract: &Contract) -> Verdict {
        let verdict = judge(&self.history(), contract, &Options::default());
        let threads = Options {
            threads: 3,
            ..Options::default()
        };
        let again = judge(&self.history(), contract, &threads);
        assert_eq!(verdict, again, "the verdict depends on the threads");
        verdict
    }

    #[track_caller]
    pub fn passes(&self, contract: &str) {
        let verdict = self.judge(contract);
        assert!(verdict.is_pass(), "{verdict:#?}");
    }

    /// The summaries of the violations.
    #[track_caller]
    pub fn breaks(&self, contract: &str) -> Vec<String> {
        let verdict = self.judge(contract);
        assert!(!verdict.violations.is_empty(), "{verdict:#?}");
        let summaries = verdict.violations.iter();
        summaries.map(|it| it.witness.summary.clone()).collect()
    }
}
