//! The steps that look at objects: what is put for an import, and what an export wrote.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use super::expectation::{Expectation, Quantity};

/// `put`: puts an object into a bucket.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PutStep {
    /// The object's key.
    pub put: String,
    /// The bucket's name.
    pub bucket: String,
    /// Its lines: text as it is, anything else as compact JSON; each ends with a line feed.
    #[serde(default)]
    pub lines: Option<Vec<Value>>,
    /// Its text.
    #[serde(default)]
    pub text: Option<String>,
    /// How it is compressed. Default: not at all.
    #[serde(default)]
    pub compress: Option<Compress>,
    /// For the reader.
    #[serde(default)]
    pub note: Option<String>,
}

/// How an object is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum Compress {
    /// Gzip.
    Gzip,
    /// Zstandard.
    Zstd,
}

/// `objects`: lists a bucket.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ObjectsStep {
    /// The bucket's name.
    pub objects: String,
    /// What keys begin with.
    #[serde(default)]
    pub prefix: Option<String>,
    /// What the listing must look like: `body` is `{"keys": [...], "sizes": {key: bytes}}`.
    #[serde(default)]
    pub expect: Option<Expectation>,
    /// Name -> JSON pointer into the listing.
    #[serde(default)]
    pub bind: BTreeMap<String, String>,
    /// For the reader.
    #[serde(default)]
    pub note: Option<String>,
}

/// `object`: reads an object.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ObjectStep {
    /// The object's key.
    pub object: String,
    /// The bucket's name.
    pub bucket: String,
    /// What it must look like: `body` is `{"size", "md5", "etag", "gzip", "text", "json", "lines"}`.
    #[serde(default)]
    pub expect: Option<Expectation>,
    /// Name -> JSON pointer into that.
    #[serde(default)]
    pub bind: BTreeMap<String, String>,
    /// For the reader.
    #[serde(default)]
    pub note: Option<String>,
}

/// `export`: waits until an export is COMPLETED and reads everything that it wrote.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExportStep {
    /// The export's ARN.
    pub export: String,
    /// Exactly these items: a list, or the name of one.
    #[serde(default)]
    pub are: Option<Value>,
    /// For each of these an item with at least these attributes.
    #[serde(default)]
    pub contain: Option<Value>,
    /// No item has at least these attributes.
    #[serde(default)]
    pub lack: Option<Value>,
    /// Exactly these records, `{"keys", "old", "new"}`, those with two equal images left out: a list, or the name of one.
    #[serde(default)]
    pub changes: Option<Value>,
    /// What the export must look like: `body` is what docs/cases.md lists.
    #[serde(default)]
    pub expect: Option<Expectation>,
    /// Name -> JSON pointer into that.
    #[serde(default)]
    pub bind: BTreeMap<String, String>,
    /// For how long at most it may be IN_PROGRESS, in seconds. Default: 1800.
    #[serde(default)]
    pub within_s: Option<Quantity>,
    /// For the reader.
    #[serde(default)]
    pub note: Option<String>,
}

impl ExportStep {
    /// The lists that were given, by name.
    pub fn lists(&self) -> impl Iterator<Item = (&'static str, &Value)> {
        let lists = [
            ("are", &self.are),
            ("contain", &self.contain),
            ("lack", &self.lack),
            ("changes", &self.changes),
        ];
        let given = lists.into_iter();
        given.filter_map(|(name, list)| Some((name, list.as_ref()?)))
    }
}

#[cfg(test)]
mod tests {
    use crate::case::load;

    /// What is wrong with a case of one step, as a user reads it.
    fn wrong(step: &str) -> String {
        let text = format!(
            r#"{{ "title": "t", "clauses": ["IMPORT-001"], "buckets": ["files"], "steps": [ {step} ] }}"#
        );
        let error = load::parse("group/name", "name.json", &text).unwrap_err();
        error.to_string()
    }

    #[test]
    fn steps_that_look_at_objects_are_read() {
        let text = r#"{ "title": "t", "clauses": ["IMPORT-001"], "buckets": ["files"], "steps": [
            { "put": "in/a", "bucket": "${files}", "lines": [{ "Item": {} }, "text"], "compress": "ZSTD" },
            { "put": "in/b", "bucket": "${files}", "text": "" },
            { "objects": "${files}", "prefix": "in/", "bind": { "key": "/keys/0" } },
            { "object": "${key}", "bucket": "${files}", "expect": { "body": { "size": 0 } }, "bind": { "arn": "/text" } },
            { "export": "${arn}", "are": [], "changes": "${key}", "expect": { "body": { "wrong": { "md5s": [] } } } } ] }"#;
        let case = load::parse("group/name", "name.json", text).unwrap();
        let verbs: Vec<&str> = case.steps.iter().map(crate::case::Step::verb).collect();
        assert_eq!(verbs, ["put", "put", "objects", "object", "export"]);
    }

    #[test]
    fn what_is_wrong_with_them_is_told_where_it_stands() {
        for (step, told) in [
            (
                r#"{ "put": "a", "bucket": "${files}" }"#,
                "puts `lines` or `text`",
            ),
            (
                r#"{ "put": "a", "bucket": "${files}", "text": "x", "lines": [] }"#,
                "puts `lines` or `text`",
            ),
            (
                r#"{ "put": "a", "bucket": "${files}", "text": "x", "compress": "LZ4" }"#,
                "unknown variant `LZ4`",
            ),
            (r#"{ "objects": "${other}" }"#, "nothing binds ${other}"),
            (
                r#"{ "object": "a", "bucket": "${files}", "bind": { "x": "text" } }"#,
                "is no JSON pointer",
            ),
            (
                r#"{ "object": "a", "bucket": "${files}", "expect": { "status": 404 } }"#,
                "has no status, error or headers",
            ),
            (r#"{ "export": "arn", "are": "items" }"#, "this is no list"),
            (r#"{ "export": "arn", "within_s": -1 }"#, "this is no time"),
            (r#"{ "export": "arn", "ar": [] }"#, "unknown field `ar`"),
        ] {
            let error = wrong(step);
            assert!(error.contains(told), "{step}: {error}");
            assert!(error.starts_with("name.json:1:"), "{step}: {error}");
        }
    }
}
