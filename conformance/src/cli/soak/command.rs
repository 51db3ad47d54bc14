//! The command that does a run again.

use super::Load;
use super::args::SoakArgs;
use crate::cli::at::{ACCESS_KEY, REGION};
use crate::explain::quote;
use crate::serve::ChoiceMode;

/// The command that does this run again.
pub fn of(args: &SoakArgs, load: &Load) -> String {
    let mut words = vec!["lookback soak".to_owned()];
    let mut option = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            words.push(format!("--{name} {}", quote(&value)));
        }
    };
    option("endpoint", args.at.endpoint.clone());
    option("clock-url", args.at.clock_url.clone());
    let other = |value: &String, usual: &str| (value != usual).then(|| value.clone());
    if args.at.endpoint.is_some() {
        option("access-key", other(&args.at.access_key, ACCESS_KEY));
        option("region", other(&args.at.region, REGION));
    } else {
        let choices = match load.choices {
            ChoiceMode::Exact => None,
            ChoiceMode::Typical => Some("typical".to_owned()),
            ChoiceMode::Adversarial => Some("adversarial".to_owned()),
        };
        option("choices", choices);
    }
    option("seed", Some(load.seed.to_string()));
    option("clients", Some(load.clients.to_string()));
    option("seconds", Some(load.seconds.to_string()));
    option("profile", other(&load.profile_name, "drawn"));
    option("contract", other(&args.contract, "dynamodb"));
    option("restart-cmd", args.restart_cmd.clone());
    if load.faults {
        words.push("--faults".to_owned());
    }
    words.join(" ")
}
