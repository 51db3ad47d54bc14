//! Where a target listens, and as whom it is called: options that several commands share.

use clap::Args;

use super::NotMade;
use super::args::url;
use crate::target::Identities;
use crate::target::endpoint::Endpoint;

/// The access key of whoever names none; a key of twelve digits is an account.
pub const ACCESS_KEY: &str = "111122223333";
/// The region of whoever names none.
pub const REGION: &str = "us-east-1";

/// Where a target listens, and as whom it is called.
#[derive(Clone, Debug, Default, Args)]
#[group(skip)]
pub struct At {
    /// The target's URL [default: a reference server on a free loopback port]
    #[arg(long, value_name = "URL", value_parser = url)]
    pub endpoint: Option<String>,
    /// Where the target's clock can be moved [default: /_lookback/clock at the endpoint, if it answers]
    #[arg(long, value_name = "URL", value_parser = url, requires = "endpoint")]
    pub clock_url: Option<String>,
    /// Where the S3 is that the target exports to and imports from [default: the endpoint itself]
    #[arg(long, value_name = "URL", value_parser = url, requires = "endpoint")]
    pub s3_endpoint: Option<String>,
    /// Access key; emulators read a 12-digit key as the account
    #[arg(long, value_name = "KEY", default_value = ACCESS_KEY, requires = "endpoint")]
    pub access_key: String,
    /// Secret key
    #[arg(
        long,
        value_name = "KEY",
        default_value = "lookback",
        requires = "endpoint"
    )]
    pub secret_key: String,
    /// Region
    #[arg(long, value_name = "NAME", default_value = REGION)]
    pub region: String,
}

impl At {
    /// As whom the target is called.
    pub fn identities(&self) -> Identities {
        Identities::new(&self.access_key, &self.secret_key, &self.region)
    }

    /// The endpoint at this URL, called `name` in reports.
    ///
    /// # Errors
    /// The clock that the options name does not answer, or the S3 is no URL.
    pub async fn connect(&self, url: &str, name: &str) -> Result<Endpoint, NotMade> {
        let clock_url = self.clock_url.as_deref();
        let endpoint = Endpoint::connect(url, name, self.identities(), clock_url).await;
        let endpoint = endpoint.map_err(|error| NotMade(format!("--clock-url: {error}")))?;
        match &self.s3_endpoint {
            Some(url) => {
                let there = endpoint.with_s3(url);
                there.map_err(|error| NotMade(format!("--s3-endpoint: {error}")))
            }
            None => Ok(endpoint),
        }
    }
}
