//! Sends one request: tries again what is not behaviour, remembers what the answer says was made.

use std::time::Duration;

use super::answer::Answer;
use super::session::{Session, Stop};
use crate::target::{Request, Unreachable};

/// How often an unreachable target is tried before it is given up: each pause is twice the one before it. A service that
/// dies of a request and is started again by whoever watches it is not gone.
const TRIES: u32 = 6;
/// How often a throttled request is tried again.
const THROTTLE_TRIES: u32 = 5;

impl Session<'_> {
    /// Sends a request until an answer comes that is behaviour. `expected` names an error that would be a
    /// throttle anywhere else.
    pub async fn send(
        &mut self,
        request: Request,
        expected: impl Fn(&str) -> bool,
    ) -> Result<Answer, Stop> {
        self.check_interrupted()?;
        self.record(&request)?;
        let mut throttled = 0;
        loop {
            self.last = Some((request.clone(), None));
            let raw = match self.reach(&request).await {
                Ok(raw) => raw,
                Err(stop) => {
                    // It may have been carried out all the same.
                    self.made.note_sent(&request);
                    return Err(stop);
                }
            };
            let answer = Answer::new(raw);
            self.made.note_answer(&request, &answer);
            self.last = Some((request.clone(), Some(answer.clone())));
            if !answer.is_throttle() || answer.error().is_some_and(&expected) {
                return Ok(answer);
            }
            throttled += 1;
            if throttled >= THROTTLE_TRIES {
                return Err(Stop::Indeterminate(format!(
                    "{}: {}",
                    self.step(),
                    answer.outline()
                )));
            }
            tokio::time::sleep(Duration::from_millis(100 << throttled)).await;
        }
    }

    async fn reach(&self, request: &Request) -> Result<crate::target::RawAnswer, Stop> {
        let mut tries = 0;
        loop {
            match self.target.call(request).await {
                Ok(raw) => return Ok(raw),
                Err(Unreachable::Refused(why)) => {
                    tries += 1;
                    if tries >= TRIES {
                        return Err(Stop::Lost(format!(
                            "{}: cannot connect ({why})",
                            self.step()
                        )));
                    }
                    tokio::time::sleep(self.options.reconnect_pause * (1 << (tries - 1))).await;
                }
                Err(error) => return Err(Stop::Indeterminate(format!("{}: {error}", self.step()))),
            }
        }
    }

    /// Ends the case where the answer says that the target has not got the operation.
    pub fn check_supported(&self, request: &Request, answer: &Answer) -> Result<(), Stop> {
        let usual = format!("DynamoDB_20120810.{}", request.operation);
        // A request that was made unrecognisable on purpose must not count as a missing feature.
        let plain = request.target.as_ref() == Some(&usual)
            && request.method.is_none()
            && request.path.is_none();
        match answer.not_implemented().filter(|_| plain) {
            Some(why) => Err(Stop::Unsupported(format!("{}: {why}", request.operation))),
            None => Ok(()),
        }
    }
}
