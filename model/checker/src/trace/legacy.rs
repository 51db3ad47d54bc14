//! Parameters from before expressions, in the place of expressions.

use std::collections::BTreeMap;

use lookback_protocol::expression::legacy::{
    LegacyWrite, WriteParameters, attributes_to_get, check_not_mixed,
};
use lookback_protocol::wire::WireItem;
use serde::Serialize;

use super::Expressions;
use super::expressions::Parsed;

/// What a request says in the notation from before expressions.
#[derive(Clone, Debug)]
pub(crate) enum Legacy {
    /// AttributeUpdates, Expected and ConditionalOperator of a write.
    Write(LegacyWrite),
    /// AttributesToGet of a read.
    Attributes(Vec<String>),
    /// Parameters that no service accepts, by themselves or beside expressions.
    Unfit,
}

impl Legacy {
    /// A name that each kind has alone.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Write(_) => "write",
            Self::Attributes(_) => "attributes",
            Self::Unfit => "unfit",
        }
    }

    /// The trees that expressions would be read to.
    pub(super) fn parsed(&self) -> Parsed<'_> {
        let mut parsed = Parsed {
            condition: Err(()),
            update: Err(()),
            projection: Err(()),
        };
        match self {
            Self::Write(write) => {
                parsed.condition = Ok(write.condition());
                parsed.update = Ok(write.update());
            }
            Self::Attributes(names) => {
                let projection = attributes_to_get(Some(names)).ok().flatten();
                parsed.projection = projection.ok_or(());
            }
            Self::Unfit => {}
        }
        parsed
    }
}

impl Expressions {
    /// What a write does and depends on, in either notation.
    pub fn of_write(
        condition: Option<String>,
        update: Option<String>,
        names: Option<BTreeMap<String, String>>,
        values: Option<WireItem>,
        legacy: WriteParameters,
    ) -> Self {
        if !legacy.is_given() {
            return Self::new(condition, update, names, values);
        }
        let told = Told::of(&legacy);
        match legacy.read(update.as_deref(), condition.as_deref()) {
            // Empty maps ask for nothing.
            Ok(write) if write == LegacyWrite::default() => Self::default(),
            Ok(write) => told.expressions(Legacy::Write(write)),
            Err(_) => told.expressions(Legacy::Unfit),
        }
    }

    /// What a read asks for, in either notation.
    pub fn of_read(
        projection: Option<String>,
        names: Option<BTreeMap<String, String>>,
        attributes: Option<Vec<String>>,
    ) -> Self {
        let Some(attributes) = attributes else {
            return Self::new(None, projection, names, None);
        };
        let told = Told {
            condition: None,
            other: Some(in_words("AttributesToGet", &attributes)),
        };
        let mixed = check_not_mixed(
            &[("AttributesToGet", true)],
            &[("ProjectionExpression", projection.is_some())],
        );
        told.expressions(match mixed {
            Ok(()) => Legacy::Attributes(attributes),
            Err(_) => Legacy::Unfit,
        })
    }
}

/// The parameters as a witness tells them.
struct Told {
    condition: Option<String>,
    other: Option<String>,
}

impl Told {
    fn of(legacy: &WriteParameters) -> Self {
        let expected = legacy.expected.as_ref();
        let expected = expected.map(|expected| in_words("Expected", expected));
        let operator = legacy.conditional_operator.as_ref();
        let operator = operator.map(|operator| format!("ConditionalOperator {operator}"));
        let condition: Vec<String> = expected.into_iter().chain(operator).collect();
        let updates = legacy.attribute_updates.as_ref();
        Self {
            condition: (!condition.is_empty()).then(|| condition.join(" with ")),
            other: updates.map(|updates| in_words("AttributeUpdates", updates)),
        }
    }

    fn expressions(self, legacy: Legacy) -> Expressions {
        Expressions {
            condition: self.condition,
            other: self.other,
            legacy: Some(Box::new(legacy)),
            ..Expressions::default()
        }
    }
}

fn in_words(member: &str, value: &impl Serialize) -> String {
    // Names and values that were read from JSON can be written as JSON.
    let value = serde_json::to_string(value).unwrap_or_default();
    format!("{member} {value}")
}
