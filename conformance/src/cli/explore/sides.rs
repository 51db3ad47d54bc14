//! From options to two services.

use std::sync::Arc;

use lookback_reference::Settings;

use super::args::ExploreArgs;
use crate::cli::{NotMade, setup};
use crate::explore::campaign::Make;
use crate::server::Running;
use crate::target::endpoint::Endpoint;
use crate::target::model::Model;
use crate::target::{Identities, Target, reference};

/// One of the two services.
pub struct Made {
    /// Makes the target of one program.
    pub make: Make,
    /// What a person calls it.
    pub name: String,
    /// Whether each program has one of its own.
    pub is_own: bool,
    /// Whether its clock can be moved.
    pub movable: bool,
    /// Keeps the reference server alive.
    _running: Option<Running>,
}

impl Made {
    /// The model in process, one for each program.
    fn model() -> Self {
        Self {
            make: Arc::new(|| -> Arc<dyn Target> { Arc::new(Model::new(Settings::default())) }),
            name: "model".to_owned(),
            is_own: true,
            movable: true,
            _running: None,
        }
    }

    fn endpoint(endpoint: Endpoint, name: String, running: Option<Running>) -> Self {
        let movable = endpoint.describe().movable_clock;
        let shared: Arc<dyn Target> = Arc::new(endpoint);
        Self {
            make: Arc::new(move || shared.clone()),
            name,
            is_own: false,
            movable,
            _running: running,
        }
    }

    /// The service of this name: a URL, or `model`; the reference server where there is none.
    ///
    /// # Errors
    /// It does not answer.
    pub async fn of(name: Option<&str>, args: &ExploreArgs) -> Result<Self, NotMade> {
        let identities = Identities::new(&args.access_key, &args.secret_key, &args.region);
        match name {
            Some("model") => Ok(Self::model()),
            Some(url) => {
                let endpoint = Endpoint::connect(url, url, identities, None).await;
                let endpoint = endpoint.map_err(|error| NotMade(format!("{url}: {error}")))?;
                setup::answers(&endpoint, url).await?;
                Ok(Self::endpoint(endpoint, url.to_owned(), None))
            }
            None => {
                let started = reference::start(Settings::default(), identities).await;
                let started = started.map_err(|error| NotMade(error.to_string()))?;
                Ok(Self::endpoint(
                    started.endpoint,
                    "reference".to_owned(),
                    Some(started.running),
                ))
            }
        }
    }
}
