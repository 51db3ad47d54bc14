//! The settings that a CreateTable request describes, or why they are refused.

use std::collections::{BTreeMap, BTreeSet};

use lookback_protocol::error::ServiceError;
use lookback_protocol::key::{KeyAttribute, KeySchema, KeyType};
use lookback_protocol::wire::index::{GlobalSecondaryIndex, LocalSecondaryIndex, Projection};
use lookback_protocol::wire::table::{
    AttributeDefinition, CreateTableInput, KeySchemaElement, StreamSpecification,
};
use lookback_protocol::wire::throughput::{OnDemandThroughput, ProvisionedThroughput};

use super::definition::{Billing, Definition, GlobalIndex, Index, Throughput};
use super::encryption::encryption;
use crate::caller::Caller;

/// Local indexes of one table (TABLE-007).
const LOCAL_INDEXES_MAX: usize = 5;
/// Global indexes of one table (TABLE-007).
pub(crate) const GLOBAL_INDEXES_MAX: usize = 20;
/// Non-key attributes of one table, summed over its INCLUDE projections (VALIDATION-028).
const NON_KEY_ATTRIBUTES_MAX: usize = 100;

type Kinds = BTreeMap<String, KeyType>;

impl Definition {
    /// Reads the settings out of a CreateTable request.
    pub fn from_create(input: &CreateTableInput, caller: &Caller) -> Result<Self, ServiceError> {
        let billing = input
            .billing_mode
            .as_deref()
            .map_or(Billing::Provisioned, Billing::from_name);
        let throughput = table_throughput(billing, input.provisioned_throughput.as_ref())?;
        let on_demand = on_demand_maxima(billing, input.on_demand_throughput.as_ref())?;
        let kinds = attribute_kinds(input.attribute_definitions.as_deref().unwrap_or_default())?;
        let elements = input.key_schema.as_deref().unwrap_or_default();
        let schema = key_schema(elements, &kinds)?;
        let local = input.local_secondary_indexes.as_deref();
        let global = input.global_secondary_indexes.as_deref();
        if local.is_some_and(<[_]>::is_empty) {
            return Err(ServiceError::invalid_parameter(
                "List of LocalSecondaryIndexes is empty",
            ));
        }
        if global.is_some_and(<[_]>::is_empty) {
            return Err(ServiceError::invalid_parameter(
                "List of GlobalSecondaryIndexes is empty",
            ));
        }
        let local_indexes = local_indexes(local.unwrap_or_default(), &schema, &kinds)?;
        let global_indexes = global_indexes(global.unwrap_or_default(), billing, &kinds)?;
        let definition = Self {
            schema,
            local_indexes,
            global_indexes,
            billing,
            throughput,
            on_demand,
            stream: stream(input.stream_specification.as_ref())?,
            encryption: encryption(input.sse_specification.as_ref(), caller)?,
            infrequent_access: input.table_class.as_deref() == Some("STANDARD_INFREQUENT_ACCESS"),
            deletion_protection: input.deletion_protection_enabled.unwrap_or(false),
        };
        definition.check_names()?;
        definition.check_all_definitions_used(&kinds)?;
        Ok(definition)
    }

    /// Index names are unique within the table (VALIDATION-027), and INCLUDE projections stay within their sum.
    pub fn check_names(&self) -> Result<(), ServiceError> {
        let mut names = BTreeSet::new();
        let mut included = 0;
        for index in self.indexes() {
            if !names.insert(&index.name) {
                return Err(ServiceError::invalid_parameter(format_args!(
                    "Duplicate index name: {}",
                    index.name
                )));
            }
            included += index
                .projection
                .non_key_attributes
                .as_ref()
                .map_or(0, Vec::len);
        }
        if included > NON_KEY_ATTRIBUTES_MAX {
            return Err(ServiceError::invalid_parameter(
                "Number of NonKeyAttributes exceeds per-table limit of 100",
            ));
        }
        Ok(())
    }

    /// A definition that no key uses is refused (VALIDATION-026).
    fn check_all_definitions_used(&self, kinds: &Kinds) -> Result<(), ServiceError> {
        let used: Vec<String> = self
            .attribute_definitions()
            .into_iter()
            .map(|definition| definition.attribute_name)
            .collect();
        if used.len() == kinds.len() {
            return Ok(());
        }
        if self.indexes().next().is_none() {
            return Err(ServiceError::invalid_parameter(
                "Number of attributes in KeySchema does not exactly match number of attributes defined in \
                 AttributeDefinitions",
            ));
        }
        let defined: Vec<&str> = kinds.keys().map(String::as_str).collect();
        Err(ServiceError::invalid_parameter(format_args!(
            "Some AttributeDefinitions are not used. AttributeDefinitions: [{}], keys used: [{}]",
            defined.join(", "),
            used.join(", ")
        )))
    }
}

/// The throughput that fits the billing mode (TABLE-005).
pub(crate) fn table_throughput(
    billing: Billing,
    given: Option<&ProvisionedThroughput>,
) -> Result<Throughput, ServiceError> {
    match (billing, given) {
        (Billing::Provisioned, Some(throughput)) => Ok(throughput.into()),
        (Billing::Provisioned, None) => Err(ServiceError::invalid_parameter(
            "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED",
        )),
        (Billing::PayPerRequest, None) => Ok(Throughput::default()),
        (Billing::PayPerRequest, Some(_)) => Err(ServiceError::invalid_parameter(
            "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST",
        )),
    }
}

/// On-demand maxima: -1 takes one away, anything else must be positive.
pub(crate) fn on_demand_maxima(
    billing: Billing,
    given: Option<&OnDemandThroughput>,
) -> Result<Option<OnDemandThroughput>, ServiceError> {
    let Some(maxima) = given else { return Ok(None) };
    if billing == Billing::Provisioned {
        return Err(ServiceError::invalid_parameter(
            "OnDemandThroughput can only be specified when BillingMode is PAY_PER_REQUEST",
        ));
    }
    for (name, units) in [
        ("MaxReadRequestUnits", maxima.max_read_request_units),
        ("MaxWriteRequestUnits", maxima.max_write_request_units),
    ] {
        if units.is_some_and(|units| units != -1 && units < 1) {
            return Err(ServiceError::validation(format!(
                "Requested {name} for OnDemandThroughput is outside of valid range"
            )));
        }
    }
    let kept = |units: Option<i64>| units.filter(|units| *units > 0);
    let maxima = OnDemandThroughput {
        max_read_request_units: kept(maxima.max_read_request_units),
        max_write_request_units: kept(maxima.max_write_request_units),
    };
    let any = maxima.max_read_request_units.is_some() || maxima.max_write_request_units.is_some();
    Ok(any.then_some(maxima))
}

/// The types that AttributeDefinitions give.
pub(crate) fn attribute_kinds(definitions: &[AttributeDefinition]) -> Result<Kinds, ServiceError> {
    let mut kinds = Kinds::new();
    for definition in definitions {
        let Some(kind) = KeyType::from_name(&definition.attribute_type) else {
            continue;
        };
        if kinds
            .insert(definition.attribute_name.clone(), kind)
            .is_some()
        {
            return Err(ServiceError::validation(format!(
                "Attribute Name is duplicated: {}",
                definition.attribute_name
            )));
        }
    }
    Ok(kinds)
}

/// A key schema: one HASH element, then at most one RANGE element, all of them defined (VALIDATION-026).
pub(crate) fn key_schema(
    elements: &[KeySchemaElement],
    kinds: &Kinds,
) -> Result<KeySchema, ServiceError> {
    let invalid = |text: &str| ServiceError::validation(format!("Invalid KeySchema: {text}"));
    let (hash, range) = match elements {
        [hash] => (hash, None),
        [hash, range] => (hash, Some(range)),
        [] => return Err(invalid("No key elements are specified")),
        _ => return Err(invalid("Too many key elements are specified")),
    };
    if hash.key_type != "HASH" {
        return Err(invalid("The first KeySchemaElement is not a HASH key type"));
    }
    if range.is_some_and(|range| range.key_type != "RANGE") {
        return Err(invalid(
            "The second KeySchemaElement is not a RANGE key type",
        ));
    }
    if range.is_some_and(|range| range.attribute_name == hash.attribute_name) {
        return Err(invalid(
            "Both the Hash Key and the Range Key element in the KeySchema have the same name",
        ));
    }
    let attribute = |element: &KeySchemaElement| {
        kinds.get(&element.attribute_name).map(|kind| KeyAttribute {
            name: element.attribute_name.clone(),
            kind: *kind,
        })
    };
    let undefined = || {
        if kinds.is_empty() {
            return invalid("Some index key attribute have no definition");
        }
        let keys: Vec<&str> = elements
            .iter()
            .map(|element| element.attribute_name.as_str())
            .collect();
        let defined: Vec<&str> = kinds.keys().map(String::as_str).collect();
        ServiceError::invalid_parameter(format_args!(
            "Some index key attributes are not defined in AttributeDefinitions. Keys: [{}], AttributeDefinitions: [{}]",
            keys.join(", "),
            defined.join(", ")
        ))
    };
    let hash = attribute(hash).ok_or_else(undefined)?;
    let range = range
        .map(|range| attribute(range).ok_or_else(undefined))
        .transpose()?;
    Ok(KeySchema { hash, range })
}

/// One index with its projection (VALIDATION-027, -028).
pub(crate) fn index(
    name: &str,
    elements: &[KeySchemaElement],
    projection: &Projection,
    kinds: &Kinds,
) -> Result<Index, ServiceError> {
    let schema = key_schema(elements, kinds)?;
    let kind = projection.projection_type.as_deref();
    let included = projection.non_key_attributes.as_deref();
    match (kind, included) {
        (None, _) => {
            return Err(ServiceError::invalid_parameter(
                "Unknown ProjectionType: null",
            ));
        }
        (Some("INCLUDE"), None) => {
            return Err(ServiceError::invalid_parameter(
                "ProjectionType is INCLUDE, but NonKeyAttributes is not specified",
            ));
        }
        (Some(kind @ ("ALL" | "KEYS_ONLY")), Some(_)) => {
            return Err(ServiceError::invalid_parameter(format_args!(
                "ProjectionType is {kind}, but NonKeyAttributes is specified"
            )));
        }
        _ => {}
    }
    Ok(Index {
        name: name.to_owned(),
        schema,
        projection: projection.clone(),
    })
}

fn local_indexes(
    given: &[LocalSecondaryIndex],
    table: &KeySchema,
    kinds: &Kinds,
) -> Result<Vec<Index>, ServiceError> {
    if given.len() > LOCAL_INDEXES_MAX {
        return Err(ServiceError::invalid_parameter(
            "Number of LocalSecondaryIndexes exceeds per-table limit of 5",
        ));
    }
    if !given.is_empty() && table.range.is_none() {
        return Err(ServiceError::invalid_parameter(
            "Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex",
        ));
    }
    let mut indexes = Vec::with_capacity(given.len());
    for wire in given {
        let index = index(&wire.index_name, &wire.key_schema, &wire.projection, kinds)?;
        if index.schema.hash != table.hash {
            return Err(ServiceError::invalid_parameter(format_args!(
                "Index KeySchema does not have the same leading hash key as table KeySchema for index: {}. index hash \
                 key: {}, table hash key: {}",
                index.name, index.schema.hash.name, table.hash.name
            )));
        }
        if index.schema.range.is_none() {
            return Err(ServiceError::invalid_parameter(format_args!(
                "Index KeySchema does not have a range key for index: {}",
                index.name
            )));
        }
        indexes.push(index);
    }
    Ok(indexes)
}

fn global_indexes(
    given: &[GlobalSecondaryIndex],
    billing: Billing,
    kinds: &Kinds,
) -> Result<Vec<GlobalIndex>, ServiceError> {
    if given.len() > GLOBAL_INDEXES_MAX {
        return Err(too_many_global_indexes());
    }
    given
        .iter()
        .map(|wire| {
            Ok(GlobalIndex {
                index: index(&wire.index_name, &wire.key_schema, &wire.projection, kinds)?,
                throughput: index_throughput(
                    &wire.index_name,
                    billing,
                    wire.provisioned_throughput.as_ref(),
                )?,
                on_demand: on_demand_maxima(billing, wire.on_demand_throughput.as_ref())?,
                active_us: i64::MIN,
                gone_us: None,
            })
        })
        .collect()
}

/// More global indexes than a table may have (TABLE-007).
pub(crate) fn too_many_global_indexes() -> ServiceError {
    ServiceError::invalid_parameter("GlobalSecondaryIndex count exceeds the per-table limit of 20")
}

/// The throughput of a global index that fits the table's billing mode.
pub(crate) fn index_throughput(
    name: &str,
    billing: Billing,
    given: Option<&ProvisionedThroughput>,
) -> Result<Throughput, ServiceError> {
    match (billing, given) {
        (Billing::Provisioned, Some(throughput)) => Ok(throughput.into()),
        (Billing::Provisioned, None) => Err(ServiceError::invalid_parameter(format_args!(
            "ProvisionedThroughput is not specified for index: {name}"
        ))),
        (Billing::PayPerRequest, None) => Ok(Throughput::default()),
        (Billing::PayPerRequest, Some(_)) => Err(ServiceError::invalid_parameter(format_args!(
            "ProvisionedThroughput should not be specified for index: {name} when BillingMode is PAY_PER_REQUEST"
        ))),
    }
}

/// A stream that is switched on names its view type (TABLE-024).
pub(crate) fn stream(
    given: Option<&StreamSpecification>,
) -> Result<Option<StreamSpecification>, ServiceError> {
    match given {
        Some(stream) if stream.stream_enabled && stream.stream_view_type.is_none() => {
            Err(ServiceError::invalid_parameter(
                "StreamViewType must be specified when StreamEnabled is true",
            ))
        }
        Some(stream) if !stream.stream_enabled && stream.stream_view_type.is_some() => {
            Err(ServiceError::invalid_parameter(
                "StreamViewType cannot be specified when StreamEnabled is false",
            ))
        }
        Some(stream) if stream.stream_enabled => Ok(Some(stream.clone())),
        _ => Ok(None),
    }
}
