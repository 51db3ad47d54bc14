//! Identifiers: unique, deterministic, and shaped like the service's.

use crate::draw::draw;

/// A table's id: a lower-case UUID (TABLE-018).
pub(crate) fn table_id(seed: u64, serial: u64) -> String {
    uuid(seed, "table", serial)
}

/// The token of a request that came without one (EXPORT-API-007).
pub(crate) fn invented_token(seed: u64, serial: u64) -> String {
    uuid(seed, "token", serial)
}

fn uuid(seed: u64, what: &str, serial: u64) -> String {
    let subject = serial.to_le_bytes();
    let (high, low) = (
        draw(seed, &[what.as_bytes(), b"-high", &subject].concat()),
        draw(seed, &[what.as_bytes(), b"-low", &subject].concat()),
    );
    format!(
        "{:08x}-{:04x}-4{:03x}-{:x}{:03x}-{:012x}",
        high >> 32,
        (high >> 16) & 0xffff,
        high & 0xfff,
        8 | (low >> 62),
        (low >> 48) & 0xfff,
        low & 0xffff_ffff_ffff
    )
}

/// Makes the ids of backups, exports and imports: 14 digits of creation time in milliseconds, a dash, 8 hex digits (VALIDATION-006).
/// Ids of one millisecond grow, so that the order of ids is the order of creation (LIST-BACKUPS-015, -017).
#[derive(Debug, Default)]
pub(crate) struct ArtefactIds {
    last_ms: i64,
    last_suffix: u32,
}

impl ArtefactIds {
    /// The next id for an artefact created at this instant.
    pub fn next(&mut self, seed: u64, serial: u64, created_us: i64) -> String {
        let created_ms = created_us / 1_000;
        let drawn = draw(
            seed,
            &[b"backup".as_slice(), &serial.to_le_bytes()].concat(),
        );
        self.last_suffix = if created_ms == self.last_ms {
            self.last_suffix.saturating_add(1 + (drawn % 0xffff) as u32)
        } else {
            1 + (drawn % 0x7fff_ffff) as u32
        };
        self.last_ms = created_ms;
        format!("{created_ms:014}-{:08x}", self.last_suffix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_id_is_a_lower_case_uuid() {
        let id = table_id(1, 2);
        let groups: Vec<usize> = id.split('-').map(str::len).collect();
        assert_eq!(groups, [8, 4, 4, 4, 12]);
        assert!(
            id.bytes()
                .all(|b| b == b'-' || b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
        );
        assert_ne!(id, table_id(1, 3));
    }

    #[test]
    fn ids_of_one_millisecond_are_in_creation_order() {
        let mut ids = ArtefactIds::default();
        let made: Vec<String> = (0..50)
            .map(|serial| ids.next(7, serial, 1_700_000_000_123_456))
            .collect();
        assert!(made.is_sorted());
        assert!(made.iter().all(|id| id.starts_with("01700000000123-")));
    }
}
