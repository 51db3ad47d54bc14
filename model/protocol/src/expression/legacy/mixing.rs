//! A request has expressions or the parameters that they replace, not both.

use crate::error::ServiceError;

/// Lets a request pass that uses one of the two notations. Both lists name the members in the order in which the refusal
/// is to name them, and whether each is given.
///
/// # Errors
/// A ValidationException that names everything that is given.
pub fn check_not_mixed(
    legacy: &[(&str, bool)],
    expressions: &[(&str, bool)],
) -> Result<(), ServiceError> {
    let given = |members: &[(&str, bool)]| {
        let given = members.iter().filter(|(_, given)| *given);
        given.map(|(name, _)| *name).collect::<Vec<_>>().join(", ")
    };
    let is_any = |members: &[(&str, bool)]| members.iter().any(|(_, given)| *given);
    if !(is_any(legacy) && is_any(expressions)) {
        return Ok(());
    }
    Err(ServiceError::validation(format!(
        "Can not use both expression and non-expression parameters in the same request: Non-expression parameters: \
         {{{}}} Expression parameters: {{{}}}",
        given(legacy),
        given(expressions)
    )))
}
