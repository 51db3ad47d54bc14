//! What memory this process has.

use std::error::Error;
use std::fs;

/// The resident memory of this process in bytes: `VmRSS` of /proc/self/status, in steps of one page. Linux only.
///
/// # Errors
/// There is no such file or line.
pub fn resident_bytes() -> Result<u64, Box<dyn Error>> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .ok_or("/proc/self/status has no VmRSS")?;
    let kilobytes: u64 = line.trim().trim_end_matches(" kB").trim().parse()?;
    Ok(kilobytes * 1_024)
}
