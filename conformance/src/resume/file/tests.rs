use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::bind::Bindings;
use crate::resume::state::{About, Entry, Stage, Stands, Waiting};
use crate::run::{CaseRun, Made, Verdict};
use crate::target::{Caller, Request};

fn state() -> State {
    let mut bindings = Bindings::new();
    bindings.set("created", 1_790_000_000.123);
    bindings.set("music", "lb-rmlz5s0ao-1-music");
    let mut made = Made::default();
    made.note_sent(&Request::of(
        "CreateTable",
        &json!({ "TableName": "lb-rmlz5s0ao-1-music" }),
    ));
    let waiting = Waiting {
        path: vec![2, 0, 1],
        step: "steps/2/do[n=1]/1 wait 864000 s".to_owned(),
        since_s: 1_790_000_000.5,
        due_s: 1_790_864_000.5,
        until_s: 1_790_872_640.5,
        late_s: 0.0,
        polled_s: 0.0,
        bindings,
        observed: Vec::new(),
        stands: vec![Stands {
            caller: Caller::Own,
            table: "lb-rmlz5s0ao-1-music".to_owned(),
            arn: "arn:aws:dynamodb:us-east-1:111122223333:table/lb-rmlz5s0ao-1-music".to_owned(),
        }],
    };
    let run = CaseRun {
        id: "g/judged".to_owned(),
        verdict: Verdict::Pass,
        reason: None,
        failure: None,
        observed: Vec::new(),
        leftovers: Vec::new(),
        took_s: 0.25,
    };
    let entry = |prefix: &str, made: &Made, stage| Entry {
        hash: "0123abcd".to_owned(),
        prefix: prefix.to_owned(),
        made: made.clone(),
        stage,
    };
    State {
        about: About {
            target: "aws".to_owned(),
            region: "eu-west-1".to_owned(),
            ..About::default()
        },
        runs: vec!["lb-rmlz5s0ao".to_owned()],
        finished: false,
        cases: [
            (
                "g/waiting",
                entry("lb-rmlz5s0ao-1", &made, Stage::Waiting(waiting)),
            ),
            ("g/begun", entry("lb-rmlz5s0ao-2", &made, Stage::Begun)),
            ("g/judged", entry("", &Made::default(), Stage::Judged(run))),
            ("g/open", entry("", &Made::default(), Stage::Open)),
        ]
        .into_iter()
        .map(|(id, entry)| (id.to_owned(), entry))
        .collect(),
    }
}

/// A folder of its own for a test, empty.
fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("lookback-{}-{name}", std::process::id()));
    drop(fs::remove_dir_all(&folder));
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn error(bytes: &[u8]) -> String {
    parse(Path::new("run.json"), bytes).unwrap_err().to_string()
}

#[test]
fn what_is_written_is_read_again() {
    let folder = folder("again");
    let file = StateFile::lock(&folder.join("run.json")).unwrap();
    assert_eq!(file.read().unwrap(), None);
    file.write(&state()).unwrap();
    assert_eq!(file.read().unwrap(), Some(state()));
    let names = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let names: BTreeSet<String> = names.collect();
    assert_eq!(
        names,
        ["run.json", "run.json.lock"].map(str::to_owned).into()
    );
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn the_file_is_plain_json() {
    insta::assert_snapshot!(text(&state()).unwrap());
}

#[test]
fn a_change_that_was_cut_off_leaves_the_state_before() {
    let folder = folder("cut");
    let path = folder.join("run.json");
    let file = StateFile::lock(&path).unwrap();
    file.write(&state()).unwrap();
    fs::write(folder.join("run.json.new"), "{ half of").unwrap();
    assert_eq!(file.read().unwrap(), Some(state()));
    file.write(&State::default()).unwrap();
    assert_eq!(file.read().unwrap(), Some(State::default()));
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_second_one_is_refused_and_a_lock_without_its_holder_is_none() {
    let folder = folder("lock");
    let path = folder.join("run.json");
    fs::write(folder.join("run.json.lock"), "4711\n").unwrap();
    let first = StateFile::lock(&path).unwrap();
    let refused = StateFile::lock(&path).unwrap_err().to_string();
    let expected = format!(
        "{} is in use by another lookback process (process {}); wait for its end, or give another FILE",
        path.display(),
        std::process::id()
    );
    assert_eq!(refused, expected);
    drop(first);
    drop(StateFile::lock(&path).unwrap());
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_folder_that_is_not_there_is_told() {
    let told = StateFile::lock(Path::new("/nonexistent/run.json"))
        .unwrap_err()
        .to_string();
    assert!(told.starts_with("/nonexistent/run.json.lock: "), "{told}");
}

#[test]
fn what_is_something_else_is_told() {
    let whole = text(&state()).unwrap();
    let later = {
        let body = whole.replace("\"version\": 1", "\"version\": 2");
        let (body, _) = body.split_at(body.len() - TAIL.0.len() - DIGITS - TAIL.1.len());
        format!(
            "{body}{}{:08x}{}",
            TAIL.0,
            crc32fast::hash(body.as_bytes()),
            TAIL.1
        )
    };
    let cut = whole.get(..whole.len() / 2).unwrap();
    let changed = whole.replace("864000", "964000");
    let told = ["", "{}\n", "no JSON", cut, &changed, &later].map(|text| error(text.as_bytes()));
    insta::assert_snapshot!(told.join("\n"));
}

proptest! {
    #[test]
    fn no_byte_changes_unnoticed(place in any::<prop::sample::Index>(), bits in 1..=255_u8) {
        let mut bytes = text(&state()).unwrap().into_bytes();
        let place = place.index(bytes.len());
        bytes[place] ^= bits;
        prop_assert!(error(&bytes).starts_with("run.json:"));
    }

    #[test]
    fn no_byte_is_lost_unnoticed(place in any::<prop::sample::Index>(), length in 1..2_000_usize) {
        let mut bytes = text(&state()).unwrap().into_bytes();
        let start = place.index(bytes.len());
        let end = (start + length).min(bytes.len());
        bytes.drain(start..end);
        prop_assert!(error(&bytes).starts_with("run.json:"));
    }

    #[test]
    fn nothing_is_added_unnoticed(place in any::<prop::sample::Index>(), more in prop::collection::vec(any::<u8>(), 1..20)) {
        let mut bytes = text(&state()).unwrap().into_bytes();
        let place = place.index(bytes.len() + 1);
        bytes.splice(place..place, more);
        prop_assert!(error(&bytes).starts_with("run.json:"));
    }
}
