//! Arrays whose order is not promised: which element belongs to which pattern.

use serde_json::Value;

use super::difference::{Difference, shown};
use super::matches;
use super::operators::elements;

/// One element for each pattern, in any order, and no other.
pub(super) fn unordered(argument: &Value, value: &Value, at: &str, found: &mut Vec<Difference>) {
    let Some(values) = value.as_array() else {
        return found.push(Difference::new(at, "an array", Some(value)));
    };
    let wanted: Vec<&Value> = elements(argument).collect();
    let pairs = pair(&wanted, values);
    for (pattern, partner) in wanted.iter().zip(&pairs) {
        if partner.is_none() {
            found.push(Difference::words(
                at,
                format!("an element {}", shown(pattern)),
                shown(value),
            ));
        }
    }
    for (index, value) in values
        .iter()
        .enumerate()
        .filter(|(index, _)| !pairs.contains(&Some(*index)))
    {
        found.push(Difference::new(
            &format!("{at}/{index}"),
            "no further element",
            Some(value),
        ));
    }
}

/// An element for each pattern; two patterns may share one.
pub(super) fn contains(argument: &Value, value: &Value, at: &str, found: &mut Vec<Difference>) {
    let Some(values) = value.as_array() else {
        return found.push(Difference::new(at, "an array", Some(value)));
    };
    for pattern in elements(argument)
        .filter(|pattern| !values.iter().any(|value| matches(pattern, Some(value))))
    {
        found.push(Difference::words(
            at,
            format!("an element {}", shown(pattern)),
            shown(value),
        ));
    }
}

/// A largest pairing of patterns with elements: for each pattern the index of its element.
///
/// Taking the first element that matches is not enough: a loose pattern would take the only element that
/// a strict one matches. Augmenting paths, at most patterns times elements steps for each pattern.
fn pair(wanted: &[&Value], values: &[Value]) -> Vec<Option<usize>> {
    let fits: Vec<Vec<usize>> = wanted
        .iter()
        .map(|pattern| {
            (0..values.len())
                .filter(|index| matches(pattern, values.get(*index)))
                .collect()
        })
        .collect();
    let mut owner: Vec<Option<usize>> = vec![None; values.len()];
    for pattern in 0..wanted.len() {
        augment(pattern, &fits, &mut owner, &mut vec![false; values.len()]);
    }
    (0..wanted.len())
        .map(|pattern| owner.iter().position(|held| *held == Some(pattern)))
        .collect()
}

fn augment(
    pattern: usize,
    fits: &[Vec<usize>],
    owner: &mut [Option<usize>],
    seen: &mut [bool],
) -> bool {
    for &index in fits.get(pattern).map(Vec::as_slice).unwrap_or_default() {
        match seen.get_mut(index) {
            Some(mark) if !*mark => *mark = true,
            _ => continue,
        }
        let held = owner.get(index).copied().flatten();
        if held.is_none_or(|other| augment(other, fits, owner, seen)) {
            if let Some(slot) = owner.get_mut(index) {
                *slot = Some(pattern);
            }
            return true;
        }
    }
    false
}
