//! Answers reads from the log.

use super::run::Run;
use super::{Deed, Key, Outcome, State};

pub fn answer(run: &mut Run) {
    for call in 0..run.calls.len() {
        let made = &run.calls[call];
        let deed = made.deed.clone();
        let (from_us, to_us) = (made.from_us, made.to_us);
        let (keys, strong, together) = match &deed {
            Deed::Get { key, strong, .. } => (vec![*key], *strong, false),
            Deed::BatchGet { keys, strong } => (keys.clone(), *strong, false),
            Deed::TransactGet { keys } => (keys.clone(), true, true),
            Deed::IndexQuery { .. } => (run.keys_of(0), false, false),
            _ => continue,
        };
        let at_us = run.dice.between(from_us, to_us);
        let cut = run.cut_at(at_us);
        let mut seen = Vec::new();
        for key in keys {
            match look(
                run,
                key,
                (from_us, to_us),
                at_us,
                strong,
                together.then_some(cut),
            ) {
                Some(state) => seen.push((key, state)),
                None => run.calls[call].outcome = Outcome::Refused("ResourceNotFoundException"),
            }
        }
        if let Deed::IndexQuery { v } = deed {
            seen.retain(|(_, state)| state.is_some_and(|body| body.v == Some(v)));
        }
        run.calls[call].seen = seen;
    }
    for chain in run.chains.clone() {
        pages(run, &chain);
    }
}

/// What a look at one item sees; `None`: there is no table.
fn look(
    run: &mut Run,
    key: Key,
    (from_us, to_us): (i64, i64),
    at_us: i64,
    strong: bool,
    cut: Option<usize>,
) -> Option<State> {
    let span = run.spans.iter().position(|span| {
        span.table == key.table
            && span.made_us.1 <= at_us
            && span.gone_us.is_none_or(|gone_us| at_us < gone_us)
    })?;
    let cut = cut.unwrap_or_else(|| {
        let (made_us, gone_us) = (
            run.spans[span].made_us.1,
            run.spans[span].gone_us.unwrap_or(i64::MAX),
        );
        let first_us = if strong {
            from_us.max(made_us)
        } else {
            made_us
        };
        let at_us = run.dice.between(first_us, to_us.min(gone_us));
        run.cut_at(at_us)
    });
    Some(run.state_at(span, key, cut))
}

fn pages(run: &mut Run, chain: &[usize]) {
    let mut begun_after = None;
    let mut over = false;
    for call in chain {
        if over {
            run.left_out.insert(*call);
            continue;
        }
        let Deed::Page {
            table,
            pk,
            strong,
            limit,
            ..
        } = run.calls[*call].deed
        else {
            unreachable!("a page");
        };
        let interval = (run.calls[*call].from_us, run.calls[*call].to_us);
        let at_us = run.dice.between(interval.0, interval.1);
        let mut seen = Vec::new();
        let mut next = None;
        for key in run.keys_of(table) {
            if begun_after.is_some_and(|start| key <= start) || pk.is_some_and(|pk| key.pk != pk) {
                continue;
            }
            if seen.len() == limit {
                next = seen.last().map(|(key, _)| *key);
                break;
            }
            match look(run, key, interval, at_us, strong, None) {
                Some(Some(body)) => seen.push((key, Some(body))),
                Some(None) => {}
                None => {
                    run.calls[*call].outcome = Outcome::Refused("ResourceNotFoundException");
                    over = true;
                    break;
                }
            }
        }
        let made = &mut run.calls[*call];
        if let Deed::Page { start, .. } = &mut made.deed {
            *start = begun_after;
        }
        over |= next.is_none();
        begun_after = next;
        made.seen = seen;
        made.next = next;
    }
}
