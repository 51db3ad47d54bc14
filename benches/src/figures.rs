//! What a binary measured: a line for a person, a JSON file for a program.

use std::error::Error;
use std::{env, fs};

use serde_json::{Map, Value};

/// The figures of one binary, by name. Units come last in names.
#[derive(Debug)]
pub struct Figures {
    subject: String,
    figures: Map<String, Value>,
}

impl Figures {
    /// Nothing measured yet. `subject` names the file: the binary's name.
    pub fn of(subject: &str) -> Self {
        Self {
            subject: subject.to_owned(),
            figures: Map::new(),
        }
    }

    /// Adds one figure, or a table of them.
    pub fn add(&mut self, name: &str, figure: impl Into<Value>) {
        self.figures.insert(name.to_owned(), figure.into());
    }

    /// Prints the line, and writes the figures to `figures/<subject>.json` in cargo's target directory.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn report(&self, line: &str) -> Result<(), Box<dyn Error>> {
        println!("{line}");
        let exe = env::current_exe()?;
        // <target>/<profile>/<binary>
        let target = exe
            .ancestors()
            .nth(2)
            .ok_or("the binary is in no target directory")?;
        let folder = target.join("figures");
        fs::create_dir_all(&folder)?;
        let text = serde_json::to_string_pretty(&self.figures)?;
        fs::write(folder.join(format!("{}.json", self.subject)), text + "\n")?;
        Ok(())
    }
}

/// The figure in the middle; 0 of none.
pub fn median(mut figures: Vec<u64>) -> u64 {
    figures.sort_unstable();
    figures.get(figures.len() / 2).copied().unwrap_or(0)
}

/// Nanoseconds as milliseconds with two decimals.
pub fn milliseconds(ns: u64) -> f64 {
    (ns as f64 / 1e4).round() / 1e2
}

/// Nanoseconds as microseconds with two decimals.
pub fn microseconds(ns: u64) -> f64 {
    (ns as f64 / 1e1).round() / 1e2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_one_in_the_middle() {
        assert_eq!(median(vec![9, 1, 5]), 5);
        assert_eq!(median(Vec::new()), 0);
    }

    #[test]
    fn times_have_two_decimals() {
        assert!((milliseconds(12_345_678) - 12.35).abs() < 1e-9);
        assert!((microseconds(12_345) - 12.35).abs() < 1e-9);
    }
}
