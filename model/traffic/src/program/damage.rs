//! Damage to a request as a whole: what a broken or hostile client sends.

use serde_json::{Value, json};

use super::writer::Writer;
use super::{Body, ProgramStep, Reading};

impl Writer<'_> {
    /// The same call, damaged in one place.
    pub fn damage(&mut self, mut step: ProgramStep) -> ProgramStep {
        if step.reading == Reading::Pages {
            step.reading = Reading::Outcome;
        }
        let Body::Json(body) = &mut step.body else {
            return step;
        };
        if self.chance(120) {
            let text = self.broken(&body.to_string());
            step.body = Body::Raw(text);
            return step;
        }
        let mut places = Vec::new();
        pointers(body, String::new(), &mut places);
        let place = self.between(0, (places.len() as u64).saturating_sub(1)) as usize;
        let Some(pointer) = places.get(place) else {
            return step;
        };
        if self.chance(350) {
            remove(body, pointer);
        } else if self.chance(100) {
            super::tables::set(body, "Unknown", json!(1));
        } else if let Some(value) = body.pointer_mut(pointer) {
            *value = self.junk();
        }
        step
    }

    /// A value of any JSON type.
    fn junk(&mut self) -> Value {
        match self.between(0, 11) {
            0 => Value::Null,
            1 => true.into(),
            2 => json!(0),
            3 => json!(-1),
            4 => json!(1.5),
            5 => json!(""),
            6 => json!("x"),
            7 => json!([]),
            8 => json!({}),
            9 => json!(["x"]),
            10 => json!({ "x": "x" }),
            _ => json!("x".repeat(300)),
        }
    }

    /// A text that is no JSON any more, or not only.
    fn broken(&mut self, text: &str) -> String {
        let cut = self.between(0, text.len() as u64) as usize;
        match self.between(0, 5) {
            0..=1 => text.chars().take(cut).collect(),
            2 => format!("{text}}}"),
            3 => String::new(),
            4 => text.replacen(':', "", 1),
            _ => self
                .pick("null", &["[]", "\"\"", "1", "{", "{{}}"])
                .to_owned(),
        }
    }
}

/// The pointers of everything inside a value.
pub(super) fn pointers(value: &Value, at: String, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (name, inner) in members {
                let name = name.replace('~', "~0").replace('/', "~1");
                let pointer = format!("{at}/{name}");
                found.push(pointer.clone());
                pointers(inner, pointer, found);
            }
        }
        Value::Array(elements) => {
            for (place, inner) in elements.iter().enumerate() {
                let pointer = format!("{at}/{place}");
                found.push(pointer.clone());
                pointers(inner, pointer, found);
            }
        }
        _ => {}
    }
}

/// Takes away what is at a pointer.
pub(super) fn remove(value: &mut Value, pointer: &str) {
    let Some((parent, name)) = pointer.rsplit_once('/') else {
        return;
    };
    match value.pointer_mut(parent) {
        Some(Value::Object(members)) => {
            members.remove(&name.replace("~1", "/").replace("~0", "~"));
        }
        Some(Value::Array(elements)) => {
            if let Some(place) = name.parse().ok().filter(|place| *place < elements.len()) {
                elements.remove(place);
            }
        }
        _ => {}
    }
}
