#!/usr/bin/env bash
# Programs that read exports: a Python script with boto3, gzip and json, the package amazon.ion, and
# `lookback verify-export` through S3; against a reference server of their own.
#
#   conformance/clients/read-exports.sh
#
# LOOKBACK names a ready binary; without it the release build is made.
set -euo pipefail
ROOT="$(cd "$(dirname "$0")/../.." && pwd)"
# shellcheck source=conformance/clients/lib.sh
. "$ROOT/conformance/clients/lib.sh"

install_clients
find_lookback
start_server
export AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null AWS_EC2_METADATA_DISABLED=true
ENDPOINT="$ENDPOINT" PLACES="$WORK/places" "$CLIENTS/bin/python" "$ROOT/conformance/clients/read_exports.py"

mapfile -t places <"$WORK/places"
verify() {
  printf '$ lookback verify-export %s\n' "$*"
  AWS_ACCESS_KEY_ID=lookback AWS_SECRET_ACCESS_KEY=lookback \
    "$BINARY" verify-export "$@" --s3-endpoint "$ENDPOINT" --region us-west-2
}

say "The full export with the incremental one is the later full export"
verify "${places[0]}" --incremental "${places[1]}" --against "${places[2]}"
say "JSON and Ion hold the same items"
verify "${places[2]}" --against "${places[3]}" --key Artist,SongTitle
say "Two different instants are told apart"
if verify "${places[0]}" --against "${places[2]}" --key Artist,SongTitle --differences 2; then
  die "two different exports were said to be the same"
fi
stop_server
say "The exports were read"
