//! `call`: one request exactly as written, judged, repeated or only recorded.

use serde_json::Value;

use super::answer::Answer;
use super::judge;
use super::poll::Poll;
use super::session::{Session, Stop};
use super::verdict::NOT_SHOWN;
use crate::case::step::OtherCaller;
use crate::case::{CallStep, Expectation, Raw};
use crate::pattern::Difference;
use crate::target::{Caller, Request};

/// How long `until` polls where a step does not say, in seconds.
const WITHIN_S: f64 = 60.0;

impl Session<'_> {
    pub(super) async fn run_call(&mut self, step: &CallStep) -> Result<(), Stop> {
        let request = self.request(step).await?;
        let answer = match &step.until {
            Some(until) => self.until(step, until, request).await?,
            None => self.once(step, request).await?,
        };
        if step.observe {
            self.observe(&answer);
        }
        if self.case.unspecified.is_some() && !step.observe {
            self.observe(&answer);
        }
        self.bind(&step.bind, &answer, step.observe)
    }

    async fn once(&mut self, step: &CallStep, request: Request) -> Result<Answer, Stop> {
        let expectation = match &step.expect {
            Some(expectation) => self.expectation(expectation).await?,
            None => Expectation::default(),
        };
        let answer = self
            .send(request.clone(), |error| expectation.allows_error(error))
            .await?;
        if step.observe {
            self.check_supported(&request, &answer)?;
            return Ok(answer);
        }
        let differences = judge::differences(&expectation, &answer);
        if differences.is_empty() {
            return Ok(answer);
        }
        self.check_supported(&request, &answer)?;
        Err(self.unmet(step, &answer, differences))
    }

    /// What it means that an expectation does not hold: what the case is about was never shown, or is not promised,
    /// where the step says so, else a failure.
    fn unmet(&mut self, step: &CallStep, answer: &Answer, differences: Vec<Difference>) -> Stop {
        let not_shown = step.else_unspecified.as_ref();
        let reason = not_shown
            .map(|reason| format!("{NOT_SHOWN}{reason}"))
            .or_else(|| step.not_promised.clone());
        match reason {
            Some(reason) => {
                self.observe(answer);
                Stop::Unspecified(reason)
            }
            None => self.fail(differences),
        }
    }

    async fn until(
        &mut self,
        step: &CallStep,
        until: &Expectation,
        request: Request,
    ) -> Result<Answer, Stop> {
        let expectation = self.expectation(until).await?;
        let always = match &step.always {
            Some(always) => Some(self.expectation(always).await?),
            None => None,
        };
        let within_s = self.quantity(step.within_s.as_ref(), WITHIN_S).await?;
        let every_s = match &step.every_s {
            Some(every) => Some(self.quantity(Some(every), 0.0).await?),
            None => None,
        };
        let mut poll = Poll::new(self, within_s, every_s);
        loop {
            let answer = self
                .send(request.clone(), |error| expectation.allows_error(error))
                .await?;
            let differences = judge::differences(&expectation, &answer);
            if differences.is_empty() {
                return Ok(answer);
            }
            self.check_supported(&request, &answer)?;
            let meanwhile = always
                .as_ref()
                .map(|always| judge::differences(always, &answer))
                .unwrap_or_default();
            if !meanwhile.is_empty() {
                return Err(self.fail(meanwhile));
            }
            if !poll.pause(self).await? {
                let over = poll.over(self.fail(differences.clone()));
                return Err(match over {
                    Stop::Fail(_) => self.unmet(step, &answer, differences),
                    cut_short => cut_short,
                });
            }
        }
    }

    async fn request(&mut self, step: &CallStep) -> Result<Request, Stop> {
        let raw = step.raw.clone().unwrap_or_default();
        let mut request = Request::of(&step.call, &Value::Null);
        request.body = match &raw.body {
            Some(text) => self.text(text).await?.into_bytes(),
            None => self.value(&step.input).await?.to_string().into_bytes(),
        };
        request.caller = match step.caller {
            None => Caller::Own,
            Some(OtherCaller::OtherAccount) => Caller::OtherAccount,
            Some(OtherCaller::OtherRegion) => Caller::OtherRegion,
        };
        self.replace(&raw, &mut request).await?;
        Ok(request)
    }

    async fn replace(&mut self, raw: &Raw, request: &mut Request) -> Result<(), Stop> {
        match &raw.target {
            Some(Some(target)) => request.target = Some(self.text(target).await?),
            Some(None) => request.target = None,
            None => {}
        }
        if let Some(method) = &raw.method {
            request.method = Some(self.text(method).await?);
        }
        if let Some(path) = &raw.path {
            request.path = Some(self.text(path).await?);
        }
        for (name, value) in &raw.headers {
            let value = match value {
                Some(value) => Some(self.text(value).await?),
                None => None,
            };
            if name.eq_ignore_ascii_case("x-amz-target") {
                request.target = value;
            } else {
                request.headers.push((name.clone(), value));
            }
        }
        Ok(())
    }
}
