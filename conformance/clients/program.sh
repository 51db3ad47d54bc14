#!/usr/bin/env bash
# Runs programs that nobody here wrote, each through a round trip of its own, on a reference server of its own.
#
#   conformance/clients/program.sh            # every one in programs/
#   conformance/clients/program.sh NAME...    # these, like electrodb_tasks
#
# LOOKBACK names a ready binary; without it the release build is made.
set -euo pipefail
ROOT="$(cd "$(dirname "$0")/../.." && pwd)"
# shellcheck source=conformance/clients/lib.sh
. "$ROOT/conformance/clients/lib.sh"
PROGRAMS="$ROOT/conformance/clients/programs"

# Nothing of the user's own configuration takes part.
export AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null AWS_EC2_METADATA_DISABLED=true
unset AWS_PROFILE AWS_SESSION_TOKEN AWS_ENDPOINT_URL AWS_ENDPOINT_URL_DYNAMODB 2>/dev/null || true

if [ "$#" -eq 0 ]; then
  for file in "$PROGRAMS"/*; do
    name="$(basename "$file")"
    [ "$name" = __pycache__ ] || set -- "$@" "${name%.*}"
  done
fi

find_lookback
for name in "$@"; do
  say "$name"
  start_server
  export ENDPOINT
  if [ -f "$PROGRAMS/$name.py" ]; then
    install_clients
    "$CLIENTS/bin/python" "$PROGRAMS/$name.py"
  elif [ -f "$PROGRAMS/$name.cjs" ]; then
    install_npm_clients
    # A note about the age of Node.js is not about the program.
    NODE_PATH="$NPM_CLIENTS/node_modules" NODE_NO_WARNINGS=1 node "$PROGRAMS/$name.cjs"
  else
    die "no such program: $PROGRAMS/$name.py or .cjs"
  fi
  stop_server
done
