//! Update expressions.

use serde_json::json;

use super::tables::TablePlan;
use super::value::Type;
use super::words::Words;
use super::writer::Writer;

impl Writer<'_> {
    /// Some of the four sections; paths do not overlap, unless wild.
    pub fn update(&mut self, words: &mut Words, table: &TablePlan) -> String {
        if self.wild() {
            return self.wild_update(words, table);
        }
        let mut tops: Vec<String> = Vec::new();
        let (mut set, mut remove, mut add, mut delete) =
            (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for _ in 0..self.between(1, 4) {
            let (path, kind) = self.path(words);
            let top: String = path
                .chars()
                .take_while(|letter| !matches!(letter, '.' | '['))
                .collect();
            if tops.contains(&top) {
                continue;
            }
            tops.push(top);
            let nested = path.contains(['.', '[']);
            match (self.between(0, 9), kind) {
                (0..=1, _) => remove.push(path),
                (2..=3, Type::N | Type::Ss | Type::Ns | Type::Bs) if !nested => {
                    let value = self.value(kind);
                    add.push(format!("{path} {}", words.value(value)));
                }
                (4, Type::Ss | Type::Ns | Type::Bs) => {
                    let value = self.value(kind);
                    delete.push(format!("{path} {}", words.value(value)));
                }
                _ => {
                    let operand = self.assigned(words, &path, kind);
                    set.push(format!("{path} = {operand}"));
                }
            }
        }
        let sections = [
            ("SET", set),
            ("REMOVE", remove),
            ("ADD", add),
            ("DELETE", delete),
        ];
        let mut parts: Vec<String> = sections
            .into_iter()
            .filter(|(_, actions)| !actions.is_empty())
            .map(|(word, actions)| format!("{word} {}", actions.join(", ")))
            .collect();
        if self.chance(200) {
            parts.reverse();
        }
        parts.join(" ")
    }

    /// What stands on the right of `=`.
    fn assigned(&mut self, words: &mut Words, path: &str, kind: Type) -> String {
        let value = words.value(self.value(kind));
        match (self.between(0, 9), kind) {
            (0, Type::N) => format!("{path} + {value}"),
            (1, Type::N) => format!("{value} - {path}"),
            (2, Type::N) => format!("if_not_exists({path}, {value}) + {value}"),
            (3, _) => format!("if_not_exists({path}, {value})"),
            (4..=5, Type::L) => format!("list_append({path}, {value})"),
            (6, Type::L) => format!("list_append(if_not_exists({path}, {value}), {value})"),
            (7, _) => {
                words.forget(&value);
                self.path(words).0
            }
            _ => value,
        }
    }

    fn wild_update(&mut self, words: &mut Words, table: &TablePlan) -> String {
        let key = self.key_name(table);
        let mut value = |writer: &mut Self| words.value(writer.value(Type::N));
        match self.between(0, 22) {
            0 => String::new(),
            1 => format!("SET {key} = {}", value(self)),
            2 => format!("REMOVE {key}"),
            3 => format!("SET n = {0}, n = {0}", value(self)),
            4 => format!("SET m = {0} REMOVE m.k", value(self)),
            5 => format!("SET n = {0} SET s = {0}", value(self)),
            6 => "SET n".to_owned(),
            7 => "REMOVE".to_owned(),
            8 => format!("n = {}", value(self)),
            9 => format!("SET n = {},", value(self)),
            10 => format!("ADD n = {}", value(self)),
            11 => format!("ADD s {}", words.value(json!({ "S": "a" }))),
            12 => format!("DELETE ss {}", value(self)),
            13 => "SET n = :none".to_owned(),
            14 => format!("SET n = {0} + {0} + {0}", value(self)),
            15 => format!("SET n = s + {}", value(self)),
            16 => format!("SET n = list_append(n, {})", value(self)),
            17 => format!("SET n = if_not_exists({0}, {0})", value(self)),
            18 => format!("SET n = size(s) + {}", value(self)),
            19 => format!("SET absent.k = {}", value(self)),
            20 => format!("SET l[0] = {0}, l[1] = {0}, l[7] = {0}", value(self)),
            21 => format!("ADD n {0} DELETE n {0}", value(self)),
            _ => format!("set n = {} remove s", value(self)),
        }
    }
}
