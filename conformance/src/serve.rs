//! `lookback serve`: the reference server alone, for any AWS SDK or the AWS CLI.

use std::io::Write;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::process::ExitCode;

use lookback_reference::{Choices, Settings, Throttling};
use serde::{Deserialize, Serialize};

use crate::s3::Place;
use crate::server::clock::ClockKind;
use crate::server::{Config, Running, Server};
use crate::signals::Signals;

/// The exit status of a run that could not be made.
const NOT_MADE: u8 = 2;

/// How the model decides what the documentation leaves open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ChoiceMode {
    /// A backup is cut at its request; delays are short and fixed.
    Exact,
    /// What the live service was recorded to do: restores take 200 seconds.
    Typical,
    /// The worst that is legal, drawn from --seed: each item of a backup has a cut of its own.
    Adversarial,
}

/// Which rates the model enforces.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum ThrottlingMode {
    /// None.
    Off,
    /// The documented ceilings.
    Documented,
    /// The bursts that the live service was observed to allow.
    Observed,
}

/// The options of `lookback serve`.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// Port on 127.0.0.1; 0 takes any free one
    #[arg(
        long,
        default_value_t = 8000,
        value_name = "PORT",
        conflicts_with = "listen"
    )]
    pub port: u16,
    /// Address and port, to be reached from other machines: signatures are not verified
    #[arg(long, value_name = "ADDR:PORT", value_parser = listen_address)]
    pub listen: Option<SocketAddr>,
    /// How the service's clock runs
    #[arg(long, value_enum, default_value = "real")]
    pub clock: ClockKind,
    /// Where the clock starts, in epoch seconds [default: now]
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u32))]
    pub start: Option<u32>,
    /// How the model decides what the documentation leaves open
    #[arg(long, value_enum, default_value = "exact")]
    pub choices: ChoiceMode,
    /// What adversarial choices and identifiers are drawn from
    #[arg(long, default_value_t = 0, value_name = "N")]
    pub seed: u64,
    /// How long a backup is CREATING under exact choices, in milliseconds
    #[arg(long, default_value_t = 50, value_name = "MS")]
    pub backup_ms: u32,
    /// How long a restored table is CREATING, in milliseconds [default: 1000 exact, 200000 typical]
    #[arg(long, value_name = "MS")]
    pub restore_ms: Option<u32>,
    /// Where exports are written and imports are read: memory:, file:DIR (both served as S3 on the same port) or the URL
    /// of an S3 endpoint (keys and region from the environment)
    #[arg(long, default_value = "memory:", value_name = "PLACE")]
    pub s3: Place,
    /// Whether calls are refused for their rate
    #[arg(long, value_enum, default_value = "off")]
    pub throttle: ThrottlingMode,
}

fn listen_address(text: &str) -> Result<SocketAddr, String> {
    text.parse()
        .map_err(|_| "give an IP address and a port, such as 0.0.0.0:8000 or [::]:8000".to_owned())
}

impl Args {
    /// What the server is started with.
    pub fn config(&self) -> Config {
        Config {
            listen: self
                .listen
                .unwrap_or_else(|| SocketAddr::from((Ipv4Addr::LOCALHOST, self.port))),
            clock: self.clock,
            settings: self.settings(),
            start_us: self.start.map(|start_s| i64::from(start_s) * 1_000_000),
            s3: self.s3.clone(),
        }
    }

    fn settings(&self) -> Settings {
        let mut choices = match self.choices {
            ChoiceMode::Exact => Choices::exact(),
            ChoiceMode::Typical => Choices::typical(),
            ChoiceMode::Adversarial => Choices::adversarial(self.seed),
        };
        choices.seed = self.seed;
        choices.exact_backup_us = i64::from(self.backup_ms) * 1_000;
        if let Some(restore_ms) = self.restore_ms {
            choices.exact_restore_us = i64::from(restore_ms) * 1_000;
            choices.typical_restore_us = i64::from(restore_ms) * 1_000;
        }
        let throttling = match self.throttle {
            ThrottlingMode::Off => Throttling::Off,
            ThrottlingMode::Documented => Throttling::Documented,
            ThrottlingMode::Observed => Throttling::Observed,
        };
        Settings {
            choices,
            throttling,
        }
    }
}

/// Serves until Ctrl-C or SIGTERM. Status 0 after a graceful stop; 2, and one line that says what to do, where
/// the server could not be started.
pub async fn run(args: &Args) -> ExitCode {
    // Before the URL is printed: who reads it may stop the server at once.
    let mut signals = match Signals::new() {
        Ok(signals) => signals,
        Err(error) => return refuse(&format!("cannot listen for signals: {error}")),
    };
    let server = match Server::start(args.config()).await {
        Ok(server) => server,
        Err(error) => return refuse(&error.to_string()),
    };
    // A closed standard output is no reason to stop serving.
    let mut out = std::io::stdout().lock();
    let _ = write!(out, "{}", greeting(&server)).and_then(|()| out.flush());
    drop(out);
    if let Some(warning) = exposure(server.addr().ip()) {
        eprintln!("warning: {warning}");
    }
    signals.next().await;
    server.shutdown().await;
    ExitCode::SUCCESS
}

fn refuse(text: &str) -> ExitCode {
    eprintln!("error: {text}");
    ExitCode::from(NOT_MADE)
}

/// The URL in a line of its own, then something to copy.
fn greeting(server: &Running) -> String {
    let url = server.url();
    format!(
        "Lookback reference server: {url}\n\
         Try: AWS_ACCESS_KEY_ID=lookback AWS_SECRET_ACCESS_KEY=lookback aws dynamodb list-tables \
         --region us-east-1 --endpoint-url {url}\n"
    )
}

fn exposure(ip: IpAddr) -> Option<String> {
    (!ip.is_loopback()).then(|| {
        format!("{ip} is not a loopback address: whoever reaches it can read and change everything, without a valid signature")
    })
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    struct Command {
        #[command(flatten)]
        args: Args,
    }

    fn parse(words: &[&str]) -> Result<Args, String> {
        let words = std::iter::once(&"serve").chain(words);
        Command::try_parse_from(words)
            .map(|command| command.args)
            .map_err(|error| error.to_string())
    }

    #[test]
    fn the_defaults_are_loopback_real_time_and_exact_choices() {
        let config = parse(&[]).unwrap().config();
        assert_eq!(config.listen, "127.0.0.1:8000".parse().unwrap());
        assert_eq!((config.clock, config.start_us), (ClockKind::Real, None));
        assert_eq!(
            config.settings,
            Settings {
                choices: Choices::exact(),
                throttling: Throttling::Off
            }
        );
    }

    #[test]
    fn every_option_reaches_the_configuration() {
        let args = parse(&[
            "--listen",
            "[::1]:9000",
            "--clock",
            "auto",
            "--start",
            "1700000000",
            "--choices",
            "typical",
            "--seed",
            "7",
            "--backup-ms",
            "5",
            "--restore-ms",
            "6",
            "--throttle",
            "observed",
            "--s3",
            "file:exports",
        ]);
        let config = args.unwrap().config();
        assert_eq!(config.listen, "[::1]:9000".parse().unwrap());
        assert_eq!(config.s3, Place::Folder("exports".into()));
        assert_eq!(
            (config.clock, config.start_us),
            (ClockKind::Auto, Some(1_700_000_000_000_000))
        );
        let choices = Choices {
            seed: 7,
            exact_backup_us: 5_000,
            exact_restore_us: 6_000,
            typical_restore_us: 6_000,
            ..Choices::typical()
        };
        assert_eq!(
            config.settings,
            Settings {
                choices,
                throttling: Throttling::Observed
            }
        );
    }

    #[test]
    fn adversarial_choices_are_drawn_from_the_seed() {
        let args = parse(&["--choices", "adversarial", "--seed", "3"]).unwrap();
        assert_eq!(args.config().settings.choices, Choices::adversarial(3));
    }

    #[test]
    fn wrong_options_say_what_to_give() {
        for (words, text) in [
            (&["--listen", "8000"][..], "such as 0.0.0.0:8000"),
            (&["--listen", "localhost:8000"], "such as 0.0.0.0:8000"),
            (
                &["--listen", "127.0.0.1:1", "--port", "1"],
                "cannot be used with",
            ),
            (&["--port", "65536"], "0..=65535"),
            (&["--clock", "fast"], "real, manual, auto"),
            (&["--choices", "lucky"], "exact, typical, adversarial"),
            (&["--backup-ms=-1"], "--backup-ms"),
            (&["--s3", "exports"], "file:DIR"),
        ] {
            let error = parse(words).unwrap_err();
            assert!(error.contains(text), "{words:?}: {error}");
        }
    }

    #[test]
    fn only_loopback_addresses_go_without_a_warning() {
        assert_eq!(exposure("127.0.0.1".parse().unwrap()), None);
        assert_eq!(exposure("::1".parse().unwrap()), None);
        assert!(
            exposure("0.0.0.0".parse().unwrap())
                .unwrap()
                .contains("without a valid signature")
        );
    }

    #[tokio::test]
    async fn the_greeting_can_be_copied() {
        let server = Server::start(parse(&["--port", "0"]).unwrap().config())
            .await
            .unwrap();
        let text = greeting(&server).replace(&server.addr().port().to_string(), "PORT");
        insta::assert_snapshot!(text, @r"
        Lookback reference server: http://127.0.0.1:PORT
        Try: AWS_ACCESS_KEY_ID=lookback AWS_SECRET_ACCESS_KEY=lookback aws dynamodb list-tables --region us-east-1 --endpoint-url http://127.0.0.1:PORT
        ");
    }
}
