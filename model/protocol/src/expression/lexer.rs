//! Tokens of an expression.

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// A letter, then letters, digits and underscores: an attribute, a function or a keyword.
    Word,
    /// `#name`
    NameReference,
    /// `:value`
    ValueReference,
    /// Digits: a list index.
    Digits,
    /// One of `( ) [ ] , . + -`.
    Punctuation(u8),
    /// A comparator.
    Comparator(Comparator),
    /// A character that begins no token.
    Unknown,
    /// The end of the text.
    End,
}

/// A comparison of two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparator {
    /// `=`
    Equal,
    /// `<>`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

impl Comparator {
    /// The operator's text.
    pub fn text(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::NotEqual => "<>",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        }
    }
}

/// A stretch of the text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// The token that begins at or after `from`, blanks skipped.
pub(super) fn token_at(text: &str, from: usize) -> Token {
    let bytes = text.as_bytes();
    let at = |index: usize| bytes.get(index).copied();
    let mut start = from;
    while matches!(at(start), Some(b' ' | b'\t' | b'\r' | b'\n')) {
        start += 1;
    }
    let Some(first) = at(start) else {
        return Token {
            kind: TokenKind::End,
            start: text.len(),
            end: text.len(),
        };
    };
    let run = |from: usize, belongs: fn(u8) -> bool| {
        let mut end = from;
        while at(end).is_some_and(belongs) {
            end += 1;
        }
        end
    };
    let (kind, end) = match first {
        b'a'..=b'z' | b'A'..=b'Z' => (TokenKind::Word, run(start + 1, is_word)),
        b'#' | b':' => match run(start + 1, is_word) {
            end if end == start + 1 => (TokenKind::Unknown, end),
            end if first == b'#' => (TokenKind::NameReference, end),
            end => (TokenKind::ValueReference, end),
        },
        b'0'..=b'9' => (
            TokenKind::Digits,
            run(start + 1, |byte| byte.is_ascii_digit()),
        ),
        b'(' | b')' | b'[' | b']' | b',' | b'.' | b'+' | b'-' => {
            (TokenKind::Punctuation(first), start + 1)
        }
        b'=' => (TokenKind::Comparator(Comparator::Equal), start + 1),
        b'<' => match at(start + 1) {
            Some(b'>') => (TokenKind::Comparator(Comparator::NotEqual), start + 2),
            Some(b'=') => (TokenKind::Comparator(Comparator::LessOrEqual), start + 2),
            _ => (TokenKind::Comparator(Comparator::Less), start + 1),
        },
        b'>' => match at(start + 1) {
            Some(b'=') => (TokenKind::Comparator(Comparator::GreaterOrEqual), start + 2),
            _ => (TokenKind::Comparator(Comparator::Greater), start + 1),
        },
        _ => {
            let width = text
                .get(start..)
                .and_then(|rest| rest.chars().next())
                .map_or(1, char::len_utf8);
            (TokenKind::Unknown, start + width)
        }
    };
    Token { kind, start, end }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}
