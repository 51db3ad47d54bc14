//! Leaves out parts of a list, ever smaller ones.

use super::Search;
use crate::plan::{Listed, Plan};

/// Steps that are not needed.
pub(super) fn steps(search: &mut Search<'_>) {
    let listed = search.listed();
    parts(listed.steps, |steps| {
        let listed = search.listed();
        search.holds_with(Listed { steps, ..listed })
    });
}

/// Faults that are not needed.
pub(super) fn faults(search: &mut Search<'_>) {
    let faults = search.plan.faults.clone();
    if faults.is_empty() {
        return;
    }
    parts(faults, |faults| {
        let plan = Plan {
            faults,
            ..search.plan.clone()
        };
        search.holds(plan)
    });
}

/// Leaves out parts of a list, first the whole and last single ones, wherever what is left holds.
fn parts<T: Clone>(mut list: Vec<T>, mut holds: impl FnMut(Vec<T>) -> bool) {
    let mut size = list.len();
    while size > 0 {
        let mut at = 0;
        while at < list.len() {
            let rest = list.iter().take(at).chain(list.iter().skip(at + size));
            let rest: Vec<T> = rest.cloned().collect();
            if holds(rest.clone()) {
                list = rest;
            } else {
                at += size;
            }
        }
        size = if size == 1 {
            0
        } else {
            size.min(list.len()).div_ceil(2)
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_needed_is_left_in_its_order() {
        let mut kept = Vec::new();
        let mut asked = 0;
        parts((0..100).collect(), |rest: Vec<u32>| {
            asked += 1;
            let holds = [7, 31, 93].iter().all(|it| rest.contains(it));
            if holds {
                kept = rest;
            }
            holds
        });
        assert_eq!(kept, [7, 31, 93]);
        assert!(asked < 60, "{asked}");
    }

    #[test]
    fn nothing_is_left_of_what_is_not_needed() {
        let mut asked = 0;
        parts(vec![1, 2, 3], |_| {
            asked += 1;
            true
        });
        assert_eq!(asked, 1);
    }
}
