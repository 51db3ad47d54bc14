//! Conditions: the tree, and how it is read from the text (ITEM-014).
//!
//! ```text
//! condition := term (AND term)* (OR ...)        AND binds closer than OR, NOT closer than AND
//! term      := NOT term | "(" condition ")" | comparison | function
//! comparison:= operand comparator operand | operand BETWEEN operand AND operand | operand IN "(" operands ")"
//! operand   := path | :value | function | "(" operand ")"
//! ```

pub use super::lexer::Comparator;
use super::lexer::TokenKind;
use super::parser::{Class, Parser};
use super::path::Path;
use super::placeholders::Placeholders;
use super::{ExpressionKind, IN_OPERANDS_MAX, functions};
use crate::error::ServiceError;
use crate::value::AttributeValue;

/// Words of the grammar: no attribute names.
const KEYWORDS: &[&str] = &["AND", "OR", "NOT", "BETWEEN", "IN"];

/// The deepest nesting of parentheses. Without redundant pairs an expression of 300 operators needs no
/// more; the descent stays far from the end of the stack.
const PARENTHESES_MAX: usize = 150;

/// A condition on one item.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition<'a> {
    /// Both hold.
    And(Box<[Condition<'a>; 2]>),
    /// At least one holds.
    Or(Box<[Condition<'a>; 2]>),
    /// It does not hold.
    Not(Box<Condition<'a>>),
    /// A comparison of two operands.
    Compare(Comparator, Operand<'a>, Operand<'a>),
    /// The first operand lies between the other two, both included.
    Between(Box<[Operand<'a>; 3]>),
    /// The operand equals one of the list.
    In(Operand<'a>, Vec<Operand<'a>>),
    /// `attribute_exists`
    Exists(Path<'a>),
    /// `attribute_not_exists`
    NotExists(Path<'a>),
    /// `attribute_type`: the value has the type with this descriptor.
    Type(Operand<'a>, &'a str),
    /// `begins_with`: a string or binary begins with another one.
    BeginsWith(Operand<'a>, Operand<'a>),
    /// `contains`: a string contains a substring, a set or a list an element.
    Contains(Operand<'a>, Operand<'a>),
}

/// What a condition compares.
#[derive(Clone, Debug, PartialEq)]
pub enum Operand<'a> {
    /// The item's value at a path.
    Path(Path<'a>),
    /// A value of the request.
    Value(&'a AttributeValue),
    /// `size`: how long or large a value is.
    Size(Box<Operand<'a>>),
}

/// What a term turned out to be, before it is known what the grammar asks for.
struct Term<'a> {
    node: Node<'a>,
    /// The whole term stood in parentheses.
    parenthesised: bool,
}

enum Node<'a> {
    Operand(Operand<'a>),
    Condition(Condition<'a>),
    /// A function's result: a condition, and no operand.
    Function(&'a str, Condition<'a>),
}

impl<'a> Condition<'a> {
    /// Reads a condition.
    ///
    /// # Errors
    /// A ValidationException with the service's text that starts with the kind's name.
    pub fn parse(
        kind: ExpressionKind,
        text: &'a str,
        placeholders: &mut Placeholders<'a>,
    ) -> Result<Self, ServiceError> {
        let mut parser = Parser::new(kind, text, placeholders)?;
        let term = parser.terms(Strength::Or)?;
        let condition = parser.as_condition(term)?;
        parser.finish()?;
        Ok(condition)
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Strength {
    Or,
    And,
    Not,
}

impl<'a> Parser<'a, '_> {
    /// Reads terms joined by AND and OR of at least this strength.
    fn terms(&mut self, least: Strength) -> Result<Term<'a>, ServiceError> {
        let mut left = self.term()?;
        loop {
            let (strength, above) = if self.at_keyword("AND") {
                (Strength::And, Strength::Not)
            } else if self.at_keyword("OR") {
                (Strength::Or, Strength::And)
            } else {
                return Ok(left);
            };
            if strength < least {
                return Ok(left);
            }
            let first = self.as_condition(left)?;
            self.count_operator()?;
            self.advance();
            let second = self.terms(above)?;
            let both = Box::new([first, self.as_condition(second)?]);
            let joined = if strength == Strength::And {
                Condition::And(both)
            } else {
                Condition::Or(both)
            };
            left = Term {
                node: Node::Condition(joined),
                parenthesised: false,
            };
        }
    }

    fn term(&mut self) -> Result<Term<'a>, ServiceError> {
        let mut negations = 0usize;
        while self.at_keyword("NOT") {
            self.count_operator()?;
            self.advance();
            negations += 1;
        }
        let term = if self.at(b'(') {
            self.parentheses()?
        } else {
            Term {
                node: self.simple()?,
                parenthesised: false,
            }
        };
        let mut term = self.comparison(term)?;
        for _ in 0..negations {
            let inner = self.as_condition(term)?;
            term = Term {
                node: Node::Condition(Condition::Not(Box::new(inner))),
                parenthesised: false,
            };
        }
        Ok(term)
    }

    /// Reads a term in parentheses, with whatever stands inside.
    fn parentheses(&mut self) -> Result<Term<'a>, ServiceError> {
        self.depth += 1;
        if self.depth > PARENTHESES_MAX {
            return Err(self
                .kind
                .refusal("The expression has redundant parentheses;"));
        }
        self.expect(b'(')?;
        let inner = self.terms(Strength::Or)?;
        if inner.parenthesised {
            self.problem(
                Class::Parentheses,
                "The expression has redundant parentheses;",
            );
        }
        self.expect(b')')?;
        self.depth -= 1;
        Ok(Term {
            node: inner.node,
            parenthesised: true,
        })
    }

    /// Reads the rest of a comparison whose left side was read; a term without comparator stays as it is.
    fn comparison(&mut self, left: Term<'a>) -> Result<Term<'a>, ServiceError> {
        let token = self.peek();
        let between = self.at_keyword("BETWEEN");
        let list = self.at_keyword("IN");
        if !(between || list || matches!(token, TokenKind::Comparator(_))) {
            return Ok(left);
        }
        let left = match left.node {
            Node::Condition(_) => return Err(self.syntax_error()),
            node => self.as_operand(node),
        };
        self.count_operator()?;
        self.advance();
        let condition = if let TokenKind::Comparator(comparator) = token {
            let right = self.operand()?;
            functions::check_comparison(self, comparator, &left, &right);
            Condition::Compare(comparator, left, right)
        } else if between {
            let lower = self.operand()?;
            if !self.at_keyword("AND") {
                return Err(self.syntax_error());
            }
            self.advance();
            let operands = Box::new([left, lower, self.operand()?]);
            functions::check_between(self, &operands);
            Condition::Between(operands)
        } else {
            Condition::In(left, self.list()?)
        };
        Ok(Term {
            node: Node::Condition(condition),
            parenthesised: false,
        })
    }

    fn list(&mut self) -> Result<Vec<Operand<'a>>, ServiceError> {
        let operands = self.arguments()?;
        if operands.len() > IN_OPERANDS_MAX {
            let count = operands.len();
            self.problem(
                Class::Operands,
                format_args!("The IN operator is provided with too many operands; number of operands: {count}"),
            );
        }
        Ok(operands)
    }

    /// Reads operands in parentheses, at least one.
    fn arguments(&mut self) -> Result<Vec<Operand<'a>>, ServiceError> {
        self.expect(b'(')?;
        let mut operands = vec![self.operand()?];
        while self.eat(b',') {
            operands.push(self.operand()?);
        }
        self.expect(b')')?;
        Ok(operands)
    }

    fn operand(&mut self) -> Result<Operand<'a>, ServiceError> {
        let mut parentheses = 0usize;
        while self.eat(b'(') {
            parentheses += 1;
        }
        if parentheses > 1 {
            self.problem(
                Class::Parentheses,
                "The expression has redundant parentheses;",
            );
        }
        let node = self.simple()?;
        for _ in 0..parentheses {
            self.expect(b')')?;
        }
        Ok(self.as_operand(node))
    }

    /// Reads a path, a value or a function.
    fn simple(&mut self) -> Result<Node<'a>, ServiceError> {
        match self.peek() {
            TokenKind::ValueReference => Ok(Node::Operand(Operand::Value(self.value()?))),
            TokenKind::Word if self.peek_second() == TokenKind::Punctuation(b'(') => {
                self.function()
            }
            _ => Ok(Node::Operand(Operand::Path(self.path(KEYWORDS)?))),
        }
    }

    fn function(&mut self) -> Result<Node<'a>, ServiceError> {
        let name = self.word();
        if KEYWORDS
            .iter()
            .any(|keyword| name.eq_ignore_ascii_case(keyword))
        {
            return Err(self.syntax_error());
        }
        self.count_operator()?;
        self.depth += 1;
        if self.depth > PARENTHESES_MAX {
            return Err(self
                .kind
                .refusal("The expression has redundant parentheses;"));
        }
        self.advance();
        let operands = self.arguments()?;
        self.depth -= 1;
        Ok(match functions::call(self, name, operands) {
            functions::Call::Operand(operand) => Node::Operand(operand),
            functions::Call::Condition(condition) => Node::Function(name, condition),
        })
    }

    /// A term where the grammar asks for a condition.
    fn as_condition(&mut self, term: Term<'a>) -> Result<Condition<'a>, ServiceError> {
        match term.node {
            Node::Condition(condition) | Node::Function(_, condition) => Ok(condition),
            Node::Operand(Operand::Size(operand)) => {
                self.problem(Class::MisusedFunction, functions::misused("size"));
                Ok(Condition::Type(*operand, ""))
            }
            Node::Operand(_) => Err(self.syntax_error()),
        }
    }

    /// A term where the grammar asks for an operand.
    fn as_operand(&mut self, node: Node<'a>) -> Operand<'a> {
        match node {
            Node::Operand(operand) => operand,
            Node::Function(name, _) => {
                self.problem(Class::MisusedFunction, functions::misused(name));
                Operand::Path(Path::attribute(name))
            }
            // Excluded by the callers: a comparison is never read where an operand is due.
            Node::Condition(_) => Operand::Path(Path::attribute("")),
        }
    }
}
