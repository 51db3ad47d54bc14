#!/usr/bin/env bash
# The AWS CLI against the reference server: create a table, put an item, back it up, describe and list the
# backup, delete the table, let 40 days pass, restore, scan. Every output must have the shape that the AWS
# CLI reference shows. Installs what it needs, starts and stops its own server.
#
#   conformance/clients/walkthrough.sh
#
# LOOKBACK names a ready binary; without it the release build is made.
set -euo pipefail
ROOT="$(cd "$(dirname "$0")/../.." && pwd)"
# shellcheck source=conformance/clients/lib.sh
. "$ROOT/conformance/clients/lib.sh"

install_clients
find_lookback
start_server

# Nothing of the user's own configuration takes part.
export AWS_ACCESS_KEY_ID=123456789012 AWS_SECRET_ACCESS_KEY=lookback AWS_DEFAULT_REGION=us-west-2
export AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null AWS_PAGER="" AWS_MAX_ATTEMPTS=1
unset AWS_PROFILE AWS_SESSION_TOKEN AWS_ENDPOINT_URL AWS_ENDPOINT_URL_DYNAMODB 2>/dev/null || true

# Runs one operation and keeps its output in $WORK/out.
ddb() {
  printf '$ aws dynamodb %s\n' "$*"
  "$CLIENTS/bin/aws" dynamodb "$@" --endpoint-url "$ENDPOINT" --output json >"$WORK/out"
}

# Requires a Python expression over the last output `o` to be true; shows the output where it is not.
expect() {
  "$CLIENTS/bin/python" - "$WORK/out" "$1" <<'PY' || die "expected: $1"
import json, re, sys
with open(sys.argv[1]) as file:
    text = file.read()
o = json.loads(text) if text.strip() else None
names = {"o": o, "re": re, "keys": lambda value: set(value)}
try:
    held = eval(sys.argv[2], names)
except (KeyError, TypeError, IndexError) as error:
    held, text = False, f"{error!r} in {text}"
if not held:
    print(text, file=sys.stderr)
    sys.exit(1)
PY
}

# The value of a Python expression over the last output.
value() { "$CLIENTS/bin/python" -c 'import json, sys; o = json.load(open(sys.argv[1])); print(eval(sys.argv[2]))' "$WORK/out" "$1"; }

# Repeats a command until the expression over its output holds; waiters of the CLI would wait 20 s at a time.
until_holds() {
  local condition="$1"
  shift
  for _ in $(seq 100); do
    ddb "$@" >/dev/null
    [ "$(value "$condition")" = True ] && return
    sleep 0.2
  done
  die "did not become true within 20 s: $condition"
}

# Requires a command to fail with this error.
refused() {
  local error="$1"
  shift
  if ddb "$@" 2>"$WORK/err"; then die "expected $error, but it succeeded"; fi
  grep -q "An error occurred ($error) when calling the" "$WORK/err" || { cat "$WORK/err" >&2; die "expected $error"; }
}

ARN='^arn:aws:dynamodb:us-west-2:123456789012:table/MusicCollection'
BACKUP="re.search('$ARN/backup/[0-9]{14}-[0-9a-f]{8}\$', "

say "A table with an item"
ddb create-table --table-name MusicCollection --billing-mode PAY_PER_REQUEST \
  --attribute-definitions AttributeName=Artist,AttributeType=S AttributeName=SongTitle,AttributeType=S \
  --key-schema AttributeName=Artist,KeyType=HASH AttributeName=SongTitle,KeyType=RANGE
expect "o['TableDescription']['TableStatus'] == 'CREATING'"
expect "re.search('$ARN\$', o['TableDescription']['TableArn'])"
TABLE_ARN="$(value "o['TableDescription']['TableArn']")"
until_holds "o['Table']['TableStatus'] == 'ACTIVE'" describe-table --table-name MusicCollection
# This CLI takes the bytes of B as they are and shows them in base64.
ddb put-item --table-name MusicCollection \
  --item '{"Artist": {"S": "Acme Band"}, "SongTitle": {"S": "Happy Day"}, "Plays": {"N": "7"}, "Cover": {"B": "abc"}}'
expect "o in (None, {})"

# An answer without a body, whose checksum this CLI verifies as well.
ddb tag-resource --resource-arn "$TABLE_ARN" --tags Key=genre,Value=jazz
expect "o is None"

say "A backup of it"
ddb create-backup --table-name MusicCollection --backup-name MusicCollectionBackup
expect "keys(o) == {'BackupDetails'}"
expect "keys(o['BackupDetails']) == {'BackupArn', 'BackupName', 'BackupSizeBytes', 'BackupStatus', 'BackupType', 'BackupCreationDateTime'}"
expect "$BACKUP o['BackupDetails']['BackupArn'])"
expect "o['BackupDetails']['BackupName'] == 'MusicCollectionBackup'"
expect "o['BackupDetails']['BackupStatus'] == 'CREATING'"
expect "o['BackupDetails']['BackupType'] == 'USER'"
expect "isinstance(o['BackupDetails']['BackupSizeBytes'], int)"
expect "isinstance(o['BackupDetails']['BackupCreationDateTime'], (int, float))"
BACKUP_ARN="$(value "o['BackupDetails']['BackupArn']")"

until_holds "o['BackupDescription']['BackupDetails']['BackupStatus'] == 'AVAILABLE'" describe-backup --backup-arn "$BACKUP_ARN"
expect "keys(o['BackupDescription']) == {'BackupDetails', 'SourceTableDetails', 'SourceTableFeatureDetails'}"
expect "o['BackupDescription']['SourceTableDetails']['TableName'] == 'MusicCollection'"
expect "o['BackupDescription']['SourceTableDetails']['KeySchema'] == [{'AttributeName': 'Artist', 'KeyType': 'HASH'}, {'AttributeName': 'SongTitle', 'KeyType': 'RANGE'}]"
expect "o['BackupDescription']['SourceTableDetails']['BillingMode'] == 'PAY_PER_REQUEST'"

ddb list-backups --table-name MusicCollection
expect "[b['BackupArn'] for b in o['BackupSummaries']] == ['$BACKUP_ARN']"
expect "keys(o['BackupSummaries'][0]) >= {'TableName', 'TableId', 'TableArn', 'BackupArn', 'BackupName', 'BackupCreationDateTime', 'BackupStatus', 'BackupType', 'BackupSizeBytes'}"

say "The table is lost"
ddb delete-table --table-name MusicCollection
expect "o['TableDescription']['TableStatus'] == 'DELETING'"
until_holds "'MusicCollection' not in o['TableNames']" list-tables
refused ResourceNotFoundException describe-table --table-name MusicCollection

say "40 days pass"
BEFORE="$(curl -sS --fail "$ENDPOINT/_lookback/clock")"
AFTER="$(curl -sS --fail "$ENDPOINT/_lookback/clock" -d '{"advance_s": 3456000}')"
printf '%s -> %s\n' "$BEFORE" "$AFTER"
printf '[%s, %s]' "$BEFORE" "$AFTER" >"$WORK/out"
expect "3456000 <= o[1]['now'] - o[0]['now'] < 3456060"

say "The backup gives it back"
ddb restore-table-from-backup --target-table-name MusicCollection --backup-arn "$BACKUP_ARN"
expect "o['TableDescription']['TableStatus'] == 'CREATING'"
expect "o['TableDescription']['RestoreSummary']['SourceBackupArn'] == '$BACKUP_ARN'"
expect "o['TableDescription']['RestoreSummary']['RestoreInProgress'] is True"
until_holds "o['Table']['TableStatus'] == 'ACTIVE'" describe-table --table-name MusicCollection
ddb scan --table-name MusicCollection
expect "o['Count'] == 1 and o['ScannedCount'] == 1"
expect "o['Items'] == [{'Artist': {'S': 'Acme Band'}, 'SongTitle': {'S': 'Happy Day'}, 'Plays': {'N': '7'}, 'Cover': {'B': 'YWJj'}}]"

say "The backup goes"
ddb delete-backup --backup-arn "$BACKUP_ARN"
expect "o['BackupDescription']['BackupDetails']['BackupStatus'] == 'DELETED'"
refused BackupNotFoundException describe-backup --backup-arn "$BACKUP_ARN"

stop_server
say "The AWS CLI walk-through passed"
