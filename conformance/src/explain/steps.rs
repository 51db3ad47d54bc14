//! The steps of a case as lines of a script.

use std::collections::BTreeMap;

use serde_json::Value;

use super::condition;
use super::shell::{Names, json_word, quote, text_word, variable};
use crate::case::files::Compress;
use crate::case::step::OtherCaller;
use crate::case::{
    CallStep, EachStep, Expectation, ExportStep, ItemsStep, LetStep, PagesStep, PutStep, Quantity,
    Raw, Step, TableStep,
};

/// Lines being written.
pub(super) struct Script {
    lines: Vec<String>,
}

impl Script {
    pub fn new() -> Self {
        Self { lines: Vec::new() }
    }

    pub fn line(&mut self, text: &str) {
        self.lines.push(text.trim_end().to_owned());
    }

    pub fn comment(&mut self, text: &str) {
        for line in text.lines() {
            self.line(&format!("# {line}"));
        }
    }

    pub fn text(mut self) -> String {
        while self.lines.last().is_some_and(String::is_empty) {
            self.lines.pop();
        }
        self.lines.push(String::new());
        self.lines.join("\n")
    }

    pub fn steps(&mut self, steps: &[Step], names: &mut Names) {
        for step in steps {
            match step {
                Step::Call(step) => self.call(step, names),
                Step::Wait(step) => {
                    self.comment(step.why.as_deref().unwrap_or_default());
                    self.line(&format!("let_pass {}", quantity(&step.wait_s)));
                }
                Step::Table(step) => self.table(step),
                Step::Items(step) => self.items(step, names),
                Step::Pages(step) => self.pages(step, names),
                Step::Put(step) => self.put(step, names),
                Step::Objects(step) => {
                    self.expected("expect", step.expect.as_ref());
                    let prefix = text_word(step.prefix.as_deref().unwrap_or_default());
                    self.line(&format!(
                        "s3 ls --recursive s3://{}/{prefix}",
                        text_word(&step.objects)
                    ));
                }
                Step::Object(step) => {
                    self.expected("expect", step.expect.as_ref());
                    self.line(&format!(
                        "s3 cp s3://{}/{} -",
                        text_word(&step.bucket),
                        text_word(&step.object)
                    ));
                }
                Step::Export(step) => self.export(step),
                Step::Let(step) => self.values(step, names),
                Step::Each(step) => self.each(step, names),
            }
            self.line("");
        }
    }

    fn expected(&mut self, word: &str, expectation: Option<&Expectation>) {
        let text = expectation.and_then(|expectation| serde_json::to_string(expectation).ok());
        self.comment(&format!("{word}: {}", text.as_deref().unwrap_or("success")));
    }

    fn call(&mut self, step: &CallStep, names: &mut Names) {
        self.comment(step.note.as_deref().unwrap_or_default());
        let command = command(step, names);
        match &step.until {
            Some(until) => {
                self.expected("until", Some(until));
                if let Some(always) = &step.always {
                    self.expected("always before that", Some(always));
                }
                let every = step
                    .every_s
                    .as_ref()
                    .map_or_else(|| "1".to_owned(), quantity);
                let within = step
                    .within_s
                    .as_ref()
                    .map_or_else(|| "60".to_owned(), quantity);
                self.line(&format!("for try in $(seq {within}); do"));
                self.line(&format!("  answer=$({command} 2>&1)"));
                let holds = match (condition::of(until), &until.error) {
                    (Some(condition), _) => {
                        format!("jq -e {} <<<\"$answer\" >/dev/null 2>&1", quote(&condition))
                    }
                    (None, Some(error)) => {
                        format!(
                            "grep -Eq {} <<<\"$answer\"",
                            quote(&error.texts().collect::<Vec<_>>().join("|"))
                        )
                    }
                    (None, None) => "jq -e . <<<\"$answer\" >/dev/null 2>&1".to_owned(),
                };
                self.line(&format!("  {holds} && break"));
                self.line(&format!("  let_pass {every}"));
                self.line("done");
            }
            None if step.observe => {
                self.comment("recorded, not judged");
                self.line(&format!("answer=$({command} 2>&1)"));
            }
            None => {
                self.expected("expect", step.expect.as_ref());
                self.line(&format!("answer=$({command} 2>&1)"));
            }
        }
        self.line("echo \"$answer\"");
        self.bind(&step.bind, names);
    }

    fn bind(&mut self, pointers: &BTreeMap<String, String>, names: &mut Names) {
        for (name, pointer) in pointers {
            if pointer.ends_with("DateTime") {
                names.number(name);
            }
            let path = quote(&condition::path(pointer));
            self.line(&format!(
                "{}=$(jq -r {path} <<<\"$answer\")",
                variable(name)
            ));
        }
    }

    fn table(&mut self, step: &TableStep) {
        let name = text_word(&step.table);
        let within = step
            .within_s
            .as_ref()
            .map_or_else(|| "60".to_owned(), quantity);
        self.comment(&format!("until the table is {}", step.becomes));
        self.line(&format!("for try in $(seq {within}); do"));
        self.line(&format!("  status=$(call describe-table --table-name {name} --query Table.TableStatus --output text 2>&1)"));
        let sign = if step.becomes == "GONE" {
            "ResourceNotFoundException"
        } else {
            &step.becomes
        };
        self.line(&format!("  case \"$status\" in *{sign}*) break ;; esac"));
        self.line("  let_pass 1");
        self.line("done");
        self.line("echo \"$status\"");
    }

    fn items(&mut self, step: &ItemsStep, names: &Names) {
        for (word, list) in [
            ("are", &step.are),
            ("contain", &step.contain),
            ("lack", &step.lack),
        ] {
            for item in list.iter().flatten() {
                self.comment(&format!("items {word}: {item}"));
            }
            if list.as_ref().is_some_and(Vec::is_empty) {
                self.comment(&format!("items {word}: none"));
            }
        }
        let how = match &step.index {
            Some(index) => format!("--index-name {}", text_word(index)),
            None => "--consistent-read".to_owned(),
        };
        let _ = names;
        self.line(&format!(
            "call scan --table-name {} {how} --query Items",
            text_word(&step.items)
        ));
    }

    fn put(&mut self, step: &PutStep, names: &Names) {
        let lines = step.lines.iter().flatten().map(|line| match line {
            Value::String(text) => text_word(text),
            other => json_word(other, names),
        });
        let words: Vec<String> = lines
            .chain(step.text.iter().map(|text| text_word(text)))
            .collect();
        let end = if step.text.is_some() { "" } else { "\\n" };
        let through = match step.compress {
            None => "",
            Some(Compress::Gzip) => "gzip | ",
            Some(Compress::Zstd) => "zstd | ",
        };
        self.line(&format!(
            "printf '%s{end}' {} | {through}s3 cp - s3://{}/{}",
            words.join(" "),
            text_word(&step.bucket),
            text_word(&step.put)
        ));
    }

    fn export(&mut self, step: &ExportStep) {
        for (word, list) in step.lists() {
            self.comment(&format!("{word}: {list}"));
        }
        self.expected("expect of the whole export", step.expect.as_ref());
        let arn = text_word(&step.export);
        self.comment("until it is COMPLETED");
        self.line(&format!(
            "call describe-export --export-arn {arn} --query ExportDescription | tee export.json"
        ));
        self.line(
            "bucket=$(jq -r .S3Bucket export.json); manifest=$(jq -r .ExportManifest export.json)",
        );
        self.line(
            "s3 cp \"s3://$bucket/${manifest%summary.json}files.json\" - | jq -r .dataFileS3Key |",
        );
        self.line("  while read -r key; do s3 cp \"s3://$bucket/$key\" - | gzip -dc; done");
    }

    fn pages(&mut self, step: &PagesStep, names: &mut Names) {
        self.expected("expect of all pages together", step.expect.as_ref());
        self.line(&format!(
            "body={}; pages='[]'",
            json_word(&step.input, names)
        ));
        self.line("while :; do");
        self.line(&format!(
            "  page=$(call {} --no-paginate --cli-input-json \"$body\") || break",
            kebab(&step.pages)
        ));
        let (collect, cursor) = (
            condition::path(&step.collect),
            condition::path(&step.cursor),
        );
        self.line(&format!(
            "  pages=$(jq --argjson page \"$page\" '. + ($page | {collect} // [])' <<<\"$pages\")"
        ));
        self.line(&format!(
            "  cursor=$(jq -c '{cursor} // empty' <<<\"$page\"); [ -n \"$cursor\" ] || break"
        ));
        let member = &step.as_input;
        self.line(&format!(
            "  body=$(jq -c --argjson cursor \"$cursor\" '.{member} = $cursor' <<<\"$body\")"
        ));
        self.line("done");
        self.line("answer=\"$pages\"; echo \"$answer\"");
        self.bind(&step.bind, names);
    }

    fn values(&mut self, step: &LetStep, names: &mut Names) {
        for (name, value) in &step.values {
            if value.get("$add").is_some() {
                names.number(name);
            }
            let word = self.computed(value, names);
            self.line(&format!("{}={word}", variable(name)));
        }
    }

    /// The word for a computed value; functions inside it become lines of their own.
    fn computed(&mut self, value: &Value, names: &Names) -> String {
        let function = value
            .as_object()
            .filter(|members| members.len() == 1)
            .and_then(|members| members.iter().next());
        let Some((name, Value::Array(arguments))) =
            function.filter(|(name, _)| name.starts_with('$'))
        else {
            return match value {
                Value::String(text) => text_word(text),
                other => json_word(other, names),
            };
        };
        let words: Vec<String> = arguments
            .iter()
            .map(|argument| self.computed(argument, names))
            .collect();
        let word = |index: usize| words.get(index).cloned().unwrap_or_default();
        match name.as_str() {
            "$add" => format!("$(jq -n {}' + '{})", word(0), word(1)),
            "$replace" => {
                self.line(&format!("subject={}", word(0)));
                format!("${{subject//{}/{}}}", word(1), word(2))
            }
            "$last" => {
                self.line(&format!("subject={}", word(0)));
                format!("${{subject##*{}}}", word(1))
            }
            _ => {
                self.line(&format!("subject={}", word(0)));
                format!("${{subject%%{}*}}", word(1))
            }
        }
    }

    fn each(&mut self, step: &EachStep, names: &mut Names) {
        for round in 0..step.rounds() {
            for (name, values) in &step.each {
                let Some(value) = values.get(round) else {
                    continue;
                };
                if !value.is_string() {
                    names.number(name);
                }
                let word = match value {
                    Value::String(text) => text_word(text),
                    other => json_word(other, names),
                };
                self.line(&format!("{}={word}", variable(name)));
            }
            self.steps(&step.steps, names);
        }
    }
}

fn command(step: &CallStep, names: &Names) -> String {
    let body = json_word(&step.input, names);
    if let Some(raw) = &step.raw {
        return curl(step, raw, &body);
    }
    let call = format!("call {} --cli-input-json {body}", kebab(&step.call));
    match step.caller {
        Some(OtherCaller::OtherAccount) => format!("AWS_ACCESS_KEY_ID=\"$other_account\" {call}"),
        Some(OtherCaller::OtherRegion) => format!("region=\"$other_region\"; {call}"),
        None => call,
    }
}

fn curl(step: &CallStep, raw: &Raw, body: &str) -> String {
    let mut words = vec![
        "curl -s -i --aws-sigv4 \"aws:amz:$region:dynamodb\"".to_owned(),
        "--user \"$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY\"".to_owned(),
        format!("-X {}", quote(raw.method.as_deref().unwrap_or("POST"))),
    ];
    let usual = format!("DynamoDB_20120810.{}", step.call);
    let target = raw.target.clone().unwrap_or(Some(usual));
    let mut headers = vec![
        ("X-Amz-Target".to_owned(), target),
        (
            "Content-Type".to_owned(),
            Some("application/x-amz-json-1.0".to_owned()),
        ),
    ];
    for (name, value) in &raw.headers {
        headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        headers.push((name.clone(), value.clone()));
    }
    for (name, value) in headers {
        // curl takes a header out where its name stands alone.
        words.push(format!(
            "-H {}",
            text_word(&value.map_or_else(|| format!("{name}:"), |text| format!("{name}: {text}")))
        ));
    }
    words.push(format!(
        "--data-binary {}",
        raw.body
            .as_ref()
            .map_or_else(|| body.to_owned(), |text| text_word(text))
    ));
    words.push(format!(
        "\"$endpoint\"{}",
        text_word(raw.path.as_deref().unwrap_or("/"))
    ));
    words.join(" ")
}

fn quantity(quantity: &Quantity) -> String {
    match quantity {
        Quantity::Number(number) => number.to_string(),
        Quantity::Binding(text) => text_word(text),
    }
}

/// `CreateBackup` as the AWS CLI spells it: `create-backup`.
fn kebab(operation: &str) -> String {
    let mut name = String::new();
    for (index, letter) in operation.chars().enumerate() {
        if letter.is_ascii_uppercase() && index > 0 {
            name.push('-');
        }
        name.push(letter.to_ascii_lowercase());
    }
    name
}
