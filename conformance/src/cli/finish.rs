//! What is left behind after a run: files, expectations, and the command that repeats a case.

use std::fs;
use std::path::Path;

use jiff::Timestamp;

use super::NotMade;
use super::args::CheckArgs;
use super::at::{ACCESS_KEY, REGION};
use crate::case::Case;
use crate::corpus::Source;
use crate::expectations::Expectations;
use crate::expectations::standing::Rules;
use crate::run::CaseRun;
use crate::serve::ChoiceMode;

/// Writes a file, with the folders it needs.
///
/// # Errors
/// It cannot be written.
pub fn write(path: &Path, text: &str) -> Result<(), NotMade> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    folder
        .map_or(Ok(()), fs::create_dir_all)
        .and_then(|()| fs::write(path, text))
        .map_err(|error| {
            NotMade(format!(
                "cannot write {}: {error}; give another file",
                path.display()
            ))
        })
}

/// Rewrites the expectations of the target with what was found, and judges by them from then on.
///
/// # Errors
/// The corpus is built in, or the file cannot be written.
pub fn update(
    source: &Source,
    args: &CheckArgs,
    rules: &mut Rules,
    runs: &[CaseRun],
    cases: &[Case],
    prefix: &str,
) -> Result<(), NotMade> {
    let (Some(name), Some(file)) = (&args.target, &mut rules.expectations) else {
        return Ok(());
    };
    let Source::Folder(root) = source else {
        return Err(NotMade(
            "there is no corpus/ folder to write to; give one by --corpus".to_owned(),
        ));
    };
    let today = Timestamp::now().strftime("%Y-%m-%d").to_string();
    file.update(runs, cases, prefix, &today);
    if !args.target_version.is_empty() {
        file.versions.clone_from(&args.target_version);
    }
    write(&root.join(Expectations::path(name)), &file.text())
}

/// The command that repeats one case, without the case itself.
pub fn repeat(args: &CheckArgs) -> String {
    let mut words = vec![program(), "check".to_owned()];
    let mut option = |name: &str, value: Option<&str>| {
        if let Some(value) = value {
            words.push(format!("--{name} {}", crate::explain::quote(value)));
        }
    };
    option("endpoint", args.at.endpoint.as_deref());
    option("target", args.target.as_deref());
    option("clock-url", args.at.clock_url.as_deref());
    option("profile-name", args.aws.profile_name.as_deref());
    if args.at.endpoint.is_some() && !args.aws.aws {
        option(
            "access-key",
            Some(args.at.access_key.as_str()).filter(|key| *key != ACCESS_KEY),
        );
    }
    option(
        "region",
        Some(args.at.region.as_str()).filter(|region| args.aws.aws || *region != REGION),
    );
    option("choices", args.choices.and_then(choice_name));
    option("seed", args.seed.map(|seed| seed.to_string()).as_deref());
    option(
        "corpus",
        args.corpus
            .as_ref()
            .map(|folder| folder.display().to_string())
            .as_deref(),
    );
    for file in &args.case_files {
        let file = crate::explain::quote(&file.display().to_string());
        words.push(format!("--case-file {file}"));
    }
    if args.aws.aws {
        words.push("--aws --i-accept-costs".to_owned());
    }
    if args.in_process {
        words.push("--in-process".to_owned());
    }
    words.join(" ")
}

fn choice_name(choice: ChoiceMode) -> Option<&'static str> {
    match choice {
        ChoiceMode::Exact => None,
        ChoiceMode::Typical => Some("typical"),
        ChoiceMode::Adversarial => Some("adversarial"),
    }
}

/// How this program was started, as far as it can be typed again.
pub fn program() -> String {
    let path = std::env::args().next().unwrap_or_default();
    if path.contains("/release/") || path.contains("/debug/") {
        "cargo run --release --".to_owned()
    } else {
        "lookback".to_owned()
    }
}
