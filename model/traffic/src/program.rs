//! Sequential programs over the whole item surface, for comparing two services step by step.
//!
//! ```text
//! seed ── Programs (a proptest strategy) ── Sapling (a proptest value tree) ── Program: tables, then steps
//! ```
//!
//! A [`Program`] has one or two tables of its own and nothing in common with any other, so that programs may run side
//! by side. Its steps come from a weighted grammar: most are well-formed, some have a wild detail (an operand too many, a
//! number too large), some are damaged as a whole: a member gone, a value of a wrong type, a
//! body cut short. Like [`Profile::drawn`](crate::Profile::drawn) each program draws its own weights: whole families off,
//! others heavy, and half of the programs without anything wild.
//!
//! proptest drives it: [`Programs`] is a `Strategy`, and what it grows shrinks ([`Sapling`]) by steps, by members and
//! elements of a request, by parts of an expression, by values and by gaps of time.

mod condition;
mod control;
mod damage;
mod legacy;
mod many;
mod read;
mod shrink;
mod single;
mod strategy;
mod tables;
mod update;
mod value;
mod words;
mod writer;

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use shrink::Sapling;
pub use strategy::{Programs, program};

/// What a [`Sapling`] is: proptest's value tree, with `current`, `simplify` and `complicate`.
pub mod tree {
    pub use proptest::strategy::ValueTree;
}

/// Stands for the name of the first table in a body; `${t.arn}` for its ARN.
pub const FIRST_TABLE: &str = "${t}";
/// Stands for the name of the second table in a body; `${u.arn}` for its ARN.
pub const SECOND_TABLE: &str = "${u}";

/// Calls in sequence on tables that nobody else has.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Program {
    /// The CreateTable requests of its tables: one or two, named [`FIRST_TABLE`] and [`SECOND_TABLE`].
    pub tables: Vec<Value>,
    /// What is called, in order.
    pub steps: Vec<ProgramStep>,
}

/// One call of a program.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProgramStep {
    /// The time that passes before it, in seconds; only where clocks can be moved.
    #[serde(default)]
    pub gap_s: u32,
    /// The operation's name.
    pub operation: String,
    /// The request's body.
    pub body: Body,
    /// How the answer is to be read.
    #[serde(default)]
    pub reading: Reading,
}

/// The body of a request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Body {
    /// JSON.
    Json(Value),
    /// A text that may be anything.
    Raw(String),
}

/// How the answer of a step is to be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reading {
    /// As it is.
    #[default]
    Whole,
    /// Page by page to the end, and in all segments: where a page ends depends on an order that nobody promised.
    Pages,
    /// Whether it is accepted, and nothing more: what a page holds that starts amid such an order is nobody's promise.
    Outcome,
}

impl ProgramStep {
    /// A call.
    pub(crate) fn new(operation: &str, body: Value) -> Self {
        Self {
            gap_s: 0,
            operation: operation.to_owned(),
            body: Body::Json(body),
            reading: Reading::Whole,
        }
    }

    /// The same, read otherwise.
    pub(crate) fn read(mut self, reading: Reading) -> Self {
        self.reading = reading;
        self
    }

    /// The body's text, with the names and ARNs of tables still to be put in.
    pub fn text(&self) -> String {
        match &self.body {
            Body::Json(value) => value.to_string(),
            Body::Raw(text) => text.clone(),
        }
    }
}
