//! What memory this process has. Linux only.

use std::error::Error;
use std::fs;

/// The resident memory of this process in bytes, exact to a page.
///
/// # Errors
/// There is no /proc/self/status, or no `VmRSS` in it.
pub fn resident_bytes() -> Result<u64, Box<dyn Error>> {
    status_bytes("VmRSS:")
}

/// The most resident memory that this process ever had, in bytes, exact to a page.
///
/// # Errors
/// There is no /proc/self/status, or no `VmHWM` in it.
pub fn peak_resident_bytes() -> Result<u64, Box<dyn Error>> {
    status_bytes("VmHWM:")
}

/// Lets [`peak_resident_bytes`] begin again at what is resident now.
///
/// # Errors
/// There is no /proc/self/clear_refs.
pub fn reset_peak() -> Result<(), Box<dyn Error>> {
    Ok(fs::write("/proc/self/clear_refs", "5")?)
}

fn status_bytes(name: &str) -> Result<u64, Box<dyn Error>> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix(name))
        .ok_or_else(|| format!("/proc/self/status has no {name}"))?;
    let kilobytes: u64 = line.trim().trim_end_matches(" kB").trim().parse()?;
    Ok(kilobytes * 1_024)
}
