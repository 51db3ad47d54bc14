//! `wait_s`: lets time pass.

use std::time::Duration;

use super::session::{Session, Stop};
use super::suspend::Pause;
use crate::case::WaitStep;

impl Session<'_> {
    pub(super) async fn run_wait(&mut self, step: &WaitStep) -> Result<(), Stop> {
        let seconds = match self.reentry.take() {
            Some(reentry) => reentry.left_s,
            None => self.quantity(Some(&step.wait_s), 0.0).await?,
        };
        if !self.is_virtual() && seconds > self.options.wait_s_max {
            return Err(match self.options.keeper {
                Some(_) => Stop::Pause(Pause::Wait { left_s: seconds }),
                None => Stop::Unsupported("needs a movable clock".to_owned()),
            });
        }
        let time = Duration::try_from_secs_f64(seconds)
            .map_err(|_| self.fail_words("a time", &seconds.to_string()))?;
        self.target
            .wait(time)
            .await
            .map_err(|error| Stop::Indeterminate(error.to_string()))
    }
}
