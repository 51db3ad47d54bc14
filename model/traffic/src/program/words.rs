//! Names and values of expressions, with and without placeholders.

use serde_json::{Map, Value};

use super::tables::set;
use super::value::Type;
use super::writer::Writer;

/// Names that expressions know otherwise.
const RESERVED: [&str; 2] = ["name", "size"];

/// The placeholders of one request.
#[derive(Default)]
pub(super) struct Words {
    names: Map<String, Value>,
    values: Map<String, Value>,
    /// How many values were named, also of those that were taken back.
    valued: u32,
}

impl Words {
    /// A placeholder for a name: the same for the same name.
    pub fn name(&mut self, name: &str) -> String {
        let known = self.names.iter().find(|(_, known)| *known == name);
        if let Some((placeholder, _)) = known {
            return placeholder.clone();
        }
        let placeholder = format!("#n{}", self.names.len());
        self.names.insert(placeholder.clone(), name.into());
        placeholder
    }

    /// A placeholder for a value.
    pub fn value(&mut self, value: Value) -> String {
        let placeholder = format!(":v{}", self.valued);
        self.valued += 1;
        self.values.insert(placeholder.clone(), value);
        placeholder
    }

    /// Takes a value back.
    pub fn forget(&mut self, placeholder: &str) {
        self.values.remove(placeholder);
    }

    /// Puts what was named into a request.
    pub fn finish(mut self, writer: &mut Writer<'_>, body: &mut Value) {
        if writer.wild() {
            match writer.between(0, 5) {
                0 => drop(self.names.insert("#unused".to_owned(), "x".into())),
                1 => drop(
                    self.values
                        .insert(":unused".to_owned(), writer.value(Type::N)),
                ),
                2 => drop(self.values.insert("bad".to_owned(), writer.value(Type::N))),
                3 => drop(self.names.insert("bad".to_owned(), "x".into())),
                4 => self.names.clear(),
                _ => self.values.clear(),
            }
        }
        let wild = writer.wild();
        if !self.names.is_empty() || wild {
            set(body, "ExpressionAttributeNames", self.names.into());
        }
        let wild = writer.wild();
        if !self.values.is_empty() || wild {
            set(body, "ExpressionAttributeValues", self.values.into());
        }
    }
}

impl Writer<'_> {
    /// A path, and the type that is usually there.
    pub fn path(&mut self, words: &mut Words) -> (String, Type) {
        if self.wild() {
            return (self.wild_path(), Type::S);
        }
        let (name, kind) = self.attribute();
        let first = self.name(name, words);
        match kind {
            Type::L if self.chance(700) => (format!("{first}[{}]", self.between(0, 3)), Type::N),
            Type::M if self.chance(700) => {
                let (member, kind) = self.pick(
                    ("k", Type::S),
                    &[
                        ("n", Type::N),
                        ("s", Type::S),
                        ("l", Type::L),
                        ("name", Type::S),
                    ],
                );
                let member = self.name(member, words);
                if kind == Type::L && self.chance(500) {
                    (format!("{first}.{member}[0]"), Type::N)
                } else {
                    (format!("{first}.{member}"), kind)
                }
            }
            _ => (first, kind),
        }
    }

    /// A name as it may stand in an expression.
    pub fn name(&mut self, name: &str, words: &mut Words) -> String {
        let plain =
            name.bytes().all(|byte| byte.is_ascii_alphanumeric()) && !RESERVED.contains(&name);
        let plain = if self.wild() { !plain } else { plain };
        if plain && self.chance(600) {
            name.to_owned()
        } else {
            words.name(name)
        }
    }

    fn wild_path(&mut self) -> String {
        let path = self.pick(
            "pk",
            &[
                "sk",
                "#none",
                "l[]",
                "l[-1]",
                "l[x]",
                "l[99999999999]",
                "m..k",
                ".m",
                "m.",
                "[0]",
                "1a",
                "_x",
                "a b",
                "status",
                "l[0][1][2]",
                "m.k.s.n",
                "n.x",
                "l.x",
                "",
                "@",
            ],
        );
        path.to_owned()
    }
}
