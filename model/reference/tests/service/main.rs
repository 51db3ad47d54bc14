//! The reference as a caller sees it: requests go in, answers come out, the clock is moved by hand.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

mod world;

mod accounts_and_regions;
mod adversarial;
mod backup_create;
mod backup_delete;
mod backup_describe;
mod backup_property;
mod batches;
mod capacity;
mod continuous_backups;
mod determinism;
mod expiry;
mod exports;
mod exports_filter;
mod exports_incremental;
mod exports_lists;
mod exports_property;
mod exports_refusals;
mod exports_tokens;
mod exports_written;
mod global_indexes;
mod imports;
mod imports_read;
mod imports_refusals;
mod item_laws;
mod items;
mod legacy_reads;
mod legacy_writes;
mod lifecycle;
mod limits;
mod list_backups;
mod messages;
mod paging;
mod pitr_config;
mod pitr_property;
mod pitr_refusals;
mod pitr_restore;
mod program;
mod quotas;
mod recovery_program;
mod recovery_window;
mod restore;
mod restore_indexes;
mod restore_overrides;
mod restored_settings;
mod restoring;
mod round_trip;
mod staleness;
mod start_keys;
mod statistics;
mod survival;
mod system_backup;
mod table;
mod table_refusals;
mod tags;
mod throttling;
mod transaction_cuts;
mod transactions;
mod ttl;
mod update_table;
mod warm_throughput;
mod wire_backup;
mod wire_errors;
mod wire_exports;
mod wire_recovery;
mod wire_restore;
mod wire_table;
