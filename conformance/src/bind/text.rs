//! Takes a string apart into plain text and `${names}`.

/// A part of a string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Taken as it is.
    Text(&'a str),
    /// What stands between `${` and the next `}`.
    Name(&'a str),
}

/// The parts of `text` in order. A `${` that nothing closes is plain text.
pub fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        let Some((name, behind)) = after.split_once('}') else {
            break;
        };
        if !before.is_empty() {
            parts.push(Piece::Text(before));
        }
        parts.push(Piece::Name(name));
        rest = behind;
    }
    if !rest.is_empty() || parts.is_empty() {
        parts.push(Piece::Text(rest));
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::{Piece, pieces};

    #[test]
    fn text_and_names_alternate() {
        assert_eq!(
            pieces("a${b}c${d}"),
            [
                Piece::Text("a"),
                Piece::Name("b"),
                Piece::Text("c"),
                Piece::Name("d")
            ]
        );
    }

    #[test]
    fn an_open_brace_is_text() {
        assert_eq!(pieces("a${b"), [Piece::Text("a${b")]);
        assert_eq!(pieces(""), [Piece::Text("")]);
    }
}
