//! Histories of registers, for other checkers: `benches/porcupine/run.sh` uses this.
//!
//! `registers write CALLS KEYS CLIENTS FILE` writes a history, one call on a line: key, client, 1 for a write or 0 for a
//! read, value, and when it began and ended in microseconds. `registers judge FILE` judges such a file as calls of
//! PutItem and GetItem, and prints times and peak memory. Linux only.

use std::env;
use std::error::Error;
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::time::Instant;

use lookback_benches::{Histories, RegisterCall, calls_of_key, peak_resident_bytes};
use lookback_checker::history::{Call, End, Entry, Return, Table};
use lookback_checker::judge::judge_trace;
use lookback_checker::trace::Builder;
use lookback_checker::{Contract, Options};
use serde_json::value::RawValue;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match *arguments {
        ["write", calls, keys, clients, file] => {
            write(calls.parse()?, keys.parse()?, clients.parse()?, file)
        }
        ["judge", file] => judge(file),
        _ => Err("registers write CALLS KEYS CLIENTS FILE, or registers judge FILE".into()),
    }
}

fn write(calls: u32, keys: u32, clients: u32, file: &str) -> Result<(), Box<dyn Error>> {
    if keys == 0 || clients == 0 {
        return Err("at least one key and one client".into());
    }
    let mut file = BufWriter::new(File::create(file)?);
    for key in 0..keys {
        for call in calls_of_key(key, calls / keys, clients) {
            writeln!(file, "{call}")?;
        }
    }
    Ok(file.flush()?)
}

fn judge(file: &str) -> Result<(), Box<dyn Error>> {
    let contract = Contract::dynamodb();
    let builder = read(file, &contract)?;
    let started = Instant::now();
    let trace = builder.finish();
    let sorted = started.elapsed();
    let threads = std::thread::available_parallelism()?.get();
    let mut seconds = Vec::new();
    for threads in [1, threads] {
        let options = Options {
            threads,
            ..Options::default()
        };
        let started = Instant::now();
        let verdict = judge_trace(&trace, &contract, &options);
        seconds.push(format!("{:.3} s", started.elapsed().as_secs_f64()));
        if !verdict.is_pass() {
            return Err(format!("a right history was judged {:?}", verdict.outcome()).into());
        }
    }
    println!(
        "lookback   sorted by key in {:.3} s, judged in {} (one core, all cores), peak memory {} kB",
        sorted.as_secs_f64(),
        seconds.join(", "),
        peak_resident_bytes()? / 1_024
    );
    Ok(())
}

fn read(file: &str, contract: &Contract) -> Result<Builder, Box<dyn Error>> {
    let mut builder = Builder::new(Histories::header(), contract.in_place_kinds());
    builder.push(&Entry::Table(Table {
        name: "t".to_owned(),
        at_us: 0,
        key_schema: raw(r#"[{"AttributeName":"pk","KeyType":"HASH"}]"#)?,
        attribute_definitions: raw(r#"[{"AttributeName":"pk","AttributeType":"N"}]"#)?,
        items: Vec::new(),
    }));
    let mut last_us = 0;
    for (id, line) in (0..).zip(BufReader::new(File::open(file)?).lines()) {
        let call: RegisterCall = line?.parse()?;
        last_us = last_us.max(call.return_us);
        push(&mut builder, id, &call)?;
    }
    builder.push(&Entry::End(End { at_us: last_us }));
    Ok(builder)
}

fn push(builder: &mut Builder, id: u64, call: &RegisterCall) -> Result<(), serde_json::Error> {
    let RegisterCall { key, value, .. } = call;
    let item = format!(r#"{{"pk":{{"N":"{key}"}},"v":{{"N":"{value}"}}}}"#);
    let (op, input, output) = if call.writes {
        let input = format!(r#"{{"TableName":"t","Item":{item}}}"#);
        ("PutItem", input, "{}".to_owned())
    } else {
        let input =
            format!(r#"{{"TableName":"t","Key":{{"pk":{{"N":"{key}"}}}},"ConsistentRead":true}}"#);
        let output = match call.value {
            0 => "{}".to_owned(),
            _ => format!(r#"{{"Item":{item}}}"#),
        };
        ("GetItem", input, output)
    };
    builder.push(&Entry::Call(Call {
        id,
        at_us: call.call_us,
        client: call.client,
        op: op.to_owned(),
        input: raw(input)?,
    }));
    builder.push(&Entry::Return(Return {
        id,
        at_us: call.return_us,
        output: Some(raw(output)?),
        error: None,
        uncertain: None,
        position: None,
    }));
    Ok(())
}

fn raw(text: impl Into<String>) -> Result<Box<RawValue>, serde_json::Error> {
    RawValue::from_string(text.into())
}
