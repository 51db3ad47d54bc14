//! `--meta`: every seed in two processes. Nothing else can be believed unless their logs are equal.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use lookback_sim::campaign::{Interrupted, Kind};
use lookback_sim::{Plan, Specimen, Watch, run_on};

use super::args::SimulateArgs;
use super::interrupt::Interrupt;
use super::{FOUND, campaign, jobs, pool};
use crate::cli::{INTERRUPTED, NotMade, print};

/// Where two logs differ.
struct Differs {
    line: usize,
    ours: String,
    theirs: String,
}

/// How another process is told to run the same.
#[derive(Clone, Copy)]
pub enum Again<'a> {
    /// By profile, planted bug and seed.
    Seeds(&'a Kind),
    /// By the file of the plan.
    Plan(&'a Path),
}

/// Compares; gives the exit status.
pub fn run(args: &SimulateArgs, plans: &[Plan], again: Again<'_>) -> Result<u8, NotMade> {
    let interrupt = Interrupt::listen()?;
    let program = std::env::current_exe();
    let program = program.map_err(|error| NotMade(format!("--meta: {error}")))?;
    let begun = Instant::now();
    let bar = campaign::bar(plans.len());
    let (mut lines, mut bytes, mut compared, mut differ) = (0, 0, 0, 0);
    let mut trouble = None;
    let work = |plan: &Plan| {
        let theirs = other_process(&program, again, plan.seed)?;
        let ours = match run_on(&Specimen, plan, Watch::traced()) {
            Ok(report) => report.logged.text,
            // The other process says the same, or not.
            Err(panic) => format!("{panic}\n"),
        };
        let differs = first_difference(&ours, &theirs);
        Ok::<_, NotMade>((ours.lines().count(), ours.len(), differs))
    };
    pool::in_order(jobs(args), plans, &interrupt, work, |plan, done| {
        bar.inc(1);
        match done {
            Err(why) => {
                trouble = Some(why);
                return false;
            }
            Ok((more_lines, more_bytes, differs)) => {
                compared += 1;
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
    let what = match again {
        Again::Seeds(kind) => format!("{compared} seeds of {}", kind.profile),
        Again::Plan(path) => path.display().to_string(),
    };
    print(&format!(
        "{what} in two processes each: {} ({lines} lines, {:.0} MB, {:.1} s)\n",
        match differ {
            0 => "the logs are equal byte for byte".to_owned(),
            differ => format!("the logs of {differ} differ"),
        },
        bytes as f64 / 1e6,
        begun.elapsed().as_secs_f64(),
    ));
    if interrupt.is_asked() {
        let (after, of) = (compared, plans.len() as u64);
        print(&format!("{} seeds\n", Interrupted { after, of }));
        return Ok(INTERRUPTED);
    }
    Ok(if differ == 0 { 0 } else { FOUND })
}

/// The log of the seed from another process.
fn other_process(program: &Path, again: Again<'_>, seed: u64) -> Result<String, NotMade> {
    let mut command = Command::new(program);
    command.args(["simulate", "--trace", "--shrink-runs", "0"]);
    match again {
        Again::Plan(path) => {
            command.arg("--plan").arg(path);
        }
        Again::Seeds(kind) => {
            command.args(["--profile", &kind.profile, "--seed", &seed.to_string()]);
            if let Some(bug) = kind.mutant {
                command.args(["--mutant", bug.name()]);
            }
        }
    }
    // Ctrl-C at a terminal is for this process: what is under way comes to its end.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
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
