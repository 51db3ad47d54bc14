//! The contracts that come with the checker.

use std::collections::BTreeMap;

use super::{Anchor, Around, Contract, Grade, Joint, Promise, SECOND_US, Scope};

impl Contract {
    /// The names of the contracts that come with the checker.
    pub const BUILTIN: [&str; 5] = [
        "dynamodb",
        "dynamodb-observed",
        "snapshot",
        "log-prefix",
        "statement",
    ];

    /// The contract of this name.
    pub fn builtin(name: &str) -> Option<Self> {
        match name {
            "dynamodb" => Some(Self::dynamodb()),
            "dynamodb-observed" => Some(Self::dynamodb_observed()),
            "snapshot" => Some(Self::snapshot()),
            "log-prefix" => Some(Self::log_prefix()),
            "statement" => Some(Self::statement()),
            _ => None,
        }
    }

    /// DynamoDB as documented (CONSISTENCY-001, -002, -005, PITR-RESTORE-011, SYSTEM-BACKUP-007).
    pub fn dynamodb() -> Self {
        let minute = Around::both(60 * SECOND_US);
        // The service names the creation time in the call itself. Its word for "the time of the request" is taken to
        // a second on both sides.
        let named_in_the_call = Some(Around::both(SECOND_US));
        let without_time = Promise {
            margin_us: named_in_the_call,
            band_us: minute,
            resolution_us: 1_000,
            clauses: clauses(&["CONSISTENCY-001", "CONSISTENCY-002"]),
            ..Promise::default()
        };
        // A time that is asked for comes back: to the millisecond where it was recorded, to the second in the documents.
        let as_asked = Some(SECOND_US);
        let at_a_time = Promise {
            echo_us_max: as_asked,
            band_us: minute,
            sure_us: Some(Around::both(SECOND_US)),
            resolution_us: 1_000,
            clauses: clauses(&["CONSISTENCY-005"]),
            ..Promise::default()
        };
        let point_in_time = Promise {
            echo_us_max: as_asked,
            band_us: Around::both(SECOND_US),
            sure_us: Some(Around::default()),
            resolution_us: 1_000,
            untied_is: Grade::Unspecified,
            tied: Scope::Table,
            clauses: clauses(&["PITR-RESTORE-011", "CONSISTENCY-006"]),
            ..Promise::default()
        };
        let at_the_deletion = Promise {
            anchor: Anchor::Call,
            clauses: clauses(&["SYSTEM-BACKUP-007"]),
            ..Promise::default()
        };
        Self {
            name: "dynamodb".to_owned(),
            about: "DynamoDB as its documentation promises it".to_owned(),
            skew_us: 0,
            uncertainty_us_max: 30 * SECOND_US,
            artefacts: BTreeMap::from([
                ("on-demand-backup".to_owned(), without_time.clone()),
                ("export".to_owned(), without_time),
                ("export-at".to_owned(), at_a_time),
                ("point-in-time-restore".to_owned(), point_in_time),
                ("system-backup".to_owned(), at_the_deletion),
            ]),
        }
    }

    /// DynamoDB as it was seen to behave: a backup holds what was acknowledged a second before its creation time.
    /// Tighter than the document; what breaks it is told as an inference.
    pub fn dynamodb_observed() -> Self {
        let mut contract = Self::dynamodb();
        contract.name = "dynamodb-observed".to_owned();
        contract.about =
            "DynamoDB as it was seen to behave, tighter than its documentation".to_owned();
        for kind in ["on-demand-backup", "export"] {
            if let Some(promise) = contract.artefacts.get_mut(kind) {
                promise.band_us = Around::both(SECOND_US);
            }
        }
        contract
    }

    /// A store whose artefacts are consistent snapshots at their anchors.
    pub fn snapshot() -> Self {
        let exact = Promise {
            tied: Scope::Table,
            joint: Joint::Documented,
            ..Promise::default()
        };
        Self::uniform(
            "snapshot",
            "every artefact is a snapshot at its anchor, consistent with what readers saw",
            &exact,
        )
    }

    /// A store whose artefacts hold a prefix of its log: tied, but not joint with reads, since the time of a commit
    /// may precede its visibility.
    pub fn log_prefix() -> Self {
        let prefix = Promise {
            tied: Scope::Database,
            joint: Joint::No,
            ..Promise::default()
        };
        Self::uniform(
            "log-prefix",
            "every artefact holds a prefix of the log, which readers may see later",
            &prefix,
        )
    }

    /// A store whose artefacts are one statement each: one instant inside the call.
    pub fn statement() -> Self {
        let statement = Promise {
            anchor: Anchor::Call,
            tied: Scope::Statement,
            joint: Joint::Documented,
            ..Promise::default()
        };
        Self::uniform(
            "statement",
            "every artefact is read by one statement, at one instant of its call",
            &statement,
        )
    }

    /// One promise for every kind of artefact.
    fn uniform(name: &str, about: &str, promise: &Promise) -> Self {
        let kinds = [
            "on-demand-backup",
            "export",
            "export-at",
            "point-in-time-restore",
            "snapshot",
        ];
        let mut artefacts: BTreeMap<String, Promise> = kinds
            .iter()
            .map(|kind| ((*kind).to_owned(), promise.clone()))
            .collect();
        artefacts.insert(
            "in-place-restore".to_owned(),
            Promise {
                in_place: true,
                ..promise.clone()
            },
        );
        artefacts.insert(
            "system-backup".to_owned(),
            Promise {
                anchor: Anchor::Call,
                ..promise.clone()
            },
        );
        Self {
            name: name.to_owned(),
            about: about.to_owned(),
            skew_us: 0,
            uncertainty_us_max: 30 * SECOND_US,
            artefacts,
        }
    }
}

impl Default for Promise {
    /// The exact state at a time, each item by itself.
    fn default() -> Self {
        Self {
            anchor: Anchor::Time,
            margin_us: None,
            echo_us_max: None,
            band_us: Around::default(),
            sure_us: None,
            resolution_us: 1,
            tied: Scope::Item,
            untied_is: Grade::Documented,
            joint: Joint::Inference,
            in_place: false,
            clauses: Vec::new(),
        }
    }
}

fn clauses(ids: &[&str]) -> Vec<String> {
    ids.iter().map(|id| (*id).to_owned()).collect()
}
