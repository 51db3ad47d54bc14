//! What is rare happens: a run without it would be easy on the store.

use std::collections::BTreeMap;

use lookback_sim::{Plan, Profile, Sometimes, run};

#[test]
fn busy_runs_meet_rare_situations() {
    let mut met: BTreeMap<&str, u64> = BTreeMap::new();
    for seed in 1..=10 {
        let report = run(&Plan::new(seed, Profile::busy(seed))).unwrap();
        assert!(report.is_good(), "seed {seed}: {:?}", report.unfinished);
        for (name, times) in report.sometimes {
            *met.entry(name).or_default() += times;
        }
    }
    assert_eq!(met.len(), Sometimes::ALL.len());
    let wanted = [
        Sometimes::SnapshotThenLog,
        Sometimes::OneInOneOut,
        Sometimes::RestoreDuringLeaderLoss,
        Sometimes::TornUploadSentAgain,
        Sometimes::EntriesReplaced,
    ];
    let missed = wanted.iter().filter(|it| met.get(it.name()) == Some(&0));
    assert_eq!(missed.count(), 0, "{met:?}");
}
