//! What came of a campaign, in a few lines.

use std::fmt::Write;
use std::time::Duration;

use lookback_sim::Campaign;

/// How fast a campaign is, for the progress bar.
pub fn pace(campaign: &Campaign, real: Duration) -> String {
    let (seeds, virtual_s) = rates(campaign, real);
    let found = campaign.failing().count();
    format!("{found} with a finding, {seeds:.1} seeds/s, {virtual_s:.0} virtual s/s")
}

fn rates(campaign: &Campaign, real: Duration) -> (f64, f64) {
    let real_s = real.as_secs_f64().max(0.001);
    (
        campaign.seeds.len() as f64 / real_s,
        virtual_s(campaign) / real_s,
    )
}

fn virtual_s(campaign: &Campaign) -> f64 {
    let us: i64 = campaign.seeds.values().map(|it| it.virtual_us).sum();
    us as f64 / 1e6
}

/// The whole, with how long it took where that is known.
pub fn text(campaign: &Campaign, real: Option<Duration>) -> String {
    let mut text = String::new();
    let seeds = campaign.seeds.values();
    let mut of = format!("{} seeds of {}", seeds.len(), campaign.kind.profile);
    if let Some(bug) = campaign.kind.mutant {
        let _ = write!(of, " with {}", bug.name());
    }
    let failing: Vec<u64> = campaign.failing().map(|(seed, _)| seed).collect();
    let told = match failing.as_slice() {
        [] => "nothing was found".to_owned(),
        [seed] => format!("a finding in seed {seed}"),
        [first, ..] => format!(
            "findings in {} of them, the first in seed {first}",
            failing.len()
        ),
    };
    let _ = writeln!(text, "{of}: {told}");
    if let Some(interrupted) = campaign.interrupted {
        let _ = writeln!(text, "  {interrupted} seeds: the others were not run");
    }
    let sum = |of: fn(&lookback_sim::campaign::SeedResult) -> u64| -> u64 {
        campaign.seeds.values().map(of).sum()
    };
    let _ = writeln!(
        text,
        "  {} calls, {} artefacts, {} faults, {:.0} s of virtual time",
        sum(|it| it.calls),
        sum(|it| it.artefacts),
        sum(|it| it.faults as u64),
        virtual_s(campaign),
    );
    let unknowns = sum(|it| it.unknowns as u64);
    if unknowns > 0 {
        let _ = writeln!(
            text,
            "  {unknowns} questions that the judge could not decide"
        );
    }
    if let Some(last) = campaign.coverage.values().max() {
        let kinds = campaign.coverage.len();
        let _ = writeln!(
            text,
            "  {kinds} kinds of events, the last new one in seed {last}"
        );
    }
    if !campaign.reached.is_empty() {
        let reached = campaign
            .reached
            .values()
            .filter(|times| **times > 0)
            .count();
        let _ = writeln!(
            text,
            "  {reached} of {} declared situations reached",
            campaign.reached.len()
        );
        for (name, _) in campaign.reached.iter().filter(|(_, times)| **times == 0) {
            let _ = writeln!(text, "    never: {name}");
        }
    }
    if !campaign.never_reached().is_empty() {
        let _ = writeln!(
            text,
            "  a campaign of {} seeds of swarm is to reach each of them: this one was not good enough",
            lookback_sim::campaign::REACHES_ALL_FROM
        );
    }
    if let Some(real) = real {
        let (seeds, virtual_s) = rates(campaign, real);
        let _ = writeln!(
            text,
            "  {:.1} s: {seeds:.1} seeds/s, {virtual_s:.0} virtual seconds per second",
            real.as_secs_f64()
        );
    }
    text
}
