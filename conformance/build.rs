//! Builds the corpus into the binary, so that an installed `lookback` needs no checkout.

use std::env;
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// The folders of the corpus that a run reads.
const FOLDERS: [&str; 6] = [
    "cases",
    "clauses",
    "exploration",
    "records",
    "targets",
    "traces",
];

fn main() -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?)
        .join("..")
        .join("corpus")
        .canonicalize()?;
    let mut files = Vec::new();
    for folder in FOLDERS.map(|folder| root.join(folder)) {
        if folder.is_dir() {
            println!("cargo::rerun-if-changed={}", folder.display());
            gather(&folder, &mut files)?;
        }
    }
    files.sort();
    let mut table = String::from("&[\n");
    for file in files {
        let inside = file
            .strip_prefix(&root)?
            .to_string_lossy()
            .replace('\\', "/");
        writeln!(
            table,
            "    ({inside:?}, include_str!({:?})),",
            file.display().to_string()
        )?;
    }
    table.push_str("]\n");
    fs::write(PathBuf::from(env::var("OUT_DIR")?).join("corpus.rs"), table)?;
    Ok(())
}

fn gather(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            gather(&path, files)?;
        } else if path
            .extension()
            .is_some_and(|ending| ending == "json" || ending == "jsonl")
        {
            files.push(path);
        }
    }
    Ok(())
}
