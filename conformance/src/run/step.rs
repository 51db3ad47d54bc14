//! Runs a list of steps in order.

use futures::future::BoxFuture;

use super::session::{Session, Stop};
use crate::case::Step;

impl Session<'_> {
    /// Runs the steps until one ends the case; the place then still tells which.
    pub(super) fn run_steps<'s>(
        &'s mut self,
        steps: &'s [Step],
    ) -> BoxFuture<'s, Result<(), Stop>> {
        Box::pin(async move {
            let first = self.reentered().unwrap_or(0);
            for (index, step) in steps.iter().enumerate().skip(first) {
                self.check_interrupted()?;
                self.place.push(index.to_string());
                self.path.push(index);
                self.label = step.label();
                match step {
                    Step::Call(step) => self.run_call(step).await?,
                    Step::Wait(step) => self.run_wait(step).await?,
                    Step::Table(step) => self.run_table(step).await?,
                    Step::Items(step) => self.run_items(step).await?,
                    Step::Pages(step) => self.run_pages(step).await?,
                    Step::Put(step) => self.run_put(step).await?,
                    Step::Objects(step) => self.run_objects(step).await?,
                    Step::Object(step) => self.run_object(step).await?,
                    Step::Export(step) => self.run_export(step).await?,
                    Step::Let(step) => self.run_let(step).await?,
                    Step::Each(step) => self.run_each(step).await?,
                }
                self.path.pop();
                self.place.pop();
            }
            Ok(())
        })
    }
}
