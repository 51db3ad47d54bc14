//! NextToken of ListExports and ListImports: where a list goes on, in a form that cannot be invented
//! (EXPORT-API-014, VALIDATION-025).

use lookback_protocol::error::ServiceError;

use crate::draw::draw;

/// Tokens are at least this long, in characters: two for each byte (VALIDATION-025).
const TOKEN_CHARS_MIN: usize = 112;
/// The bytes of the check, and of each group.
const GROUP: usize = 8;

/// The tokens of one operation: those of another are none here.
pub(super) struct NextTokens {
    seed: u64,
}

impl NextTokens {
    /// The tokens of this operation.
    pub fn new(seed: u64, operation: &str) -> Self {
        Self {
            seed: draw(seed, operation.as_bytes()),
        }
    }

    /// The token that stands for an ARN: a check, then the ARN, filled up with zeros to whole groups, all in hexadecimal
    /// digits.
    pub fn write(&self, arn: &str) -> String {
        let mut bytes = arn.as_bytes().to_vec();
        let least = TOKEN_CHARS_MIN / 2 - GROUP;
        bytes.resize(bytes.len().max(least).next_multiple_of(GROUP), 0);
        let check = draw(self.seed, &bytes).to_be_bytes();
        let all = check.iter().chain(&bytes);
        all.map(|byte| format!("{byte:02x}")).collect()
    }

    /// The ARN that a token stands for.
    ///
    /// # Errors
    /// A token that was never given out, or by another operation.
    pub fn read(&self, token: &str) -> Result<String, ServiceError> {
        self.try_read(token).ok_or_else(|| {
            ServiceError::validation(format!(
                "Invalid Request: Provided nextToken is invalid: {token}"
            ))
        })
    }

    fn try_read(&self, token: &str) -> Option<String> {
        let bytes = token.as_bytes().chunks(2).map(|digits| {
            let digits = std::str::from_utf8(digits).ok()?;
            u8::from_str_radix(digits, 16).ok()
        });
        let bytes: Vec<u8> = bytes.collect::<Option<_>>()?;
        let arn = bytes.get(GROUP..)?.to_vec();
        let arn = String::from_utf8(arn).ok()?;
        let arn = arn.trim_end_matches('\0');
        (self.write(arn) == token).then(|| arn.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARN: &str =
        "arn:aws:dynamodb:eu-west-1:111122223333:table/Orders/export/01801627506789-0a1b2c3d";

    #[test]
    fn a_token_has_whole_groups_and_comes_back() {
        let tokens = NextTokens::new(7, "ListExports");
        for arn in [ARN, "arn:x", &"a".repeat(400)] {
            let token = tokens.write(arn);
            assert!((TOKEN_CHARS_MIN..=1_024).contains(&token.len()), "{token}");
            assert!(token.len().is_multiple_of(2 * GROUP), "{token}");
            assert_eq!(tokens.try_read(&token).as_deref(), Some(arn));
        }
    }

    #[test]
    fn invented_and_foreign_tokens_are_none() {
        let tokens = NextTokens::new(7, "ListExports");
        let token = tokens.write(ARN);
        let foreign = NextTokens::new(7, "ListImports").write(ARN);
        let longer = format!("{token}0000000000000000");
        for token in [
            "",
            "x",
            "zz",
            "é",
            &"0".repeat(112),
            &foreign,
            &longer,
            &token[2..],
        ] {
            assert_eq!(tokens.try_read(token), None, "{token}");
        }
    }
}
