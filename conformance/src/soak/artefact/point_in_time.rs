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

/// A restore that was accepted: its call, and the time of which the table is to be.
#[derive(Clone, Copy, Debug)]
struct Restored {
    call: u64,
    anchor_us: Option<i64>,
}

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
        let asked_us = if deed.kind == DeedKind::RestoreToLatest {
            // Where minutes cost nothing there is to be something to restore.
            if self.caller.time.is_movable() {
                self.window(table, |window| window.latest_us > window.earliest_us)
                    .await?;
            }
            None
        } else {
            Some(self.time_to_restore(deed, table).await?)
        };
        let restored = self.ask_for(table, &target, asked_us).await?;
        let artefact = Artefact {
            id: 0,
            kind: "point-in-time-restore".to_owned(),
            name: Some(target.clone()),
            table: table.to_owned(),
            call: Some(restored.call),
            anchor_us: restored.anchor_us,
            position: None,
            group: None,
            items: Vec::new(),
            indexes: Vec::new(),
        };
        self.read(&target, artefact).await
    }

    /// The restore itself: to this time, or to the latest.
    async fn ask_for(
        &self,
        table: &str,
        target: &str,
        asked_us: Option<i64>,
    ) -> Result<Restored, Stop> {
        let mut body = json!({ "SourceTableName": table, "TargetTableName": target });
        match asked_us {
            Some(asked_us) => set(&mut body, "RestoreDateTime", asked_us as f64 / 1e6),
            None => set(&mut body, "UseLatestRestorableTime", true),
        }
        let (call, answer) = self.recorded("RestoreTableToPointInTime", &body).await?;
        let told = answer.at("/TableDescription/RestoreSummary/RestoreDateTime");
        let told_us = told.and_then(Value::as_f64).map(micros);
        Ok(Restored {
            call,
            anchor_us: told_us.or(asked_us),
        })
    }

    /// A time between the window's beginning and now, in microseconds of the target's clock, once it can be restored.
    pub(super) async fn time_to_restore(&self, deed: Deed, table: &str) -> Result<i64, Stop> {
        let window = self.window(table, |_| true).await?;
        // Where minutes cost nothing, now becomes restorable; else it has to be so already.
        let until_us = if self.caller.time.is_movable() {
            let now_us = self.caller.target_now_us();
            now_us.unwrap_or(window.latest_us).max(window.latest_us)
        } else {
            window.latest_us
        };
        let Some(asked_us) = drawn_time(deed, window.earliest_us, until_us) else {
            return Err(Stop::Odd("no time in the window of recovery".to_owned()));
        };
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

/// The time that a deed restores to, in a window that holds both of its ends (PITR-RESTORE-004), in microseconds: a whole
/// second where that is wanted and there is one. None: not even a millisecond lies in it.
fn drawn_time(deed: Deed, earliest_us: i64, until_us: i64) -> Option<i64> {
    // Every other time is a recent one: an old one shows less, since less was written by then.
    let from_us = if deed.draw.is_multiple_of(2) {
        earliest_us
    } else {
        earliest_us.max(until_us - RECENT_US)
    };
    let of_units = |unit_us: i64| {
        let first = -(-from_us).div_euclid(unit_us);
        let units = until_us.div_euclid(unit_us) - first + 1;
        let units = u64::try_from(units).ok().filter(|units| *units > 0)?;
        Some((first + i64::try_from(deed.draw / 2 % units).unwrap_or(0)) * unit_us)
    };
    let second = (deed.kind == DeedKind::RestoreToSecond).then(|| of_units(1_000_000));
    second.flatten().or_else(|| of_units(1_000))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn deed(kind: DeedKind, draw: u64) -> Deed {
        Deed {
            table: 0,
            kind,
            draw,
        }
    }

    #[test]
    fn a_time_is_a_whole_second_after_the_first_and_not_after_the_last() {
        for draw in 0..200 {
            let drawn = drawn_time(deed(DeedKind::RestoreToSecond, draw), 1_500_000, 40_000_000);
            let drawn_us = drawn.unwrap();
            assert!((2_000_000..=40_000_000).contains(&drawn_us), "{drawn_us}");
            assert_eq!(drawn_us % 1_000_000, 0);
        }
    }

    #[test]
    fn every_other_time_is_a_recent_one() {
        let drawn = drawn_time(deed(DeedKind::RestoreToMillisecond, 1), 0, 40_000_000);
        assert!(drawn.is_some_and(|drawn_us| drawn_us >= 40_000_000 - RECENT_US));
        let drawn = drawn_time(deed(DeedKind::RestoreToMillisecond, 0), 0, 40_000_000);
        assert_eq!(drawn, Some(0));
    }

    #[test]
    fn a_window_of_one_instant_holds_that_instant() {
        let drawn = drawn_time(deed(DeedKind::RestoreToSecond, 7), 5_123_000, 5_123_000);
        assert_eq!(drawn, Some(5_123_000));
    }

    #[test]
    fn no_time_lies_in_a_window_that_ends_before_it_begins() {
        let kind = DeedKind::RestoreToSecond;
        assert_eq!(drawn_time(deed(kind, 7), 9_000_000, 5_000_000), None);
        assert_eq!(drawn_time(deed(kind, 7), 5_000_200, 5_000_900), None);
    }
}
