//! `each`: the same steps once for each value.

use super::session::{Session, Stop};
use crate::case::EachStep;
use crate::pattern::difference::{shortened, shown};

impl Session<'_> {
    pub(super) async fn run_each(&mut self, step: &EachStep) -> Result<(), Stop> {
        let entered = self.reentered();
        for round in entered.unwrap_or(0)..step.rounds() {
            let mut tried = Vec::new();
            for (name, values) in &step.each {
                let kept = self.bindings.get(name).filter(|_| entered == Some(round));
                let value = match (kept, values.get(round)) {
                    (Some(value), _) => value,
                    (None, Some(value)) => self.value(value).await?,
                    (None, None) => continue,
                };
                tried.push(format!("{name}={}", shortened(&shown(&value), 60)));
                self.bindings.set(name, value);
            }
            self.place.push(format!("do[{}]", tried.join(", ")));
            self.path.push(round);
            self.run_steps(&step.steps).await?;
            self.path.pop();
            self.place.pop();
        }
        Ok(())
    }
}
