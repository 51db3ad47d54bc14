//! Tries everything: all orders of all steps over all items.

use std::collections::BTreeSet;

use super::tiny::{Deed, EXPIRING, State, Tiny, TinyOp, Went, When};

/// What a step does to one item, or must find there.
#[derive(Clone, Copy, Debug)]
enum Touch {
    Sees(State),
    Writes(State),
    /// Adds one; what it must be then, where that was told.
    Adds(Option<u8>),
    /// Must find what it asks for, and writes.
    Claims(When, u8),
    /// Must not find what it asks for.
    Fails(When),
}

/// What happens at one instant.
#[derive(Clone, Debug)]
struct Step {
    from_s: i64,
    to_s: i64,
    must: bool,
    /// By when it had happened, as ordinary reads show: of transactions that nobody answered.
    shown_by_s: Option<i64>,
    touches: Vec<(usize, Touch)>,
}

impl Step {
    fn writes(&self) -> bool {
        self.touches.iter().any(|(_, touch)| {
            matches!(touch, Touch::Writes(_) | Touch::Adds(_) | Touch::Claims(..))
        })
    }

    /// The items after the step, if it can happen to these.
    fn after(&self, items: &[State]) -> Option<Vec<State>> {
        let mut after = items.to_vec();
        for (item, touch) in &self.touches {
            let state = items[*item];
            after[*item] = match *touch {
                Touch::Sees(seen) => (seen == state).then_some(state)?,
                Touch::Writes(to) => to,
                Touch::Adds(told) => {
                    let sum = state.unwrap_or(0) + 1;
                    told.is_none_or(|told| told == sum).then_some(Some(sum))?
                }
                Touch::Claims(when, to) => when.holds(state).then_some(Some(to))?,
                Touch::Fails(when) => (!when.holds(state)).then_some(state)?,
            };
        }
        Some(after)
    }
}

/// Whether there is an order of everything that explains all that was observed. What is judged alone is judged against
/// the writes: its order need not be that of the reads, but a transaction that a read has shown was committed by then.
pub fn is_legal(tiny: &Tiny) -> bool {
    let mut together = Vec::new();
    let mut alone: Vec<Vec<Step>> = Vec::new();
    for op in &tiny.ops {
        let (from_s, to_s) = (op.from_s, op.to_s);
        let step = |lost: bool, touches: Vec<(usize, Touch)>| Step {
            from_s,
            to_s: if lost { i64::MAX } else { to_s },
            must: !lost,
            shown_by_s: None,
            touches,
        };
        match &op.deed {
            Deed::Write { item, to, lost } => {
                together.push(step(*lost, vec![(*item, Touch::Writes(*to))]));
            }
            Deed::Add { item, lost, told } => {
                together.push(step(*lost, vec![(*item, Touch::Adds(*told))]));
            }
            Deed::Claim {
                item,
                when,
                went: Went::Refused,
                ..
            } => {
                together.push(step(false, vec![(*item, Touch::Fails(*when))]));
            }
            Deed::Claim {
                item,
                to,
                when,
                went,
            } => {
                let claims = Touch::Claims(*when, *to);
                together.push(step(*went == Went::Lost, vec![(*item, claims)]));
            }
            Deed::Together { writes, lost } => {
                let touches = writes.iter().map(|(item, to)| (*item, Touch::Writes(*to)));
                together.push(Step {
                    shown_by_s: shown_by_s(tiny, writes).filter(|_| *lost),
                    ..step(*lost, touches.collect())
                });
            }
            Deed::Get { item, seen, strong } => together.push(Step {
                from_s: if *strong { from_s } else { 0 },
                ..step(false, vec![(*item, Touch::Sees(*seen))])
            }),
            Deed::GetTogether { seen } => {
                let touches = seen.iter().map(|(item, seen)| (*item, Touch::Sees(*seen)));
                together.push(step(false, touches.collect()));
            }
            Deed::Artefact { how, seen } => {
                let looks = seen
                    .iter()
                    .enumerate()
                    .map(|(item, seen)| (item, Touch::Sees(*seen)));
                let at = |touches: Vec<(usize, Touch)>| Step {
                    from_s: from_s - 1,
                    to_s: from_s + 1,
                    must: true,
                    shown_by_s: None,
                    touches,
                };
                let steps: Vec<Step> = match how.is_tied() {
                    true => vec![at(looks.collect())],
                    false => looks.map(|look| at(vec![look])).collect(),
                };
                match how.is_alone() {
                    true => alone.push(steps),
                    false => together.extend(steps),
                }
            }
        }
    }
    let writes: Vec<Step> = together
        .iter()
        .filter(|step| step.writes())
        .map(|step| Step {
            to_s: step.shown_by_s.unwrap_or(step.to_s),
            must: step.must || step.shown_by_s.is_some(),
            ..step.clone()
        })
        .collect();
    explained(tiny, &together)
        && alone.into_iter().all(|artefact| {
            let steps: Vec<Step> = writes.iter().cloned().chain(artefact).collect();
            explained(tiny, &steps)
        })
}

/// When the first ordinary read ended that shows a value which only these writes can have made.
fn shown_by_s(tiny: &Tiny, writes: &[(usize, State)]) -> Option<i64> {
    let only_source = |of: usize, state: State| {
        let mut sources = usize::from(tiny.initial[of] == state);
        for op in &tiny.ops {
            sources += match &op.deed {
                Deed::Write { item, to, .. } => usize::from((*item, *to) == (of, state)),
                Deed::Claim { item, to, .. } => usize::from((*item, Some(*to)) == (of, state)),
                // It may make any value.
                Deed::Add { item, .. } => 2 * usize::from(*item == of),
                Deed::Together { writes, .. } => usize::from(writes.contains(&(of, state))),
                _ => 0,
            };
        }
        state.is_some() && sources == 1
    };
    let tell = |write: &(usize, State)| only_source(write.0, write.1);
    let telling: Vec<_> = writes.iter().filter(|write| tell(write)).copied().collect();
    let shows = |op: &TinyOp| match &op.deed {
        Deed::Get { item, seen, .. } => telling.contains(&(*item, *seen)),
        Deed::GetTogether { seen } => seen.iter().any(|seen| telling.contains(seen)),
        _ => false,
    };
    let shown = tiny.ops.iter().filter(|op| shows(op));
    shown.map(|op| op.to_s).min()
}

fn explained(tiny: &Tiny, steps: &[Step]) -> bool {
    let mut seen = BTreeSet::new();
    let mut pending = vec![(0_u32, tiny.initial.clone(), i64::MIN)];
    while let Some((done, items, now_s)) = pending.pop() {
        let left = |index: usize| done & (1 << index) == 0;
        if steps
            .iter()
            .enumerate()
            .all(|(index, step)| !step.must || !left(index))
        {
            return true;
        }
        if !seen.insert((done, items.clone(), now_s)) {
            continue;
        }
        for (index, step) in steps.iter().enumerate() {
            let at_s = now_s.max(step.from_s);
            if left(index)
                && at_s <= step.to_s
                && let Some(after) = step.after(&items)
            {
                pending.push((done | 1 << index, after, at_s));
            }
        }
        if !tiny.expires {
            continue;
        }
        for (item, state) in items.iter().enumerate() {
            if let Some(value) = state.filter(|it| (EXPIRING..EXPIRING + 50).contains(it)) {
                let mut after = items.clone();
                after[item] = None;
                pending.push((done, after, now_s.max(i64::from(value - EXPIRING))));
            }
        }
    }
    false
}
