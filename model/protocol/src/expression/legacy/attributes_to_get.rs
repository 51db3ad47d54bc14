//! AttributesToGet: a projection on top-level attributes.

use crate::error::ServiceError;
use crate::expression::Projection;

/// The projection that a list of names asks for; `None` without a list.
///
/// # Errors
/// A name that stands twice.
pub fn attributes_to_get(names: Option<&[String]>) -> Result<Option<Projection<'_>>, ServiceError> {
    let Some(names) = names else { return Ok(None) };
    if names.iter().any(String::is_empty) {
        return Err(ServiceError::validation("Empty attribute name"));
    }
    let mut sorted: Vec<&str> = names.iter().map(String::as_str).collect();
    sorted.sort_unstable();
    let twice = sorted.windows(2).find_map(|pair| match pair {
        [first, second] if first == second => Some(*first),
        _ => None,
    });
    match twice {
        Some(name) => Err(ServiceError::invalid_parameter(format_args!(
            "Duplicate value in attribute name: {name}"
        ))),
        None => Ok(Some(Projection::of_attributes(sorted))),
    }
}
