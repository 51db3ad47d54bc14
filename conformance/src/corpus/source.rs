//! Where the files of the corpus come from.

use std::fs;
use std::path::{Path, PathBuf};

use super::CorpusError;

/// The files as they were when this was built: (path below `corpus/`, text).
static BUILT_IN: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/corpus.rs"));

/// A folder, or the files that are built in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// This folder, which holds `cases/` and `clauses/`.
    Folder(PathBuf),
    /// As it was when this was built.
    BuiltIn,
}

impl Source {
    /// The folder that was asked for; else `corpus/` in the current folder or one above it; else what is
    /// built in.
    ///
    /// # Errors
    /// The folder asked for does not hold a corpus.
    pub fn find(asked: Option<&Path>) -> Result<Self, CorpusError> {
        if let Some(folder) = asked {
            return if is_corpus(folder) {
                Ok(Self::Folder(folder.to_owned()))
            } else {
                Err(unreadable(folder, "there is no cases/ in it"))
            };
        }
        let here = std::env::current_dir().unwrap_or_default();
        let found = here
            .ancestors()
            .map(|above| above.join("corpus"))
            .find(|folder| is_corpus(folder));
        Ok(found.map_or(Self::BuiltIn, Self::Folder))
    }

    /// The JSON files of one folder of the corpus, also below it: (path below `corpus/`, text), sorted.
    ///
    /// # Errors
    /// What cannot be read.
    pub fn files(&self, folder: &str) -> Result<Vec<(String, String)>, CorpusError> {
        let mut files = Vec::new();
        match self {
            Self::BuiltIn => {
                let prefix = format!("{folder}/");
                let inside = BUILT_IN
                    .iter()
                    .filter(|(path, _)| path.starts_with(&prefix));
                files.extend(inside.map(|(path, text)| ((*path).to_owned(), (*text).to_owned())));
            }
            Self::Folder(root) if root.join(folder).is_dir() => {
                gather(root, &root.join(folder), &mut files)?
            }
            Self::Folder(_) => {}
        }
        files.sort();
        Ok(files)
    }

    /// One file, if it is there.
    ///
    /// # Errors
    /// It is there and cannot be read.
    pub fn file(&self, path: &str) -> Result<Option<String>, CorpusError> {
        match self {
            Self::BuiltIn => Ok(BUILT_IN
                .iter()
                .find(|(known, _)| *known == path)
                .map(|(_, text)| (*text).to_owned())),
            Self::Folder(root) => {
                let path = root.join(path);
                if path.is_file() {
                    read(&path).map(Some)
                } else {
                    Ok(None)
                }
            }
        }
    }

    /// A path below `corpus/` as the user would write it.
    pub fn display(&self, path: &str) -> String {
        match self {
            Self::BuiltIn => format!("corpus/{path}"),
            Self::Folder(root) => {
                let whole = root.join(path);
                let here = std::env::current_dir().unwrap_or_default();
                whole
                    .strip_prefix(&here)
                    .unwrap_or(&whole)
                    .display()
                    .to_string()
            }
        }
    }
}

fn is_corpus(folder: &Path) -> bool {
    folder.join("cases").is_dir()
}

fn gather(
    root: &Path,
    folder: &Path,
    files: &mut Vec<(String, String)>,
) -> Result<(), CorpusError> {
    let entries = fs::read_dir(folder).map_err(|error| unreadable(folder, &error.to_string()))?;
    for entry in entries {
        let path = entry
            .map_err(|error| unreadable(folder, &error.to_string()))?
            .path();
        if path.is_dir() {
            gather(root, &path, files)?;
        } else if path.extension().is_some_and(|ending| ending == "json") {
            let inside = path
                .strip_prefix(root)
                .unwrap_or(&path)
                .to_string_lossy()
                .replace('\\', "/");
            files.push((inside, read(&path)?));
        }
    }
    Ok(())
}

fn read(path: &Path) -> Result<String, CorpusError> {
    fs::read_to_string(path).map_err(|error| unreadable(path, &error.to_string()))
}

fn unreadable(path: &Path, reason: &str) -> CorpusError {
    CorpusError::Unreadable {
        path: path.display().to_string(),
        reason: reason.to_owned(),
    }
}
