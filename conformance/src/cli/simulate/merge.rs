//! `lookback report merge`: the results of shards, joined.

use std::fs;

use lookback_sim::Campaign;

use super::args::MergeArgs;
use super::{FOUND, command, summary};
use crate::cli::{NotMade, finish, print};

/// Joins the files; gives the exit status of the campaign.
pub fn run(args: &MergeArgs) -> Result<u8, NotMade> {
    let mut whole: Option<Campaign> = None;
    for path in &args.files {
        let wrong = |why: String| NotMade(format!("{}: {why}", path.display()));
        let text = fs::read_to_string(path).map_err(|error| wrong(error.to_string()))?;
        let part = Campaign::from_json(&text).map_err(wrong)?;
        match &mut whole {
            None => whole = Some(part),
            Some(whole) => whole.join(part).map_err(wrong)?,
        }
    }
    let Some(whole) = whole else {
        return Err(NotMade("there is nothing to join: give files".to_owned()));
    };
    for (seed, result) in whole.failing() {
        let found = result.findings.first().map(ToString::to_string);
        print(&format!(
            "{}   # {}: {}\n",
            command::of_seed(&whole.kind, seed),
            found.unwrap_or_default(),
            result.told.clone().unwrap_or_default()
        ));
    }
    print(&summary::text(&whole, None));
    if let Some(path) = &args.json {
        finish::write(path, &whole.to_json())?;
    }
    Ok(if whole.is_good() { 0 } else { FOUND })
}
