//! From options to a target that answers.

use std::sync::Arc;
use std::time::Duration;

use lookback_reference::{Choices, Settings};
use serde_json::json;

use super::NotMade;
use super::args::CheckArgs;
use crate::case::Need;
use crate::serve::ChoiceMode;
use crate::server::Running;
use crate::target::endpoint::Endpoint;
use crate::target::model::Model;
use crate::target::{Description, Identities, Request, Target, Unreachable, reference};

/// How often a target that does not answer is tried.
const TRIES: u64 = 3;

/// What a run is made against.
pub struct Setup {
    make: Box<dyn Fn() -> Arc<dyn Target> + Send + Sync>,
    /// What every target that is made is.
    pub description: Description,
    /// Whether this is our own model, of which everything is wanted.
    pub is_own: bool,
    /// Keeps the reference server alive.
    pub running: Option<Running>,
}

impl Setup {
    /// The target of one case.
    pub fn target(&self) -> Arc<dyn Target> {
        (self.make)()
    }

    fn shared(target: Endpoint, is_own: bool, running: Option<Running>) -> Self {
        let target: Arc<dyn Target> = Arc::new(target);
        let description = target.describe().clone();
        Self {
            make: Box::new(move || target.clone()),
            description,
            is_own,
            running,
        }
    }
}

/// The target that the options name.
///
/// # Errors
/// It does not answer.
pub async fn target(
    args: &CheckArgs,
    lacks: impl IntoIterator<Item = Need>,
) -> Result<Setup, NotMade> {
    let settings = Settings {
        choices: choices(args),
        ..Settings::default()
    };
    match &args.endpoint {
        Some(url) => {
            let identities = Identities::new(&args.access_key, &args.secret_key, &args.region);
            let name = args.target.as_deref().unwrap_or("endpoint");
            let endpoint =
                Endpoint::connect(url, name, identities, args.clock_url.as_deref()).await;
            let endpoint = endpoint
                .map_err(|error| NotMade(format!("--clock-url: {error}")))?
                .without(lacks);
            answers(&endpoint, url).await?;
            Ok(Setup::shared(endpoint, false, None))
        }
        // A model for each case: nothing that one case does can reach another.
        None if args.in_process => {
            let make = move || -> Arc<dyn Target> { Arc::new(Model::new(settings.clone())) };
            let description = make().describe().clone();
            Ok(Setup {
                make: Box::new(make),
                description,
                is_own: true,
                running: None,
            })
        }
        None => {
            let identities = Identities::new("111122223333", "lookback", &args.region);
            let started = reference::start(settings, identities).await;
            let started = started.map_err(|error| NotMade(error.to_string()))?;
            Ok(Setup::shared(started.endpoint, true, Some(started.running)))
        }
    }
}

fn choices(args: &CheckArgs) -> Choices {
    let seed = args.seed.unwrap_or(0);
    let choices = match args.choices {
        None | Some(ChoiceMode::Exact) => Choices::exact(),
        Some(ChoiceMode::Typical) => Choices::typical(),
        Some(ChoiceMode::Adversarial) => Choices::adversarial(seed),
    };
    Choices { seed, ..choices }
}

/// Asks something harmless: an endpoint that does not answer is told before any case is run.
async fn answers(endpoint: &Endpoint, url: &str) -> Result<(), NotMade> {
    let request = Request::of("ListTables", &json!({ "Limit": 1 }));
    let mut tries = 0;
    loop {
        tries += 1;
        match endpoint.call(&request).await {
            Ok(_) => return Ok(()),
            Err(Unreachable::Refused(_)) if tries < TRIES => {
                tokio::time::sleep(Duration::from_millis(300 * tries)).await;
            }
            Err(error) => {
                return Err(NotMade(format!(
                    "{url} does not answer ({error}); start the service or mend --endpoint"
                )));
            }
        }
    }
}
