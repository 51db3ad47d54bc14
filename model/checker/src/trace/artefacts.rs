//! Artefacts, and the calls that make and delete tables.

use lookback_protocol::wire::export::ExportTableToPointInTimeInput;
use lookback_protocol::wire::restore::{
    RestoreTableFromBackupInput, RestoreTableToPointInTimeInput,
};
use lookback_protocol::wire::table::CreateTableInput;
use lookback_protocol::wire::ttl::UpdateTimeToLiveInput;
use lookback_protocol::wire::{WireItem, item_from_wire};

use super::builder::{Builder, Ended, Outcome};
use super::index::IndexTaken;
use super::tables::rules;
use crate::history::Artefact;
use crate::register::{OPEN, ValueId};

/// What came back from an artefact.
#[derive(Clone, Debug)]
pub struct Taken {
    /// Its id in the history.
    pub id: u64,
    /// What it is, a name of the contract.
    pub kind: String,
    /// What a person calls it.
    pub name: Option<String>,
    /// The table that it was taken of, in [`super::Trace::tables`]; `None`: nobody knows which.
    pub table: Option<u32>,
    /// From the beginning to the end of the call that asked for it, in microseconds.
    pub call_us: Option<(i64, i64)>,
    /// The time that the call asked for, on the target's clock, in microseconds; `None`: it asked for none.
    pub asked_us: Option<i64>,
    /// Its anchor on the target's clock, in microseconds.
    pub anchor_us: Option<i64>,
    /// Its anchor as a position in the target's log.
    pub position: Option<u64>,
    /// Artefacts with one group were taken together.
    pub group: Option<u64>,
    /// What the indexes of the restored table held.
    pub indexes: Vec<IndexTaken>,
    /// Items that cannot be an item of the table.
    pub unreadable: u64,
}

/// A call that artefacts may name.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked {
    /// From its beginning to its end, in microseconds on the recorder's clock.
    pub interval_us: (i64, i64),
    /// The time that it asked for, in microseconds on the target's clock.
    pub time_us: Option<i64>,
}

/// An artefact, before it is known which table of that name it was taken of.
#[derive(Debug)]
pub(super) struct Unplaced {
    pub taken: Taken,
    pub name: u32,
    /// The items, by the number of their key.
    pub items: Vec<(u32, ValueId)>,
}

impl Builder {
    pub(super) fn artefact(&mut self, artefact: &Artefact) {
        let name = self.tables.name(&artefact.table);
        let mut items = Vec::with_capacity(artefact.items.len());
        let mut unreadable = 0;
        let mut whole = Vec::new();
        for text in &artefact.items {
            let item = serde_json::from_str::<WireItem>(text.get()).ok();
            let item = item.and_then(|item| item_from_wire(item).ok());
            let key = item.as_ref().and_then(|item| self.key_of(name, item));
            match (item, key) {
                (Some(item), Some(key)) => {
                    items.push((key, self.values.intern(&item)));
                    if !artefact.indexes.is_empty() {
                        whole.push(item);
                    }
                }
                _ => unreadable += 1,
            }
        }
        items.sort_unstable();
        if self.in_place_kinds.contains(&artefact.kind) {
            self.in_place.push(self.artefacts.len());
        }
        let asked = artefact.call.and_then(|call| self.asked.get(&call));
        self.artefacts.push(Unplaced {
            name,
            items,
            taken: Taken {
                id: artefact.id,
                kind: artefact.kind.clone(),
                name: artefact.name.clone(),
                table: None,
                call_us: asked.map(|asked| asked.interval_us),
                asked_us: asked.and_then(|asked| asked.time_us),
                anchor_us: artefact.anchor_us,
                position: artefact.position,
                group: artefact.group,
                indexes: artefact
                    .indexes
                    .iter()
                    .map(|index| IndexTaken::new(index, &whole))
                    .collect(),
                unreadable,
            },
        });
    }

    /// A call that is about tables or artefacts rather than items.
    pub(super) fn table_call(&mut self, ended: &Ended<'_>) {
        if matches!(ended.outcome, Outcome::Refused(..)) {
            return;
        }
        let interval = match ended.outcome {
            Outcome::Uncertain => (ended.call.at_us, OPEN),
            _ => (ended.call.at_us, ended.at_us),
        };
        let mut asked = Asked {
            interval_us: interval,
            time_us: None,
        };
        match ended.call.op.as_str() {
            "CreateTable" => {
                if let Some(input) = ended.input::<CreateTableInput>() {
                    let key_schema = input.key_schema.unwrap_or_default();
                    let definitions = input.attribute_definitions.unwrap_or_default();
                    let rules = rules(&key_schema, &definitions);
                    let name = self.tables.name(&input.table_name);
                    self.tables.create(name, interval.0, interval.1, rules);
                }
            }
            "RestoreTableFromBackup" => {
                if let Some(input) = ended.input::<RestoreTableFromBackupInput>() {
                    let name = self.tables.name(&input.target_table_name);
                    self.tables.create(name, interval.0, interval.1, None);
                }
            }
            "RestoreTableToPointInTime" => {
                if let Some(input) = ended.input::<RestoreTableToPointInTimeInput>() {
                    let name = self.tables.name(&input.target_table_name);
                    self.tables.create(name, interval.0, interval.1, None);
                    asked.time_us = input.restore_date_time.map(|time| time.0);
                }
            }
            "ExportTableToPointInTime" => {
                if let Some(input) = ended.input::<ExportTableToPointInTimeInput>() {
                    asked.time_us = input.export_time.map(|time| time.0);
                }
            }
            "UpdateTimeToLive" => {
                if let Some(input) = ended.input::<UpdateTimeToLiveInput>()
                    && input.time_to_live_specification.enabled
                {
                    let name = self.tables.name(&input.table_name);
                    let attribute = input.time_to_live_specification.attribute_name;
                    self.tables.enable_ttl(name, &attribute);
                }
            }
            _ => {}
        }
        self.asked.insert(ended.call.id, asked);
    }
}
