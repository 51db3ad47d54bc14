//! Entries of AttributeUpdates and Expected.

use lookback_protocol::wire::WireValue;
use lookback_protocol::wire::legacy::{AttributeValueUpdate, ExpectedAttributeValue};

/// What an update does to an attribute.
pub(super) fn update(
    attribute: &str,
    action: &str,
    value: Option<WireValue>,
) -> (String, AttributeValueUpdate) {
    let update = AttributeValueUpdate {
        value,
        action: Some(action.to_owned()),
    };
    (attribute.to_owned(), update)
}

/// That an attribute has this value.
pub(super) fn has(value: WireValue) -> ExpectedAttributeValue {
    ExpectedAttributeValue {
        value: Some(value),
        ..ExpectedAttributeValue::default()
    }
}

/// That an attribute is not there.
pub(super) fn is_absent() -> ExpectedAttributeValue {
    ExpectedAttributeValue {
        exists: Some(false),
        ..ExpectedAttributeValue::default()
    }
}

/// That an attribute compares to these values.
pub(super) fn compares(operator: &str, values: Vec<WireValue>) -> ExpectedAttributeValue {
    ExpectedAttributeValue {
        comparison_operator: Some(operator.to_owned()),
        attribute_value_list: Some(values).filter(|values| !values.is_empty()),
        ..ExpectedAttributeValue::default()
    }
}
