#!/usr/bin/env bash
# The AWS CLI against the reference server: make a bucket, export a table, read what was written, import it under
# another name. Both `aws dynamodb` and `aws s3` talk to the same port. Then the same with boto3 (exports.py).
#
#   conformance/clients/exports.sh
#
# LOOKBACK names a ready binary; without it the release build is made.
set -euo pipefail
ROOT="$(cd "$(dirname "$0")/../.." && pwd)"
# shellcheck source=conformance/clients/lib.sh
. "$ROOT/conformance/clients/lib.sh"

install_clients
find_lookback
start_server --s3 "file:$WORK/buckets"

export AWS_ACCESS_KEY_ID=123456789012 AWS_SECRET_ACCESS_KEY=lookback AWS_DEFAULT_REGION=us-east-1
export AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null AWS_PAGER="" AWS_MAX_ATTEMPTS=1
export AWS_ENDPOINT_URL="$ENDPOINT"
unset AWS_PROFILE AWS_SESSION_TOKEN AWS_ENDPOINT_URL_DYNAMODB AWS_ENDPOINT_URL_S3 2>/dev/null || true

# Runs one command of the AWS CLI and shows it.
aws() { printf '$ aws %s\n' "$*" >&2; "$CLIENTS/bin/aws" "$@"; }
# Requires two texts to be equal.
same() { [ "$1" = "$2" ] || die "expected $2, got $1"; }
tick() { curl -sS --fail "$ENDPOINT/_lookback/clock" -d "{\"advance_s\": $1}" >/dev/null; }

say "A table with two items, and point-in-time recovery"
aws dynamodb create-table --table-name Orders --billing-mode PAY_PER_REQUEST \
  --attribute-definitions AttributeName=id,AttributeType=S --key-schema AttributeName=id,KeyType=HASH >/dev/null
tick 10
aws dynamodb update-continuous-backups --table-name Orders \
  --point-in-time-recovery-specification PointInTimeRecoveryEnabled=true >/dev/null
for id in 1 2; do
  aws dynamodb put-item --table-name Orders --item "{\"id\": {\"S\": \"o-$id\"}, \"total\": {\"N\": \"$id\"}}"
done

say "It is exported"
aws s3 mb s3://exports
ARN="$(aws dynamodb describe-table --table-name Orders --query Table.TableArn --output text)"
EXPORT="$(aws dynamodb export-table-to-point-in-time --table-arn "$ARN" --s3-bucket exports --s3-prefix nightly \
  --query ExportDescription.ExportArn --output text)"
tick 60
same "$(aws dynamodb describe-export --export-arn "$EXPORT" --query ExportDescription.ExportStatus --output text)" COMPLETED
aws s3 ls --recursive s3://exports
ID="${EXPORT##*/}"
aws s3 sync --only-show-errors "s3://exports/nightly/AWSDynamoDB/$ID" "$WORK/export"
same "$(gzip -dc "$WORK"/export/data/*.json.gz | wc -l | tr -d ' ')" 2
MANIFEST="$WORK/export/manifest-files.json"
SUM="$("$CLIENTS/bin/python" -c 'import base64,hashlib,sys; print(base64.b64encode(hashlib.md5(open(sys.argv[1],"rb").read()).digest()).decode())' "$MANIFEST")"
same "$(cat "${MANIFEST%.json}.md5")" "$SUM"

say "It is imported"
IMPORT="$(aws dynamodb import-table --input-format DYNAMODB_JSON --input-compression-type GZIP \
  --s3-bucket-source "S3Bucket=exports,S3KeyPrefix=nightly/AWSDynamoDB/$ID/data/" \
  --table-creation-parameters '{"TableName": "OrdersAgain", "BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]}' \
  --query ImportTableDescription.ImportArn --output text)"
tick 60
same "$(aws dynamodb describe-import --import-arn "$IMPORT" --output text \
  --query 'ImportTableDescription.[ImportStatus,ImportedItemCount,ErrorCount]')" "$(printf 'COMPLETED\t2\t0')"
same "$(aws dynamodb scan --table-name OrdersAgain --query Count --output text)" 2

say "The bucket goes"
aws s3 rb --force s3://exports >/dev/null

say "The same with boto3"
ENDPOINT="$ENDPOINT" "$CLIENTS/bin/python" "$ROOT/conformance/clients/exports.py"

stop_server
say "The walk-through of exports and imports passed"
