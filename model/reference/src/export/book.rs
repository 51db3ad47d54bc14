//! The exports of one account in one region: by ARN, by token, and by when their records are forgotten.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use lookback_protocol::wire::export::ExportTableToPointInTimeInput;

use super::Export;
use crate::client_tokens::ClientTokens;
use crate::ids::ArtefactIds;

/// The tokens of exports: remembered for eight hours (EXPORT-API-003).
type ExportTokens = ClientTokens<ExportTableToPointInTimeInput, String, { 8 * 3_600 }>;

/// The exports of one account in one region.
#[derive(Debug, Default)]
pub(crate) struct Exports {
    by_arn: BTreeMap<String, Export>,
    expiries: BTreeSet<(i64, String)>,
    pub tokens: ExportTokens,
    full_ids: ArtefactIds,
    incremental_ids: ArtefactIds,
}

impl Exports {
    /// An id that no export of this table has: its digits are the start (VALIDATION-007).
    pub fn next_id(
        &mut self,
        seed: u64,
        serial: u64,
        table_arn: &str,
        started_us: i64,
        incremental: bool,
    ) -> String {
        // Ids grow within a millisecond; the starts of incremental exports are whole seconds, which full ones may
        // begin at too.
        let ids = if incremental {
            &mut self.incremental_ids
        } else {
            &mut self.full_ids
        };
        loop {
            let id = ids.next(seed, serial, started_us);
            if !self.by_arn.contains_key(&export_arn(table_arn, &id)) {
                return id;
            }
        }
    }

    /// Takes an export in.
    pub fn add(&mut self, export: Export) {
        self.expiries
            .insert((export.expires_us(), export.arn.clone()));
        self.by_arn.insert(export.arn.clone(), export);
    }

    /// An export.
    pub fn get(&self, arn: &str) -> Option<&Export> {
        self.by_arn.get(arn)
    }

    /// An export, to be changed.
    pub fn get_mut(&mut self, arn: &str) -> Option<&mut Export> {
        self.by_arn.get_mut(arn)
    }

    /// How many run at once (RATE-008).
    pub fn running(&self) -> usize {
        let running = self.by_arn.values().filter(|export| export.is_running());
        running.count()
    }

    /// The exports before an ARN in reverse alphanumeric order of their ARNs, so the newest of a table first
    /// (EXPORT-API-012); `table`: those of one table's ARN, of any incarnation.
    pub fn before<'a>(
        &'a self,
        arn: Option<&str>,
        table: Option<&str>,
    ) -> impl Iterator<Item = &'a Export> + use<'a> {
        let prefix = table.map(|table| format!("{table}/export/"));
        // Ids begin with a digit: a colon stands behind all of them.
        let end = match (arn, &prefix) {
            (Some(arn), _) => Bound::Excluded(arn.to_owned()),
            (None, Some(prefix)) => Bound::Excluded(format!("{prefix}:")),
            (None, None) => Bound::Unbounded,
        };
        let before = self.by_arn.range((Bound::Unbounded, end)).rev();
        let of_table = move |arn: &str| {
            let prefix = prefix.as_deref();
            prefix.is_none_or(|prefix| arn.starts_with(prefix))
        };
        before
            .take_while(move |(arn, _)| of_table(arn))
            .map(|(_, export)| export)
    }

    /// Forgets tokens, and takes out the exports whose records are forgotten by now.
    pub fn take_expired(&mut self, now_us: i64) -> Vec<Export> {
        self.tokens.forget(now_us);
        let mut expired = Vec::new();
        while let Some((expires_us, _)) = self.expiries.first()
            && *expires_us <= now_us
            && let Some((_, arn)) = self.expiries.pop_first()
        {
            expired.extend(self.by_arn.remove(&arn));
        }
        expired
    }
}

/// The ARN of an export (VALIDATION-007).
pub(crate) fn export_arn(table_arn: &str, id: &str) -> String {
    format!("{table_arn}/export/{id}")
}
