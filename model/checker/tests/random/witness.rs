//! A witness is irreducible: its facts contradict each other, and without any one of them the rest can be explained.
//!
//! To leave a read out is to forget it; to leave a write out is to forget when it happened, and whether it did. What a
//! witness does not hold is left out as well.

use lookback_checker::Verdict;
use lookback_checker::register::{Changes as _, Effect, OPEN, Op, Order, Solver};
use lookback_checker::trace::{ItemChanges, ItemOf, Placed, SourceOf, Trace};
use lookback_checker::verdict::{Fact, Role, Rule, Source, Violation};

/// Enough to tell of every item that histories here have.
const STEPS_MAX: u64 = 20_000_000;

/// How many of the violations are about one item, and the sentences that name no cause.
#[derive(Clone, Debug, Default)]
pub struct Told {
    pub about_one_item: usize,
    pub without_a_cause: Vec<String>,
}

/// Looks at all witnesses about one item; an error says what is wrong with the first that is not irreducible.
pub fn all_are_irreducible(trace: &Trace, verdict: &Verdict) -> Result<Told, String> {
    let mut told = Told::default();
    let violations = verdict.violations.iter();
    for violation in violations.filter(|it| it.rule == Rule::ItemOrder) {
        is_irreducible(trace, violation)?;
        told.about_one_item += 1;
        if violation.witness.summary.contains("fit into no order") {
            let facts = violation.witness.facts.iter().map(|it| it.words.as_str());
            let facts: Vec<&str> = facts.collect();
            told.without_a_cause.push(facts.join("\n"));
        }
    }
    Ok(told)
}

fn is_irreducible(trace: &Trace, violation: &Violation) -> Result<(), String> {
    let facts = &violation.witness.facts;
    let shown = || format!("{violation:#?}");
    // Facts name their item in words. Calls on several items may look the same on each: one of them is meant.
    let contradicting = trace.items.iter().filter_map(|item| {
        let kept = places_of(trace, item, facts)?;
        (order(trace, item, &kept, None) == Order::Impossible).then_some((item, kept))
    });
    let mut wrong = format!("its facts contradict nothing: {}", shown());
    for (item, kept) in contradicting {
        let superfluous = (0..kept.len())
            .map(|left_out| (left_out, order(trace, item, &kept, Some(left_out))))
            .find(|(_, rest)| *rest != Order::Possible);
        match superfluous {
            None => return Ok(()),
            Some((left_out, rest)) => {
                let fact = &facts[left_out].words;
                wrong = format!("without «{fact}» the rest is {rest:?}: {}", shown());
            }
        }
    }
    Err(wrong)
}

/// The operations of an item that facts tell, each with its place; `None` if one is not among them.
fn places_of(trace: &Trace, item: &ItemOf, facts: &[Fact]) -> Option<Vec<(usize, Op)>> {
    let mut places: Vec<(usize, Op)> = Vec::new();
    for fact in facts {
        let (lo_us, hi_us) = *fact.allowed_us.first()?;
        let found = trace
            .ops_of(item)
            .iter()
            .enumerate()
            .find(|(place, placed)| {
                let taken = places.iter().any(|(taken, _)| taken == place);
                !taken && is_it(trace, placed, fact, (lo_us, hi_us))
            });
        let (place, placed) = found?;
        places.push((
            place,
            Op {
                lo_us,
                hi_us,
                ..placed.op
            },
        ));
    }
    Some(places)
}

fn is_it(trace: &Trace, placed: &Placed, fact: &Fact, allowed_us: (i64, i64)) -> bool {
    match (placed.source, fact.source) {
        (SourceOf::Call(call), Source::Call(id)) => {
            let must = fact.role != Role::UncertainWrite;
            trace.calls[call as usize].id == id
                && (placed.op.lo_us, placed.op.hi_us) == allowed_us
                && placed.op.must == must
        }
        (SourceOf::Artefact(artefact), Source::Artefact(id)) => {
            trace.artefacts[artefact as usize].id == id
        }
        _ => false,
    }
}

/// Whether what is kept has an order, one of it left out.
fn order(trace: &Trace, item: &ItemOf, kept: &[(usize, Op)], left_out: Option<usize>) -> Order {
    let mut changes = ItemChanges::new(trace, item);
    let kept = kept.iter().enumerate();
    let kept: Vec<(usize, Op)> = kept
        .filter(|(index, _)| Some(*index) != left_out)
        .map(|(_, kept)| *kept)
        .collect();
    let mut ops: Vec<Op> = kept.iter().map(|(_, op)| *op).collect();
    for (place, placed) in trace.ops_of(item).iter().enumerate() {
        let write = match placed.op.effect {
            Effect::Sees(_) => false,
            Effect::Writes(_) => true,
            Effect::Changes(change) => !changes.is_read(change),
        };
        if write && kept.iter().all(|(kept, _)| *kept != place) {
            ops.push(Op {
                lo_us: i64::MIN,
                hi_us: OPEN,
                must: false,
                ..placed.op
            });
        }
    }
    let may_expire = changes.may_expire();
    Solver::new(STEPS_MAX).order(item.initial, &ops, &mut changes, may_expire)
}
