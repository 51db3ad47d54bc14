#!/usr/bin/env bash
# Judges the same history of registers with Porcupine and with Lookback, and prints time and peak memory of both.
#
#   benches/porcupine/run.sh CHECKOUT GO [CALLS [KEYS [CLIENTS]]]
#
# CHECKOUT is a working copy of https://github.com/anishathalye/porcupine, GO the `go` command. Nothing is downloaded
# but what Porcupine's own go.mod asks for. CLIENTS is how many clients call on each key. Linux only.
set -euo pipefail

if [[ $# -lt 2 || $# -gt 5 ]]; then
  sed -n 's/^#   //p' "$0" >&2
  exit 2
fi
checkout=$(realpath "$1")
go=$(command -v "$2") || { echo "$2: no such command" >&2; exit 2; }
go=$(realpath "$go")
calls=${3:-1000000} keys=${4:-1000} clients=${5:-16}
if [[ ! -f $checkout/go.mod ]]; then
  echo "$checkout: no go.mod, so no working copy of Porcupine" >&2
  exit 2
fi
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

own() {
  cargo run --quiet --release --manifest-path "$here/../Cargo.toml" --bin registers -- "$@"
}

own write "$calls" "$keys" "$clients" "$work/history.csv"

cp "$here/registers.go" "$work"
cat > "$work/go.mod" <<MODULE
module registers

go 1.18

require github.com/anishathalye/porcupine v0.0.0

replace github.com/anishathalye/porcupine => $checkout
MODULE
(cd "$work" && GOWORK=off GOFLAGS=-mod=mod "$go" build -o registers .)

echo "$calls calls, $keys keys, $clients clients of each key"
"$work/registers" "$work/history.csv"
own judge "$work/history.csv"
