//! Who calls, as the Authorization header says (WIRE-011).
//!
//! Signatures are **not verified**: any secret key will do. The access key chooses the account and the
//! credential scope chooses the region, so that two keys or two regions see nothing of each other:
//!
//! - an access key of twelve digits *is* the account id;
//! - any other access key stands for `100000000000 + FNV-1a-64(key) mod 900000000000`: the same account in
//!   every run and on every machine, never starting with 0.

use lookback_protocol::error::{ErrorCode, ServiceError};

use crate::caller::Caller;

impl Caller {
    /// Reads the caller from the Authorization header's value. The signature is **not verified**. An access key of
    /// twelve digits *is* the account; any other stands for one account for ever ([`Caller::account_of`]).
    ///
    /// # Errors
    /// MissingAuthenticationTokenException without a header, IncompleteSignatureException for one that holds no
    /// credential scope `<access key>/<date>/<region>/dynamodb/aws4_request` (WIRE-011).
    pub fn of_authorization(header: Option<&str>) -> Result<Self, ServiceError> {
        caller(header)
    }

    /// The account that an access key stands for: itself where it has twelve digits, else
    /// `100000000000 + FNV-1a-64(key) mod 900000000000`.
    pub fn account_of(access_key: &str) -> String {
        account(access_key)
    }
}

fn caller(authorization: Option<&str>) -> Result<Caller, ServiceError> {
    let Some(header) = authorization.map(str::trim).filter(|text| !text.is_empty()) else {
        return Err(ServiceError::new(
            ErrorCode::MissingAuthenticationTokenException,
            "Request is missing Authentication Token",
        ));
    };
    let Some(parameters) = header.strip_prefix("AWS4-HMAC-SHA256") else {
        return Err(incomplete("the algorithm must be AWS4-HMAC-SHA256"));
    };
    let credential = parameters
        .split([',', ' '])
        .find_map(|parameter| parameter.trim().strip_prefix("Credential="))
        .ok_or_else(|| incomplete("Authorization header requires 'Credential' parameter"))?;
    scope(credential).ok_or_else(|| {
        incomplete(
            "Credential must have the form <access key>/<date>/<region>/dynamodb/aws4_request",
        )
    })
}

/// Access keys may hold slashes, the rest of the scope may not: it is read from its end.
fn scope(credential: &str) -> Option<Caller> {
    let mut parts = credential.rsplitn(5, '/');
    let (terminator, service) = (parts.next()?, parts.next()?);
    let (region, date) = (parts.next()?, parts.next()?);
    let key = parts.next().filter(|key| !key.is_empty())?;
    let known = terminator == "aws4_request" && service == "dynamodb";
    (known && is_date(date) && is_region(region)).then(|| Caller {
        account: account(key),
        region: region.to_owned(),
    })
}

fn is_date(text: &str) -> bool {
    text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_region(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

fn account(access_key: &str) -> String {
    if access_key.len() == 12 && access_key.bytes().all(|byte| byte.is_ascii_digit()) {
        return access_key.to_owned();
    }
    let hash = access_key
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
    (100_000_000_000 + hash % 900_000_000_000).to_string()
}

fn incomplete(detail: &str) -> ServiceError {
    ServiceError::new(ErrorCode::IncompleteSignatureException, detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(credential: &str) -> String {
        format!(
            "AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders=host;x-amz-date, Signature=00"
        )
    }

    fn code(authorization: Option<&str>) -> ErrorCode {
        caller(authorization).unwrap_err().code
    }

    #[test]
    fn a_key_of_twelve_digits_is_the_account() {
        let caller = caller(Some(&header(
            "012345678901/20260101/eu-west-1/dynamodb/aws4_request",
        )))
        .unwrap();
        assert_eq!(
            caller,
            Caller {
                account: "012345678901".into(),
                region: "eu-west-1".into()
            }
        );
    }

    #[test]
    fn any_other_key_stands_for_one_account_for_ever() {
        assert_eq!(
            account("AKIAIOSFODNN7EXAMPLE"),
            account("AKIAIOSFODNN7EXAMPLE")
        );
        assert_ne!(
            account("AKIAIOSFODNN7EXAMPLE"),
            account("AKIAIOSFODNN7EXAMPLF")
        );
        // Pinned: an account that changed between releases would lose its ARNs.
        assert_eq!(account("AKIAIOSFODNN7EXAMPLE"), "366863109840");
        for key in ["", "a", "lookback", "1234567890123", "clé"] {
            let account = account(key);
            assert!(
                account.len() == 12 && !account.starts_with('0'),
                "{key}: {account}"
            );
        }
    }

    #[test]
    fn parameters_may_be_separated_by_commas_alone() {
        let header = "AWS4-HMAC-SHA256 SignedHeaders=host,Credential=k/20260101/us-east-1/dynamodb/aws4_request,Signature=0";
        assert_eq!(caller(Some(header)).unwrap().region, "us-east-1");
    }

    #[test]
    fn an_access_key_may_hold_slashes() {
        let caller = caller(Some(&header(
            "a/b/20260101/us-east-1/dynamodb/aws4_request",
        )))
        .unwrap();
        assert_eq!(caller.account, account("a/b"));
    }

    #[test]
    fn without_a_header_the_token_is_missing() {
        assert_eq!(code(None), ErrorCode::MissingAuthenticationTokenException);
        assert_eq!(
            code(Some("  ")),
            ErrorCode::MissingAuthenticationTokenException
        );
    }

    #[test]
    fn whatever_holds_no_scope_is_incomplete() {
        let long = format!("k/20260101/{}/dynamodb/aws4_request", "a".repeat(65));
        for credential in [
            "",
            "k",
            "k/20260101/us-east-1/dynamodb",
            "/20260101/us-east-1/dynamodb/aws4_request",
            "k/2026/us-east-1/dynamodb/aws4_request",
            "k/20260101//dynamodb/aws4_request",
            "k/20260101/US_EAST/dynamodb/aws4_request",
            "k/20260101/us-east-1/s3/aws4_request",
            "k/20260101/us-east-1/dynamodb/aws5_request",
            &long,
        ] {
            assert_eq!(
                code(Some(&header(credential))),
                ErrorCode::IncompleteSignatureException,
                "{credential}"
            );
        }
        for text in [
            "Basic abc",
            "AWS4-HMAC-SHA256",
            "AWS4-HMAC-SHA256 Signature=0",
            "Credential=x",
        ] {
            assert_eq!(
                code(Some(text)),
                ErrorCode::IncompleteSignatureException,
                "{text}"
            );
        }
    }
}
