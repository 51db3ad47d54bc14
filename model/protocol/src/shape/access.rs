//! Members, elements and entries on their way into a typed request.

use std::fmt;

use serde::de::{
    DeserializeSeed, Deserializer, IgnoredAny, IntoDeserializer, MapAccess, SeqAccess, Visitor,
};

use super::check::{Seed, Site};
use super::constraint::{self, Constraint};
use super::model::{Kind, Member, Shape};
use super::report::Path;

/// The members of a structure: unknown ones are skipped (WIRE-012), missing ones are noted at the end.
pub(super) struct StructureMembers<'c, A> {
    inner: A,
    members: &'static [Member],
    site: &'c Site<'c>,
    /// One bit for each member that was there. No structure of the API has more than 64 members.
    seen: u64,
    current: Option<&'static Member>,
}

impl<'c, A> StructureMembers<'c, A> {
    pub(super) fn new(inner: A, members: &'static [Member], site: &'c Site<'c>) -> Self {
        Self {
            inner,
            members,
            site,
            seen: 0,
            current: None,
        }
    }

    fn note_missing(&self) {
        for (position, member) in self.members.iter().enumerate() {
            if member.required && self.seen & bit(position) == 0 {
                member_site(self.site, member).note(Constraint::NotNull);
            }
        }
    }
}

fn member_site<'c>(site: &'c Site<'c>, member: &'static Member) -> Site<'c> {
    Site {
        shape: &member.shape,
        path: Path::Member(&site.path, member),
        required: member.required,
        log: site.log,
    }
}

fn bit(position: usize) -> u64 {
    1_u64.wrapping_shl(position as u32)
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for StructureMembers<'_, A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, A::Error> {
        loop {
            match self.inner.next_key_seed(MemberNamed(self.members))? {
                None => {
                    self.note_missing();
                    return Ok(None);
                }
                Some(None) => {
                    self.inner.next_value::<IgnoredAny>()?;
                }
                Some(Some((position, member))) => {
                    self.seen |= bit(position);
                    self.current = Some(member);
                    return seed
                        .deserialize(member.name.as_str().into_deserializer())
                        .map(Some);
                }
            }
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        match self.current.take() {
            None => self.inner.next_value_seed(seed),
            Some(member) => {
                let site = member_site(self.site, member);
                self.inner.next_value_seed(Seed { seed, site })
            }
        }
    }
}

/// Finds the member that a name on the wire means.
struct MemberNamed(&'static [Member]);

impl<'de> DeserializeSeed<'de> for MemberNamed {
    type Value = Option<(usize, &'static Member)>;

    fn deserialize<D: Deserializer<'de>>(self, name: D) -> Result<Self::Value, D::Error> {
        name.deserialize_str(self)
    }
}

impl Visitor<'_> for MemberNamed {
    type Value = Option<(usize, &'static Member)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a member name")
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok(self
            .0
            .iter()
            .enumerate()
            .find(|(_, member)| member.name == name))
    }
}

/// The elements of a list.
pub(super) struct Elements<'c, A> {
    pub(super) inner: A,
    pub(super) element: &'static Shape,
    pub(super) site: &'c Site<'c>,
    /// How many were read.
    pub(super) count: &'c mut usize,
}

impl<'de, A: SeqAccess<'de>> SeqAccess<'de> for Elements<'_, A> {
    type Error = A::Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, A::Error> {
        let site = Site {
            shape: self.element,
            path: Path::Element(&self.site.path, *self.count),
            required: true,
            log: self.site.log,
        };
        let element = self.inner.next_element_seed(Seed { seed, site })?;
        *self.count += usize::from(element.is_some());
        Ok(element)
    }
}

/// The entries of a map.
pub(super) struct Entries<'c, A> {
    inner: A,
    key: &'static Shape,
    value: &'static Shape,
    site: &'c Site<'c>,
    /// How many were read.
    count: &'c mut usize,
    name: String,
    name_noted: bool,
}

impl<'c, A> Entries<'c, A> {
    pub(super) fn new(
        inner: A,
        key: &'static Shape,
        value: &'static Shape,
        site: &'c Site<'c>,
        count: &'c mut usize,
    ) -> Self {
        Self {
            inner,
            key,
            value,
            site,
            count,
            name: String::new(),
            name_noted: false,
        }
    }

    /// Names that break their shape are noted once, at the map.
    fn check_name(&mut self) {
        if let Kind::String {
            length,
            pattern,
            values,
        } = &self.key.kind
        {
            let mut broken = constraint::of_text(*length, pattern.as_ref(), values, &self.name);
            if !self.name_noted && broken.next().is_some() {
                self.name_noted = true;
                self.site.note(Constraint::Keys(self.key));
            }
        }
    }
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Entries<'_, A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, A::Error> {
        let Some(name) = self.inner.next_key::<String>()? else {
            return Ok(None);
        };
        self.name = name;
        *self.count += 1;
        self.check_name();
        seed.deserialize(self.name.as_str().into_deserializer())
            .map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        let site = Site {
            shape: self.value,
            path: Path::Entry(&self.site.path, &self.name),
            required: true,
            log: self.site.log,
        };
        self.inner.next_value_seed(Seed { seed, site })
    }
}
