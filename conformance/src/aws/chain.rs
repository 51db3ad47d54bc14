//! Credentials by the default chain of the AWS SDKs: environment, profile, web identity, container, instance.

use aws_config::BehaviorVersion;
use aws_sdk_dynamodb::config::{ProvideCredentials, Region, SharedCredentialsProvider};

use crate::target::http;

/// There are no credentials. The text is one line that says what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "no AWS credentials ({why}): set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a profile by \
     --profile-name; a profile of IAM Identity Center (SSO) needs `aws configure export-credentials` first"
)]
pub struct NoCredentials {
    /// What the chain said.
    pub why: String,
}

/// Finds credentials, and asks for them once, so that a run without any ends before it has begun.
///
/// # Errors
/// The chain has none.
pub async fn credentials(
    region: &str,
    profile: Option<&str>,
) -> Result<SharedCredentialsProvider, NoCredentials> {
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .region(Region::new(region.to_owned()))
        .http_client(http::tls_client());
    if let Some(profile) = profile {
        loader = loader.profile_name(profile);
    }
    // The chain tells each of its links in a line of its own.
    let none = |why: &str| NoCredentials {
        why: why.split_whitespace().collect::<Vec<_>>().join(" "),
    };
    let config = loader.load().await;
    let provider = config
        .credentials_provider()
        .ok_or_else(|| none("the chain is empty"))?;
    let found = provider.provide_credentials().await;
    found.map_err(|error| none(&http::chain(&error)))?;
    Ok(provider)
}
