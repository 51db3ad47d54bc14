//! The imports of one account in one region: in the order of their starts, by token, and by when their records are
//! forgotten.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use super::Import;
use crate::client_tokens::ClientTokens;
use crate::ids::ArtefactIds;

/// The tokens of imports, remembered for eight hours: all that counts is the table's name (IMPORT-036, -037).
type ImportTokens = ClientTokens<String, String, { 8 * 3_600 }>;

/// Ids begin with the start: their order is that of the starts.
type ImportKey = (String, String);

/// The imports of one account in one region.
#[derive(Debug, Default)]
pub(crate) struct Imports {
    /// By id and ARN.
    imports: BTreeMap<ImportKey, Import>,
    expiries: BTreeSet<(i64, String)>,
    pub tokens: ImportTokens,
    pub ids: ArtefactIds,
}

/// Where an import stands.
fn key(arn: &str) -> ImportKey {
    let id = arn.rsplit('/').next().unwrap_or(arn);
    (id.to_owned(), arn.to_owned())
}

impl Imports {
    /// Takes an import in.
    pub fn add(&mut self, import: Import) {
        self.expiries
            .insert((import.expires_us(), import.arn.clone()));
        self.imports.insert(key(&import.arn), import);
    }

    /// An import.
    pub fn get(&self, arn: &str) -> Option<&Import> {
        self.imports.get(&key(arn))
    }

    /// An import, to be changed.
    pub fn get_mut(&mut self, arn: &str) -> Option<&mut Import> {
        self.imports.get_mut(&key(arn))
    }

    /// How many run at once (RATE-009).
    pub fn running(&self, now_us: i64) -> usize {
        let running = self.imports.values();
        running.filter(|import| import.is_running(now_us)).count()
    }

    /// The imports before one, the newest first (IMPORT-043).
    pub fn before(&self, arn: Option<&str>) -> impl Iterator<Item = &Import> {
        let end = arn.map_or(Bound::Unbounded, |arn| Bound::Excluded(key(arn)));
        let before = self.imports.range((Bound::Unbounded, end)).rev();
        before.map(|(_, import)| import)
    }

    /// Forgets tokens, and the imports whose records are forgotten by now; gives those.
    pub fn take_expired(&mut self, now_us: i64) -> Vec<Import> {
        self.tokens.forget(now_us);
        let mut expired = Vec::new();
        while let Some((expires_us, _)) = self.expiries.first()
            && *expires_us <= now_us
            && let Some((_, arn)) = self.expiries.pop_first()
        {
            expired.extend(self.imports.remove(&key(&arn)));
        }
        expired
    }
}
