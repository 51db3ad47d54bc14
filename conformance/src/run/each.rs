//! `each`: the same steps once for each value.

use super::session::{Session, Stop};
use crate::case::EachStep;
use crate::pattern::difference::{shortened, shown};

impl Session<'_> {
    pub(super) async fn run_each(&mut self, step: &EachStep) -> Result<(), Stop> {
        for round in 0..step.rounds() {
            let mut tried = Vec::new();
            for (name, values) in &step.each {
                let value = match values.get(round) {
                    Some(value) => self.value(value).await?,
                    None => continue,
                };
                tried.push(format!("{name}={}", shortened(&shown(&value), 60)));
                self.bindings.set(name, value);
            }
            self.place.push(format!("do[{}]", tried.join(", ")));
            self.run_steps(&step.steps).await?;
            self.place.pop();
        }
        Ok(())
    }
}
