//! Any history that a recorder could have written.

use lookback_checker::history::{
    Artefact, Call, ClockMove, End, Entry, Estimate, Fault, Header, History, IndexContents, Return,
    Table, VERSION,
};
use proptest::prelude::*;
use serde_json::value::RawValue;

/// What happens next, and what is said of it.
#[derive(Clone, Debug)]
struct Step {
    what: u8,
    passed_us: i64,
    late_us: i64,
    client: u32,
    text: String,
    number: u64,
    body: Box<RawValue>,
    has: bool,
    of: prop::sample::Index,
}

/// A body, with whatever a JSON text may hold.
fn body() -> impl Strategy<Value = Box<RawValue>> {
    let text = prop_oneof![
        Just("{}".to_owned()),
        Just("null".to_owned()),
        Just("{\"TableName\": \"music\", \"Key\":{\"pk\":{\"S\":\"\\u00e9 \\n\"}}}".to_owned()),
        Just("[1, 2.50e3,\t\"}\\\"{\", true]".to_owned()),
        any::<String>().prop_map(|text| serde_json::to_string(&text).unwrap()),
        any::<i64>().prop_map(|number| number.to_string()),
    ];
    text.prop_map(|text| RawValue::from_string(text).unwrap())
}

fn step() -> impl Strategy<Value = Step> {
    let numbers = (0_u8..12, 0_i64..5_000_000, 0_i64..1_000_000, 0_u32..4);
    let rest = (
        any::<String>(),
        any::<u64>(),
        body(),
        any::<bool>(),
        any::<prop::sample::Index>(),
    );
    (numbers, rest).prop_map(
        |((what, passed_us, late_us, client), (text, number, body, has, of))| Step {
            what,
            passed_us,
            late_us,
            client,
            text,
            number,
            body,
            has,
            of,
        },
    )
}

/// Any history that a recorder could have written.
pub fn history() -> impl Strategy<Value = History> {
    (prop::collection::vec(step(), 0..24), any::<bool>()).prop_map(|(steps, ends)| {
        let mut made = Made::default();
        for step in steps {
            made.take(step);
        }
        let mut history = made.history;
        history.header.version = VERSION;
        if ends {
            let end = End { at_us: made.now_us };
            history.entries.push(Entry::End(end));
        }
        history
    })
}

#[derive(Default)]
struct Made {
    history: History,
    now_us: i64,
    open: Vec<(u64, i64)>,
    calls: Vec<u64>,
    artefacts: u64,
}

impl Made {
    fn take(&mut self, step: Step) {
        self.now_us += step.passed_us;
        let at_us = self.now_us - step.late_us;
        let some = |yes: bool| yes.then(|| step.text.clone());
        let named = (step.has && !self.calls.is_empty()).then(|| *step.of.get(&self.calls));
        let entry = match step.what {
            0 => {
                self.history.header = Header {
                    version: VERSION,
                    lookback: some(step.has),
                    target: some(!step.has),
                    seed: step.has.then_some(step.number),
                    contract: some(step.has),
                    command: some(step.has),
                };
                return;
            }
            1 => Entry::Table(Table {
                name: step.text,
                at_us,
                key_schema: step.body.clone(),
                attribute_definitions: step.body.clone(),
                items: vec![step.body; usize::from(step.has)],
            }),
            2..=4 => {
                let id = self
                    .calls
                    .iter()
                    .max()
                    .map_or(step.number % 9, |id| id + 1 + step.number % 2);
                self.calls.push(id);
                self.open.push((id, at_us));
                Entry::Call(Call {
                    id,
                    at_us,
                    client: step.client,
                    op: step.text,
                    input: step.body,
                })
            }
            5..=7 => {
                if self.open.is_empty() {
                    return;
                }
                let (id, called_us) = self.open.swap_remove(step.of.index(self.open.len()));
                Entry::Return(Return {
                    id,
                    at_us: at_us.max(called_us),
                    output: (step.what != 7).then_some(step.body),
                    error: (step.what == 6).then(|| step.text.clone()),
                    uncertain: (step.what == 7).then_some(step.text),
                    position: step.has.then_some(step.number),
                })
            }
            8 => {
                self.artefacts += 1;
                let index = IndexContents {
                    name: step.text.clone(),
                    global: step.has,
                    settled: !step.has,
                    key_schema: step.body.clone(),
                    attribute_definitions: step.body.clone(),
                    projection: step.body.clone(),
                    items: vec![step.body.clone()],
                };
                Entry::Artefact(Artefact {
                    id: self.artefacts,
                    kind: step.text.clone(),
                    name: step.has.then(|| step.text.clone()),
                    table: step.text,
                    call: named,
                    anchor_us: step.has.then_some(-step.late_us),
                    position: step.has.then_some(step.number),
                    group: (!step.has).then_some(step.number),
                    items: vec![step.body; 2],
                    indexes: vec![index; usize::from(step.has)],
                })
            }
            9 => Entry::Fault(Fault {
                at_us,
                kind: step.text.clone(),
                call: named,
                note: step.has.then_some(step.text),
            }),
            10 => {
                let clock = ClockMove {
                    at_us,
                    moved_us: step.late_us * 1000,
                };
                self.now_us += clock.moved_us;
                Entry::Clock(clock)
            }
            _ => Entry::Estimate(Estimate {
                at_us,
                offset_us_min: -step.late_us,
                offset_us_max: step.passed_us,
            }),
        };
        self.history.entries.push(entry);
    }
}
