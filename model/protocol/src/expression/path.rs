//! Document paths: which value inside an item is meant.

use std::fmt;

use super::ExpressionKind;
use crate::error::ServiceError;
use crate::value::{AttributeValue, Item};

/// One step into a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step<'a> {
    /// Into a map, by name.
    Name(&'a str),
    /// Into a list, by index from 0.
    Index(usize),
}

/// A document path: a top-level attribute and the steps below it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Path<'a> {
    /// The top-level attribute.
    pub root: &'a str,
    /// The steps below it; empty for the attribute itself.
    pub steps: Vec<Step<'a>>,
}

/// How two paths of one expression can exclude each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Clash {
    /// One is the other one, or lies above it.
    Overlap,
    /// They take one value for a map and for a list.
    Conflict,
}

impl<'a> Path<'a> {
    /// The path of a top-level attribute.
    pub fn attribute(root: &'a str) -> Self {
        Self {
            root,
            steps: Vec::new(),
        }
    }

    /// The value at this path.
    pub fn resolve<'v>(&self, item: &'v Item) -> Option<&'v AttributeValue> {
        self.steps
            .iter()
            .try_fold(item.get(self.root)?, |value, step| match (step, value) {
                (Step::Name(name), AttributeValue::M(map)) => map.get(*name),
                (Step::Index(index), AttributeValue::L(list)) => list.get(*index),
                _ => None,
            })
    }

    /// All steps, the top-level attribute first.
    pub(super) fn all_steps(&self) -> impl Iterator<Item = Step<'a>> {
        std::iter::once(Step::Name(self.root)).chain(self.steps.iter().copied())
    }

    fn clash(&self, other: &Path<'_>) -> Option<Clash> {
        for (mine, theirs) in self.all_steps().zip(other.all_steps()) {
            match (mine, theirs) {
                (Step::Name(mine), Step::Name(theirs)) if mine == theirs => {}
                (Step::Index(mine), Step::Index(theirs)) if mine == theirs => {}
                (Step::Name(_), Step::Index(_)) | (Step::Index(_), Step::Name(_)) => {
                    return Some(Clash::Conflict);
                }
                _ => return None,
            }
        }
        Some(Clash::Overlap)
    }
}

/// As refusals print it: `[a, b, [0]]`.
impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{}", self.root)?;
        for step in &self.steps {
            match step {
                Step::Name(name) => write!(f, ", {name}")?,
                Step::Index(index) => write!(f, ", [{index}]")?,
            }
        }
        f.write_str("]")
    }
}

/// Refuses paths of one expression that exclude each other: the first pair, in the order of the text.
pub(super) fn check_disjoint(
    kind: ExpressionKind,
    paths: &[&Path<'_>],
) -> Result<(), ServiceError> {
    for (index, second) in paths.iter().enumerate() {
        for first in paths.iter().take(index) {
            let verb = match first.clash(second) {
                Some(Clash::Overlap) => "overlap",
                Some(Clash::Conflict) => "conflict",
                None => continue,
            };
            return Err(kind.refusal(format_args!(
                "Two document paths {verb} with each other; must remove or rewrite one of these paths; \
                 path one: {first}, path two: {second}"
            )));
        }
    }
    Ok(())
}
