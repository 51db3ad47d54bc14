//! Prints what a restore of 1,000,000 items takes of new memory, in bytes for each item.
//!
//! It reads the resident memory of this process (`VmRSS`, in steps of one page) before and after: exact enough
//! for a change of tens of megabytes, and without a counting allocator, which would need unsafe code. Linux only.

use std::error::Error;

use lookback_benches::{Model, resident_bytes};

/// The size of the backup.
const ITEMS: u32 = 1_000_000;

fn main() -> Result<(), Box<dyn Error>> {
    let mut model = Model::with_items(ITEMS)?;
    let arn = model.backup()?;
    let before_bytes = resident_bytes()?;
    model.restore(&arn, "AlbumsRestored")?;
    let after_bytes = resident_bytes()?;
    let new_bytes = after_bytes.saturating_sub(before_bytes);
    println!(
        "{} bytes of new memory for each restored item ({ITEMS} items, {new_bytes} bytes)",
        new_bytes / u64::from(ITEMS)
    );
    Ok(())
}
