//! A case as an AWS CLI script: to read, to change, and to run by hand against any endpoint.
//!
//! The script calls and prints; expectations are comments, so that a person compares. What the AWS CLI cannot
//! word (a wrong header, a body that is no JSON) is sent by curl with a signature of its own.
//!
//! - [`shell`]: texts as words of a shell; [`condition`]: an expectation as a jq condition; [`steps`]: the steps.

mod condition;
mod shell;
mod steps;

use serde_json::Value;

use crate::case::Case;
pub use shell::quote;
use shell::{Names, json_word};
use steps::Script;

const HEAD: &str = r#"set -u
endpoint="${ENDPOINT:-DEFAULT_ENDPOINT}"
region="${AWS_REGION:-us-east-1}"
other_region=us-west-2
other_account=444455556666
export AWS_ACCESS_KEY_ID="${AWS_ACCESS_KEY_ID:-111122223333}" AWS_SECRET_ACCESS_KEY="${AWS_SECRET_ACCESS_KEY:-lookback}"
export AWS_CONFIG_FILE="$(mktemp)" AWS_MAX_ATTEMPTS=1 AWS_PAGER=
printf '[default]\nparameter_validation = false\n' >"$AWS_CONFIG_FILE"
case_="lb-by-hand-$$"

call() { aws dynamodb "$@" --endpoint-url "$endpoint" --region "$region" --output json; }
now() { curl -sf "$endpoint/_lookback/clock" | jq -e .now 2>/dev/null || date +%s; }
let_pass() { curl -sf -X POST "$endpoint/_lookback/clock" -d "{\"advance_s\": $1}" >/dev/null || sleep "$1"; }
cleanup() {
REMOVE_BUCKETS  for table in $(call list-tables --query 'TableNames[]' --output text); do
    case "$table" in "$case_"*) call delete-table --table-name "$table" >/dev/null ;; esac
  done
  rm -f "$AWS_CONFIG_FILE"
}
trap cleanup EXIT
"#;

/// What a case with buckets does at its end, too.
const REMOVE_BUCKETS: &str = r#"  for bucket in "${buckets[@]}"; do s3 rb --force "s3://$bucket" >/dev/null; done
"#;

/// The script of a case. `endpoint` is where it calls unless ENDPOINT says otherwise.
pub fn script(case: &Case, endpoint: Option<&str>) -> String {
    let mut script = Script::new();
    script.line("#!/usr/bin/env bash");
    script.line(&format!("# {}", case.id));
    script.comment(&case.title);
    script.comment(&format!("clauses: {}", case.clauses.join(", ")));
    for (name, text) in [("why", &case.why), ("unspecified", &case.unspecified)] {
        if let Some(text) = text {
            script.comment(&format!("{name}: {text}"));
        }
    }
    script.line("# needs: bash, the AWS CLI, jq, curl; what is expected stands in comments");
    let at_end = match case.buckets.is_empty() {
        true => "",
        false => REMOVE_BUCKETS,
    };
    let endpoint = endpoint.unwrap_or("http://127.0.0.1:8000");
    let head = HEAD.replace("DEFAULT_ENDPOINT", endpoint);
    script.line(&head.replace("REMOVE_BUCKETS", at_end));
    let mut names = Names::default();
    for (name, spec) in &case.tables {
        tables(&mut script, &mut names, name, spec);
    }
    if !case.buckets.is_empty() {
        script.line(
            "s3() { aws s3 \"$@\" --endpoint-url \"${S3_ENDPOINT:-$endpoint}\" --region \"$region\"; }",
        );
        script.line("buckets=()");
    }
    for name in &case.buckets {
        let variable = shell::variable(name);
        script.line(&format!(
            "{variable}=\"$case_-{name}\"; s3 mb \"s3://${variable}\" && buckets+=(\"${variable}\")"
        ));
        script.line("");
    }
    if !case.tables.is_empty() || mentions_owner(&case.source) {
        owner(&mut script, case.tables.keys().next());
    }
    script.steps(&case.steps, &mut names);
    script.text()
}

fn tables(script: &mut Script, names: &mut Names, name: &str, spec: &crate::case::TableSpec) {
    let variable = shell::variable(name);
    script.line(&format!("{variable}=\"$case_-{name}\""));
    let body = spec.create_body(&format!("${{{name}}}"));
    script.line(&format!(
        "call create-table --cli-input-json {} >/dev/null",
        json_word(&body, names)
    ));
    script.line(&format!(
        "call wait table-exists --table-name \"${variable}\""
    ));
    script.line(&format!(
        "described=$(call describe-table --table-name \"${variable}\")"
    ));
    for (member, path) in [
        ("arn", "TableArn"),
        ("id", "TableId"),
        ("created", "CreationDateTime"),
    ] {
        script.line(&format!(
            "{variable}_{member}=$(jq -r .Table.{path} <<<\"$described\")"
        ));
    }
    names.number(&format!("{name}.created"));
    for item in &spec.items {
        let item = json_word(&Value::Object(item.clone()), names);
        script.line(&format!(
            "call put-item --table-name \"${variable}\" --item {item}"
        ));
    }
    if spec.settle {
        script.line("let_pass 6 # until backups can be taken");
    }
    script.line("");
}

fn mentions_owner(source: &Value) -> bool {
    ["account", "region", "partition"]
        .iter()
        .any(|name| crate::bind::mentions(source, name))
}

fn owner(script: &mut Script, table: Option<&String>) {
    match table {
        Some(table) => {
            let arn = format!("{}_arn", shell::variable(table));
            script.line(&format!("partition=$(cut -d: -f2 <<<\"${arn}\")"));
            script.line(&format!("account=$(cut -d: -f5 <<<\"${arn}\")"));
        }
        None => script.line("partition=aws account=\"$AWS_ACCESS_KEY_ID\""),
    }
    script.line("");
}

#[cfg(test)]
mod tests;
