#!/usr/bin/env bash
# `lookback verify-export` against decompressing and hashing the same files: gzip -dc FILES | md5sum.
#
#   benches/verify_export/run.sh FOLDER [TURNS]
#
# FOLDER has exports, as export_import leaves them: target/release/export_import 1000000 FOLDER. Both take turns; what is
# told are wall time, processor time and the peak memory of each turn, and the ratio of the medians of their wall times.
set -euo pipefail

if [[ $# -lt 1 || $# -gt 2 ]]; then
  sed -n 's/^#   //p' "$0" >&2
  exit 2
fi
turns=${2:-5}
here=$(cd "$(dirname "$0")" && pwd)
lookback=${LOOKBACK:-${CARGO_TARGET_DIR:-$here/../../target}/release/lookback}
[[ -x $lookback ]] || { echo "$lookback: no such command; cargo build --release" >&2; exit 2; }
export=$(find "$1" -name manifest-summary.json | sort | tail -n 1)
[[ -n $export ]] || { echo "$1: no export" >&2; exit 2; }
export=$(dirname "$export")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# measure NAME COMMAND...: a line of wall, user and system seconds and peak kilobytes to $work/NAME.
measure() {
  local name=$1
  shift
  /usr/bin/time -a -o "$work/$name" -f '%e %U %S %M' "$@" >/dev/null
}

files=("$export"/data/*)
gzip -dc "${files[@]}" | md5sum >/dev/null
for _ in $(seq "$turns"); do
  measure verify "$lookback" verify-export "$export" --key AlbumId
  measure gzip sh -c 'gzip -dc "$@" | md5sum' sh "${files[@]}"
done

# median COLUMN NAME
median() { awk -v c="$1" '{ print $c }' "$work/$2" | sort -n | awk '{ a[NR] = $1 } END { print a[int((NR + 1) / 2)] }'; }
cpu() { awk '{ print $2 + $3 }' "$work/$1" | sort -n | awk '{ a[NR] = $1 } END { print a[int((NR + 1) / 2)] }'; }
printf '%-22s %9s %9s %9s\n' '' 'wall s' 'CPU s' 'peak MB'
printf '%-22s %9s %9s %9s\n' verify-export "$(median 1 verify)" "$(cpu verify)" "$(($(median 4 verify) / 1000))"
printf '%-22s %9s %9s %9s\n' 'gzip -dc | md5sum' "$(median 1 gzip)" "$(cpu gzip)" "$(($(median 4 gzip) / 1000))"
awk -v a="$(median 1 gzip)" -v b="$(median 1 verify)" 'BEGIN { printf "speed of verify-export to gzip -dc | md5sum: %.2f\n", a / b }'
