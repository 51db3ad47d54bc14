#!/usr/bin/env bash
# Runs walkthrough.py against a reference server of its own.
#
#   conformance/clients/walkthrough-boto3.sh
#
# LOOKBACK names a ready binary; without it the release build is made.
set -euo pipefail
ROOT="$(cd "$(dirname "$0")/../.." && pwd)"
# shellcheck source=conformance/clients/lib.sh
. "$ROOT/conformance/clients/lib.sh"

install_clients
find_lookback
start_server
ENDPOINT="$ENDPOINT" AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null \
  "$CLIENTS/bin/python" "$ROOT/conformance/clients/walkthrough.py"
stop_server
