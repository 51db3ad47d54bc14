//! One service running one program.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use lookback_traffic::program::{FIRST_TABLE, Program, ProgramStep, Reading, SECOND_TABLE};
use serde_json::{Map, Value, json};

use crate::run::Answer;
use crate::target::{RawAnswer, Request, Target, Unreachable};

/// The most pages that are read of one table.
const PAGES_MAX: usize = 60;
/// The most segments that are read of one table.
const SEGMENTS_MAX: i64 = 8;
/// How often a table is asked whether it is ready.
const POLLS_MAX: u32 = 120;

/// What came of a call.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// An answer.
    Answer(Box<Answer>),
    /// The pages of a Query or Scan, joined.
    Pages(Value),
    /// No answer: why.
    Nothing(Unreachable),
}

impl Outcome {
    /// Whether the call was accepted.
    pub fn is_ok(&self) -> bool {
        match self {
            Self::Answer(answer) => answer.is_ok(),
            Self::Pages(_) => true,
            Self::Nothing(_) => false,
        }
    }

    /// The name of the error, if it is one.
    pub fn error(&self) -> Option<&str> {
        match self {
            Self::Answer(answer) if !answer.is_ok() => Some(answer.error().unwrap_or("(no type)")),
            _ => None,
        }
    }

    /// In a line.
    pub fn shown(&self) -> String {
        match self {
            Self::Answer(answer) => answer.shown(),
            Self::Pages(value) => format!("all pages: {value}"),
            Self::Nothing(why) => why.to_string(),
        }
    }
}

/// A service with the tables of one program.
pub struct Side {
    target: Arc<dyn Target>,
    prefix: String,
    arns: BTreeMap<&'static str, String>,
}

impl Side {
    /// For a program whose tables have names that start with `prefix`.
    pub fn new(target: Arc<dyn Target>, prefix: &str) -> Self {
        Self {
            target,
            prefix: prefix.to_owned(),
            arns: BTreeMap::new(),
        }
    }

    /// Creates the tables and waits until they are ready; the answers to CreateTable.
    pub async fn prepare(&mut self, program: &Program) -> Vec<Outcome> {
        let mut outcomes = Vec::new();
        for (name, table) in [FIRST_TABLE, SECOND_TABLE].into_iter().zip(&program.tables) {
            let outcome = self.send("CreateTable", table.to_string()).await;
            if let Outcome::Answer(answer) = &outcome {
                let arn = answer
                    .at("/TableDescription/TableArn")
                    .and_then(Value::as_str);
                let known = self.arns.entry(name).or_default();
                *known = arn.unwrap_or("arn:none").to_owned();
                if answer.is_ok() {
                    self.settle(name).await;
                }
            }
            outcomes.push(outcome);
        }
        outcomes
    }

    /// Makes one call and reads the answer as the step wants it read.
    pub async fn call(&self, step: &ProgramStep) -> Outcome {
        if step.gap_s > 0 {
            let passed = self
                .target
                .wait(Duration::from_secs(step.gap_s.into()))
                .await;
            if let Err(why) = passed {
                return Outcome::Nothing(why);
            }
        }
        let first = self.send(&step.operation, step.text()).await;
        let first = match first {
            Outcome::Answer(answer) if answer.is_ok() => answer,
            other => return other,
        };
        match step.operation.as_str() {
            "UpdateTable" | "CreateTable" => self.settle(table_name(step)).await,
            "Query" | "Scan" if step.reading == Reading::Pages => {
                return self.pages(step, *first).await;
            }
            _ => {}
        }
        Outcome::Answer(first)
    }

    /// Follows the cursor to the end, in every segment.
    async fn pages(&self, step: &ProgramStep, first: Answer) -> Outcome {
        let text = step.text();
        let Ok(Value::Object(request)) = serde_json::from_str::<Value>(&text) else {
            return Outcome::Answer(Box::new(first));
        };
        let segments = request
            .get("TotalSegments")
            .and_then(Value::as_i64)
            .unwrap_or(1);
        let in_segments = segments > 1;
        if segments > SEGMENTS_MAX
            || (!in_segments
                && first.at("/LastEvaluatedKey").is_none()
                && request.get("Limit").is_none())
        {
            return Outcome::Answer(Box::new(first));
        }
        let mut joined = Joined::default();
        let mut page = first;
        let mut segment = 0;
        for _ in 0..PAGES_MAX {
            joined.add(&page);
            let mut next = request.clone();
            match page.at("/LastEvaluatedKey").cloned() {
                Some(key) => drop(next.insert("ExclusiveStartKey".to_owned(), key)),
                None => segment += 1,
            }
            if segment >= segments {
                break;
            }
            if in_segments {
                next.insert("Segment".to_owned(), segment.into());
            }
            match self
                .send(&step.operation, Value::Object(next).to_string())
                .await
            {
                Outcome::Answer(answer) if answer.is_ok() => page = *answer,
                other => return other,
            }
        }
        Outcome::Pages(joined.value())
    }

    /// Waits until a table and its indexes are ACTIVE, or has waited long.
    async fn settle(&self, name: &str) {
        let described = json!({ "TableName": name }).to_string();
        for poll in 0..POLLS_MAX {
            let outcome = self.send("DescribeTable", described.clone()).await;
            if let Outcome::Answer(answer) = outcome
                && answer.is_ok()
                && is_active(&answer)
            {
                return;
            }
            let movable = self.target.describe().movable_clock;
            let pause = if movable {
                5_000
            } else {
                5 + u64::from(poll) * 10
            };
            if self
                .target
                .wait(Duration::from_millis(pause))
                .await
                .is_err()
            {
                return;
            }
        }
    }

    /// Deletes what the program has made, and what it may have made if it asked for it.
    pub async fn tear_down(&self, program: &Program) {
        let names = [FIRST_TABLE, SECOND_TABLE];
        let named = names.into_iter().take(program.tables.len());
        let creates = |step: &ProgramStep| step.operation == "CreateTable";
        let other = program.steps.iter().any(creates).then_some("${t}-x");
        for name in named.chain(other) {
            self.send("DeleteTable", json!({ "TableName": name }).to_string())
                .await;
        }
    }

    async fn send(&self, operation: &str, text: String) -> Outcome {
        let request = Request {
            body: self.named(text).into_bytes(),
            operation: operation.to_owned(),
            target: Some(format!("DynamoDB_20120810.{operation}")),
            ..Request::default()
        };
        match self.target.call(&request).await {
            Ok(answer) => Outcome::Answer(Box::new(Answer::new(answer))),
            Err(why) => Outcome::Nothing(why),
        }
    }

    /// A text with the real names.
    pub fn named(&self, mut text: String) -> String {
        if !text.contains("${") {
            return text;
        }
        for (stands, letter) in [(FIRST_TABLE, 't'), (SECOND_TABLE, 'u')] {
            if let Some(arn) = self.arns.get(stands) {
                text = text.replace(&format!("${{{letter}.arn}}"), arn);
            }
            text = text.replace(stands, &format!("{}-{letter}", self.prefix));
        }
        text
    }

    /// A text with what stands for the names.
    pub fn unnamed(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (stands, letter) in [(FIRST_TABLE, 't'), (SECOND_TABLE, 'u')] {
            if let Some(arn) = self
                .arns
                .get(stands)
                .filter(|arn| arn.starts_with("arn:aws"))
            {
                text = text.replace(arn, &format!("${{{letter}.arn}}"));
            }
            text = text.replace(&format!("{}-{letter}", self.prefix), stands);
        }
        text
    }
}

/// A raw answer of a side, for a fast look whether anything differs.
pub fn raw(outcome: &Outcome) -> Option<&RawAnswer> {
    match outcome {
        Outcome::Answer(answer) => Some(&answer.raw),
        _ => None,
    }
}

fn table_name(step: &ProgramStep) -> &str {
    match &step.body {
        lookback_traffic::program::Body::Json(body) => body
            .get("TableName")
            .and_then(Value::as_str)
            .unwrap_or(FIRST_TABLE),
        lookback_traffic::program::Body::Raw(_) => FIRST_TABLE,
    }
}

fn is_active(answer: &Answer) -> bool {
    let table = answer.at("/Table");
    let active =
        |value: &Value, member: &str| value.get(member).and_then(Value::as_str) == Some("ACTIVE");
    let indexes = table
        .and_then(|table| table.get("GlobalSecondaryIndexes"))
        .and_then(Value::as_array);
    table.is_some_and(|table| active(table, "TableStatus"))
        && indexes.is_none_or(|indexes| indexes.iter().all(|index| active(index, "IndexStatus")))
}

/// Pages, one after the other.
#[derive(Default)]
struct Joined {
    items: Option<Vec<Value>>,
    count: i64,
    scanned: i64,
}

impl Joined {
    fn add(&mut self, page: &Answer) {
        if let Some(items) = page.at("/Items").and_then(Value::as_array) {
            self.items
                .get_or_insert_default()
                .extend(items.iter().cloned());
        }
        let number = |name: &str| page.at(name).and_then(Value::as_i64).unwrap_or(0);
        self.count += number("/Count");
        self.scanned += number("/ScannedCount");
    }

    fn value(self) -> Value {
        let mut value = Map::new();
        if let Some(items) = self.items {
            value.insert("Items".to_owned(), items.into());
        }
        value.insert("Count".to_owned(), self.count.into());
        value.insert("ScannedCount".to_owned(), self.scanned.into());
        value.into()
    }
}
