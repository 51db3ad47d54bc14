//! The deserializer that stands between the JSON text and a typed request.

use std::fmt;

use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::forward_to_deserialize_any;

use super::access::{Elements, Entries, StructureMembers};
use super::constraint::{self, Constraint};
use super::mismatch::{Expected, Found, boolean_text, mismatch};
use super::model::{Kind, Shape};
use super::report::{Log, Path};

/// Where the reading stands, and what is expected there.
#[derive(Clone, Copy)]
pub(super) struct Site<'c> {
    pub(super) shape: &'static Shape,
    pub(super) path: Path<'c>,
    /// Whether null is a violation here.
    pub(super) required: bool,
    pub(super) log: &'c Log,
}

impl Site<'_> {
    pub(super) fn note(&self, constraint: Constraint) {
        self.log.note(&self.path, self.shape, constraint);
    }

    fn note_all(&self, constraints: impl Iterator<Item = Constraint>) {
        constraints.for_each(|constraint| self.note(constraint));
    }

    fn expected(&self) -> Expected {
        match self.shape.kind {
            Kind::String { .. } => Expected::Scalar("String"),
            Kind::Integer(_) => Expected::Scalar("Integer"),
            Kind::Long(_) => Expected::Scalar("Long"),
            Kind::Double => Expected::Scalar("Double"),
            Kind::Timestamp => Expected::Scalar("Date"),
            Kind::Boolean => Expected::Boolean,
            Kind::List { .. } => Expected::List,
            Kind::Structure(_) | Kind::Map { .. } | Kind::AttributeValue => match self.path {
                Path::Root | Path::Member(..) => Expected::Field,
                Path::Element(..) | Path::Entry(..) => Expected::Entry,
            },
        }
    }
}

/// A deserializer that reads from `inner` and checks what it reads against the shape of the site.
pub(super) struct Checked<'c, D> {
    pub(super) inner: D,
    pub(super) site: Site<'c>,
}

impl<'c, D> Checked<'c, D> {
    /// The check of a whole request.
    pub(super) fn root(inner: D, shape: &'static Shape, log: &'c Log) -> Self {
        Self {
            inner,
            site: Site {
                shape,
                path: Path::Root,
                required: false,
                log,
            },
        }
    }
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Checked<'_, D> {
    type Error = D::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        match self.site.shape.kind {
            // Attribute values check themselves: see `wire::value`.
            Kind::AttributeValue => self.inner.deserialize_any(visitor),
            _ => self.inner.deserialize_any(Guard {
                visitor,
                site: self.site,
            }),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.inner.deserialize_option(GuardOption {
            visitor,
            site: self.site,
        })
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

/// Reads a value with the check of its site.
pub(super) struct Seed<'c, S> {
    pub(super) seed: S,
    pub(super) site: Site<'c>,
}

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for Seed<'_, S> {
    type Value = S::Value;

    fn deserialize<D: Deserializer<'de>>(self, inner: D) -> Result<S::Value, D::Error> {
        self.seed.deserialize(Checked {
            inner,
            site: self.site,
        })
    }
}

/// Sees each value first, checks it, and passes it to the visitor of the typed request.
struct Guard<'c, V> {
    visitor: V,
    site: Site<'c>,
}

impl<V> Guard<'_, V> {
    fn refuse<T, E: serde::de::Error>(&self, found: Found) -> Result<T, E> {
        Err(E::custom(mismatch(found, self.site.expected())))
    }

    fn check_text(&self, text: &str) {
        if let Kind::String {
            length,
            pattern,
            values,
        } = &self.site.shape.kind
        {
            self.site
                .note_all(constraint::of_text(*length, pattern.as_ref(), values, text));
        }
    }
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Guard<'_, V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.visitor.expecting(f)
    }

    fn visit_bool<E: serde::de::Error>(self, value: bool) -> Result<V::Value, E> {
        match self.site.shape.kind {
            Kind::Boolean => self.visitor.visit_bool(value),
            _ => self.refuse(value.into()),
        }
    }

    fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<V::Value, E> {
        match self.site.shape.kind {
            Kind::Integer(bounds) => {
                self.site.note_all(constraint::of_value(bounds, value));
                self.visitor
                    .visit_i64(value.clamp(i32::MIN.into(), i32::MAX.into()))
            }
            Kind::Long(bounds) => {
                self.site.note_all(constraint::of_value(bounds, value));
                self.visitor.visit_i64(value)
            }
            Kind::Double | Kind::Timestamp => self.visitor.visit_i64(value),
            _ => self.refuse(Found::Integral),
        }
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<V::Value, E> {
        match self.site.shape.kind {
            Kind::Double | Kind::Timestamp => self.visitor.visit_u64(value),
            _ => self.visit_i64(i64::try_from(value).unwrap_or(i64::MAX)),
        }
    }

    /// The service cuts the fraction off where a whole number is expected; the cast does the same and
    /// saturates.
    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<V::Value, E> {
        match self.site.shape.kind {
            Kind::Double | Kind::Timestamp => self.visitor.visit_f64(value),
            Kind::Integer(_) | Kind::Long(_) => self.visit_i64(value as i64),
            _ => self.refuse(Found::Decimal),
        }
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<V::Value, E> {
        match self.site.shape.kind {
            Kind::String { .. } => {
                self.check_text(text);
                self.visitor.visit_str(text)
            }
            Kind::Boolean => match boolean_text(text) {
                Some(value) => self.visitor.visit_bool(value),
                None => self.refuse(Found::String),
            },
            _ => self.refuse(Found::String),
        }
    }

    fn visit_borrowed_str<E: serde::de::Error>(self, text: &'de str) -> Result<V::Value, E> {
        self.visit_str(text)
    }

    /// Null counts as absent: the typed request gets an empty value, which nobody sees when the member is
    /// required, because its absence is noted.
    fn visit_unit<E: serde::de::Error>(self) -> Result<V::Value, E> {
        if matches!(self.site.path, Path::Root) {
            return self.refuse(Found::Null);
        }
        if self.site.required {
            self.site.note(Constraint::NotNull);
        }
        match self.site.shape.kind {
            Kind::Structure(_) | Kind::Map { .. } => {
                let none = std::iter::empty::<(&str, &str)>();
                self.visitor.visit_map(MapDeserializer::<_, E>::new(none))
            }
            Kind::List { .. } => {
                let none = std::iter::empty::<&str>();
                self.visitor.visit_seq(SeqDeserializer::<_, E>::new(none))
            }
            Kind::String { .. } => self.visitor.visit_str(""),
            Kind::Integer(_) | Kind::Long(_) | Kind::Timestamp => self.visitor.visit_i64(0),
            Kind::Double => self.visitor.visit_f64(0.0),
            Kind::Boolean => self.visitor.visit_bool(false),
            Kind::AttributeValue => self.visitor.visit_unit(),
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, inner: A) -> Result<V::Value, A::Error> {
        let Kind::List { element, length } = &self.site.shape.kind else {
            return self.refuse(Found::List);
        };
        let mut count = 0;
        let elements = Elements {
            inner,
            element,
            site: &self.site,
            count: &mut count,
        };
        let list = self.visitor.visit_seq(elements)?;
        self.site.note_all(constraint::of_length(*length, count));
        Ok(list)
    }

    fn visit_map<A: MapAccess<'de>>(self, inner: A) -> Result<V::Value, A::Error> {
        match &self.site.shape.kind {
            Kind::Structure(members) => self
                .visitor
                .visit_map(StructureMembers::new(inner, members, &self.site)),
            // Items, keys and expression values: the names in them are free.
            Kind::Map { value, .. } if matches!(value.kind, Kind::AttributeValue) => {
                self.visitor.visit_map(inner)
            }
            Kind::Map { key, value, length } => {
                let mut count = 0;
                let entries = Entries::new(inner, key, value, &self.site, &mut count);
                let map = self.visitor.visit_map(entries)?;
                self.site.note_all(constraint::of_length(*length, count));
                Ok(map)
            }
            _ => self.refuse(Found::Map),
        }
    }
}

/// A [`Guard`] for a member that may be absent.
struct GuardOption<'c, V> {
    visitor: V,
    site: Site<'c>,
}

impl<'de, V: Visitor<'de>> Visitor<'de> for GuardOption<'_, V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.visitor.expecting(f)
    }

    fn visit_none<E: serde::de::Error>(self) -> Result<V::Value, E> {
        if self.site.required {
            self.site.note(Constraint::NotNull);
        }
        self.visitor.visit_none()
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<V::Value, E> {
        self.visit_none()
    }

    fn visit_some<D: Deserializer<'de>>(self, inner: D) -> Result<V::Value, D::Error> {
        self.visitor.visit_some(Checked {
            inner,
            site: self.site,
        })
    }
}
