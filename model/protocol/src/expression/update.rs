//! Update expressions: the actions, and how they are read from the text (ITEM-015).
//!
//! ```text
//! update  := section+                        each of SET, REMOVE, ADD, DELETE at most once
//! SET     := path "=" value ("," ...)*       value := operand (("+" | "-") operand)? | "(" value ")"
//! REMOVE  := path ("," path)*
//! ADD     := path :value ("," ...)*          DELETE alike
//! operand := path | :value | if_not_exists(path, operand) | list_append(operand, operand)
//! ```

use super::ExpressionKind;
use super::lexer::TokenKind;
use super::parser::{Class, Parser};
use super::path::{Path, check_disjoint};
use super::placeholders::Placeholders;
use crate::error::ServiceError;
use crate::value::AttributeValue;

/// Words of the grammar: no attribute names.
const KEYWORDS: &[&str] = &["SET", "REMOVE", "ADD", "DELETE"];

/// The deepest nesting of function calls and parentheses.
const NESTING_MAX: usize = 150;

/// The actions of one update, in the order of the text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Update<'a> {
    /// The actions; no path is above or equal to another one.
    pub actions: Vec<Action<'a>>,
    /// How the request wrote them down.
    pub notation: Notation,
}

/// How a request writes an update down: refusals differ.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Notation {
    /// UpdateExpression
    #[default]
    Expression,
    /// AttributeUpdates
    Legacy,
}

/// What happens at one path.
#[derive(Clone, Debug, PartialEq)]
pub struct Action<'a> {
    /// Where.
    pub path: Path<'a>,
    /// What.
    pub change: Change<'a>,
}

/// A change of one value.
#[derive(Clone, Debug, PartialEq)]
pub enum Change<'a> {
    /// The value becomes this one.
    Set(SetValue<'a>),
    /// The value goes.
    Remove,
    /// A number grows by a number, a set by a set.
    Add(&'a AttributeValue),
    /// A set loses the members of a set.
    Delete(&'a AttributeValue),
}

/// The right side of a SET action.
#[derive(Clone, Debug, PartialEq)]
pub enum SetValue<'a> {
    /// One operand.
    Operand(SetOperand<'a>),
    /// The sum of two numbers.
    Sum(SetOperand<'a>, SetOperand<'a>),
    /// The difference of two numbers.
    Difference(SetOperand<'a>, SetOperand<'a>),
}

/// What a SET action computes with; everything reads the item as it was before the update.
#[derive(Clone, Debug, PartialEq)]
pub enum SetOperand<'a> {
    /// The item's value at a path, which must exist.
    Path(Path<'a>),
    /// A value of the request.
    Value(&'a AttributeValue),
    /// The item's value at a path, or else the operand.
    IfNotExists(Path<'a>, Box<SetOperand<'a>>),
    /// Two lists, one after the other.
    ListAppend(Box<[SetOperand<'a>; 2]>),
}

impl Change<'_> {
    /// The type of the written value, where the expression alone shows it.
    pub(crate) fn written_type(&self) -> Option<&'static str> {
        match self {
            Self::Set(SetValue::Operand(SetOperand::Value(value))) | Self::Add(value) => {
                Some(value.descriptor())
            }
            Self::Set(SetValue::Operand(SetOperand::ListAppend(_))) => Some("L"),
            Self::Set(SetValue::Sum(..) | SetValue::Difference(..)) => Some("N"),
            Self::Set(SetValue::Operand(_)) | Self::Remove | Self::Delete(_) => None,
        }
    }
}

impl<'a> Update<'a> {
    /// Reads an update expression.
    ///
    /// # Errors
    /// A ValidationException with the service's text.
    pub fn parse(text: &'a str, placeholders: &mut Placeholders<'a>) -> Result<Self, ServiceError> {
        let mut parser = Parser::new(ExpressionKind::Update, text, placeholders)?;
        let mut update = Self::default();
        let mut sections = [false; 4];
        while parser.peek() != TokenKind::End {
            parser.section(&mut sections, &mut update.actions)?;
        }
        let paths: Vec<_> = update.paths().collect();
        if let Err(error) = check_disjoint(ExpressionKind::Update, &paths) {
            parser.service_problem(Class::Paths, error);
        }
        parser.finish()?;
        Ok(update)
    }

    /// The paths that the update writes to.
    pub fn paths(&self) -> impl Iterator<Item = &Path<'a>> {
        self.actions.iter().map(|action| &action.path)
    }

    /// Whether the update takes attributes or members of sets away and does nothing else: it does not create an item
    /// that is absent (ITEM-015).
    pub fn only_takes_away(&self) -> bool {
        let takes_away =
            |action: &Action<'_>| matches!(action.change, Change::Remove | Change::Delete(_));
        !self.actions.is_empty() && self.actions.iter().all(takes_away)
    }

    /// Whether the update writes to this top-level attribute or into it.
    pub fn touches(&self, attribute: &str) -> bool {
        self.paths().any(|path| path.root == attribute)
    }
}

impl<'a> Parser<'a, '_> {
    fn section(
        &mut self,
        sections: &mut [bool; 4],
        actions: &mut Vec<Action<'a>>,
    ) -> Result<(), ServiceError> {
        let known = KEYWORDS
            .iter()
            .zip(sections)
            .find(|(keyword, _)| self.at_keyword(keyword));
        let Some((keyword, seen)) = known else {
            return Err(self.syntax_error());
        };
        if std::mem::replace(seen, true) {
            self.problem(
                Class::Section,
                format_args!(
                    "The \"{keyword}\" section can only be used once in an update expression;"
                ),
            );
        }
        self.advance();
        loop {
            let path = self.path(KEYWORDS)?;
            let change = match *keyword {
                "SET" => Change::Set(self.assignment()?),
                "REMOVE" => Change::Remove,
                "ADD" => Change::Add(self.operand_of("ADD")?),
                _ => Change::Delete(self.operand_of("DELETE")?),
            };
            actions.push(Action { path, change });
            if !self.eat(b',') {
                return Ok(());
            }
        }
    }

    fn assignment(&mut self) -> Result<SetValue<'a>, ServiceError> {
        if self.word() != "=" {
            return Err(self.syntax_error());
        }
        self.count_operator()?;
        self.advance();
        if !self.at(b'(') {
            return self.sum();
        }
        // One pair of parentheses may stand around the whole value or around its first operand.
        self.advance();
        let value = self.sum()?;
        self.expect(b')')?;
        match value {
            SetValue::Operand(first) => self.rest_of_sum(first),
            sum => Ok(sum),
        }
    }

    fn sum(&mut self) -> Result<SetValue<'a>, ServiceError> {
        let first = self.set_operand()?;
        self.rest_of_sum(first)
    }

    fn rest_of_sum(&mut self, first: SetOperand<'a>) -> Result<SetValue<'a>, ServiceError> {
        let operator = match self.peek() {
            TokenKind::Punctuation(b'+') => "+",
            TokenKind::Punctuation(b'-') => "-",
            _ => return Ok(SetValue::Operand(first)),
        };
        self.count_operator()?;
        self.advance();
        let second = self.set_operand()?;
        for operand in [&first, &second] {
            self.check_operand(operator, operand, "N");
        }
        Ok(if operator == "+" {
            SetValue::Sum(first, second)
        } else {
            SetValue::Difference(first, second)
        })
    }

    fn set_operand(&mut self) -> Result<SetOperand<'a>, ServiceError> {
        self.depth += 1;
        if self.depth > NESTING_MAX {
            return Err(self.syntax_error());
        }
        let operand = match self.peek() {
            TokenKind::Punctuation(b'(') => {
                self.advance();
                let inner = self.set_operand()?;
                self.expect(b')')?;
                inner
            }
            TokenKind::ValueReference => SetOperand::Value(self.value()?),
            TokenKind::Word if self.peek_second() == TokenKind::Punctuation(b'(') => {
                self.set_function()?
            }
            _ => SetOperand::Path(self.path(KEYWORDS)?),
        };
        self.depth -= 1;
        Ok(operand)
    }

    fn set_function(&mut self) -> Result<SetOperand<'a>, ServiceError> {
        let name = self.word();
        self.count_operator()?;
        self.advance();
        self.expect(b'(')?;
        let mut operands = vec![self.set_operand()?];
        while self.eat(b',') {
            operands.push(self.set_operand()?);
        }
        self.expect(b')')?;
        if !matches!(name, "if_not_exists" | "list_append") {
            self.problem(
                Class::UnknownFunction,
                format_args!("Invalid function name; function: {name}"),
            );
        }
        let count = operands.len();
        let mut operands = operands.into_iter();
        let (Some(first), Some(second), None) = (operands.next(), operands.next(), operands.next())
        else {
            self.problem(
                Class::Operands,
                format_args!(
                    "Incorrect number of operands for operator or function; operator or function: {name}, \
                     number of operands: {count}"
                ),
            );
            return Ok(SetOperand::Path(Path::attribute(name)));
        };
        match (name, first) {
            ("if_not_exists", SetOperand::Path(path)) => {
                Ok(SetOperand::IfNotExists(path, Box::new(second)))
            }
            ("if_not_exists", _) => {
                self.problem(
                    Class::Operands,
                    format_args!("Operator or function requires a document path; operator or function: {name}"),
                );
                Ok(second)
            }
            (_, first) => {
                for operand in [&first, &second] {
                    self.check_operand(name, operand, "L");
                }
                Ok(SetOperand::ListAppend(Box::new([first, second])))
            }
        }
    }

    /// Notes an operand whose type the text shows to be wrong.
    fn check_operand(&mut self, operator: &str, operand: &SetOperand<'a>, wanted: &str) {
        let kind = match operand {
            SetOperand::Value(value) => value.descriptor(),
            SetOperand::ListAppend(_) => "L",
            SetOperand::Path(_) | SetOperand::IfNotExists(..) => return,
        };
        if kind != wanted {
            self.problem(
                Class::Operands,
                format_args!(
                    "Incorrect operand type for operator or function; operator or function: {operator}, \
                     operand type: {kind}"
                ),
            );
        }
    }

    /// Reads the value of an ADD or DELETE action.
    fn operand_of(&mut self, section: &str) -> Result<&'a AttributeValue, ServiceError> {
        self.count_operator()?;
        let value = self.value()?;
        let kind = match value {
            AttributeValue::Ss(_) | AttributeValue::Ns(_) | AttributeValue::Bs(_) => {
                return Ok(value);
            }
            AttributeValue::N(_) if section == "ADD" => return Ok(value),
            AttributeValue::N(_) => "NUMBER",
            AttributeValue::S(_) => "STRING",
            AttributeValue::B(_) => "BINARY",
            AttributeValue::M(_) => "MAP",
            AttributeValue::L(_) => "LIST",
            AttributeValue::Bool(_) => "BOOLEAN",
            AttributeValue::Null => "NULL",
        };
        self.problem(
            Class::Operands,
            format_args!(
                "Incorrect operand type for operator or function; operator: {section}, operand type: {kind}, \
                 typeSet: ALLOWED_FOR_{section}_OPERAND"
            ),
        );
        Ok(value)
    }
}
