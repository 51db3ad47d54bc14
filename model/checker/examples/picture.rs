//! Prints a picture of a sample witness: `cargo run -p lookback-checker --example picture lost-write svg`.
//!
//! The picture of the README is made by it: `... lost-write svg > docs/lost-write.svg`.

#[path = "../tests/picture/samples.rs"]
mod samples;

use lookback_checker::picture::{self, Glyphs, Meta};

fn main() -> Result<(), String> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let mut arguments = arguments.iter().map(String::as_str);
    let sample = arguments.next().unwrap_or("lost-write");
    let form = arguments.next().unwrap_or("text");
    let columns = arguments.next().unwrap_or("110");
    let violation = match sample {
        "lost-write" => samples::lost_write(),
        "torn-transaction" => samples::torn_transaction(),
        "resurrected-item" => samples::resurrected_item(),
        other => {
            return Err(format!(
                "no sample {other}: lost-write, torn-transaction or resurrected-item"
            ));
        }
    };
    let columns = columns
        .parse()
        .map_err(|error| format!("columns {columns}: {error}"))?;
    let meta = Meta {
        title: format!("Sample: {sample}"),
        target: Some("a sample, not a run".into()),
        contract: Some("dynamodb".into()),
        command: Some("lookback history check sample.jsonl --contract dynamodb".into()),
        history: Some("sample.jsonl".into()),
    };
    match form {
        "text" => print!("{}", picture::text(&violation, columns, Glyphs::UNICODE)),
        "ascii" => print!("{}", picture::text(&violation, columns, Glyphs::ASCII)),
        "html" => print!("{}", picture::html(&violation, &meta)),
        "svg" => print!("{}", picture::svg(&violation)),
        other => return Err(format!("no form {other}: text, ascii, html or svg")),
    }
    Ok(())
}
