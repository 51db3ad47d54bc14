//! Conditions, filters, key conditions and projections.

use serde_json::{Value, json};

use super::tables::TablePlan;
use super::value::Type;
use super::words::Words;
use super::writer::Writer;

impl Writer<'_> {
    /// A condition over paths.
    pub fn condition(&mut self, words: &mut Words, depth: u32) -> String {
        if self.wild() {
            return self.wild_condition(words);
        }
        match self.between(0, 11) {
            0..=1 if depth > 0 => {
                let word = self.pick("AND", &["OR"]);
                let (left, right) = (
                    self.condition(words, depth - 1),
                    self.condition(words, depth - 1),
                );
                format!("{left} {word} {right}")
            }
            2 if depth > 0 => format!("NOT {}", self.condition(words, depth - 1)),
            3 if depth > 0 => format!("({})", self.condition(words, depth - 1)),
            4 => {
                let (path, kind) = self.path(words);
                let (low, high) = self.two(kind);
                format!(
                    "{path} BETWEEN {} AND {}",
                    words.value(low),
                    words.value(high)
                )
            }
            5 => {
                let (path, kind) = self.path(words);
                let count = self.between(1, 3);
                let values: Vec<String> =
                    (0..count).map(|_| words.value(self.value(kind))).collect();
                format!("{path} IN ({})", values.join(", "))
            }
            6 => {
                let function = self.pick("attribute_exists", &["attribute_not_exists"]);
                let path = if self.chance(300) {
                    "pk".to_owned()
                } else {
                    self.path(words).0
                };
                format!("{function}({path})")
            }
            7 => {
                let (path, kind) = self.path(words);
                let kind = if self.chance(500) {
                    kind
                } else {
                    self.any_type()
                };
                let name = if self.wild() { "Q" } else { kind.name() };
                format!(
                    "attribute_type({path}, {})",
                    words.value(json!({ "S": name }))
                )
            }
            8 => {
                let (path, kind) = self.path(words);
                let kind = if kind == Type::B { kind } else { Type::S };
                format!("begins_with({path}, {})", words.value(self.value(kind)))
            }
            9 => {
                let (path, kind) = self.path(words);
                let kind = kind
                    .member()
                    .unwrap_or(if self.chance(800) { Type::S } else { kind });
                format!("contains({path}, {})", words.value(self.value(kind)))
            }
            10 => {
                let (path, _) = self.path(words);
                let comparator = self.comparator();
                format!(
                    "size({path}) {comparator} {}",
                    words.value(json!({ "N": self.pick("0", &["1", "2"]) }))
                )
            }
            _ => {
                let (path, kind) = self.path(words);
                let comparator = self.comparator();
                let other = if self.chance(150) {
                    self.path(words).0
                } else {
                    words.value(self.value(kind))
                };
                if self.chance(100) {
                    format!("{other} {comparator} {path}")
                } else {
                    format!("{path} {comparator} {other}")
                }
            }
        }
    }

    /// Two values of one type, the lower one first where that is easy to see.
    fn two(&mut self, kind: Type) -> (Value, Value) {
        match kind {
            Type::N if !self.wild() => (
                json!({ "N": "-1" }),
                json!({ "N": self.pick("2", &["-1", "100"]) }),
            ),
            Type::B if !self.wild() => (json!({ "B": "AA==" }), json!({ "B": "YQ==" })),
            _ if !self.wild() => (
                json!({ "S": "a" }),
                json!({ "S": self.pick("b", &["a", "é"]) }),
            ),
            _ => (self.value(kind), self.value(kind)),
        }
    }

    fn comparator(&mut self) -> &'static str {
        self.pick("=", &["=", "<>", "<", "<=", ">", ">="])
    }

    fn wild_condition(&mut self, words: &mut Words) -> String {
        let mut value = |writer: &mut Self| words.value(writer.value(Type::N));
        match self.between(0, 18) {
            0 => String::new(),
            1 => format!("n == {}", value(self)),
            2 => format!("n = {} AND", value(self)),
            3 => format!("(n = {}", value(self)),
            4 => format!("n = {})", value(self)),
            5 => "n = :none".to_owned(),
            6 => format!("{} = {}", value(self), value(self)),
            7 => format!("exists({})", value(self)),
            8 => "attribute_exists(n, s)".to_owned(),
            9 => format!("attribute_exists({})", value(self)),
            10 => "attribute_type(n, s)".to_owned(),
            11 => format!("begins_with(n, {})", value(self)),
            12 => "size(n)".to_owned(),
            13 => format!(
                "n IN ({})",
                (0..self.pick(99, &[100, 101]))
                    .map(|_| value(self))
                    .collect::<Vec<_>>()
                    .join(",")
            ),
            14 => "n = n".to_owned(),
            15 => format!("((n = {}))", value(self)),
            16 => {
                let deep = self.pick(20, &[100, 300]);
                format!(
                    "{}n = {}{}",
                    "(NOT ".repeat(deep),
                    value(self),
                    ")".repeat(deep)
                )
            }
            17 => {
                let parts = self.pick(100_usize, &[150, 301]);
                let one = value(self);
                vec![format!("n = {one}"); parts].join(" OR ")
            }
            _ => format!("n BETWEEN {} OR {}", value(self), value(self)),
        }
    }

    /// A key condition that fits a key: hash equal, range perhaps.
    pub fn key_condition(
        &mut self,
        words: &mut Words,
        hash: (&str, Type),
        range: Option<(&str, Type)>,
    ) -> String {
        let hash_name = self.name(hash.0, words);
        let value = self.key_value(hash.1, 3);
        let comparator = if self.wild() { self.comparator() } else { "=" };
        let mut text = format!("{hash_name} {comparator} {}", words.value(value));
        if let Some((name, kind)) = range.filter(|_| self.chance(600)) {
            let name = self.name(name, words);
            let value = words.value(self.key_value(kind, 7));
            let term = match self.between(0, 8) {
                0 => {
                    let (low, high) = self.two(kind);
                    format!(
                        "{name} BETWEEN {} AND {}",
                        words.value(low),
                        words.value(high)
                    )
                }
                1 if kind != Type::N || self.wild() => format!("begins_with({name}, {value})"),
                _ => format!("{name} {} {value}", self.pick("=", &["<", "<=", ">", ">="])),
            };
            // A value that the first branch does not use stays unused: BETWEEN draws its own.
            if !term.contains(&value) {
                words.forget(&value);
            }
            text = if self.chance(100) {
                format!("{term} AND {text}")
            } else {
                format!("{text} AND {term}")
            };
        }
        if self.wild() {
            let end = self.pick(
                " AND n = :none",
                &[
                    " OR sk = :v0",
                    " AND",
                    " AND pk = :v0",
                    " AND contains(sk, :v0)",
                    " AND sk <> :v0",
                    " AND (n = :v0)",
                ],
            );
            text.push_str(end);
        } else if self.chance(50) {
            text = format!("({text})");
        }
        text
    }

    /// Paths that do not overlap, unless wild.
    pub fn projection(&mut self, words: &mut Words) -> String {
        if self.wild() {
            let text = self.pick(
                "",
                &[
                    ",",
                    "n,",
                    "n, n",
                    "m, m.k",
                    "l[0], l",
                    "n s",
                    ":v0",
                    "#none",
                    "n.k, n[0]",
                    "size",
                    "(n)",
                ],
            );
            return text.to_owned();
        }
        let mut tops: Vec<&str> = Vec::new();
        let mut paths = Vec::new();
        for _ in 0..self.between(1, 4) {
            let (name, kind) = if self.chance(200) {
                ("pk", Type::S)
            } else {
                self.attribute()
            };
            if tops.contains(&name) {
                continue;
            }
            tops.push(name);
            let top = self.name(name, words);
            paths.push(match kind {
                Type::L if self.chance(600) => format!("{top}[{}]", self.between(0, 2)),
                Type::M if self.chance(600) => format!("{top}.{}", self.pick("k", &["n", "s"])),
                _ => top,
            });
        }
        paths.join(self.pick(", ", &[","]))
    }

    /// A path to an attribute that belongs to the key, now and then.
    pub fn key_name(&mut self, table: &TablePlan) -> &'static str {
        if table.range.is_some() && self.chance(500) {
            "sk"
        } else {
            "pk"
        }
    }
}
