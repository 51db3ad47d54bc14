//! ExpressionAttributeNames and ExpressionAttributeValues: what `#name` and `:value` stand for.

use std::collections::BTreeMap;

use crate::error::ServiceError;
use crate::value::AttributeValue;

/// The most bytes that a placeholder has, its mark included (record 10.17).
const PLACEHOLDER_BYTES_MAX: usize = 255;

/// The names and values that the expressions of one request refer to, and which of them were used.
#[derive(Debug)]
pub struct Placeholders<'a> {
    names: Option<&'a BTreeMap<String, String>>,
    values: Option<&'a BTreeMap<String, AttributeValue>>,
    used_names: Vec<&'a str>,
    used_values: Vec<&'a str>,
    counted: bool,
}

impl<'a> Placeholders<'a> {
    /// The placeholders of a request that has an expression.
    ///
    /// # Errors
    /// An empty map, a placeholder that no expression could refer to, or one of a name without characters.
    pub fn new(
        names: Option<&'a BTreeMap<String, String>>,
        values: Option<&'a BTreeMap<String, AttributeValue>>,
    ) -> Result<Self, ServiceError> {
        check_keys("ExpressionAttributeNames", '#', names)?;
        check_not_empty(names)?;
        check_keys("ExpressionAttributeValues", ':', values)?;
        Ok(Self {
            names,
            values,
            used_names: Vec::new(),
            used_values: Vec::new(),
            counted: false,
        })
    }

    /// No placeholders.
    pub fn none() -> Self {
        Self {
            names: None,
            values: None,
            used_names: Vec::new(),
            used_values: Vec::new(),
            counted: false,
        }
    }

    /// Refusals of unused placeholders start with "1 validation error detected: ", as those of PutItem,
    /// UpdateItem and DeleteItem do.
    pub fn counted(mut self) -> Self {
        self.counted = true;
        self
    }

    /// What a request without any expression answers when it has placeholders all the same. `absent` says
    /// which members are missing, like "ConditionExpression is null".
    ///
    /// # Errors
    /// There are names or values.
    pub fn refuse_without_expression(
        names: Option<&BTreeMap<String, String>>,
        values: Option<&BTreeMap<String, AttributeValue>>,
        absent: &str,
    ) -> Result<(), ServiceError> {
        if names.is_some() {
            return Err(ServiceError::validation(
                "ExpressionAttributeNames can only be specified when using expressions",
            ));
        }
        if values.is_some() {
            return Err(ServiceError::validation(format!(
                "ExpressionAttributeValues can only be specified when using expressions: {absent}"
            )));
        }
        Ok(())
    }

    /// Refuses names and values that no expression used.
    ///
    /// # Errors
    /// Some placeholder is unused.
    pub fn finish(self) -> Result<(), ServiceError> {
        let prefix = if self.counted {
            "1 validation error detected: "
        } else {
            ""
        };
        check_used(
            prefix,
            "ExpressionAttributeNames",
            self.names,
            &self.used_names,
        )?;
        check_used(
            prefix,
            "ExpressionAttributeValues",
            self.values,
            &self.used_values,
        )
    }

    /// The attribute that `#name` (with its mark) stands for.
    pub(super) fn name(&mut self, reference: &str) -> Option<&'a str> {
        let (key, name) = self.names?.get_key_value(reference)?;
        self.used_names.push(key);
        Some(name)
    }

    /// The value that `:value` (with its mark) stands for.
    pub(super) fn value(&mut self, reference: &str) -> Option<&'a AttributeValue> {
        let (key, value) = self.values?.get_key_value(reference)?;
        self.used_values.push(key);
        Some(value)
    }
}

fn check_keys<V>(
    member: &str,
    mark: char,
    map: Option<&BTreeMap<String, V>>,
) -> Result<(), ServiceError> {
    let Some(map) = map else { return Ok(()) };
    if map.is_empty() {
        return Err(ServiceError::validation(format!(
            "{member} must not be empty"
        )));
    }
    let valid = |key: &str| {
        key.strip_prefix(mark).is_some_and(|rest| {
            !rest.is_empty()
                && rest
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        })
    };
    if let Some(key) = map.keys().find(|key| !valid(key)) {
        return Err(ServiceError::validation(format!(
            "{member} contains invalid key: Syntax error; key: \"{key}\""
        )));
    }
    match map.keys().find(|key| key.len() > PLACEHOLDER_BYTES_MAX) {
        Some(key) => Err(ServiceError::validation(format!(
            "{member} contains invalid key: The expression attribute map contains a key that is too long; size of key: {}",
            key.len()
        ))),
        None => Ok(()),
    }
}

/// A name has at least one character (record 10.14).
fn check_not_empty(names: Option<&BTreeMap<String, String>>) -> Result<(), ServiceError> {
    match names.and_then(|names| names.iter().find(|(_, name)| name.is_empty())) {
        Some((key, _)) => Err(ServiceError::validation(format!(
            "ExpressionAttributeNames contains invalid value: Empty attribute name for key {key}"
        ))),
        None => Ok(()),
    }
}

fn check_used<V>(
    prefix: &str,
    member: &str,
    map: Option<&BTreeMap<String, V>>,
    used: &[&str],
) -> Result<(), ServiceError> {
    let Some(map) = map else { return Ok(()) };
    let unused: Vec<&str> = map
        .keys()
        .map(String::as_str)
        .filter(|key| !used.contains(key))
        .collect();
    if unused.is_empty() {
        return Ok(());
    }
    Err(ServiceError::validation(format!(
        "{prefix}Value provided in {member} unused in expressions: keys: {{{}}}",
        unused.join(", ")
    )))
}
