//! The steps of a case: each has exactly one verb.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use super::expectation::{Expectation, Quantity};
use super::files::{ExportStep, ObjectStep, ObjectsStep, PutStep};

/// One step.
#[derive(Clone, Debug, JsonSchema)]
#[schemars(untagged)]
pub enum Step {
    /// One request, sent exactly as written.
    Call(Box<CallStep>),
    /// Time passes.
    Wait(WaitStep),
    /// A table reaches a status.
    Table(TableStep),
    /// The items of a table or an index.
    Items(ItemsStep),
    /// A listing followed to its end.
    Pages(Box<PagesStep>),
    /// An object is put.
    Put(PutStep),
    /// The objects of a bucket.
    Objects(ObjectsStep),
    /// An object.
    Object(ObjectStep),
    /// Everything that an export wrote.
    Export(Box<ExportStep>),
    /// Computed values.
    Let(LetStep),
    /// The same steps for several values.
    Each(EachStep),
}

/// `call`: one request, sent exactly as written, also when it is wrong.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CallStep {
    /// The operation's name.
    pub call: String,
    /// The body, DynamoDB JSON 1.0.
    #[serde(rename = "in", default = "empty_object")]
    pub input: Value,
    /// What must come back. Default: success.
    #[serde(default)]
    pub expect: Option<Expectation>,
    /// Name -> JSON pointer into the answer. A missing pointer fails the case.
    #[serde(default)]
    pub bind: BTreeMap<String, String>,
    /// Who calls. Default: the run's own account and region.
    #[serde(rename = "as", default)]
    pub caller: Option<OtherCaller>,
    /// Replaces parts of the HTTP request.
    #[serde(default)]
    pub raw: Option<Raw>,
    /// Like `expect`, but the call is repeated until it holds.
    #[serde(default)]
    pub until: Option<Expectation>,
    /// For how long at most, in seconds. Default: 60.
    #[serde(default)]
    pub within_s: Option<Quantity>,
    /// The pause between two calls, in seconds. Default: 0.25, growing.
    #[serde(default)]
    pub every_s: Option<Quantity>,
    /// With `until`: what each answer before the last one must fulfil.
    #[serde(default)]
    pub always: Option<Expectation>,
    /// `true`: the answer is recorded, not judged.
    #[serde(default)]
    pub observe: bool,
    /// Why there is nothing to judge where `expect`, or `until` within its time, does not hold: the case ends as
    /// unspecified.
    #[serde(default)]
    pub else_unspecified: Option<String>,
    /// Why nobody is failed where `expect`, or `until` within its time, does not hold: it was recorded and is not
    /// promised. The case ends as unspecified, and that is no surprise on any target.
    #[serde(default)]
    pub not_promised: Option<String>,
    /// For the reader.
    #[serde(default)]
    pub note: Option<String>,
}

fn empty_object() -> Value {
    Value::Object(Map::new())
}

/// Somebody else than the run's own account and region.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OtherCaller {
    /// `${other_account}` in the run's region.
    OtherAccount,
    /// The run's account in `${other_region}`.
    OtherRegion,
}

/// Replacements of parts of the HTTP request.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Raw {
    /// The body's text, instead of `in`.
    #[serde(default)]
    pub body: Option<String>,
    /// Headers to set; `null` removes one.
    #[serde(default)]
    pub headers: BTreeMap<String, Option<String>>,
    /// The HTTP method.
    #[serde(default)]
    pub method: Option<String>,
    /// Path and query, starting with `/`.
    #[serde(default)]
    pub path: Option<String>,
    /// The X-Amz-Target header; `null` removes it.
    #[serde(default, deserialize_with = "present")]
    pub target: Option<Option<String>>,
}

/// Tells `null` from absent.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

/// `wait_s`: time passes.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WaitStep {
    /// Seconds.
    pub wait_s: Quantity,
    /// Why the case must wait.
    #[serde(default)]
    pub why: Option<String>,
    /// For the reader.
    #[serde(default)]
    pub note: Option<String>,
}

/// `table`: polls DescribeTable until the table has a status.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TableStep {
    /// The table's name.
    pub table: String,
    /// A TableStatus, or `GONE` for ResourceNotFoundException.
    pub becomes: String,
    /// For how long at most, in seconds. Default: 60.
    #[serde(default)]
    pub within_s: Option<Quantity>,
    /// For the reader.
    #[serde(default)]
    pub note: Option<String>,
}

/// `items`: reads a table by strong, paged Scans and compares it as a set of items.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ItemsStep {
    /// The table's name.
    pub items: String,
    /// An index to scan instead (eventually).
    #[serde(default)]
    pub index: Option<String>,
    /// Exactly these items.
    #[serde(default)]
    pub are: Option<Vec<Value>>,
    /// For each of these an item with at least these attributes.
    #[serde(default)]
    pub contain: Option<Vec<Value>>,
    /// No item has at least these attributes.
    #[serde(default)]
    pub lack: Option<Vec<Value>>,
    /// With `index`: for how long at most, in seconds. Default: 30.
    #[serde(default)]
    pub within_s: Option<Quantity>,
    /// For the reader.
    #[serde(default)]
    pub note: Option<String>,
}

/// `pages`: follows a listing to its end and judges the concatenated array as `body`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PagesStep {
    /// The operation's name.
    pub pages: String,
    /// The body of the first request.
    #[serde(rename = "in", default = "empty_object")]
    pub input: Value,
    /// JSON pointer to the array of a page.
    pub collect: String,
    /// JSON pointer to the cursor of a page.
    pub cursor: String,
    /// The member of the next request that takes the cursor.
    pub as_input: String,
    /// What the concatenated array must look like, as `body`.
    #[serde(default)]
    pub expect: Option<Expectation>,
    /// Name -> JSON pointer into the concatenated array.
    #[serde(default)]
    pub bind: BTreeMap<String, String>,
    /// For the reader.
    #[serde(default)]
    pub note: Option<String>,
}

/// `let`: computed values.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LetStep {
    /// Name -> value, with `$add`, `$replace`, `$last`, `$first`.
    #[serde(rename = "let")]
    pub values: BTreeMap<String, Value>,
    /// For the reader.
    #[serde(default)]
    pub note: Option<String>,
}

/// `each`: the same steps once for each value.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EachStep {
    /// Name -> values; several names are taken in step.
    pub each: BTreeMap<String, Vec<Value>>,
    /// The steps.
    #[serde(rename = "do")]
    pub steps: Vec<Step>,
    /// For the reader.
    #[serde(default)]
    pub note: Option<String>,
}

impl EachStep {
    /// How often the steps are run.
    pub fn rounds(&self) -> usize {
        self.each.values().map(Vec::len).min().unwrap_or(0)
    }
}

/// The verbs, in the order in which an error lists them.
pub const VERBS: [&str; 11] = [
    "call", "wait_s", "table", "items", "pages", "put", "objects", "object", "export", "let",
    "each",
];

impl Step {
    /// The verb that this step has.
    pub fn verb(&self) -> &'static str {
        match self {
            Self::Call(_) => "call",
            Self::Wait(_) => "wait_s",
            Self::Table(_) => "table",
            Self::Items(_) => "items",
            Self::Pages(_) => "pages",
            Self::Put(_) => "put",
            Self::Objects(_) => "objects",
            Self::Object(_) => "object",
            Self::Export(_) => "export",
            Self::Let(_) => "let",
            Self::Each(_) => "each",
        }
    }

    /// The step in a few words: the verb and what it is about.
    pub fn label(&self) -> String {
        match self {
            Self::Call(step) => step.call.clone(),
            Self::Wait(step) => match &step.wait_s {
                Quantity::Number(seconds) => format!("wait {seconds} s"),
                Quantity::Binding(name) => format!("wait {name} s"),
            },
            Self::Table(step) => format!("table {} becomes {}", step.table, step.becomes),
            Self::Items(step) => match &step.index {
                Some(index) => format!("items of {} by index {index}", step.items),
                None => format!("items of {}", step.items),
            },
            Self::Pages(step) => format!("all pages of {}", step.pages),
            Self::Put(step) => format!("put {}", step.put),
            Self::Objects(step) => format!("objects of {}", step.objects),
            Self::Object(step) => format!("object {}", step.object),
            Self::Export(step) => format!("export {}", step.export),
            Self::Let(step) => format!(
                "let {}",
                step.values.keys().cloned().collect::<Vec<_>>().join(", ")
            ),
            Self::Each(step) => format!(
                "each {}",
                step.each.keys().cloned().collect::<Vec<_>>().join(", ")
            ),
        }
    }
}

impl<'de> Deserialize<'de> for Step {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        super::walk::step_at("", value).map_err(|problem| serde::de::Error::custom(problem.message))
    }
}
