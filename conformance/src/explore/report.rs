//! The outcome of a run for people and tools.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use super::campaign::{Example, Found, Seen};
use super::coverage::Coverage;
use super::difference::Cause;
use super::known::{Known, Matchers};

/// The version of the JSON report.
const VERSION: u32 = 2;
/// How much of a request or an answer a person is shown, in characters.
const SHOWN_CHARS: usize = 600;
/// How many causes a person is shown.
const CAUSES_SHOWN: usize = 40;

/// A run of exploration.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Report {
    /// The version of this report.
    pub version: u32,
    /// What was explored.
    pub target: String,
    /// What it was held against.
    pub against: String,
    /// What programs were drawn from.
    pub seed: u64,
    /// Calls that were compared.
    pub steps: u64,
    /// Programs that were run.
    pub programs: u64,
    /// Calls that the other side accepted.
    pub accepted: u64,
    /// How long it took, in seconds.
    pub took_s: f64,
    /// Calls without behaviour: throttled, timed out.
    pub indeterminate: u64,
    /// How often the target was gone and came back.
    #[serde(default)]
    pub deaths: u64,
    /// Operations that the target does not have.
    pub missing: Vec<String>,
    /// Calls that were answered differently.
    pub differences: u64,
    /// What they were counted as, those seen most often first.
    pub causes: Vec<Line>,
    /// What was reached.
    pub coverage: Coverage,
    /// What was not reached: the run is red.
    pub gaps: Vec<String>,
    /// Why it ended early.
    pub lost: Option<String>,
    /// Whether it was interrupted.
    pub interrupted: bool,
    /// The command that does this again.
    pub command: String,
}

/// One cause, as far as it was judged as one.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Line {
    /// What differs.
    pub cause: Cause,
    /// The place of what it was judged as, in the file of the target; none: nobody has judged it.
    pub judged: Option<usize>,
    /// What the other side answered to the first request.
    pub expected: String,
    /// What the target answered to it.
    pub found: String,
    /// Every request that showed it, those of the first programs first.
    pub examples: Vec<Example>,
}

/// Who was compared, and how.
#[derive(Clone, Copy, Debug)]
pub struct About<'a> {
    /// What was explored.
    pub target: &'a str,
    /// What it was held against.
    pub against: &'a str,
    /// What programs were drawn from.
    pub seed: u64,
    /// How long it took, in seconds.
    pub took_s: f64,
    /// The command that does this again.
    pub command: &'a str,
}

impl Report {
    /// Of what a campaign found.
    pub fn new(about: About<'_>, found: Found) -> Self {
        let gaps = found.coverage.gaps(&found.missing);
        let causes = in_order(found.causes.into_iter().map(line).collect());
        Self {
            version: VERSION,
            target: about.target.to_owned(),
            against: about.against.to_owned(),
            seed: about.seed,
            steps: found.steps,
            programs: found.programs,
            accepted: found.coverage.total().accepted,
            took_s: about.took_s,
            indeterminate: found.indeterminate,
            deaths: found.deaths,
            missing: found.missing.into_iter().collect(),
            differences: found.different,
            causes,
            coverage: found.coverage,
            gaps,
            lost: found.lost,
            interrupted: found.interrupted,
            command: about.command.to_owned(),
        }
    }

    /// Judges every example of every cause again, for a file of judgements that was written after the run: a cause whose
    /// requests are judged differently becomes several.
    pub fn judge(&mut self, matchers: &Matchers) {
        let mut lines: BTreeMap<(Option<usize>, Cause), Line> = BTreeMap::new();
        for line in std::mem::take(&mut self.causes) {
            for (number, example) in line.examples.into_iter().enumerate() {
                let judged = matchers.find(&line.cause, &example.request);
                let key = (judged, line.cause.clone());
                // Answers are kept of the first request only.
                let answer =
                    |text: &String, told: &String| if number == 0 { text } else { told }.clone();
                let of_key = lines.entry(key).or_insert_with(|| Line {
                    cause: line.cause.clone(),
                    judged,
                    expected: answer(&line.expected, &line.cause.expected),
                    found: answer(&line.found, &line.cause.found),
                    examples: Vec::new(),
                });
                of_key.examples.push(example);
            }
        }
        for line in lines.values_mut() {
            line.examples.sort_by_key(|example| example.program);
        }
        self.causes = in_order(lines.into_values().collect());
    }

    /// The causes that nobody has judged.
    pub fn unjudged(&self) -> impl Iterator<Item = &Line> {
        self.causes.iter().filter(|line| line.judged.is_none())
    }

    /// How often each judged cause was seen, by its place in the file.
    pub fn seen(&self) -> BTreeMap<usize, u64> {
        let mut seen = BTreeMap::new();
        for line in &self.causes {
            if let Some(place) = line.judged {
                *seen.entry(place).or_default() += line.count();
            }
        }
        seen
    }

    /// As JSON.
    pub fn json(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }

    /// For a person. `known`: what the causes were judged by.
    pub fn text(&self, known: &Known) -> String {
        let mut text = String::new();
        let seen = self.seen();
        self.heading(&mut text, seen.len());
        for one in self.unjudged().take(CAUSES_SHOWN) {
            one.write(&mut text);
        }
        let unjudged = self.unjudged().count();
        if unjudged > CAUSES_SHOWN {
            let more = unjudged - CAUSES_SHOWN;
            let _ = writeln!(text, "\nand {more} more causes (--json has them all)");
        }
        if !seen.is_empty() {
            let _ = writeln!(text, "\njudged before:");
        }
        for (place, count) in seen {
            if let Some(judged) = known.causes.get(place) {
                let class = judged.class.words();
                let _ = writeln!(text, "  {count:6}  {} ({class})", judged.about);
            }
        }
        let _ = writeln!(text, "\n{}", self.reached());
        for gap in &self.gaps {
            let _ = writeln!(text, "  not reached: {gap}");
        }
        if let Some(why) = &self.lost {
            let _ = writeln!(text, "\nended early: {why}");
        }
        if self.interrupted {
            let _ = writeln!(text, "\nended early: it was interrupted");
        }
        let _ = writeln!(text, "\nagain: {}", self.command);
        text
    }

    fn heading(&self, text: &mut String, judged: usize) {
        let rate = self.steps as f64 / self.took_s.max(1e-9);
        let _ = writeln!(
            text,
            "{} against {}, seed {}: {} steps in {} programs, {:.1} s, {rate:.0} steps/s",
            self.target, self.against, self.seed, self.steps, self.programs, self.took_s
        );
        let refused = self.steps.saturating_sub(self.accepted);
        let _ = writeln!(
            text,
            "{} accepted, {refused} refused; {} answered differently: {judged} causes judged, {} not",
            self.accepted,
            self.differences,
            self.unjudged().count()
        );
        if self.indeterminate > 0 {
            let _ = writeln!(
                text,
                "{} answers were no behaviour (throttled, late)",
                self.indeterminate
            );
        }
        if self.deaths > 0 {
            let _ = writeln!(
                text,
                "the target was gone {} times and came back",
                self.deaths
            );
        }
        if !self.missing.is_empty() {
            let missing = self.missing.join(", ");
            let _ = writeln!(text, "the target does not have: {missing}");
        }
    }

    fn reached(&self) -> String {
        let mut text = "reached (sent, accepted):\n".to_owned();
        for (name, counted) in &self.coverage.operations {
            let of = |prefix: &str| {
                let names = self.coverage.parameters.keys();
                names
                    .filter(|known| known.split('.').next() == Some(prefix))
                    .count()
            };
            let errors: Vec<&str> = self
                .coverage
                .errors
                .keys()
                .filter_map(|error| error.strip_prefix(name.as_str())?.strip_prefix(' '))
                .collect();
            let _ = writeln!(
                text,
                "  {name:20} {:7} {:7}  {:2} parameters; {}",
                counted.sent,
                counted.accepted,
                of(name),
                errors.join(", ")
            );
        }
        text.trim_end().to_owned()
    }
}

impl Line {
    /// How often it was seen.
    pub fn count(&self) -> u64 {
        self.examples.len() as u64
    }

    /// The first program that showed it, and the request.
    pub fn first(&self) -> (u64, &str) {
        let first = self.examples.first();
        first.map_or((0, ""), |first| (first.program, first.request.as_str()))
    }

    fn write(&self, text: &mut String) {
        let cause = &self.cause;
        let at = if cause.at.is_empty() {
            String::new()
        } else {
            format!(" at {}", cause.at)
        };
        let (program, request) = self.first();
        let kind = serde_json::to_string(&cause.kind).unwrap_or_default();
        let _ = writeln!(
            text,
            "\n{} times: {}, {}{at} (program {program})",
            self.count(),
            cause.operation,
            kind.trim_matches('"'),
        );
        let _ = writeln!(text, "  request   {}", cut(request));
        let _ = writeln!(text, "  expected  {}", cut(&self.expected));
        let _ = writeln!(text, "  found     {}", cut(&self.found));
    }
}

fn line(((judged, cause), seen): ((Option<usize>, Cause), Seen)) -> Line {
    Line {
        cause,
        judged,
        expected: seen.first.expected,
        found: seen.first.found,
        examples: seen.examples,
    }
}

/// Those seen most often first.
fn in_order(mut causes: Vec<Line>) -> Vec<Line> {
    causes.sort_by_key(|line| std::cmp::Reverse(line.count()));
    causes
}

/// As much of a text as is shown.
pub(super) fn cut(text: &str) -> String {
    match text.char_indices().nth(SHOWN_CHARS) {
        Some((at, _)) => format!("{}...", text.get(..at).unwrap_or_default()),
        None => text.to_owned(),
    }
}
