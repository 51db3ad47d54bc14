//! Tags of a table: eventually consistent (TAG-001).

use std::collections::BTreeMap;

/// The tags that readers see, and those they will see.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tags {
    settled: BTreeMap<String, String>,
    /// The latest set, and when readers start to see it.
    pending: Option<(i64, BTreeMap<String, String>)>,
}

impl Tags {
    /// Tags given with CreateTable.
    pub fn new(tags: BTreeMap<String, String>) -> Self {
        Self {
            settled: tags,
            pending: None,
        }
    }

    /// What readers see now.
    pub fn visible(&self, now_us: i64) -> &BTreeMap<String, String> {
        match &self.pending {
            Some((seen_us, tags)) if now_us >= *seen_us => tags,
            _ => &self.settled,
        }
    }

    /// The latest set, on which changes and limits are decided.
    pub fn latest(&self) -> &BTreeMap<String, String> {
        self.pending
            .as_ref()
            .map_or(&self.settled, |(_, tags)| tags)
    }

    /// Replaces the set; readers see it from `seen_us` on.
    pub fn change(&mut self, now_us: i64, seen_us: i64, tags: BTreeMap<String, String>) {
        self.settled = self.visible(now_us).clone();
        self.pending = Some((seen_us, tags));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readers_see_the_former_tags_until_the_change_has_propagated() {
        let mut tags = Tags::default();
        tags.change(0, 10, BTreeMap::from([("a".into(), "1".into())]));
        assert!(tags.visible(9).is_empty());
        assert_eq!(tags.latest().len(), 1);
        assert_eq!(tags.visible(10).len(), 1);
    }
}
