//! Texts, each once, by number.

use std::hash::BuildHasher;

use hashbrown::HashTable;
use rustc_hash::FxBuildHasher;

use super::builder::number;

/// A set of texts, numbered from zero on in the order in which they came. They lie one after the other in one string:
/// an allocation for each would cost more than most of them are long.
#[derive(Debug, Default)]
pub(super) struct Texts {
    joined: String,
    /// Where each ends.
    ends: Vec<usize>,
    /// The numbers, found by the hash of their text.
    numbers: HashTable<u32>,
}

impl Texts {
    /// The number of a text, a new one where it is new.
    pub fn insert(&mut self, text: &str) -> u32 {
        let hash = FxBuildHasher.hash_one(text);
        if let Some(known) = self.find_hashed(hash, text) {
            return known;
        }
        let new = number(self.ends.len());
        self.joined.push_str(text);
        self.ends.push(self.joined.len());
        let (joined, ends) = (&self.joined, &self.ends);
        self.numbers.insert_unique(hash, new, |number| {
            FxBuildHasher.hash_one(at(joined, ends, *number).unwrap_or_default())
        });
        new
    }

    /// The number of a text that is among them.
    pub fn find(&self, text: &str) -> Option<u32> {
        self.find_hashed(FxBuildHasher.hash_one(text), text)
    }

    /// The text of a number.
    pub fn get(&self, number: u32) -> Option<&str> {
        at(&self.joined, &self.ends, number)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    fn find_hashed(&self, hash: u64, text: &str) -> Option<u32> {
        let is_it = |number: &u32| self.get(*number) == Some(text);
        self.numbers.find(hash, is_it).copied()
    }
}

fn at<'t>(joined: &'t str, ends: &[usize], number: u32) -> Option<&'t str> {
    let index = number as usize;
    let to = *ends.get(index)?;
    let from = match index.checked_sub(1) {
        Some(before) => *ends.get(before)?,
        None => 0,
    };
    joined.get(from..to)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_one_number_and_a_number_its_text() {
        let mut texts = Texts::default();
        let known: Vec<String> = (0..1_000).map(|number| format!("{number:x}")).collect();
        for (number, text) in known.iter().enumerate() {
            assert_eq!(texts.find(text), None);
            assert_eq!(texts.insert(text) as usize, number);
        }
        for (number, text) in known.iter().enumerate() {
            assert_eq!(texts.insert(text) as usize, number);
            assert_eq!(texts.get(number as u32), Some(&**text));
        }
        assert_eq!(texts.len(), 1_000);
        assert_eq!(texts.get(1_000), None);
    }

    #[test]
    fn the_empty_text_is_a_text() {
        let mut texts = Texts::default();
        assert_eq!([texts.insert(""), texts.insert("a")], [0, 1]);
        assert_eq!([texts.get(0), texts.get(1)], [Some(""), Some("a")]);
        assert_eq!(texts.insert(""), 0);
    }
}
