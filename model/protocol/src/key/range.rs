//! Stretches of encoded keys: what a Query reads (ITEM-020).

use std::ops::Bound;

use super::encode::{after_prefix, encode_range};
use super::schema::KeySchema;
use crate::error::ServiceError;
use crate::value::AttributeValue;

/// What a key condition asks of the range attribute.
#[derive(Clone, Debug, PartialEq)]
pub enum RangeCondition {
    /// `=`
    Equal(AttributeValue),
    /// `<`
    Less(AttributeValue),
    /// `<=`
    LessOrEqual(AttributeValue),
    /// `>`
    Greater(AttributeValue),
    /// `>=`
    GreaterOrEqual(AttributeValue),
    /// `BETWEEN lower AND upper`, both included.
    Between(AttributeValue, AttributeValue),
    /// `begins_with`: strings and binaries only.
    BeginsWith(AttributeValue),
}

/// A half-open stretch of encoded keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyRange {
    start: Vec<u8>,
    end: Option<Vec<u8>>,
}

impl KeyRange {
    /// Every key.
    pub fn all() -> Self {
        Self {
            start: Vec::new(),
            end: None,
        }
    }

    /// Every key that starts with these bytes.
    pub fn prefix(prefix: Vec<u8>) -> Self {
        let end = after_prefix(&prefix);
        Self { start: prefix, end }
    }

    /// The first encoded key that may be inside.
    pub fn start(&self) -> &[u8] {
        &self.start
    }

    /// The first encoded key after the range; `None`: the range has no upper end.
    pub fn end(&self) -> Option<&[u8]> {
        self.end.as_deref()
    }

    /// The part after this key: a page that continues upwards from an exclusive start key.
    pub fn after(mut self, key: &[u8]) -> Self {
        let next = immediate_successor(key);
        if next > self.start {
            self.start = next;
        }
        self.never_backwards()
    }

    /// The part before this key: a page that continues downwards from an exclusive start key.
    pub fn before(mut self, key: &[u8]) -> Self {
        if self.end.as_deref().is_none_or(|end| key < end) {
            self.end = Some(key.to_vec());
        }
        self.never_backwards()
    }

    /// Whether the key lies inside.
    pub fn contains(&self, key: &[u8]) -> bool {
        key >= self.start.as_slice() && self.end.as_deref().is_none_or(|end| key < end)
    }

    /// The bounds as ordered maps take them: never backwards, so a map's `range` never panics.
    pub fn bounds(&self) -> (Bound<&[u8]>, Bound<&[u8]>) {
        let end = self
            .end
            .as_deref()
            .map_or(Bound::Unbounded, Bound::Excluded);
        (Bound::Included(self.start.as_slice()), end)
    }

    fn new(start: Vec<u8>, end: Option<Vec<u8>>) -> Self {
        Self { start, end }.never_backwards()
    }

    /// An empty range keeps its start and ends there.
    fn never_backwards(mut self) -> Self {
        if let Some(end) = &mut self.end
            && *end < self.start
        {
            end.clone_from(&self.start);
        }
        self
    }
}

impl KeySchema {
    /// The keys with this hash value whose range value fulfils the condition.
    ///
    /// # Errors
    /// A value of another type than the schema's, or a range condition on a key without range attribute.
    pub fn key_range(
        &self,
        hash: &AttributeValue,
        range: Option<&RangeCondition>,
    ) -> Result<KeyRange, ServiceError> {
        let partition = self.hash_prefix(hash)?;
        let Some(condition) = range else {
            return Ok(KeyRange::prefix(partition));
        };
        let all = KeyRange::prefix(partition.clone());
        let at = |value: &AttributeValue| self.range_point(&partition, value);
        Ok(match condition {
            RangeCondition::Equal(value) => {
                let point = at(value)?;
                let end = immediate_successor(&point);
                KeyRange::new(point, Some(end))
            }
            RangeCondition::Less(value) => KeyRange::new(all.start, Some(at(value)?)),
            RangeCondition::LessOrEqual(value) => {
                KeyRange::new(all.start, Some(immediate_successor(&at(value)?)))
            }
            RangeCondition::Greater(value) => {
                KeyRange::new(immediate_successor(&at(value)?), all.end)
            }
            RangeCondition::GreaterOrEqual(value) => KeyRange::new(at(value)?, all.end),
            RangeCondition::Between(lower, upper) => {
                KeyRange::new(at(lower)?, Some(immediate_successor(&at(upper)?)))
            }
            RangeCondition::BeginsWith(AttributeValue::N(_)) => return Err(type_mismatch()),
            RangeCondition::BeginsWith(value) => KeyRange::prefix(at(value)?),
        })
    }

    fn range_point(
        &self,
        partition: &[u8],
        value: &AttributeValue,
    ) -> Result<Vec<u8>, ServiceError> {
        let fits = self
            .range
            .as_ref()
            .is_some_and(|attribute| attribute.kind.accepts(value));
        let mut point = partition.to_vec();
        match fits.then(|| encode_range(value, &mut point)).flatten() {
            Some(()) => Ok(point),
            None => Err(type_mismatch()),
        }
    }
}

/// What a value of a key condition answers when its type is not the schema's.
pub(crate) fn type_mismatch() -> ServiceError {
    ServiceError::invalid_parameter("Condition parameter type does not match schema type")
}

fn immediate_successor(key: &[u8]) -> Vec<u8> {
    let mut next = Vec::with_capacity(key.len() + 1);
    next.extend_from_slice(key);
    next.push(0);
    next
}
