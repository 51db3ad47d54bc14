//! What is done to the store, one step after the other: drawn from the seed, or listed one by one.

use std::fmt;

use lookback_protocol::wire::{Operation, Request};
use lookback_traffic::DeedKind;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What the clients do, and what is done to the tables.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Steps {
    /// Whatever the seed and the profile make of it.
    #[default]
    Drawn,
    /// These steps and no others.
    Listed(Listed),
}

/// Steps that are listed one by one, so that some can be left out.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listed {
    /// The tables that are made, by name: those of the profile, and the one whose items expire.
    pub tables: Vec<String>,
    /// The steps, in the order of time.
    pub steps: Vec<Step>,
    /// Whether the tables are read once more when all is quiet.
    pub read_at_end: bool,
}

/// A step: what one lane does at a time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// When, in microseconds since the run began; later where the step before it in its lane takes longer.
    pub at_us: i64,
    /// Whose it is.
    pub by: Lane,
    /// What is done.
    #[serde(rename = "do")]
    pub doing: Doing,
}

/// Who does things one after the other. In a file `client-3`, `expiring`, `deeds`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Lane {
    /// A client of the load.
    Client(u32),
    /// The client of the table whose items expire.
    Expiring,
    /// Whoever does something to tables as a whole. These steps do not wait for each other.
    Deeds,
}

impl fmt::Display for Lane {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Client(number) => write!(f, "client-{number}"),
            Self::Expiring => f.write_str("expiring"),
            Self::Deeds => f.write_str("deeds"),
        }
    }
}

impl From<Lane> for String {
    fn from(lane: Lane) -> Self {
        lane.to_string()
    }
}

impl TryFrom<String> for Lane {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        match text.as_str() {
            "expiring" => return Ok(Self::Expiring),
            "deeds" => return Ok(Self::Deeds),
            _ => {}
        }
        let number = text.strip_prefix("client-").and_then(|it| it.parse().ok());
        number.map(Self::Client).ok_or_else(|| {
            format!(
                "no lane is called {text:?}; there are client-0, client-1, ..., expiring and deeds"
            )
        })
    }
}

/// What a step does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Doing {
    /// A request goes out; the pages after the first follow it.
    Call(Call),
    /// Something is done to a table as a whole.
    Deed(TableDeed),
}

/// A request of a step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Call {
    /// The request.
    #[serde(
        flatten,
        serialize_with = "write_request",
        deserialize_with = "read_request"
    )]
    pub request: Request,
    /// The item that is put expires so many seconds after the step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_in_s: Option<i64>,
}

/// Something that is done to a table as a whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableDeed {
    /// What is done.
    pub kind: DeedKind,
    /// The table.
    pub table: String,
    /// A number for whatever the deed leaves open: which instant of the window is restored, as a share of 2^64.
    pub draw: u64,
}

/// A request as it stands in a file: the operation, and the body as it goes over the wire.
#[derive(Serialize, Deserialize)]
struct Written {
    op: String,
    #[serde(rename = "in")]
    input: serde_json::Value,
}

fn write_request<S: Serializer>(request: &Request, to: S) -> Result<S::Ok, S::Error> {
    let mut body = Vec::new();
    request.to_json(&mut body);
    let written = Written {
        op: request.operation().name().to_owned(),
        // What was written by the wire's own writer can be read.
        input: serde_json::from_slice(&body).unwrap_or_default(),
    };
    written.serialize(to)
}

fn read_request<'de, D: Deserializer<'de>>(from: D) -> Result<Request, D::Error> {
    let written = Written::deserialize(from)?;
    let Some(operation) = Operation::from_name(&written.op) else {
        return Err(D::Error::custom(format!(
            "no operation is called {:?}",
            written.op
        )));
    };
    let body = written.input.to_string();
    Request::parse(operation, body.as_bytes())
        .map_err(|error| D::Error::custom(format!("{}: {error:?}", written.op)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_a_line_that_a_person_can_read() {
        let text = r#"{"at_us":2100000,"by":"client-3","do":{"call":{"op":"PutItem","in":{"Item":{"n":{"N":"7"},"pk":{"S":"a"}},"TableName":"music"},"expires_in_s":4}}}"#;
        let step: Step = serde_json::from_str(text).unwrap();
        assert_eq!(step.by, Lane::Client(3));
        assert_eq!(serde_json::to_string(&step).unwrap(), text);
        let text =
            r#"{"at_us":5,"by":"deeds","do":{"deed":{"kind":"backup","table":"music","draw":7}}}"#;
        let step: Step = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&step).unwrap(), text);
    }

    #[test]
    fn what_is_no_step_is_told() {
        let told = |text: &str| serde_json::from_str::<Step>(text).unwrap_err().to_string();
        let lane = told(
            r#"{"at_us":5,"by":"nobody","do":{"deed":{"kind":"backup","table":"t","draw":7}}}"#,
        );
        assert!(
            lane.contains("nobody") && lane.contains("client-0"),
            "{lane}"
        );
        let operation = told(r#"{"at_us":5,"by":"deeds","do":{"call":{"op":"Nothing","in":{}}}}"#);
        assert!(operation.contains("Nothing"), "{operation}");
    }
}
