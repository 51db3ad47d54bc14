//! `pages`: follows a listing to its end and judges the concatenated array.

use serde_json::Value;

use super::answer::Answer;
use super::judge;
use super::session::{Session, Stop};
use crate::case::{Expectation, PagesStep};
use crate::target::{RawAnswer, Request};

/// The most pages that a listing may have.
const PAGES_MAX: usize = 1_000;

impl Session<'_> {
    pub(super) async fn run_pages(&mut self, step: &PagesStep) -> Result<(), Stop> {
        let expectation = match &step.expect {
            Some(expectation) => self.expectation(expectation).await?,
            None => Expectation::default(),
        };
        let mut body = self.value(&step.input).await?;
        let mut collected = Vec::new();
        for _ in 0..PAGES_MAX {
            let request = Request::of(&step.pages, &body);
            let answer = self
                .send(request.clone(), |error| expectation.allows_error(error))
                .await?;
            if !answer.is_ok() {
                // A refusal is judged as it is: it has no pages.
                return self.judge_page(&expectation, &request, &answer);
            }
            match answer.at(&step.collect) {
                Some(Value::Array(page)) => collected.extend(page.iter().cloned()),
                None => {}
                Some(other) => {
                    return Err(self.fail_words("an array of entries", &other.to_string()));
                }
            }
            let cursor = answer
                .at(&step.cursor)
                .filter(|cursor| !cursor.is_null())
                .cloned();
            let Some(cursor) = cursor else {
                return self.judge_all(step, &expectation, collected, &answer);
            };
            if let Value::Object(members) = &mut body {
                members.insert(step.as_input.clone(), cursor);
            }
        }
        Err(self.fail_words(
            "a listing that ends",
            &format!("more than {PAGES_MAX} pages"),
        ))
    }

    fn judge_page(
        &self,
        expectation: &Expectation,
        request: &Request,
        answer: &Answer,
    ) -> Result<(), Stop> {
        let differences = judge::differences(expectation, answer);
        if differences.is_empty() {
            return Ok(());
        }
        self.check_supported(request, answer)?;
        Err(self.fail(differences))
    }

    fn judge_all(
        &mut self,
        step: &PagesStep,
        expectation: &Expectation,
        collected: Vec<Value>,
        last: &Answer,
    ) -> Result<(), Stop> {
        let json = Value::Array(collected);
        let raw = RawAnswer {
            body: json.to_string().into_bytes(),
            ..last.raw.clone()
        };
        let whole = Answer {
            raw,
            json: Some(json),
        };
        let differences = judge::differences(expectation, &whole);
        if !differences.is_empty() {
            return Err(self.fail(differences));
        }
        self.bind(&step.bind, &whole, false)
    }
}
