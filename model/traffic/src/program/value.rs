//! Attribute values: few different ones, so that they meet again.

use serde_json::{Map, Value, json};

use super::writer::Writer;

/// The type of an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Type {
    S,
    N,
    B,
    Bool,
    Null,
    Ss,
    Ns,
    Bs,
    L,
    M,
}

impl Type {
    pub fn name(self) -> &'static str {
        match self {
            Self::S => "S",
            Self::N => "N",
            Self::B => "B",
            Self::Bool => "BOOL",
            Self::Null => "NULL",
            Self::Ss => "SS",
            Self::Ns => "NS",
            Self::Bs => "BS",
            Self::L => "L",
            Self::M => "M",
        }
    }

    /// The type of one member of a set.
    pub fn member(self) -> Option<Self> {
        match self {
            Self::Ss => Some(Self::S),
            Self::Ns => Some(Self::N),
            Self::Bs => Some(Self::B),
            _ => None,
        }
    }
}

const TYPES: [Type; 9] = [
    Type::N,
    Type::B,
    Type::Bool,
    Type::Null,
    Type::Ss,
    Type::Ns,
    Type::Bs,
    Type::L,
    Type::M,
];

/// Attributes with the type that they usually have. `g` and `h` are keys of global indexes, `o` of a local one.
const ATTRIBUTES: [(&str, Type); 17] = [
    ("n", Type::N),
    ("b", Type::B),
    ("t", Type::Bool),
    ("z", Type::Null),
    ("ss", Type::Ss),
    ("ns", Type::Ns),
    ("bs", Type::Bs),
    ("l", Type::L),
    ("m", Type::M),
    ("g", Type::S),
    ("h", Type::N),
    ("o", Type::N),
    ("name", Type::S),
    ("size", Type::N),
    ("a.b", Type::S),
    ("x-1", Type::N),
    ("é", Type::S),
];

impl Writer<'_> {
    /// An attribute's name and usual type.
    pub fn attribute(&mut self) -> (&'static str, Type) {
        self.pick(("s", Type::S), &ATTRIBUTES)
    }

    /// Any type.
    pub fn any_type(&mut self) -> Type {
        self.pick(Type::S, &TYPES)
    }

    /// A value of a type, seldom of another.
    pub fn value(&mut self, kind: Type) -> Value {
        let kind = if self.chance(25) {
            self.any_type()
        } else {
            kind
        };
        self.exactly(kind, 2)
    }

    /// A value of this type, nested so deep at most.
    pub fn exactly(&mut self, kind: Type, depth: u32) -> Value {
        if self.wild() {
            return self.wild_value();
        }
        match kind {
            Type::S => json!({ "S": self.text() }),
            Type::N => json!({ "N": self.number() }),
            Type::B => json!({ "B": self.bytes() }),
            Type::Bool => json!({ "BOOL": self.chance(500) }),
            Type::Null => json!({ "NULL": true }),
            Type::Ss => json!({ "SS": self.members(Self::text) }),
            Type::Ns => json!({ "NS": self.members(Self::number) }),
            Type::Bs => json!({ "BS": self.members(Self::bytes) }),
            Type::L => {
                let length = self.between(0, 3);
                let elements: Vec<Value> = (0..length).map(|_| self.inside(depth)).collect();
                json!({ "L": elements })
            }
            Type::M => {
                let mut members = Map::new();
                for _ in 0..self.between(0, 3) {
                    let name = self.pick("k", &["n", "s", "l", "name"]);
                    let value = self.inside(depth);
                    members.insert(name.to_owned(), value);
                }
                json!({ "M": members })
            }
        }
    }

    fn inside(&mut self, depth: u32) -> Value {
        let kind = self.any_type();
        match (kind, depth) {
            (Type::L | Type::M, 0) => json!({ "N": self.number() }),
            _ => self.exactly(kind, depth.saturating_sub(1)),
        }
    }

    fn text(&mut self) -> &'static str {
        self.pick(
            "a",
            &[
                "b",
                "ab",
                "abc",
                "",
                "Z",
                "é",
                "0",
                "1",
                "a longer text",
                "\u{1F600}",
                "\u{0}",
                "a\"b",
            ],
        )
    }

    /// A number as people write it, also where the service writes it otherwise.
    pub fn number(&mut self) -> &'static str {
        self.pick(
            "1",
            &[
                "0",
                "2",
                "-1",
                "10",
                "0.5",
                "100",
                "-2.50",
                "1e2",
                "007",
                "-0",
                "3",
                "1E-130",
                "1.0",
                "9.9999999999999999999999999999999999999E125",
                "12345678901234567890123456789012345678",
            ],
        )
    }

    fn bytes(&mut self) -> &'static str {
        self.pick("YQ==", &["AA==", "AAE=", "/w==", "YWI=", ""])
    }

    /// One to three different ones, each with its own meaning.
    fn members(&mut self, one: fn(&mut Self) -> &'static str) -> Vec<&'static str> {
        let mut members = Vec::new();
        for _ in 0..self.between(1, 3) {
            let member = one(self);
            if !members.contains(&member) {
                members.push(member);
            }
        }
        members
    }

    /// A value that is refused, or nearly.
    pub fn wild_value(&mut self) -> Value {
        match self.between(0, 20) {
            0 => {
                json!({ "N": self.pick("1e126", &["-1e126", "1e-131", "1E+125", "9.99999999999999999999999999999999999999E125"]) })
            }
            1 => {
                json!({ "N": self.pick("abc", &["", " 1", "1 ", "0x10", "NaN", "Infinity", "1_000", "--1", ".", "1e", "+1", ".5", "5."]) })
            }
            2 => json!({ "N": "123456789012345678901234567890123456789" }),
            3 => json!({ "SS": [] }),
            4 => json!({ "NS": [] }),
            5 => json!({ "SS": ["a", "a"] }),
            6 => json!({ "NS": ["1", "1.0"] }),
            7 => json!({ "BS": ["AA==", "AA=="] }),
            8 => json!({ "B": self.pick("A", &["not base64!", "AB", "YQ", "YQ=", "Y Q=="]) }),
            9 => json!({ "S": "a", "N": "1" }),
            10 => json!({}),
            11 => json!({ "NULL": false }),
            12 => json!({ "X": "a" }),
            13 => json!({ "N": 1 }),
            14 => json!({ "S": 1 }),
            15 => json!({ "BOOL": "true" }),
            16 => Value::Null,
            17 => json!("a"),
            18 => {
                let depth = self.pick(31, &[32, 33, 40]);
                (0..depth).fold(json!({ "S": "deep" }), |inner, _| json!({ "L": [inner] }))
            }
            19 => json!({ "SS": ["a", 1] }),
            _ => json!({ "S": "x".repeat(self.pick(1024, &[1025, 2048, 2049, 5000])) }),
        }
    }
}
