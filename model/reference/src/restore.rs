//! What a restored table becomes: the settings of its source, changed by overrides, less what a restore drops
//! (RESTORE-017..027, RESTORED-SETTINGS).

mod indexes;
mod settings;

pub(crate) use settings::{Overrides, restored_definition};
