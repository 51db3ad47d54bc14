//! A table that stands ready before the first step of a case.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// A table that is created under a name of its own for each run.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TableSpec {
    /// Hash key and type. Default: `pk:S`.
    #[serde(default = "default_hash")]
    #[schemars(regex(pattern = "^.+:[SNB]$"))]
    pub hash: String,
    /// Range key and type. Default: none.
    #[serde(default)]
    #[schemars(regex(pattern = "^.+:[SNB]$"))]
    pub range: Option<String>,
    /// Further members of CreateTable, merged over the rest.
    #[serde(default)]
    pub with: Map<String, Value>,
    /// Items in DynamoDB JSON, put one by one.
    #[serde(default)]
    pub items: Vec<Map<String, Value>>,
    /// `false`: do not wait until backups can be taken.
    #[serde(default = "yes")]
    pub settle: bool,
}

fn default_hash() -> String {
    "pk:S".to_owned()
}

fn yes() -> bool {
    true
}

impl TableSpec {
    /// The body of the CreateTable call, with `name` as the table's name.
    pub fn create_body(&self, name: &str) -> Value {
        let keys = [
            Some((&self.hash, "HASH")),
            self.range.as_ref().map(|range| (range, "RANGE")),
        ];
        let mut definitions = Vec::new();
        let mut schema = Vec::new();
        for (key, role) in keys.into_iter().flatten() {
            let (attribute, kind) = key.rsplit_once(':').unwrap_or((key, "S"));
            definitions.push(json!({ "AttributeName": attribute, "AttributeType": kind }));
            schema.push(json!({ "AttributeName": attribute, "KeyType": role }));
        }
        let mut body = Map::new();
        body.insert("TableName".to_owned(), json!(name));
        body.insert("AttributeDefinitions".to_owned(), json!(definitions));
        body.insert("KeySchema".to_owned(), json!(schema));
        body.insert("BillingMode".to_owned(), json!("PAY_PER_REQUEST"));
        for (member, value) in &self.with {
            body.insert(member.clone(), value.clone());
        }
        Value::Object(body)
    }
}
