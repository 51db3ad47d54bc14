//! From options to a target that answers.

use std::sync::Arc;
use std::time::Duration;

use lookback_reference::{Choices, Settings};
use serde_json::json;

use super::NotMade;
use super::args::{AwsArgs, CheckArgs};
use crate::aws::chain;
use crate::aws::target::Careful;
use crate::case::Need;
use crate::run::{Answer, Options};
use crate::serve::ChoiceMode;
use crate::server::Running;
use crate::target::endpoint::Endpoint;
use crate::target::model::Model;
use crate::target::{Description, Request, Target, Unreachable, one_clock, reference};

/// How often a target that does not answer is tried.
const TRIES: u64 = 3;

/// What a run is made against.
pub struct Setup {
    make: Box<dyn Fn() -> Arc<dyn Target> + Send + Sync>,
    /// What every target that is made is.
    pub description: Description,
    /// Whether this is our own model, of which everything is wanted.
    pub is_own: bool,
    /// Real DynamoDB: what is made there is cleaned up at the end.
    pub aws: Option<Arc<Careful>>,
    /// Keeps the reference server alive.
    pub running: Option<Running>,
}

impl Setup {
    /// The target of one case.
    pub fn target(&self) -> Arc<dyn Target> {
        (self.make)()
    }

    /// Refuses somebody else's clock that does not move for everybody. It makes tables to see that, and deletes them: whoever
    /// interrupts it waits for that.
    ///
    /// # Errors
    /// For whom it does not move; or it cannot be moved.
    pub async fn one_clock(&self) -> Result<(), NotMade> {
        if self.is_own || !self.description.movable_clock {
            return Ok(());
        }
        let prefix = format!("{}-0", Options::new().prefix);
        let checked = one_clock::check(self.target().as_ref(), &prefix).await;
        checked.map_err(|error| NotMade(error.to_string()))
    }

    fn shared(target: Endpoint, is_own: bool, running: Option<Running>) -> Self {
        let target: Arc<dyn Target> = Arc::new(target);
        let description = target.describe().clone();
        Self {
            make: Box::new(move || target.clone()),
            description,
            is_own,
            aws: None,
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
    if args.aws.aws {
        let careful = aws(
            &args.aws,
            args.at.endpoint.as_deref(),
            &args.at.region,
            lacks,
        )
        .await?;
        let shared = careful.clone();
        return Ok(Setup {
            description: careful.describe().clone(),
            make: Box::new(move || shared.clone()),
            is_own: false,
            aws: Some(careful),
            running: None,
        });
    }
    match &args.at.endpoint {
        Some(url) => {
            let name = args.target.as_deref().unwrap_or("endpoint");
            let endpoint = args.at.connect(url, name).await?.without(lacks);
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
                aws: None,
                running: None,
            })
        }
        None => {
            let identities = args.at.identities();
            let started = reference::start(settings, identities).await;
            let started = started.map_err(|error| NotMade(error.to_string()))?;
            Ok(Setup::shared(started.endpoint, true, Some(started.running)))
        }
    }
}

/// Real DynamoDB in a region, or what stands in for it at `url`, once it has answered.
///
/// # Errors
/// There are no credentials, or it does not answer, or it refuses to list tables.
pub async fn aws(
    args: &AwsArgs,
    url: Option<&str>,
    region: &str,
    lacks: impl IntoIterator<Item = Need>,
) -> Result<Arc<Careful>, NotMade> {
    let credentials = chain::credentials(region, args.profile_name.as_deref()).await;
    let credentials = credentials.map_err(|error| NotMade(error.to_string()))?;
    let endpoint = Endpoint::aws(credentials, region, url).without(lacks);
    let careful = Careful::new(Arc::new(endpoint));
    let request = Request::of("ListTables", &json!({ "Limit": 1 }));
    let answer = careful.call(&request).await.map_err(|error| {
        NotMade(format!(
            "DynamoDB in {region} does not answer ({error}); see whether there is such a region"
        ))
    })?;
    let answer = Answer::new(answer);
    if answer.is_ok() {
        return Ok(Arc::new(careful));
    }
    Err(NotMade(format!(
        "DynamoDB in {region} refuses ListTables ({}); mend the credentials or their policy (docs/aws.md)",
        answer.outline()
    )))
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
pub async fn answers(endpoint: &Endpoint, url: &str) -> Result<(), NotMade> {
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
