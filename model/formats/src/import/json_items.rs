//! DynamoDB JSON: `{"Item":{...}}`, one after the other, on lines of their own or not (IMPORT-017, -020, -030, record 5.5).

use std::io::Read;

use lookback_protocol::error::ServiceError;
use lookback_protocol::wire::WireItem;
use serde::Deserialize;

use super::Step;

/// What stands for an item. What other members mean is not described.
#[derive(Deserialize)]
struct Line {
    #[serde(rename = "Item")]
    item: Option<WireItem>,
}

pub(super) fn steps(plain: impl Read) -> impl Iterator<Item = Step> {
    let values = serde_json::Deserializer::from_reader(plain).into_iter::<Line>();
    values.map(|line| match line {
        Ok(Line { item: Some(item) }) => Ok(item),
        Ok(Line { item: None }) => Err(ServiceError::validation("The line has no Item")),
        Err(error) => Err(ServiceError::validation(format!(
            "The line is no JSON of an item: {error}"
        ))),
    })
}
