//! From options to a target under load, with what stands before it.

use std::sync::Arc;

use lookback_reference::{Choices, Settings};

use super::Load;
use super::args::SoakArgs;
use crate::cli::{NotMade, setup};
use crate::serve::ChoiceMode;
use crate::server::clock::ClockKind;
use crate::server::{Config, Running, Server};
use crate::soak::faults::proxy::Proxy;
use crate::target::endpoint::Endpoint;
use crate::target::{Target, clock};

/// A target that can be put under load.
pub struct Loaded {
    /// The way to it.
    pub target: Arc<dyn Target>,
    /// The way through the faults, where there are any.
    pub faulty: Option<(Arc<dyn Target>, Proxy)>,
    /// What a person calls it.
    pub name: String,
    /// Where it listens.
    pub url: Option<String>,
    /// Whether it is the embedded model, which is gone with the run.
    pub is_own: bool,
    /// Keeps the reference server alive.
    _running: Option<Running>,
}

impl Loaded {
    /// The target that the options name, once it answers.
    ///
    /// # Errors
    /// It does not answer, or cannot be reached through a proxy.
    pub async fn start(args: &SoakArgs, load: &Load) -> Result<Self, NotMade> {
        let identities = args.at.identities();
        let (url, running, name) = match &args.at.endpoint {
            Some(url) => (url.clone(), None, url.clone()),
            None => {
                let running = embedded(load).await?;
                let name = format!("reference ({})", word(load.choices));
                (running.url(), Some(running), name)
            }
        };
        let url = url.trim_end_matches('/').to_owned();
        let clock_url = args.at.clock_url.clone();
        let connect = async |url: &str, clock_url: Option<&str>| {
            let endpoint = Endpoint::connect(url, &name, identities.clone(), clock_url).await;
            endpoint.map_err(|error| NotMade(format!("--clock-url: {error}")))
        };
        let endpoint = connect(&url, clock_url.as_deref()).await?;
        setup::answers(&endpoint, &url).await?;
        let faulty = if load.faults {
            if !url.starts_with("http://") {
                return Err(NotMade(format!(
                    "--faults stands between plain HTTP connections; {url} is none"
                )));
            }
            let proxy = Proxy::start(&url, load.seed).await;
            let proxy = proxy.map_err(|error| NotMade(format!("--faults: {error}")))?;
            // The clock is never moved through the proxy: whether it was moved has to be known.
            let clock_url = clock_url.unwrap_or_else(|| format!("{url}{}", clock::PATH));
            let movable = endpoint.describe().movable_clock;
            let through = connect(&proxy.url(), movable.then_some(clock_url.as_str())).await?;
            let through: Arc<dyn Target> = Arc::new(through);
            Some((through, proxy))
        } else {
            None
        };
        Ok(Self {
            target: Arc::new(endpoint),
            faulty,
            is_own: running.is_some(),
            url: Some(url),
            name,
            _running: running,
        })
    }
}

/// A reference server whose clock runs: under load time passes by itself, too.
async fn embedded(load: &Load) -> Result<Running, NotMade> {
    let choices = match load.choices {
        ChoiceMode::Exact => Choices::exact(),
        ChoiceMode::Typical => Choices::typical(),
        ChoiceMode::Adversarial => Choices::adversarial(load.seed),
    };
    let settings = Settings {
        choices: Choices {
            seed: load.seed,
            ..choices
        },
        ..Settings::default()
    };
    let config = Config {
        clock: ClockKind::Real,
        settings,
        ..Config::default()
    };
    let running = Server::start(config).await;
    running.map_err(|error| NotMade(error.to_string()))
}

fn word(choices: ChoiceMode) -> &'static str {
    match choices {
        ChoiceMode::Exact => "exact",
        ChoiceMode::Typical => "typical",
        ChoiceMode::Adversarial => "adversarial",
    }
}
