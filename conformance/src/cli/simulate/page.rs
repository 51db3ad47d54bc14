//! A run as a page: nodes, faults, operations, cuts on one line of time, and what was found below.

mod timeline;

use lookback_checker::picture;
use lookback_sim::Report;
use maud::{DOCTYPE, PreEscaped, html};

/// The page of a run whose log was kept, with the command that shows the run again. It needs nothing but itself.
pub fn of(report: &Report, again: &str) -> String {
    let (plan, stats) = (&report.plan, &report.stats);
    let title = format!("Seed {} of {}", plan.seed, plan.profile.name);
    let violations = &report.verdict.violations;
    let without_end = || {
        let first = report.unfinished.first();
        first.map(|what| format!("Did not come to its end: {what}"))
    };
    let first = violations.first().map(|it| it.witness.summary.clone());
    let first = first.or_else(|| report.broken.first().map(ToString::to_string));
    let found = first.or_else(without_end);
    let found = found.unwrap_or_else(|| "Nothing was found".to_owned());
    let figures = format!(
        "{:.1} s of virtual time, {} calls, {} artefacts, {} faults, {} messages",
        stats.virtual_us as f64 / 1e6,
        stats.calls,
        stats.artefacts,
        plan.faults.len(),
        stats.messages
    );
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) }
                style { (PreEscaped(include_str!("page/page.css"))) }
            }
            body {
                p.title {
                    (title)
                    @if let Some(bug) = plan.bug { " with the planted bug " (bug.name()) }
                }
                h1 { (found) }
                p { (figures) }
                figure { (timeline::of(report)) }
                ul.legend {
                    li.lives { "a node lives" }
                    li.leads { "it begins to lead a group" }
                    li.fault { "a fault" }
                    li.write { "a write" }
                    li.read { "a read" }
                    li.control { "a call for a table or a backup" }
                    li.failed { "no success" }
                    li.cut { "the cut of an artefact" }
                }
                @for violation in violations {
                    h2 { (violation.rule.name()) }
                    figure { (PreEscaped(picture::svg(violation))) }
                }
                h2 { "See it again" }
                pre { code { (again) } }
            }
        }
    }
    .into_string()
}
