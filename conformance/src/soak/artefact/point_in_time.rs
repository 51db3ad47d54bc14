//! Point-in-time recovery: switched on and off, and restored from.

use lookback_checker::history::Artefact;
use lookback_traffic::{Deed, DeedKind};
use serde_json::{Value, json};

use super::{Errand, Stop};
use crate::soak::caller::{micros, set};

/// The window of recovery, in microseconds of the target's clock.
#[derive(Clone, Copy, Debug)]
struct Window {
    earliest_us: i64,
    latest_us: i64,
}

/// How far back a recent time lies at most, in microseconds.
const RECENT_US: i64 = 15_000_000;

const WINDOW: &str = "/ContinuousBackupsDescription/PointInTimeRecoveryDescription";

impl Errand<'_> {
    /// Switches recovery on or off, unless it is so already.
    pub(super) async fn recovery(&self, deed: Deed, table: &str, on: bool) -> Result<(), Stop> {
        let lock = self.tables.get(deed.table);
        let _stays = match lock {
            Some(lock) => Some(lock.read().await),
            None => None,
        };
        // A table that has just been made is not known to these calls at once.
        let body = json!({ "TableName": table });
        let is_on = self
            .poll("DescribeContinuousBackups", &body, |answer| {
                let status = answer
                    .ok()?
                    .at(&format!("{WINDOW}/PointInTimeRecoveryStatus"))?;
                Some(status.as_str() == Some("ENABLED"))
            })
            .await?;
        if is_on == on {
            return Ok(());
        }
        let body = json!({
            "TableName": table,
            "PointInTimeRecoverySpecification": { "PointInTimeRecoveryEnabled": on },
        });
        self.once_enabled("UpdateContinuousBackups", &body)
            .await
            .map(drop)
    }

    /// Restores the table to a time in its window and reads what came back.
    pub(super) async fn look_back(&self, deed: Deed, table: &str) -> Result<(), Stop> {
        self.has("RestoreTableToPointInTime")?;
        // A table that was made again has no recovery, and nothing could be looked back at from then on.
        self.recovery(deed, table, true).await?;
        let target = self.fresh_name("past");
        let mut body = json!({ "SourceTableName": table, "TargetTableName": target });
        let asked_us = if deed.kind == DeedKind::RestoreToLatest {
            self.window(table, |window| window.latest_us > window.earliest_us)
                .await?;
            set(&mut body, "UseLatestRestorableTime", true);
            None
        } else {
            let asked_us = self.time_to_restore(deed, table).await?;
            set(&mut body, "RestoreDateTime", asked_us as f64 / 1e6);
            Some(asked_us)
        };
        let (call, answer) = self.recorded("RestoreTableToPointInTime", &body).await?;
        let told = answer.at("/TableDescription/RestoreSummary/RestoreDateTime");
        let told_us = told.and_then(Value::as_f64).map(micros);
        let artefact = Artefact {
            id: 0,
            kind: "point-in-time-restore".to_owned(),
            name: Some(target.clone()),
            table: table.to_owned(),
            call: Some(call),
            anchor_us: told_us.or(asked_us),
            position: None,
            group: None,
            items: Vec::new(),
            indexes: Vec::new(),
        };
        self.read(&target, artefact).await
    }

    /// A time between the window's beginning and now, in microseconds of the target's clock, once it can be restored.
    async fn time_to_restore(&self, deed: Deed, table: &str) -> Result<i64, Stop> {
        let window = self.window(table, |_| true).await?;
        // Where minutes cost nothing, now becomes restorable; else it has to be so already.
        let until_us = if self.caller.time.is_movable() {
            let now_us = self.caller.target_now_us();
            now_us.unwrap_or(window.latest_us).max(window.latest_us)
        } else {
            self.window(table, |window| window.latest_us > window.earliest_us)
                .await?
                .latest_us
        };
        let unit_us: i64 = if deed.kind == DeedKind::RestoreToSecond {
            1_000_000
        } else {
            1_000
        };
        // Every other time is a recent one: an old one shows less, since less was written by then.
        let from_us = if deed.draw.is_multiple_of(2) {
            window.earliest_us
        } else {
            window.earliest_us.max(until_us - RECENT_US)
        };
        let first = from_us.div_euclid(unit_us) + 1;
        let units = until_us.div_euclid(unit_us) - first + 1;
        let Some(units) = u64::try_from(units).ok().filter(|units| *units > 0) else {
            return Err(Stop::Odd("no time in the window of recovery".to_owned()));
        };
        let asked_us = (first + i64::try_from(deed.draw / 2 % units).unwrap_or(0)) * unit_us;
        self.window(table, |window| window.latest_us >= asked_us)
            .await?;
        Ok(asked_us)
    }

    /// The window of recovery, once it is as wanted.
    async fn window(&self, table: &str, wanted: impl Fn(&Window) -> bool) -> Result<Window, Stop> {
        let body = json!({ "TableName": table });
        let found = self.poll("DescribeContinuousBackups", &body, |answer| match answer {
            Ok(answer) => {
                let end = |name: &str| {
                    let told = answer.at(&format!("{WINDOW}/{name}"));
                    told.and_then(Value::as_f64).map(micros)
                };
                let window = end("EarliestRestorableDateTime").zip(end("LatestRestorableDateTime"));
                match window {
                    None => Some(Err(Stop::Odd(
                        "recovery is off when it is wanted".to_owned(),
                    ))),
                    Some((earliest_us, latest_us)) => {
                        let window = Window {
                            earliest_us,
                            latest_us,
                        };
                        wanted(&window).then_some(Ok(window))
                    }
                }
            }
            Err(Stop::Odd(why)) if why.ends_with("NotFoundException") => {
                Some(Err(Stop::Odd(why.clone())))
            }
            Err(_) => None,
        });
        found.await?
    }
}
