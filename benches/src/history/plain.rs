//! Puts of values that identify their write, and consistent reads.

use std::collections::BTreeMap;

use lookback_checker::history::Entry;
use oorandom::Rand64;

use super::Histories;
use super::recorder::{Answer, Recorder};

pub(super) fn record<F: FnMut(Entry)>(
    histories: &Histories,
    draw: &mut Rand64,
    recorder: &mut Recorder<F>,
) -> Result<(), serde_json::Error> {
    let mut state: BTreeMap<u64, u64> = BTreeMap::new();
    for index in 0..histories.calls {
        let key = draw.rand_range(0..histories.keys);
        if index % 2 == 0 {
            state.insert(key, index);
            let input = format!(r#"{{"TableName":"t","Item":{}}}"#, item(key, index));
            recorder.call("PutItem", input, Answer::Output("{}".to_owned()))?;
        } else {
            let input = format!(
                r#"{{"TableName":"t","Key":{{"pk":{{"S":"key-{key:06}"}}}},"ConsistentRead":true}}"#
            );
            let output = match state.get(&key) {
                Some(value) => format!(r#"{{"Item":{}}}"#, item(key, *value)),
                None => "{}".to_owned(),
            };
            recorder.call("GetItem", input, Answer::Output(output))?;
        }
        if histories.has_backup_after(index) {
            let items = state.iter().map(|(key, value)| item(*key, *value));
            recorder.backup(items.collect())?;
        }
    }
    Ok(())
}

fn item(key: u64, value: u64) -> String {
    format!(r#"{{"pk":{{"S":"key-{key:06}"}},"v":{{"N":"{value}"}}}}"#)
}
