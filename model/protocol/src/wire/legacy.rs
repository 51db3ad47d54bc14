//! Conditions and updates as data, from before expressions.
//!
//! The members are defined by the API model in `corpus/api`.

#![allow(missing_docs)]

use serde::{Deserialize, Serialize};

use super::value::WireValue;

/// A comparison of one attribute.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct Condition {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attribute_value_list: Option<Vec<WireValue>>,
    pub comparison_operator: String,
}

/// What an attribute must be before a write.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct ExpectedAttributeValue {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<WireValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exists: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comparison_operator: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attribute_value_list: Option<Vec<WireValue>>,
}

/// What an update does to one attribute.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct AttributeValueUpdate {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<WireValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action: Option<String>,
}
