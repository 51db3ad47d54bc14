//! The command `lookback`.

use std::process::ExitCode;

fn main() -> ExitCode {
    lookback_conformance::cli::main()
}
