//! Which names the `${...}` of a case mention, and which are bound at each point.

use std::collections::BTreeSet;

use serde_json::Value;

use super::walk::Problem;
use super::{CallStep, Case, Expectation, Quantity, Step};
use crate::bind::text::{Piece, pieces};

/// What is bound in every case.
pub const ALWAYS: [&str; 7] = [
    "case",
    "account",
    "region",
    "partition",
    "other_account",
    "other_region",
    "now",
];

/// The members of a prepared table that are bound beside its name.
pub const TABLE_MEMBERS: [&str; 3] = ["arn", "id", "created"];

/// The first mention of a name that nothing has bound before it, for each step.
pub fn unbound(case: &Case) -> Vec<Problem> {
    let mut known: BTreeSet<String> = ALWAYS.iter().map(|name| (*name).to_owned()).collect();
    let mut problems = Vec::new();
    for (table, spec) in &case.tables {
        let mut mentions = Mentions::new(&known, format!("/tables/{table}"));
        mentions.value("/with", &Value::Object(spec.with.clone()));
        for (index, item) in spec.items.iter().enumerate() {
            mentions.value(&format!("/items/{index}"), &Value::Object(item.clone()));
        }
        problems.extend(mentions.problems);
    }
    for table in case.tables.keys() {
        known.insert(table.clone());
        known.extend(
            TABLE_MEMBERS
                .iter()
                .map(|member| format!("{table}.{member}")),
        );
    }
    known.extend(case.buckets.iter().cloned());
    steps("/steps", &case.steps, &mut known, &mut problems);
    problems
}

fn steps(pointer: &str, list: &[Step], known: &mut BTreeSet<String>, problems: &mut Vec<Problem>) {
    for (index, step) in list.iter().enumerate() {
        let place = format!("{pointer}/{index}");
        problems.extend(step_mentions(step, known, place.clone()));
        match step {
            Step::Call(call) => known.extend(call.bind.keys().cloned()),
            Step::Pages(pages) => known.extend(pages.bind.keys().cloned()),
            Step::Objects(objects) => known.extend(objects.bind.keys().cloned()),
            Step::Object(object) => known.extend(object.bind.keys().cloned()),
            Step::Export(export) => known.extend(export.bind.keys().cloned()),
            Step::Let(values) => known.extend(values.values.keys().cloned()),
            Step::Each(each) => {
                known.extend(each.each.keys().cloned());
                steps(&format!("{place}/do"), &each.steps, known, problems);
            }
            _ => {}
        }
    }
}

/// What one step mentions and nothing has bound; the steps inside an `each` are left out.
fn step_mentions(step: &Step, known: &BTreeSet<String>, place: String) -> Vec<Problem> {
    // Values of one `let` may build on each other.
    let mut known = known.clone();
    if let Step::Let(values) = step {
        known.extend(values.values.keys().cloned());
    }
    let mut mentions = Mentions::new(&known, place);
    match step {
        Step::Call(call) => call_mentions(call, &mut mentions),
        Step::Wait(wait) => mentions.quantity("/wait_s", Some(&wait.wait_s)),
        Step::Table(table) => {
            mentions.text("/table", &table.table);
            mentions.quantity("/within_s", table.within_s.as_ref());
        }
        Step::Items(items) => {
            mentions.text("/items", &items.items);
            mentions.text("/index", items.index.as_deref().unwrap_or_default());
            mentions.quantity("/within_s", items.within_s.as_ref());
            for (name, list) in [
                ("are", &items.are),
                ("contain", &items.contain),
                ("lack", &items.lack),
            ] {
                mentions.list(&format!("/{name}"), list.as_deref().unwrap_or_default());
            }
        }
        Step::Pages(pages) => {
            mentions.value("/in", &pages.input);
            mentions.expectation("/expect", pages.expect.as_ref());
        }
        Step::Put(put) => {
            mentions.text("/put", &put.put);
            mentions.text("/bucket", &put.bucket);
            mentions.text("/text", put.text.as_deref().unwrap_or_default());
            mentions.list("/lines", put.lines.as_deref().unwrap_or_default());
        }
        Step::Objects(objects) => {
            mentions.text("/objects", &objects.objects);
            mentions.text("/prefix", objects.prefix.as_deref().unwrap_or_default());
            mentions.expectation("/expect", objects.expect.as_ref());
        }
        Step::Object(object) => {
            mentions.text("/object", &object.object);
            mentions.text("/bucket", &object.bucket);
            mentions.expectation("/expect", object.expect.as_ref());
        }
        Step::Export(export) => {
            mentions.text("/export", &export.export);
            mentions.quantity("/within_s", export.within_s.as_ref());
            mentions.expectation("/expect", export.expect.as_ref());
            for (name, list) in export.lists() {
                mentions.value(&format!("/{name}"), list);
            }
        }
        Step::Let(values) => {
            for (name, value) in &values.values {
                mentions.value(&format!("/let/{name}"), value);
            }
        }
        Step::Each(each) => {
            for (name, values) in &each.each {
                mentions.list(&format!("/each/{name}"), values);
            }
        }
    }
    mentions.problems
}

fn call_mentions(call: &CallStep, mentions: &mut Mentions<'_>) {
    mentions.value("/in", &call.input);
    if let Some(raw) = &call.raw {
        let texts = [raw.body.as_ref(), raw.method.as_ref(), raw.path.as_ref()];
        let target = raw.target.as_ref().and_then(Option::as_ref);
        for text in texts
            .into_iter()
            .flatten()
            .chain(target)
            .chain(raw.headers.values().flatten())
        {
            mentions.text("/raw", text);
        }
    }
    mentions.quantity("/within_s", call.within_s.as_ref());
    mentions.quantity("/every_s", call.every_s.as_ref());
    mentions.expectation("/expect", call.expect.as_ref());
    mentions.expectation("/until", call.until.as_ref());
    mentions.expectation("/always", call.always.as_ref());
}

/// Collects the mentions of one step.
struct Mentions<'a> {
    known: &'a BTreeSet<String>,
    place: String,
    problems: Vec<Problem>,
}

impl<'a> Mentions<'a> {
    fn new(known: &'a BTreeSet<String>, place: String) -> Self {
        Self {
            known,
            place,
            problems: Vec::new(),
        }
    }

    fn quantity(&mut self, at: &str, quantity: Option<&Quantity>) {
        if let Some(Quantity::Binding(text)) = quantity {
            self.text(at, text);
        }
    }

    fn expectation(&mut self, at: &str, expectation: Option<&Expectation>) {
        if let Some(value) =
            expectation.and_then(|expectation| serde_json::to_value(expectation).ok())
        {
            self.value(at, &value);
        }
    }

    fn list(&mut self, at: &str, values: &[Value]) {
        for (index, value) in values.iter().enumerate() {
            self.value(&format!("{at}/{index}"), value);
        }
    }

    fn value(&mut self, at: &str, value: &Value) {
        match value {
            Value::String(text) => self.text(at, text),
            Value::Array(values) => self.list(at, values),
            Value::Object(members) => {
                for (name, value) in members {
                    self.text(at, name);
                    self.value(
                        &format!("{at}/{}", name.replace('~', "~0").replace('/', "~1")),
                        value,
                    );
                }
            }
            _ => {}
        }
    }

    fn text(&mut self, at: &str, text: &str) {
        for piece in pieces(text) {
            let Piece::Name(name) = piece else { continue };
            if name.starts_with("repeat:")
                || name.starts_with("base64:")
                || self.known.contains(name)
            {
                continue;
            }
            self.problems.push(Problem::new(
                format!("{}{at}", self.place),
                format!("nothing binds ${{{name}}} before this step"),
                format!(
                    "bind it in an earlier step, or use one of: {}",
                    list(self.known)
                ),
            ));
        }
    }
}

fn list(known: &BTreeSet<String>) -> String {
    known.iter().cloned().collect::<Vec<_>>().join(", ")
}
