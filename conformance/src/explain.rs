//! stub
use crate::case::Case;
/// stub
pub fn script(_case: &Case, _endpoint: Option<&str>) -> String {
    String::new()
}
/// A text as one word of a shell.
pub fn quote(text: &str) -> String {
    text.to_owned()
}
