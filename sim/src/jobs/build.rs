//! Builds a backup: the items as of the time of the request, from the archive.

use super::Job;
use crate::archive;
use crate::bugs::Bug;
use crate::control::ControlCommand;
use crate::sometimes::Activity;

impl Job {
    pub(super) async fn build(&self, arn: &str) -> Option<()> {
        let backup = super::control(&self.storage, |it| it.backups.get(arn).cloned())??;
        let plan = &self.storage.host.world.plan;
        let mut table = self.table(backup.table)?;
        if plan.has(Bug::BackupOfAnotherIncarnation) {
            table = self.first_of_the_name(&table)?;
        }
        let seen = &self.storage.host.world.sometimes;
        let _building = seen.doing(Activity::Build(backup.table));
        // A deleted table's backup holds what was there at the end.
        let at_us = if backup.system || plan.has(Bug::BackupOfTheBuildTime) {
            i64::MAX
        } else if plan.has(Bug::BackupWithoutTheLastSecond) {
            backup.at_us - 1_000_000
        } else {
            backup.at_us
        };
        let items = self.items_of(&table, at_us).await?;
        // Items are written to memory without fail.
        let bytes = serde_json::to_vec(&items).unwrap_or_default();
        let name = archive::backup(backup.table, arn);
        self.storage
            .host
            .world
            .objects
            .put(&name, bytes)
            .await
            .ok()?;
        self.put_down(ControlCommand::Built(arn.to_owned())).await
    }
}
