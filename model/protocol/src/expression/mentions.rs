//! Which attributes a condition speaks about.

use super::condition::{Condition, Operand};

impl Condition<'_> {
    /// Whether the condition looks at this top-level attribute anywhere.
    pub fn mentions(&self, attribute: &str) -> bool {
        let mut found = false;
        self.each_attribute(&mut |name| found |= name == attribute);
        found
    }

    /// Tells every top-level attribute that the condition looks at, in the order of the text and as often as it does.
    pub fn each_attribute(&self, tell: &mut dyn FnMut(&str)) {
        match self {
            Self::And(both) | Self::Or(both) => {
                both.iter().for_each(|part| part.each_attribute(tell));
            }
            Self::Not(inner) => inner.each_attribute(tell),
            Self::Compare(_, left, right)
            | Self::BeginsWith(left, right)
            | Self::Contains(left, right) => {
                left.each_attribute(tell);
                right.each_attribute(tell);
            }
            Self::Between(operands) => operands.iter().for_each(|one| one.each_attribute(tell)),
            Self::In(operand, list) => {
                operand.each_attribute(tell);
                list.iter().for_each(|one| one.each_attribute(tell));
            }
            Self::Exists(path) | Self::NotExists(path) => tell(path.root),
            Self::Type(operand, _) => operand.each_attribute(tell),
        }
    }
}

impl Operand<'_> {
    fn each_attribute(&self, tell: &mut dyn FnMut(&str)) {
        match self {
            Self::Path(path) => tell(path.root),
            Self::Value(_) => {}
            Self::Size(operand) => operand.each_attribute(tell),
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
