//! Which cases a run holds.

use std::fs;

use super::NotMade;
use super::args::{CheckArgs, Profile};
use crate::case::{Case, load, operations};
use crate::corpus::{Corpus, CorpusError};

/// The most seconds that a case of the quick profile waits on purpose.
const QUICK_WAITS_S: f64 = 2.0;

/// Takes the cases of single files into the corpus, and asks for them by their ids.
///
/// # Errors
/// A file that cannot be read, or that is no case.
pub fn with_files(args: &CheckArgs, corpus: &mut Corpus) -> Result<CheckArgs, NotMade> {
    let mut args = args.clone();
    for path in &args.case_files {
        let shown = path.display().to_string();
        let text = fs::read_to_string(path)
            .map_err(|error| NotMade(format!("--case-file {shown}: {error}")))?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let name = name.trim_end_matches(".json").trim_end_matches(".case");
        let case = load::parse(&format!("file/{name}"), &shown, &text)
            .map_err(|error| NotMade::from(CorpusError::Cases(vec![*error])))?;
        args.cases.push(case.id.clone());
        corpus.cases.push(case);
    }
    Ok(args)
}

/// The cases asked for, sorted by id.
///
/// # Errors
/// A case that does not exist, or a selection that leaves nothing.
pub fn select<'a>(cases: &'a [Case], args: &CheckArgs) -> Result<Vec<&'a Case>, NotMade> {
    if let Some(id) = args
        .cases
        .iter()
        .find(|id| !cases.iter().any(|case| case.id == **id))
    {
        return Err(unknown(cases, id));
    }
    let picked = !args.cases.is_empty();
    let chosen: Vec<&Case> = cases
        .iter()
        .filter(|case| !picked || args.cases.contains(&case.id))
        .filter(|case| {
            args.filters.is_empty() || args.filters.iter().any(|filter| matches(filter, &case.id))
        })
        .filter(|case| picked || args.profile == Profile::Full || case.waits_s() <= QUICK_WAITS_S)
        .collect();
    if chosen.is_empty() {
        return Err(NotMade(
            "no case matches; `lookback cases` lists them".to_owned(),
        ));
    }
    Ok(chosen)
}

/// The error for a case that does not exist.
pub fn unknown(cases: &[Case], id: &str) -> NotMade {
    let nearest = cases
        .iter()
        .min_by_key(|case| operations::distance(&case.id, id));
    let hint = nearest.map_or_else(String::new, |case| format!("; did you mean {}?", case.id));
    NotMade(format!(
        "there is no case {id}{hint} (`lookback cases` lists them)"
    ))
}

/// Whether a filter is for this id: a whole match with `*` and `?`, any part of it without.
pub fn matches(filter: &str, id: &str) -> bool {
    if filter.contains(['*', '?']) {
        glob(filter.as_bytes(), id.as_bytes())
    } else {
        id.contains(filter)
    }
}

fn glob(pattern: &[u8], text: &[u8]) -> bool {
    match (pattern.split_first(), text.split_first()) {
        (None, None) => true,
        (Some((b'*', rest)), _) if glob(rest, text) => true,
        (Some((b'*', _)), Some((_, behind))) => glob(pattern, behind),
        (Some((b'?', rest)), Some((_, behind))) => glob(rest, behind),
        (Some((letter, rest)), Some((other, behind))) if letter == other => glob(rest, behind),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_filter_without_wildcards_is_searched() {
        assert!(matches("store/act", "restore/active"));
        assert!(!matches("stored", "restore/active"));
    }

    #[test]
    fn a_filter_with_wildcards_is_for_the_whole_id() {
        assert!(matches("restore/*", "restore/active"));
        assert!(matches("*/act??e", "restore/active"));
        assert!(!matches("store/*", "restore/active"));
        assert!(matches("*", ""));
    }
}
