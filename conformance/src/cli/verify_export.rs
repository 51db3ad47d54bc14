//! `lookback verify-export`: verifies exports on disk or in S3.

use std::io::IsTerminal;
use std::num::NonZero;
use std::path::PathBuf;
use std::thread::available_parallelism;

use aws_sdk_dynamodb::config::ProvideCredentials;
use clap::Args;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use lookback_formats::laws::KeyNames;
use tokio::runtime::Handle;

use super::{NotMade, print};
use crate::aws::chain;
use crate::verify_export::place::S3;
use crate::verify_export::text::text;
use crate::verify_export::{Options, verify};

/// Something is wrong.
const NOT_SOUND: u8 = 1;

/// What help shows below the options.
pub const EXAMPLES: &str = "\
Examples:
  lookback verify-export ./AWSDynamoDB/01801627506789-0a1b2c3d
  lookback verify-export s3://backups/nightly/AWSDynamoDB/01801627506789-0a1b2c3d --key id,sort
  lookback verify-export MONDAY --incremental MONDAY_TO_TUESDAY --against TUESDAY
  lookback verify-export IN_JSON --against IN_ION --key id --differences 100
  lookback verify-export s3://demo-bucket/nightly --s3-endpoint http://127.0.0.1:8000

What is checked: which objects there are, the manifests, every MD5 and ETag, counts, every record of every data file,
keys that are there twice. With --against: that the export, with the incremental ones applied, is the later one; or
that incremental exports of adjoining periods say together what the one of the whole period says.

A full export does not tell the key of its table. It is taken from an incremental export, if one is given, or from
--key; else items are compared as a whole.

Exit status: 0 sound, 1 something is wrong, 2 it could not be verified.";

/// The options of `lookback verify-export`.
#[derive(Clone, Debug, Args)]
pub struct VerifyExportArgs {
    /// The export: a folder or s3://BUCKET/PREFIX; the export's own folder, or one above it with no other export
    #[arg(value_name = "EXPORT")]
    pub export: String,
    /// A later full export, or another one that must hold the same items, to compare with
    #[arg(long, value_name = "EXPORT")]
    pub against: Option<String>,
    /// With --against: an incremental export of a period between; may be repeated, in any order
    #[arg(long = "incremental", value_name = "EXPORT", requires = "against")]
    pub incrementals: Vec<String>,
    /// The names of the key attributes of the table
    #[arg(long, value_name = "HASH[,RANGE]", value_parser = key)]
    pub key: Option<KeyNames>,
    /// How many differences are shown
    #[arg(long, value_name = "N", default_value = "20")]
    pub differences: usize,
    /// How many findings are shown
    #[arg(long, value_name = "N", default_value = "20")]
    pub findings: usize,
    /// Print the report as JSON
    #[arg(long)]
    pub json: bool,
    /// The S3 endpoint, where it is not that of AWS
    #[arg(long, value_name = "URL", value_parser = super::args::url)]
    pub s3_endpoint: Option<String>,
    /// The region of the bucket
    #[arg(long, value_name = "NAME", default_value = "us-east-1")]
    pub region: String,
    /// A profile of ~/.aws/config
    #[arg(long, value_name = "NAME")]
    pub profile_name: Option<String>,
    /// Threads that read [default: as many as there are cores]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub threads: Option<u16>,
    /// Where temporary files go: 32 bytes for each record, 64 with --against, beyond the first million or two [default:
    /// where the system has them]
    #[arg(long, value_name = "DIR")]
    pub temp_dir: Option<PathBuf>,
}

fn key(text: &str) -> Result<KeyNames, String> {
    text.parse()
}

/// Verifies; gives the exit status: 0 sound, 1 something is wrong.
///
/// # Errors
/// There is no export, or it cannot be read.
pub async fn run(args: &VerifyExportArgs) -> Result<u8, NotMade> {
    let options = Options {
        export: args.export.clone(),
        incrementals: args.incrementals.clone(),
        against: args.against.clone(),
        key: args.key.clone(),
        differences_max: args.differences,
        findings_max: args.findings,
        threads: threads(args.threads),
        temp_dir: args.temp_dir.clone(),
        s3: s3(args).await?,
    };
    let bar = bar();
    let runtime = Handle::current();
    let shown = bar.clone();
    let verified = tokio::task::spawn_blocking(move || verify(&options, &runtime, &shown)).await;
    bar.finish_and_clear();
    let report = verified.map_err(|error| NotMade(format!("verifying ended early: {error}")))??;
    print(&if args.json {
        report.json()
    } else {
        text(&report)
    });
    Ok(if report.sound { 0 } else { NOT_SOUND })
}

fn threads(named: Option<u16>) -> NonZero<usize> {
    let cores = available_parallelism().unwrap_or(NonZero::<usize>::MIN);
    named
        .and_then(|named| NonZero::new(usize::from(named)))
        .unwrap_or(cores)
}

/// Credentials are looked for only where something lies in S3. An endpoint of one's own may want none.
async fn s3(args: &VerifyExportArgs) -> Result<S3, NotMade> {
    let mut s3 = S3 {
        endpoint: args.s3_endpoint.clone(),
        credentials: None,
        region: args.region.clone(),
    };
    let places = std::iter::once(&args.export)
        .chain(&args.against)
        .chain(&args.incrementals);
    if places.into_iter().all(|place| !place.starts_with("s3://")) {
        return Ok(s3);
    }
    let found = match chain::credentials(&args.region, args.profile_name.as_deref()).await {
        Ok(provider) => provider.provide_credentials().await.ok(),
        Err(error) if s3.endpoint.is_none() => return Err(NotMade(error.to_string())),
        Err(_) => None,
    };
    s3.credentials = found.map(|found| {
        (
            found.access_key_id().to_owned(),
            found.secret_access_key().to_owned(),
            found.session_token().map(str::to_owned),
        )
    });
    Ok(s3)
}

/// A bar over the bytes that are read; without a terminal nothing is shown.
fn bar() -> ProgressBar {
    let target = if std::io::stderr().is_terminal() {
        ProgressDrawTarget::stderr()
    } else {
        ProgressDrawTarget::hidden()
    };
    let bar = ProgressBar::with_draw_target(Some(0), target);
    let style = ProgressStyle::with_template(
        "{bar:30} {bytes}/{total_bytes}, {bytes_per_sec}, {elapsed}, {eta} left {msg}",
    );
    if let Ok(style) = style {
        bar.set_style(style);
    }
    bar
}
