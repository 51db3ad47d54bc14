//! Equality of DynamoDB items: numbers by value, sets without order, binaries by their bytes.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use lookback_protocol::number::Number;
use serde_json::{Map, Value};

use super::difference::shown;

/// One attribute value in a form in which equal values are equal.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Form {
    Text(String),
    Number(Number),
    Bytes(Vec<u8>),
    Set(String, Vec<Form>),
    List(Vec<Form>),
    Map(Vec<(String, Form)>),
    Bool(bool),
    Null,
    /// What is no attribute value is equal to itself only.
    Other(String),
}

/// Why `actual` is not the item `wanted`; nothing if it is.
pub fn differs(wanted: &Value, actual: &Value) -> Option<String> {
    let (Some(wanted), Some(members)) = (wanted.as_object(), actual.as_object()) else {
        return (wanted != actual).then(|| shown(actual));
    };
    let missing = wanted
        .iter()
        .find(|(name, value)| !members.get(*name).is_some_and(|other| equal(value, other)));
    if let Some((name, _)) = missing {
        let got = members
            .get(name)
            .map_or_else(|| "nothing".to_owned(), shown);
        return Some(format!("{got} for {name}"));
    }
    members
        .keys()
        .find(|name| !wanted.contains_key(*name))
        .map(|name| format!("also {name}: {}", shown(actual)))
}

/// Whether two attribute values are equal.
pub fn equal(one: &Value, other: &Value) -> bool {
    form(one) == form(other)
}

/// Whether `item` has at least the attributes of `wanted`.
pub fn has(wanted: &Value, item: &Value) -> bool {
    wanted.as_object().is_some_and(|wanted| {
        wanted
            .iter()
            .all(|(name, value)| item.get(name).is_some_and(|other| equal(value, other)))
    })
}

fn form(value: &Value) -> Form {
    let single = value
        .as_object()
        .filter(|members| members.len() == 1)
        .and_then(|members| members.iter().next());
    let formed = single.and_then(|(descriptor, inner)| match (descriptor.as_str(), inner) {
        ("S", Value::String(text)) => Some(Form::Text(text.clone())),
        ("N", Value::String(text)) => Number::parse(text).ok().map(Form::Number),
        ("B", Value::String(text)) => STANDARD.decode(text).ok().map(Form::Bytes),
        ("BOOL", Value::Bool(truth)) => Some(Form::Bool(*truth)),
        ("NULL", Value::Bool(_)) => Some(Form::Null),
        ("L", Value::Array(values)) => Some(Form::List(values.iter().map(form).collect())),
        ("M", Value::Object(members)) => Some(Form::Map(
            members.iter().map(|(n, v)| (n.clone(), form(v))).collect(),
        )),
        ("SS" | "NS" | "BS", Value::Array(values)) => {
            let kind = descriptor.get(..1).unwrap_or_default();
            let wrap = |value: &Value| {
                form(&Value::Object(Map::from_iter([(
                    kind.to_owned(),
                    value.clone(),
                )])))
            };
            let mut elements: Vec<Form> = values.iter().map(wrap).collect();
            elements.sort();
            Some(Form::Set(kind.to_owned(), elements))
        }
        _ => None,
    });
    formed.unwrap_or_else(|| Form::Other(value.to_string()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{differs, equal, has};

    #[test]
    fn numbers_are_equal_by_value() {
        assert!(equal(&json!({ "N": "1.50" }), &json!({ "N": "15e-1" })));
        assert!(!equal(&json!({ "N": "1.5" }), &json!({ "N": "1.51" })));
    }

    #[test]
    fn sets_have_no_order() {
        assert!(equal(
            &json!({ "NS": ["1", "2.0"] }),
            &json!({ "NS": ["2", "1.0"] })
        ));
        assert!(!equal(
            &json!({ "SS": ["a"] }),
            &json!({ "SS": ["a", "b"] })
        ));
    }

    #[test]
    fn lists_have_an_order() {
        assert!(!equal(
            &json!({ "L": [{ "S": "a" }, { "S": "b" }] }),
            &json!({ "L": [{ "S": "b" }, { "S": "a" }] })
        ));
    }

    #[test]
    fn types_are_told_apart() {
        assert!(!equal(&json!({ "S": "1" }), &json!({ "N": "1" })));
        assert!(!equal(&json!({ "S": "AA==" }), &json!({ "B": "AA==" })));
        assert!(!equal(&json!({ "SS": ["1"] }), &json!({ "NS": ["1"] })));
    }

    #[test]
    fn a_surplus_attribute_makes_a_difference() {
        let wanted = json!({ "pk": { "S": "a" } });
        let actual = json!({ "pk": { "S": "a" }, "x": { "N": "1" } });
        assert!(differs(&wanted, &actual).unwrap().starts_with("also x"));
        assert!(has(&wanted, &actual));
    }
}
