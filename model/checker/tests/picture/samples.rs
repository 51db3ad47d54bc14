//! Three witnesses to draw.

use lookback_checker::contract::Grade;
use lookback_checker::verdict::{Fact, Role, Rule, Source, Violation, Witness};

/// 2026-01-01T12:00:00Z in microseconds.
const NOON_US: i64 = 1_767_268_800_000_000;

/// A time after noon, in milliseconds.
const fn at(ms: i64) -> i64 {
    NOON_US + ms * 1_000
}

fn fact(
    role: Role,
    source: Source,
    lane: &str,
    item: Option<&str>,
    what: &str,
    words: &str,
) -> Fact {
    Fact {
        role,
        source,
        lane: lane.to_owned(),
        item: item.map(|key| format!(r#"music {{"pk":{{"S":"{key}"}}}}"#)),
        what: what.to_owned(),
        shown_us: (0, 0),
        allowed_us: Vec::new(),
        anchor_us: None,
        words: words.to_owned(),
    }
}

fn call(fact: Fact, from_us: i64, to_us: i64) -> Fact {
    Fact {
        shown_us: (from_us, to_us),
        allowed_us: vec![(from_us, to_us)],
        ..fact
    }
}

/// A is present, B was acknowledged 61.2 s before the backup's creation time and is missing.
pub fn lost_write() -> Violation {
    let backup = |source: u64, item, what, words| Fact {
        shown_us: (at(63_050), at(63_130)),
        allowed_us: vec![(at(3_100), at(123_100))],
        anchor_us: Some(at(63_100)),
        ..fact(
            Role::ArtefactRead,
            Source::Artefact(source),
            "on-demand-backup 1",
            Some(item),
            what,
            words,
        )
    };
    Violation {
        rule: Rule::ItemOrder,
        grade: Grade::Documented,
        clauses: vec!["CONSISTENCY-001".into(), "CONSISTENCY-002".into()],
        also: 0,
        witness: Witness {
            summary: "A@12:00:03.120 is present, B@12:00:01.900 was acknowledged 61.2 s before the backup's creation \
                      time and is missing"
                .into(),
            facts: vec![
                call(
                    fact(
                        Role::Write,
                        Source::Call(17),
                        "client 1",
                        Some("B"),
                        "PutItem n=7",
                        "Client 1 put B with n=7: called at 12:00:01.880, acknowledged at 12:00:01.900.",
                    ),
                    at(1_880),
                    at(1_900),
                ),
                call(
                    fact(
                        Role::Write,
                        Source::Call(18),
                        "client 2",
                        Some("A"),
                        "PutItem n=5",
                        "Client 2 put A with n=5: called at 12:00:03.105, acknowledged at 12:00:03.120.",
                    ),
                    at(3_105),
                    at(3_120),
                ),
                backup(
                    1,
                    "A",
                    "shows n=5",
                    "The backup of 12:01:03.100 shows A with n=5: it was read between 12:00:03.105 and 12:02:03.100.",
                ),
                backup(
                    1,
                    "B",
                    "shows no item",
                    "The backup of 12:01:03.100 shows no B, and its band opens at 12:00:03.100, 1.2 s after B was \
                     acknowledged.",
                ),
            ],
            context: Vec::new(),
        },
    }
}

/// Two transactions write X and Y; the restored table holds X of the second and Y from before the first.
pub fn torn_transaction() -> Violation {
    let restore = |item, what, allowed: (i64, i64), words| Fact {
        shown_us: (at(31_500), at(31_620)),
        allowed_us: vec![allowed],
        anchor_us: Some(at(30_040)),
        ..fact(
            Role::ArtefactRead,
            Source::Artefact(3),
            "point-in-time-restore 3",
            Some(item),
            what,
            words,
        )
    };
    let transaction = |id, number: u32, from, to, words| {
        let what = format!("TransactWriteItems X={number} Y={number}");
        call(
            fact(
                Role::Write,
                Source::Call(id),
                "client 4",
                None,
                &what,
                words,
            ),
            at(from),
            at(to),
        )
    };
    Violation {
        rule: Rule::TransactionInstant,
        grade: Grade::Inference,
        clauses: vec!["PITR-RESTORE-011".into()],
        also: 0,
        witness: Witness {
            summary: "the restored table holds X of the second transaction and Y from before the first: no instant \
                      has both"
                .into(),
            facts: vec![
                transaction(88, 1, 30_010, 30_024, "Client 4 wrote X=1 and Y=1 in one transaction, acknowledged at 12:00:30.024."),
                transaction(91, 2, 30_050, 30_066, "Client 4 wrote X=2 and Y=2 in one transaction, called at 12:00:30.050."),
                restore("X", "shows X=2", (at(30_050), at(30_540)), "The restored table shows X=2: not before 12:00:30.050."),
                restore("Y", "shows Y=0", (at(29_540), at(30_024)), "The restored table shows Y=0: not after 12:00:30.024."),
            ],
            context: Vec::new(),
        },
    }
}

/// An item comes back that was deleted 75 s before the export; a write that was never answered may explain any other
/// state. Times are of a clock that starts at zero.
pub fn resurrected_item() -> Violation {
    let item = Some("tr-ä 42");
    let second = 1_000_000;
    Violation {
        rule: Rule::ItemOrder,
        grade: Grade::Documented,
        clauses: vec!["CONSISTENCY-005".into()],
        also: 0,
        witness: Witness {
            summary: "the export shows n=1, which was deleted 75 s before its ExportTime; the write that was never \
                      answered would have left n=2"
                .into(),
            facts: vec![
                call(
                    fact(Role::Write, Source::Call(5), "client 0", item, "PutItem n=1", "Client 0 put n=1, acknowledged at +2.018 s."),
                    2 * second,
                    2 * second + 18_000,
                ),
                call(
                    fact(
                        Role::UncertainWrite,
                        Source::Call(6),
                        "client 3",
                        item,
                        "UpdateItem n=2",
                        "Client 3 set n=2 at +8.400 s and was never answered: it may have taken effect at any time \
                         since, or never.",
                    ),
                    8_400_000,
                    i64::MAX,
                ),
                call(
                    fact(Role::Write, Source::Call(9), "client 0", item, "DeleteItem", "Client 0 deleted it, acknowledged at +10.009 s."),
                    10 * second,
                    10 * second + 9_000,
                ),
                Fact {
                    shown_us: (25_009_000, 145_009_000),
                    allowed_us: vec![(25_009_000, 145_009_000)],
                    anchor_us: Some(85_009_000),
                    ..fact(
                        Role::ArtefactRead,
                        Source::Artefact(2),
                        "export 2",
                        item,
                        "shows n=1",
                        "The export of +85.009 s shows n=1.",
                    )
                },
            ],
            context: vec![
                call(
                    fact(Role::Fault, Source::Call(6), "proxy", None, "answer-dropped", "The answer of call 6 was dropped."),
                    8_412_000,
                    8_412_000,
                ),
                call(
                    fact(Role::ClockMove, Source::Other, "clock", None, "clock +60 s", "The clock was moved by 60 s."),
                    20 * second,
                    20 * second,
                ),
            ],
        },
    }
}
