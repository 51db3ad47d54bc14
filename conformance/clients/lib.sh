# Shared by the walk-throughs: a folder with the clients, and a reference server of their own.
# Sourced with `set -euo pipefail` in force and ROOT set to the project's folder.

CLIENTS="${PEERS_DIR:-$ROOT/.peers}/clients"
NPM_CLIENTS="${PEERS_DIR:-$ROOT/.peers}/clients-npm"
WORK="$(mktemp -d)"
SERVER=""

say() { printf '\n== %s\n' "$*"; }
die() { printf 'walk-through: %s\n' "$*" >&2; exit 1; }

# Installs what requirements.txt names once; an unfinished installation is started over.
install_clients() {
  if ! cmp -s "$ROOT/conformance/clients/requirements.txt" "$CLIENTS/installed"; then
    rm -rf "$CLIENTS"
    "${PYTHON:-python3}" -m venv "$CLIENTS"
    "$CLIENTS/bin/python" -m pip install --quiet --disable-pip-version-check \
      -r "$ROOT/conformance/clients/requirements.txt"
    cp "$ROOT/conformance/clients/requirements.txt" "$CLIENTS/installed"
  fi
}

# The same for the programs that come from npm.
install_npm_clients() {
  if ! cmp -s "$ROOT/conformance/clients/package.json" "$NPM_CLIENTS/installed"; then
    rm -rf "$NPM_CLIENTS"
    mkdir -p "$NPM_CLIENTS"
    cp "$ROOT/conformance/clients/package.json" "$NPM_CLIENTS/"
    npm install --silent --no-audit --no-fund --no-package-lock --prefix "$NPM_CLIENTS"
    cp "$ROOT/conformance/clients/package.json" "$NPM_CLIENTS/installed"
  fi
}

# Sets BINARY: $LOOKBACK if given, else the release build.
find_lookback() {
  BINARY="${LOOKBACK:-}"
  if [ -z "$BINARY" ]; then
    (cd "$ROOT" && cargo build --release --quiet --bin lookback)
    BINARY="${CARGO_TARGET_DIR:-$ROOT/target}/release/lookback"
  fi
}

# Starts `lookback serve` on a free port and sets ENDPOINT. Arguments go to `serve`.
start_server() {
  "$BINARY" serve --port 0 "$@" >"$WORK/serve.out" 2>"$WORK/serve.err" &
  SERVER=$!
  for _ in $(seq 600); do
    ENDPOINT="$(grep -m1 -o 'http://[^ ]*' "$WORK/serve.out" 2>/dev/null || true)"
    [ -n "$ENDPOINT" ] && return
    kill -0 "$SERVER" 2>/dev/null || break
    sleep 0.1
  done
  cat "$WORK/serve.err" >&2
  die "lookback serve did not print its URL"
}

# Stops the server and requires a graceful end: status 0 after SIGTERM.
stop_server() {
  local server="$SERVER" status=0
  SERVER=""
  kill -TERM "$server"
  wait "$server" || status=$?
  [ "$status" -eq 0 ] || die "lookback serve ended with status $status after SIGTERM"
}

clean_up() {
  if [ -n "$SERVER" ]; then kill "$SERVER" 2>/dev/null || true; wait "$SERVER" 2>/dev/null || true; fi
  rm -rf "$WORK"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
