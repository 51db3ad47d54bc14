//! The texts of refusals: what they quote is left out, and some say the same in other words.
//!
//! Texts differ by region and release (clause VALIDATION-002, records of section 7): what two services say is compared
//! without quoted parts and without order, and texts of one set in `corpus/exploration/messages.json` are equal.

use std::sync::LazyLock;

use regex::Regex;
use serde::Deserialize;

use crate::corpus::{CorpusError, Source};

/// Sets of texts that say the same.
#[derive(Debug, Default)]
pub struct Permitted {
    sets: Vec<Vec<Regex>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    sets: Vec<Set>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Set {
    #[expect(dead_code, reason = "for the reader of the file")]
    about: String,
    texts: Vec<String>,
}

impl Permitted {
    /// Reads `exploration/messages.json`; no sets if it is not there.
    ///
    /// # Errors
    /// The file is not what it should be.
    pub fn load(source: &Source) -> Result<Self, CorpusError> {
        let path = "exploration/messages.json";
        let Some(text) = source.file(path)? else {
            return Ok(Self::default());
        };
        let malformed = |reason: String| CorpusError::Malformed {
            path: source.display(path),
            reason,
        };
        let file: File =
            serde_json::from_str(&text).map_err(|error| malformed(error.to_string()))?;
        let mut sets = Vec::new();
        for set in file.sets {
            let texts: Result<Vec<Regex>, _> =
                set.texts.iter().map(|text| Regex::new(text)).collect();
            sets.push(texts.map_err(|error| malformed(error.to_string()))?);
        }
        Ok(Self { sets })
    }

    /// Whether two templates say the same. That one of them counts the one thing that it tells makes no difference: regions of
    /// the live service differ in that (record 11.1).
    pub fn equal(&self, one: &str, other: &str) -> bool {
        let (one, other) = (uncounted(one), uncounted(other));
        one == other
            || self.sets.iter().any(|set| {
                let said = |text: &str| set.iter().any(|known| known.is_match(text));
                said(one) && said(other)
            })
    }
}

/// What a template tells, without the count of one.
fn uncounted(template: &str) -> &str {
    let rest = template.strip_prefix("0 validation error detected: ");
    rest.unwrap_or(template)
}

/// A text without what it quotes: names, values, numbers; a counted list of violations in one order.
pub fn template(text: &str) -> String {
    static QUOTED: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r#"lb-[a-z0-9]+-[A-Za-z0-9!.-]+|'[^']*'|"[^"]*"|\[[^\]]*\]|\{[^}]*\}|[#:][A-Za-z0-9_]+\b|\d+"#).ok()
    });
    let text = match text.split_once("detected: ") {
        Some((count, list)) => {
            let mut violations: Vec<&str> = list.split("; ").collect();
            violations.sort_unstable();
            format!("{count}detected: {}", violations.join("; "))
        }
        None => text.to_owned(),
    };
    match &*QUOTED {
        Some(quoted) => quoted
            .replace_all(&text, |found: &regex::Captures<'_>| {
                let found = &found[0];
                let first = found.chars().next().unwrap_or('_');
                match first {
                    '\'' | '"' => "'_'".to_owned(),
                    '[' => "[_]".to_owned(),
                    '{' => "{_}".to_owned(),
                    'l' => "${t}".to_owned(),
                    '#' | ':' => format!("{first}_"),
                    _ => "0".to_owned(),
                }
            })
            .into_owned(),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_text_quotes_is_left_out() {
        let texts = [
            "Value provided in ExpressionAttributeValues unused in expressions: keys: {:v1, :v2}",
            "Invalid FilterExpression: Syntax error; token: \"x\", near: \"= x\"",
            "2 validation errors detected: Value 'b' at 'b' failed; Value 'a' at 'a' failed",
        ];
        insta::assert_snapshot!(texts.map(template).join("\n"), @r"
        Value provided in ExpressionAttributeValues unused in expressions: keys: {_}
        Invalid FilterExpression: Syntax error; token: '_', near: '_'
        0 validation errors detected: Value '_' at '_' failed; Value '_' at '_' failed
        ");
    }

    #[test]
    fn violations_are_compared_without_their_order() {
        let one = template("2 validation errors detected: A at 'x'; B at 'y'");
        assert_eq!(
            one,
            template("2 validation errors detected: B at 'y'; A at 'x'")
        );
    }

    #[test]
    fn one_thing_is_the_same_whether_it_is_counted_or_not() {
        let (counted, bare) = (
            template(
                "1 validation error detected: Invalid UpdateExpression: The expression can not be empty;",
            ),
            template("Invalid UpdateExpression: The expression can not be empty;"),
        );
        assert!(Permitted::default().equal(&counted, &bare));
        let two = template("2 validation errors detected: A; B");
        assert!(!Permitted::default().equal(&two, "A; B"));
    }

    #[test]
    fn the_texts_of_one_set_are_equal() {
        let set = |texts: &[&str]| texts.iter().map(|text| Regex::new(text).unwrap()).collect();
        let permitted = Permitted {
            sets: vec![set(&["^Start", "^Begin"]), set(&["^End"])],
        };
        assert!(permitted.equal("Start of it", "Begin it"));
        assert!(!permitted.equal("Start of it", "End of it"));
        assert!(permitted.equal("Other", "Other"));
    }
}
