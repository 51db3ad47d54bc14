//! What a program shrinks to: fewer steps, smaller requests, simpler values, shorter gaps.

use proptest::strategy::ValueTree;
use serde_json::{Value, json};

use super::damage::{pointers, remove};
use super::{Body, Program, ProgramStep};

/// A program and the simpler ones it can become.
#[derive(Clone, Debug)]
pub struct Sapling {
    /// The simplest program that was kept.
    best: Program,
    /// What is tried at present.
    current: Program,
    /// The moves from `best`, and the next one to try.
    moves: Option<Vec<Move>>,
    next: usize,
    /// Whether a move was kept since the moves were tried from the first one on.
    progress: bool,
}

/// One simplification.
#[derive(Clone, Debug)]
enum Move {
    /// Leaves out steps from a place on.
    Steps(usize, usize),
    /// Leaves out the second table.
    Table,
    /// Leaves out what is at a pointer of a step's body, or of a table's request.
    Without(Place, String),
    /// Puts something simpler there.
    Simpler(Place, String, Value),
    /// Lets no time pass before a step.
    AtOnce(usize),
}

#[derive(Clone, Copy, Debug)]
enum Place {
    Step(usize),
    Table(usize),
}

impl Sapling {
    /// The program itself, nothing tried yet.
    pub fn new(program: Program) -> Self {
        Self {
            best: program.clone(),
            current: program,
            moves: None,
            next: 0,
            progress: false,
        }
    }

    /// Makes the next move from the best program; false if there is none.
    fn advance(&mut self) -> bool {
        loop {
            let best = &self.best;
            let moves = self.moves.get_or_insert_with(|| moves(best));
            if let Some(next) = moves.get(self.next) {
                let tried = next.apply(best);
                if tried != *best {
                    self.current = tried;
                    return true;
                }
                self.next += 1;
            } else if self.progress {
                (self.moves, self.next, self.progress) = (None, 0, false);
            } else {
                self.current = self.best.clone();
                return false;
            }
        }
    }
}

impl ValueTree for Sapling {
    type Value = Program;

    fn current(&self) -> Program {
        self.current.clone()
    }

    /// Keeps what was tried, and tries something simpler.
    fn simplify(&mut self) -> bool {
        if self.current != self.best {
            self.best = self.current.clone();
            self.progress = true;
            // What stood behind a part that is gone now stands in its place.
            self.moves = None;
        }
        self.advance()
    }

    /// Takes back what was tried, and tries something else.
    fn complicate(&mut self) -> bool {
        self.next += 1;
        self.advance()
    }
}

impl Move {
    fn apply(&self, program: &Program) -> Program {
        let mut tried = program.clone();
        match self {
            Self::Steps(from, count) => {
                let until = (from + count).min(tried.steps.len());
                tried.steps.drain((*from).min(until)..until);
            }
            Self::Table => tried.tables.truncate(1),
            Self::Without(place, pointer) => {
                if let Some(body) = body(&mut tried, *place) {
                    remove(body, pointer);
                    prune(body);
                }
            }
            Self::Simpler(place, pointer, value) => {
                if let Some(body) = body(&mut tried, *place) {
                    if let Some(old) = body.pointer_mut(pointer) {
                        *old = value.clone();
                    }
                    prune(body);
                }
            }
            Self::AtOnce(place) => {
                if let Some(step) = tried.steps.get_mut(*place) {
                    step.gap_s = 0;
                }
            }
        }
        tried
    }
}

fn body(program: &mut Program, place: Place) -> Option<&mut Value> {
    match place {
        Place::Table(place) => program.tables.get_mut(place),
        Place::Step(place) => match program.steps.get_mut(place) {
            Some(ProgramStep {
                body: Body::Json(body),
                ..
            }) => Some(body),
            _ => None,
        },
    }
}

/// Everything that may be tried: first what takes most away.
fn moves(program: &Program) -> Vec<Move> {
    let mut moves = Vec::new();
    let mut count = program.steps.len();
    while count > 0 {
        // The last step is the one that differs: what stands before it goes first.
        moves.extend(
            (0..program.steps.len())
                .step_by(count)
                .map(|from| Move::Steps(from, count)),
        );
        count /= 2;
    }
    moves.push(Move::Table);
    for (place, step) in program.steps.iter().enumerate() {
        if step.gap_s > 0 {
            moves.push(Move::AtOnce(place));
        }
    }
    for (place, table) in program.tables.iter().enumerate() {
        within(Place::Table(place), table, &mut moves);
    }
    for (place, step) in program.steps.iter().enumerate() {
        if let Body::Json(body) = &step.body {
            within(Place::Step(place), body, &mut moves);
        }
    }
    moves
}

fn within(place: Place, body: &Value, moves: &mut Vec<Move>) {
    let mut places = Vec::new();
    pointers(body, String::new(), &mut places);
    moves.extend(
        places
            .iter()
            .map(|pointer| Move::Without(place, pointer.clone())),
    );
    for pointer in places {
        let Some(value) = body.pointer(&pointer) else {
            continue;
        };
        for simpler in simpler(&pointer, value) {
            moves.push(Move::Simpler(place, pointer.clone(), simpler));
        }
    }
}

/// Simpler values of a member.
fn simpler(pointer: &str, value: &Value) -> Vec<Value> {
    let name = pointer.rsplit('/').next().unwrap_or_default();
    match value {
        Value::String(text) if name.ends_with("Expression") => {
            cuts(text).into_iter().map(Value::from).collect()
        }
        Value::String(text) if name == "N" && text != "1" => vec![json!("1"), json!("0")],
        Value::String(text) if name == "S" && text != "a" && !text.is_empty() => {
            let half: String = text.chars().take(text.chars().count() / 2).collect();
            vec![json!("a"), half.into()]
        }
        Value::Object(members)
            if members.len() == 1 && !members.contains_key("N") && is_value(members) =>
        {
            vec![json!({ "N": "1" })]
        }
        _ => Vec::new(),
    }
}

fn is_value(members: &serde_json::Map<String, Value>) -> bool {
    ["S", "B", "BOOL", "NULL", "SS", "NS", "BS", "L", "M"]
        .iter()
        .any(|name| members.contains_key(*name))
}

/// Parts of an expression.
fn cuts(text: &str) -> Vec<String> {
    let mut parts = Vec::new();
    for word in [
        " AND ", " OR ", ", ", ",", " SET ", " REMOVE ", " ADD ", " DELETE ",
    ] {
        for (at, _) in text.match_indices(word) {
            let (before, after) = text.split_at(at);
            parts.push(before.to_owned());
            parts.push(
                after
                    .trim_start_matches([',', ' '])
                    .trim_start_matches("AND ")
                    .trim_start_matches("OR ")
                    .to_owned(),
            );
            // In a list of actions the first word stays: SET a, b becomes SET b.
            if let (Some((first, _)), true) = (before.split_once(' '), word.starts_with(',')) {
                parts.push(format!("{first} {}", after.trim_start_matches([',', ' '])));
            }
        }
    }
    if let Some(inner) = text.strip_prefix("NOT ") {
        parts.push(inner.to_owned());
    }
    if let Some(inner) = text
        .strip_prefix('(')
        .and_then(|text| text.strip_suffix(')'))
    {
        parts.push(inner.to_owned());
    }
    parts.retain(|part| !part.trim().is_empty());
    parts
}

/// Placeholders whose use has gone go with it: an unused one would be another difference.
fn prune(body: &mut Value) {
    if let Value::Array(elements) = body {
        elements.iter_mut().for_each(prune);
        return;
    }
    let Value::Object(members) = body else { return };
    let texts: Vec<String> = members
        .iter()
        .filter(|(name, _)| name.ends_with("Expression"))
        .filter_map(|(_, text)| text.as_str().map(str::to_owned))
        .collect();
    if !texts.is_empty() {
        for name in ["ExpressionAttributeNames", "ExpressionAttributeValues"] {
            let Some(Value::Object(words)) = members.get_mut(name) else {
                continue;
            };
            // Placeholders are numbered, #n0 and :v0: no other ones are taken away.
            words.retain(|word, _| {
                !is_numbered(word) || texts.iter().any(|text| mentions(text, word))
            });
            if words.is_empty() {
                members.remove(name);
            }
        }
    }
    members.values_mut().for_each(prune);
}

fn is_numbered(word: &str) -> bool {
    (word.starts_with("#n") || word.starts_with(":v"))
        && word.ends_with(|letter: char| letter.is_ascii_digit())
}

fn mentions(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let rest = text.get(at + word.len()..).unwrap_or_default();
        !rest.starts_with(|letter: char| letter.is_ascii_digit())
    })
}
