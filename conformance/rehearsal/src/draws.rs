//! What the SDK draws.

use std::sync::Arc;

use aws_sdk_dynamodb::config::interceptors::BeforeSerializationInterceptorContextRef;
use aws_sdk_dynamodb::config::{ConfigBag, Intercept};
use aws_smithy_runtime_api::box_error::BoxError;

use crate::world::World;

/// Seeds the SDK's generator when an operation begins: before the token of an idempotent call is drawn.
#[derive(Debug)]
pub(crate) struct SeededDraws(pub Arc<World>);

impl Intercept for SeededDraws {
    fn name(&self) -> &'static str {
        "SeededDraws"
    }

    fn read_before_execution(
        &self,
        _context: &BeforeSerializationInterceptorContextRef<'_>,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        self.0.seed_draws();
        Ok(())
    }
}
