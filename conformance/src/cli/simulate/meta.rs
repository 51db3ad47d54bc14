//! `--meta`: every seed in two processes. Nothing else can be believed unless their logs are equal.

use std::process::{Command, Stdio};
use std::time::Instant;

use lookback_sim::campaign::Kind;
use lookback_sim::{Plan, Specimen, Watch, run_on};

use super::args::SimulateArgs;
use super::{FOUND, campaign, jobs, plans, pool};
use crate::cli::{NotMade, print};

/// Where two logs differ.
struct Differs {
    line: usize,
    ours: String,
    theirs: String,
}

/// Compares; gives the exit status.
pub fn run(args: &SimulateArgs, kind: &Kind) -> Result<u8, NotMade> {
    let plans = plans(args, kind)?;
    let program = std::env::current_exe();
    let program = program.map_err(|error| NotMade(format!("--meta: {error}")))?;
    let begun = Instant::now();
    let bar = campaign::bar(plans.len());
    let (mut lines, mut bytes, mut differ) = (0, 0, 0);
    let mut trouble = None;
    let work = |plan: &Plan| {
        let theirs = other_process(&program, kind, plan.seed)?;
        let ours = match run_on(&Specimen, plan, Watch::traced()) {
            Ok(report) => report.logged.text,
            // The other process says the same, or not.
            Err(panic) => format!("{panic}\n"),
        };
        let differs = first_difference(&ours, &theirs);
        Ok::<_, NotMade>((ours.lines().count(), ours.len(), differs))
    };
    pool::in_order(jobs(args), &plans, work, |plan, done| {
        bar.inc(1);
        match done {
            Err(why) => {
                trouble = Some(why);
                return false;
            }
            Ok((more_lines, more_bytes, differs)) => {
                lines += more_lines;
                bytes += more_bytes;
                if let Some(Differs { line, ours, theirs }) = differs {
                    differ += 1;
                    let text = format!(
                        "seed {}: the logs of two processes differ in line {line}\n  {ours}\n  {theirs}\n",
                        plan.seed
                    );
                    bar.suspend(|| print(&text));
                }
            }
        }
        true
    });
    bar.finish_and_clear();
    if let Some(trouble) = trouble {
        return Err(trouble);
    }
    print(&format!(
        "{} seeds of {} in two processes each: {} ({lines} lines, {:.0} MB, {:.1} s)\n",
        plans.len(),
        kind.profile,
        match differ {
            0 => "the logs are equal byte for byte".to_owned(),
            differ => format!("the logs of {differ} differ"),
        },
        bytes as f64 / 1e6,
        begun.elapsed().as_secs_f64(),
    ));
    Ok(if differ == 0 { 0 } else { FOUND })
}

/// The log of the seed from another process.
fn other_process(program: &std::path::Path, kind: &Kind, seed: u64) -> Result<String, NotMade> {
    let mut command = Command::new(program);
    command.args(["simulate", "--trace", "--shrink-runs", "0"]);
    command.args(["--profile", &kind.profile, "--seed", &seed.to_string()]);
    if let Some(bug) = kind.mutant {
        command.args(["--mutant", bug.name()]);
    }
    let output = command.stderr(Stdio::null()).output();
    let output = output.map_err(|error| NotMade(format!("--meta: {error}")))?;
    match output.status.code() {
        Some(0 | 1) => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
        status => Err(NotMade(format!(
            "--meta: the other process ended with {status:?}"
        ))),
    }
}

fn first_difference(ours: &str, theirs: &str) -> Option<Differs> {
    if ours == theirs {
        return None;
    }
    let (mut left, mut right) = (ours.lines(), theirs.lines());
    let mut line = 1;
    loop {
        let (ours, theirs) = (left.next(), right.next());
        if ours != theirs || ours.is_none() {
            let told = |text: Option<&str>| text.unwrap_or("(the end)").to_owned();
            return Some(Differs {
                line,
                ours: told(ours),
                theirs: told(theirs),
            });
        }
        line += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_that_differs_is_told() {
        assert!(first_difference("a\nb\n", "a\nb\n").is_none());
        let differs = first_difference("a\nb\n", "a\nc\n").unwrap();
        assert_eq!(
            (differs.line, differs.ours.as_str(), differs.theirs.as_str()),
            (2, "b", "c")
        );
        let differs = first_difference("a\n", "a\nc\n").unwrap();
        assert_eq!((differs.line, differs.ours.as_str()), (2, "(the end)"));
    }
}
