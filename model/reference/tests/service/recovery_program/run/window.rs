//! The recovery switch, and what is told of the window.

use serde_json::json;

use super::{Lag, Run};
use crate::recovery_program::oracle::Window;
use crate::world::{SECOND_US, merged, micros};

impl Run {
    pub(super) fn recovery(&mut self, name: &str, on: bool, days: Option<u8>) {
        let days = days.filter(|_| on);
        let specification = merged(
            json!({"PointInTimeRecoveryEnabled": on, "RecoveryPeriodInDays": days}),
            json!({}),
        );
        let input = json!({"TableName": name, "PointInTimeRecoverySpecification": specification});
        match self.world.call("UpdateContinuousBackups", input) {
            Ok(_) => {
                let now_us = self.world.now_us;
                let incarnation = &mut self.incarnations[self.current[name]];
                match (&mut incarnation.window, on) {
                    (Some(window), true) => {
                        let before_us = window.earliest_us(now_us);
                        window.change_period(now_us, days);
                        self.tally.shortened_windows +=
                            usize::from(window.earliest_us(now_us) > before_us);
                    }
                    (window, on) => *window = on.then(|| Window::new(now_us, days)),
                }
                self.check_window(name);
            }
            Err(refusal) if refusal.code == "ContinuousBackupsUnavailableException" => {
                assert_eq!(self.world.status(name), "ACTIVE");
            }
            Err(refusal) => {
                assert_eq!(refusal.code, "TableNotFoundException");
                assert_ne!(self.world.status(name), "ACTIVE");
            }
        }
    }

    /// DescribeContinuousBackups tells the oracle's window; gives the latest restorable time.
    pub(super) fn check_window(&mut self, name: &str) -> i64 {
        let now_us = self.world.now_us;
        let body = self
            .world
            .ok("DescribeContinuousBackups", json!({"TableName": name}));
        let recovery = &body["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"];
        let Some(window) = self.incarnations[self.current[name]].window else {
            assert_eq!(recovery, &json!({"PointInTimeRecoveryStatus": "DISABLED"}));
            return now_us;
        };
        let earliest_us = micros(&recovery["EarliestRestorableDateTime"]);
        let latest_us = micros(&recovery["LatestRestorableDateTime"]);
        assert_eq!(earliest_us, window.earliest_us(now_us), "{recovery}");
        assert_eq!(recovery["RecoveryPeriodInDays"], window.days());
        assert!(
            earliest_us <= latest_us && latest_us <= now_us,
            "{recovery}"
        );
        let lag_us_max = match self.lag {
            Lag::Fixed(_) => 300 * SECOND_US,
            Lag::AtMost(_) => 600 * SECOND_US,
        };
        let lags_us = now_us - latest_us;
        assert!(
            latest_us == earliest_us || lags_us < lag_us_max + 1_000,
            "{recovery}"
        );
        self.tally.windows_that_slid += usize::from(window.has_slid(now_us));
        latest_us
    }
}
