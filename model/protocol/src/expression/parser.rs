//! What all expression parsers share: the current token, paths and values, refusals.

use super::lexer::{Token, TokenKind, token_at};
use super::path::{Path, Step};
use super::placeholders::Placeholders;
use super::reserved_words::is_reserved;
use super::{EXPRESSION_BYTES_MAX, ExpressionKind, OPERATORS_MAX};
use crate::error::ServiceError;
use crate::value::AttributeValue;

/// Classes of problems that are not syntax errors, the most severe first: of several problems in one
/// expression the service tells one of the most severe class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Class {
    Parentheses,
    UnknownFunction,
    MisusedFunction,
    Reserved,
    Section,
    Undefined,
    Paths,
    Operands,
}

/// Stands in for an undefined value while the rest of the text is read.
static UNDEFINED: AttributeValue = AttributeValue::Null;

/// A position in an expression's text.
pub(super) struct Parser<'a, 'p> {
    pub(super) kind: ExpressionKind,
    text: &'a str,
    current: Token,
    previous_start: usize,
    placeholders: &'p mut Placeholders<'a>,
    problem: Option<(Class, ServiceError)>,
    operators: usize,
    /// Parentheses and calls around the current token.
    pub(super) depth: usize,
}

impl<'a, 'p> Parser<'a, 'p> {
    /// At the beginning of a text of acceptable size.
    pub(super) fn new(
        kind: ExpressionKind,
        text: &'a str,
        placeholders: &'p mut Placeholders<'a>,
    ) -> Result<Self, ServiceError> {
        if text.len() > EXPRESSION_BYTES_MAX {
            let size = match kind {
                ExpressionKind::Update => String::new(),
                _ => format!(" expression size: {}", text.len()),
            };
            return Err(kind.refusal(format_args!(
                "Expression size has exceeded the maximum allowed size;{size}"
            )));
        }
        let current = token_at(text, 0);
        if current.kind == TokenKind::End {
            return Err(kind.refusal("The expression can not be empty;"));
        }
        let previous_start = current.start;
        Ok(Self {
            kind,
            text,
            current,
            previous_start,
            placeholders,
            problem: None,
            operators: 0,
            depth: 0,
        })
    }

    /// At the end of the text: the problem found on the way, if any.
    pub(super) fn finish(self) -> Result<(), ServiceError> {
        if self.current.kind != TokenKind::End {
            return Err(self.syntax_error());
        }
        match self.problem {
            Some((_, error)) => Err(error),
            None => Ok(()),
        }
    }

    pub(super) fn peek(&self) -> TokenKind {
        self.current.kind
    }

    /// The current token's text.
    pub(super) fn word(&self) -> &'a str {
        self.text
            .get(self.current.start..self.current.end)
            .unwrap_or_default()
    }

    /// The token after the current one.
    pub(super) fn peek_second(&self) -> TokenKind {
        token_at(self.text, self.current.end).kind
    }

    pub(super) fn advance(&mut self) {
        self.previous_start = self.current.start;
        self.current = token_at(self.text, self.current.end);
    }

    pub(super) fn at(&self, punctuation: u8) -> bool {
        self.current.kind == TokenKind::Punctuation(punctuation)
    }

    /// Steps over the punctuation if it is there.
    pub(super) fn eat(&mut self, punctuation: u8) -> bool {
        let there = self.at(punctuation);
        if there {
            self.advance();
        }
        there
    }

    pub(super) fn expect(&mut self, punctuation: u8) -> Result<(), ServiceError> {
        if self.eat(punctuation) {
            Ok(())
        } else {
            Err(self.syntax_error())
        }
    }

    /// Whether the current token is this keyword, in any case of its letters.
    pub(super) fn at_keyword(&self, keyword: &str) -> bool {
        self.current.kind == TokenKind::Word && self.word().eq_ignore_ascii_case(keyword)
    }

    /// The refusal of the current token: it is quoted, and the text from the token before it to the token
    /// after it.
    pub(super) fn syntax_error(&self) -> ServiceError {
        let next = token_at(self.text, self.current.end);
        let token = if self.current.kind == TokenKind::End {
            "<EOF>"
        } else {
            self.word()
        };
        let end = if next.kind == TokenKind::End {
            self.current.end
        } else {
            next.end
        };
        let near = self
            .text
            .get(self.previous_start..end)
            .unwrap_or_default()
            .trim_end();
        self.kind.refusal(format_args!(
            "Syntax error; token: \"{token}\", near: \"{near}\""
        ))
    }

    /// Notes a problem that is no syntax error, unless one of the same or a more severe class is known.
    pub(super) fn problem(&mut self, class: Class, text: impl std::fmt::Display) {
        let error = self.kind.refusal(text);
        self.service_problem(class, error);
    }

    pub(super) fn service_problem(&mut self, class: Class, error: ServiceError) {
        if self
            .problem
            .as_ref()
            .is_none_or(|(known, _)| class < *known)
        {
            self.problem = Some((class, error));
        }
    }

    /// Counts an operator or a function; also what keeps the descent from exhausting the stack.
    pub(super) fn count_operator(&mut self) -> Result<(), ServiceError> {
        self.operators += 1;
        if self.operators > OPERATORS_MAX {
            return Err(self.kind.refusal(format_args!(
                "The expression contains too many operators; operator count: {}",
                self.operators
            )));
        }
        Ok(())
    }

    /// Reads `:value`.
    pub(super) fn value(&mut self) -> Result<&'a AttributeValue, ServiceError> {
        if self.current.kind != TokenKind::ValueReference {
            return Err(self.syntax_error());
        }
        let reference = self.word();
        let value = self.placeholders.value(reference);
        if value.is_none() {
            self.problem(
                Class::Undefined,
                format_args!(
                    "An expression attribute value used in expression is not defined; attribute value: {reference}"
                ),
            );
        }
        self.advance();
        Ok(value.unwrap_or(&UNDEFINED))
    }

    /// Reads a document path. Keywords of the grammar (`keywords`) are no attribute names.
    pub(super) fn path(&mut self, keywords: &[&str]) -> Result<Path<'a>, ServiceError> {
        let mut path = Path::attribute(self.path_name(keywords)?);
        loop {
            if self.eat(b'.') {
                path.steps.push(Step::Name(self.path_name(keywords)?));
            } else if self.eat(b'[') {
                path.steps.push(Step::Index(self.index()?));
                self.expect(b']')?;
            } else {
                return Ok(path);
            }
        }
    }

    fn path_name(&mut self, keywords: &[&str]) -> Result<&'a str, ServiceError> {
        let word = self.word();
        let name = match self.current.kind {
            TokenKind::Word => {
                if keywords
                    .iter()
                    .any(|keyword| word.eq_ignore_ascii_case(keyword))
                {
                    return Err(self.syntax_error());
                }
                if is_reserved(word) {
                    self.problem(
                        Class::Reserved,
                        format_args!(
                            "Attribute name is a reserved keyword; reserved keyword: {word}"
                        ),
                    );
                }
                word
            }
            TokenKind::NameReference => {
                let name = self.placeholders.name(word);
                if name.is_none() {
                    self.problem(
                        Class::Undefined,
                        format_args!(
                            "An expression attribute name used in the document path is not defined; \
                             attribute name: {word}"
                        ),
                    );
                }
                name.unwrap_or(word)
            }
            _ => return Err(self.syntax_error()),
        };
        self.advance();
        Ok(name)
    }

    fn index(&mut self) -> Result<usize, ServiceError> {
        if self.current.kind != TokenKind::Digits {
            return Err(self.syntax_error());
        }
        let digits = self.word();
        let index = digits
            .parse::<i32>()
            .ok()
            .and_then(|index| usize::try_from(index).ok());
        if index.is_none() {
            self.problem(
                Class::Operands,
                format_args!("List index is not within the allowable range; index: [{digits}]"),
            );
        }
        self.advance();
        Ok(index.unwrap_or(0))
    }
}
