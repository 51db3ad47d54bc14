//! Runs that found a violation, kept to be run again.

use std::fs;
use std::path::{Path, PathBuf};

use lookback_checker::Violation;
use lookback_traffic::Profile;
use serde::{Deserialize, Serialize};

use crate::cli::{NotMade, finish};
use crate::serve::ChoiceMode;

/// A run that found a violation: all that it was drawn from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Saved {
    /// What load, deeds and faults were drawn from.
    pub seed: u64,
    /// How many clients there were.
    pub clients: u32,
    /// How long they worked, in seconds.
    pub seconds: f64,
    /// Whether there were faults on the way.
    pub faults: bool,
    /// The choices of the embedded model, where it was the target.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub choices: Option<ChoiceMode>,
    /// What was done how often.
    pub profile: Profile,
    /// The target that it was found on.
    pub target: String,
    /// The contract that was broken.
    pub contract: String,
    /// What was found, in a sentence.
    pub found: String,
}

/// The runs of a folder with the names of their files, in the order of these; none where there is no such folder.
///
/// # Errors
/// The folder or one of its JSON files cannot be read.
pub fn load(folder: &Path) -> Result<Vec<(PathBuf, Saved)>, NotMade> {
    let wrong =
        |path: &Path, why: String| NotMade(format!("--regressions {}: {why}", path.display()));
    let listed = match fs::read_dir(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(wrong(folder, error.to_string())),
        Ok(listed) => listed,
    };
    let mut paths: Vec<PathBuf> = listed
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|end| end == "json"))
        .collect();
    paths.sort();
    let mut saved = Vec::new();
    for path in paths {
        let text = fs::read_to_string(&path).map_err(|error| wrong(&path, error.to_string()))?;
        let run = serde_json::from_str(&text).map_err(|error| wrong(&path, error.to_string()))?;
        saved.push((path, run));
    }
    Ok(saved)
}

/// Adds a run to the folder, under a name that its seed and the broken rule make; where.
///
/// # Errors
/// It cannot be written.
pub fn save(folder: &Path, run: &Saved, violation: &Violation) -> Result<PathBuf, NotMade> {
    let name = format!("{}-{}.json", run.seed, violation.rule.name());
    let path = folder.join(name);
    let text = serde_json::to_string_pretty(run)
        .map_err(|error| NotMade(format!("--regressions {}: {error}", path.display())))?;
    finish::write(&path, &format!("{text}\n"))?;
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn saved() -> Saved {
        Saved {
            seed: 7,
            clients: 4,
            seconds: 30.0,
            faults: true,
            choices: Some(ChoiceMode::Adversarial),
            profile: Profile::drawn(7),
            target: "a target".to_owned(),
            contract: "dynamodb".to_owned(),
            found: "something".to_owned(),
        }
    }

    #[test]
    fn a_run_that_is_saved_is_found_again() {
        let folder = std::env::temp_dir().join(format!("lookback-saved-{}", std::process::id()));
        assert_eq!(load(&folder).unwrap(), []);
        let text = serde_json::to_string(&saved()).unwrap();
        finish::write(&folder.join("7-item-order.json"), &text).unwrap();
        finish::write(&folder.join("notes.txt"), "no run").unwrap();
        let found = load(&folder).unwrap();
        assert_eq!(found, [(folder.join("7-item-order.json"), saved())]);
        finish::write(&folder.join("8.json"), "{}").unwrap();
        let error = load(&folder).unwrap_err().to_string();
        assert!(
            error.contains("8.json") && error.contains("seed"),
            "{error}"
        );
        fs::remove_dir_all(&folder).unwrap();
    }
}
