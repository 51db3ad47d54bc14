//! Which backups a list holds: by kind and table, in the order of their creation. A page of a list costs what is on it,
//! however many backups there are beside it.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use crate::backup::{BackupKey, BackupKind};

/// Which of the backups are wanted.
#[derive(Clone, Debug)]
pub(crate) struct Wanted<'a> {
    /// The kinds, each for itself or all together; of none nothing.
    pub kinds: &'a [BackupKind],
    /// The table's name, also of a table that is gone (LIST-BACKUPS-005); `None` for all.
    pub table: Option<&'a str>,
    pub from: Bound<BackupKey>,
    pub to: Bound<BackupKey>,
}

/// The keys of all backups: of each kind, and of each kind and table.
#[derive(Debug, Default)]
pub(crate) struct Listing {
    keys: BTreeMap<(BackupKind, Option<String>), BTreeSet<BackupKey>>,
}

impl Listing {
    /// A backup came.
    pub fn insert(&mut self, kind: BackupKind, key: &BackupKey) {
        for table in [None, Some(key.table.clone())] {
            let keys = self.keys.entry((kind, table)).or_default();
            keys.insert(key.clone());
        }
    }

    /// A backup went.
    pub fn remove(&mut self, kind: BackupKind, key: &BackupKey) {
        for table in [None, Some(key.table.clone())] {
            let list = (kind, table);
            if let Some(keys) = self.keys.get_mut(&list) {
                keys.remove(key);
                if keys.is_empty() {
                    self.keys.remove(&list);
                }
            }
        }
    }

    /// The keys that are wanted, in the order of creation.
    pub fn keys<'a>(
        &'a self,
        wanted: &Wanted<'_>,
    ) -> impl Iterator<Item = &'a BackupKey> + use<'a> {
        let mut user = self.of_kind(BackupKind::User, wanted).peekable();
        let mut system = self.of_kind(BackupKind::System, wanted).peekable();
        std::iter::from_fn(move || match (user.peek(), system.peek()) {
            (Some(one), Some(other)) if one < other => user.next(),
            (Some(_), None) => user.next(),
            _ => system.next(),
        })
    }

    fn of_kind<'a>(
        &'a self,
        kind: BackupKind,
        wanted: &Wanted<'_>,
    ) -> impl Iterator<Item = &'a BackupKey> + use<'a> {
        let list = (kind, wanted.table.map(str::to_owned));
        let keys = self.keys.get(&list);
        let is_wanted = wanted.kinds.contains(&kind) && !is_empty(&wanted.from, &wanted.to);
        let range = (wanted.from.clone(), wanted.to.clone());
        keys.filter(|_| is_wanted)
            .into_iter()
            .flat_map(move |keys| keys.range(range.clone()))
    }
}

/// Whether nothing lies between two bounds.
fn is_empty(from: &Bound<BackupKey>, to: &Bound<BackupKey>) -> bool {
    match (from, to) {
        (
            Bound::Included(from) | Bound::Excluded(from),
            Bound::Included(to) | Bound::Excluded(to),
        ) => from >= to,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [BackupKind; 2] = [BackupKind::User, BackupKind::System];

    fn key(id: &str, table: &str) -> BackupKey {
        BackupKey {
            id: id.to_owned(),
            table: table.to_owned(),
        }
    }

    fn ids(listing: &Listing, kinds: &[BackupKind], table: Option<&str>) -> Vec<String> {
        let wanted = Wanted {
            kinds,
            table,
            from: Bound::Unbounded,
            to: Bound::Unbounded,
        };
        listing.keys(&wanted).map(|key| key.id.clone()).collect()
    }

    fn filled() -> Listing {
        let mut listing = Listing::default();
        listing.insert(BackupKind::User, &key("3", "music"));
        listing.insert(BackupKind::System, &key("2", "music"));
        listing.insert(BackupKind::User, &key("1", "books"));
        listing
    }

    #[test]
    fn all_kinds_together_stand_in_the_order_of_creation() {
        assert_eq!(ids(&filled(), &ALL, None), ["1", "2", "3"]);
        assert_eq!(ids(&filled(), &ALL, Some("music")), ["2", "3"]);
    }

    #[test]
    fn one_kind_or_one_table_stands_alone() {
        let listing = filled();
        assert_eq!(ids(&listing, &[BackupKind::User], None), ["1", "3"]);
        assert_eq!(ids(&listing, &[BackupKind::System], Some("books")), [""; 0]);
        assert_eq!(ids(&listing, &[BackupKind::User], Some("books")), ["1"]);
    }

    #[test]
    fn of_no_kind_there_is_nothing() {
        assert_eq!(ids(&filled(), &[], None), [""; 0]);
    }

    #[test]
    fn what_was_removed_is_in_no_list() {
        let mut listing = filled();
        listing.remove(BackupKind::System, &key("2", "music"));
        assert_eq!(ids(&listing, &ALL, None), ["1", "3"]);
        assert_eq!(ids(&listing, &[BackupKind::System], Some("music")), [""; 0]);
    }

    #[test]
    fn bounds_that_leave_nothing_between_them_are_no_error() {
        let wanted = Wanted {
            kinds: &ALL,
            table: None,
            from: Bound::Excluded(key("3", "music")),
            to: Bound::Excluded(key("1", "")),
        };
        assert_eq!(filled().keys(&wanted).count(), 0);
    }
}
