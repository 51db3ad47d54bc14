//! Vector indexes of tables, and what UpdateTable does to them.
//!
//! The members are defined by the API model in `corpus/api`.

#![allow(missing_docs)]

use serde::{Deserialize, Serialize};

use super::index::Projection;

/// A vector index as it should be.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct VectorIndex {
    pub index_name: String,
    pub vector_attribute: VectorAttributeDefinition,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub search_schema: Option<Vec<SearchSchemaElement>>,
    pub projection: Projection,
    pub dimensions: i64,
    pub distance_function: String,
}

/// A vector index as it is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct VectorIndexDescription {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub index_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub search_schema: Option<Vec<SearchSchemaElement>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub projection: Option<Projection>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vector_attribute: Option<VectorAttributeDefinition>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dimensions: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub distance_function: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub index_status: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backfilling: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub index_size_bytes: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub item_count: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub index_arn: Option<String>,
}

/// The attribute that holds the vector.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct VectorAttributeDefinition {
    pub attribute_name: String,
}

/// An attribute that a vector search may name.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct SearchSchemaElement {
    pub attribute_name: String,
    pub search_schema_element_type: String,
}

/// A change to the vector indexes: exactly one member is given.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct VectorIndexUpdate {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub create: Option<CreateVectorIndexAction>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delete: Option<DeleteVectorIndexAction>,
}

/// A vector index to add.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct CreateVectorIndexAction {
    pub index_name: String,
    pub vector_attribute: VectorAttributeDefinition,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub search_schema: Option<Vec<SearchSchemaElement>>,
    pub projection: Projection,
    pub dimensions: i64,
    pub distance_function: String,
}

/// A vector index to remove.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct DeleteVectorIndexAction {
    pub index_name: String,
}
