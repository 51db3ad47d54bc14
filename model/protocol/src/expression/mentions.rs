//! Which attributes a condition speaks about.

use super::condition::{Condition, Operand};

impl Condition<'_> {
    /// Whether the condition looks at this top-level attribute anywhere.
    pub fn mentions(&self, attribute: &str) -> bool {
        let at = |operand: &Operand<'_>| operand.mentions(attribute);
        match self {
            Self::And(both) | Self::Or(both) => both.iter().any(|part| part.mentions(attribute)),
            Self::Not(inner) => inner.mentions(attribute),
            Self::Compare(_, left, right) => at(left) || at(right),
            Self::Between(operands) => operands.iter().any(at),
            Self::In(operand, list) => at(operand) || list.iter().any(at),
            Self::Exists(path) | Self::NotExists(path) => path.root == attribute,
            Self::Type(operand, _) => at(operand),
            Self::BeginsWith(left, right) | Self::Contains(left, right) => at(left) || at(right),
        }
    }
}

impl Operand<'_> {
    fn mentions(&self, attribute: &str) -> bool {
        match self {
            Self::Path(path) => path.root == attribute,
            Self::Value(_) => false,
            Self::Size(operand) => operand.mentions(attribute),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::expression::{Condition, ExpressionKind, Placeholders};

    #[test]
    fn attributes_are_found_under_operators_and_functions() {
        let text = "attribute_exists(a) AND NOT (size(b.x) IN (c, d) OR contains(e[0], f))";
        let mut placeholders = Placeholders::none();
        let condition = Condition::parse(ExpressionKind::Filter, text, &mut placeholders).unwrap();
        assert!(
            ["a", "b", "c", "d", "e", "f"]
                .iter()
                .all(|name| condition.mentions(name))
        );
        assert!(!condition.mentions("x"));
    }
}
