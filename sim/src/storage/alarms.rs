//! When which group of a node wants to be woken: only those that are awake are here.

use std::collections::{BTreeMap, BTreeSet};

use crate::message::GroupId;

/// The alarms of a node's groups.
#[derive(Debug, Default)]
pub struct Alarms {
    due: BTreeSet<(i64, GroupId)>,
    of: BTreeMap<GroupId, i64>,
}

impl Alarms {
    /// The alarm of a group from now on, true time in microseconds; none: it sleeps.
    pub fn set(&mut self, group: GroupId, at_us: Option<i64>) {
        let before = match at_us {
            Some(at_us) => self.of.insert(group, at_us),
            None => self.of.remove(&group),
        };
        if before == at_us {
            return;
        }
        if let Some(before_us) = before {
            self.due.remove(&(before_us, group));
        }
        if let Some(at_us) = at_us {
            self.due.insert((at_us, group));
        }
    }

    /// The first alarm.
    pub fn first_us(&self) -> Option<i64> {
        self.due.first().map(|(at_us, _)| *at_us)
    }

    /// The groups whose alarms are due; they are here no more.
    pub fn take_due(&mut self, now_us: i64) -> BTreeSet<GroupId> {
        let later = self.due.split_off(&(now_us.saturating_add(1), 0));
        let due = std::mem::replace(&mut self.due, later);
        let groups: BTreeSet<GroupId> = due.into_iter().map(|(_, group)| group).collect();
        for group in &groups {
            self.of.remove(group);
        }
        groups
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alarms_are_due_in_their_order_and_once() {
        let mut alarms = Alarms::default();
        alarms.set(7, Some(30));
        alarms.set(3, Some(10));
        alarms.set(5, Some(20));
        assert_eq!(alarms.first_us(), Some(10));
        assert_eq!(alarms.take_due(20), BTreeSet::from([3, 5]));
        assert!(alarms.take_due(20).is_empty());
        assert_eq!(alarms.first_us(), Some(30));
    }

    #[test]
    fn a_later_alarm_takes_the_place_of_an_earlier_one() {
        let mut alarms = Alarms::default();
        alarms.set(1, Some(10));
        alarms.set(1, Some(40));
        assert!(alarms.take_due(39).is_empty());
        alarms.set(1, None);
        assert_eq!(alarms.first_us(), None);
    }
}
