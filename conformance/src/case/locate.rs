//! Where in a JSON text each value stands, and which member is written twice.
//!
//! serde_json says where a text stops being JSON, and nothing about places once it is read; an error in
//! a case must still point at the line that a person wrote.

/// The places of one JSON text.
#[derive(Clone, Debug, Default)]
pub struct Places {
    entries: Vec<(String, usize, usize)>,
    /// Pointers of members that the same object holds more than once.
    pub duplicates: Vec<String>,
}

impl Places {
    /// Scans a text that serde_json has accepted. Any other text gives the places found so far.
    pub fn of(text: &str) -> Self {
        let mut scanner = Scanner {
            bytes: text.as_bytes(),
            at: 0,
            places: Self::default(),
        };
        scanner.value(&mut String::new());
        scanner.places
    }

    /// Offset and length of the value at `pointer`. `a//b` means the first member `b` anywhere below `a`.
    pub fn find(&self, pointer: &str) -> Option<(usize, usize)> {
        if let Some((above, name)) = pointer.rsplit_once("//") {
            let ending = format!("/{name}");
            return self
                .entries
                .iter()
                .filter(|(at, ..)| at.starts_with(above) && at.ends_with(&ending))
                .map(|(_, from, length)| (*from, *length))
                .min();
        }
        let exact = self
            .entries
            .iter()
            .find(|(at, ..)| at == pointer)
            .map(|(_, from, length)| (*from, *length));
        exact.or_else(|| {
            pointer
                .rsplit_once('/')
                .and_then(|(above, _)| self.find(above))
        })
    }
}

struct Scanner<'a> {
    bytes: &'a [u8],
    at: usize,
    places: Places,
}

impl Scanner<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn spaces(&mut self) {
        while self.peek().is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.at += 1;
        }
    }

    fn value(&mut self, pointer: &mut String) {
        self.spaces();
        let from = self.at;
        let entry = self.places.entries.len();
        self.places.entries.push((pointer.clone(), from, 0));
        match self.peek() {
            Some(b'{') => self.object(pointer),
            Some(b'[') => self.array(pointer),
            Some(b'"') => {
                self.string();
            }
            _ => {
                while self.peek().is_some_and(|byte| {
                    !matches!(byte, b',' | b']' | b'}') && !byte.is_ascii_whitespace()
                }) {
                    self.at += 1;
                }
            }
        }
        let length = self.at - from;
        if let Some((_, _, known)) = self.places.entries.get_mut(entry) {
            *known = length;
        }
    }

    fn object(&mut self, pointer: &mut String) {
        self.at += 1;
        let mut names: Vec<String> = Vec::new();
        loop {
            self.spaces();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b'"') => {
                    let name = self.string();
                    self.spaces();
                    self.at += 1;
                    let depth = pointer.len();
                    pointer.push('/');
                    pointer.push_str(&name.replace('~', "~0").replace('/', "~1"));
                    if names.contains(&name) {
                        self.places.duplicates.push(pointer.clone());
                    }
                    names.push(name);
                    self.value(pointer);
                    pointer.truncate(depth);
                }
                _ => break,
            }
        }
        self.at += 1;
    }

    fn array(&mut self, pointer: &mut String) {
        self.at += 1;
        let mut index = 0;
        loop {
            self.spaces();
            match self.peek() {
                Some(b',') => self.at += 1,
                None | Some(b']') => break,
                Some(_) => {
                    let depth = pointer.len();
                    pointer.push_str(&format!("/{index}"));
                    self.value(pointer);
                    pointer.truncate(depth);
                    index += 1;
                }
            }
        }
        self.at += 1;
    }

    /// Steps over a string and gives its text.
    fn string(&mut self) -> String {
        let from = self.at;
        self.at += 1;
        while let Some(byte) = self.peek() {
            self.at += if byte == b'\\' { 2 } else { 1 };
            if byte == b'"' {
                break;
            }
        }
        let raw = self.bytes.get(from..self.at).unwrap_or_default();
        serde_json::from_slice(raw).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::Places;

    #[test]
    fn a_nested_value_is_found() {
        let text = r#"{"a": [1, {"b/c": "x"}]}"#;
        let (from, length) = Places::of(text).find("/a/1/b~1c").unwrap();
        assert_eq!(&text[from..from + length], "\"x\"");
    }

    #[test]
    fn a_missing_value_falls_back_to_what_holds_it() {
        let text = r#"{"a": {"b": 1}}"#;
        let (from, length) = Places::of(text).find("/a/zzz").unwrap();
        assert_eq!(&text[from..from + length], r#"{"b": 1}"#);
    }

    #[test]
    fn a_member_below_is_found_by_name() {
        let text = r#"{"a": {"b": {"deep": 7}}}"#;
        let (from, length) = Places::of(text).find("/a//deep").unwrap();
        assert_eq!(&text[from..from + length], "7");
    }

    #[test]
    fn a_member_written_twice_is_told() {
        assert_eq!(
            Places::of(r#"{"a": {"b": 1, "b": 2}}"#).duplicates,
            ["/a/b"]
        );
    }
}
