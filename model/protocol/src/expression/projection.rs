//! Projections: the part of an item that a caller asked for.

use super::ExpressionKind;
use super::parser::{Class, Parser};
use super::path::{Path, Step, check_disjoint};
use super::placeholders::Placeholders;
use crate::error::ServiceError;
use crate::value::{AttributeValue, Item};

/// The paths that a projection keeps.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Projection<'a> {
    root: Tree<'a>,
}

/// Paths by their common beginnings; no children: everything below is kept.
#[derive(Clone, Debug, Default, PartialEq)]
struct Tree<'a> {
    /// Sorted by step.
    children: Vec<(Step<'a>, Tree<'a>)>,
}

impl<'a> Projection<'a> {
    /// Reads a projection expression: paths with commas between.
    ///
    /// # Errors
    /// A ValidationException with the service's text.
    pub fn parse(text: &'a str, placeholders: &mut Placeholders<'a>) -> Result<Self, ServiceError> {
        let mut parser = Parser::new(ExpressionKind::Projection, text, placeholders)?;
        let mut paths = vec![parser.path(&[])?];
        while parser.eat(b',') {
            paths.push(parser.path(&[])?);
        }
        let all: Vec<_> = paths.iter().collect();
        if let Err(error) = check_disjoint(ExpressionKind::Projection, &all) {
            parser.service_problem(Class::Paths, error);
        }
        parser.finish()?;
        Ok(Self::of_paths(&paths))
    }

    /// A projection on top-level attributes (the legacy AttributesToGet).
    pub fn of_attributes(names: impl IntoIterator<Item = &'a str>) -> Self {
        let mut root = Tree::default();
        for name in names {
            root.insert(std::iter::once(Step::Name(name)));
        }
        Self { root }
    }

    /// A projection on these paths.
    pub fn of_paths<'p>(paths: impl IntoIterator<Item = &'p Path<'a>>) -> Self
    where
        'a: 'p,
    {
        let mut root = Tree::default();
        for path in paths {
            root.insert(path.all_steps());
        }
        Self { root }
    }

    /// The top-level attributes that the projection reads.
    pub fn attributes(&self) -> impl Iterator<Item = &'a str> {
        self.root
            .children
            .iter()
            .filter_map(|(step, _)| match step {
                Step::Name(name) => Some(*name),
                Step::Index(_) => None,
            })
    }

    /// The kept part of an item: documents keep their structure, lists keep the order of what is kept and
    /// close the gaps. A path that leads nowhere leaves nothing.
    pub fn project(&self, item: &Item) -> Item {
        self.root
            .children
            .iter()
            .filter_map(|(step, below)| named(step, below, item))
            .collect()
    }
}

impl<'a> Tree<'a> {
    fn insert(&mut self, steps: impl Iterator<Item = Step<'a>>) {
        let mut tree = self;
        for step in steps {
            let index = match tree
                .children
                .binary_search_by(|(known, _)| known.cmp(&step))
            {
                Ok(index) => index,
                Err(index) => {
                    tree.children.insert(index, (step, Tree::default()));
                    index
                }
            };
            match tree.children.get_mut(index) {
                Some((_, below)) => tree = below,
                None => return,
            }
        }
    }

    fn project(&self, value: &AttributeValue) -> Option<AttributeValue> {
        if self.children.is_empty() {
            return Some(value.clone());
        }
        match value {
            AttributeValue::M(map) => {
                let kept: Item = self
                    .children
                    .iter()
                    .filter_map(|(step, below)| named(step, below, map))
                    .collect();
                (!kept.is_empty()).then_some(AttributeValue::M(kept))
            }
            AttributeValue::L(list) => {
                let kept: Vec<_> = self
                    .children
                    .iter()
                    .filter_map(|(step, below)| match step {
                        Step::Index(index) => below.project(list.get(*index)?),
                        Step::Name(_) => None,
                    })
                    .collect();
                (!kept.is_empty()).then_some(AttributeValue::L(kept))
            }
            _ => None,
        }
    }
}

fn named(step: &Step<'_>, below: &Tree<'_>, map: &Item) -> Option<(String, AttributeValue)> {
    match step {
        Step::Name(name) => Some(((*name).to_owned(), below.project(map.get(*name)?)?)),
        Step::Index(_) => None,
    }
}
