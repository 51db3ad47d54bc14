"""boto3 against the reference server: exports to a bucket, and imports objects that it puts, one of them in parts.

    conformance/clients/exports.sh

`ENDPOINT` names the server. It fails with an AssertionError that names the line."""

import gzip
import io
import json
import os
import urllib.request

import boto3
from botocore.exceptions import ClientError

ENDPOINT = os.environ["ENDPOINT"]
SETTINGS = {
    "endpoint_url": ENDPOINT,
    "region_name": "eu-west-1",
    "aws_access_key_id": "lookback",
    "aws_secret_access_key": "lookback",
}
KEYS = {
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    "BillingMode": "PAY_PER_REQUEST",
}


def tick(seconds: float):
    """Lets time pass on the server."""
    body = json.dumps({"advance_s": seconds}).encode()
    with urllib.request.urlopen(f"{ENDPOINT}/_lookback/clock", data=body) as answer:
        answer.read()


def main():
    dynamodb, s3 = boto3.client("dynamodb", **SETTINGS), boto3.client("s3", **SETTINGS)
    s3.create_bucket(Bucket="files", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    s3.head_bucket(Bucket="files")

    # More than 8 MB go up in parts.
    lines = [json.dumps({"Item": {"id": {"S": f"i-{n:06}"}, "text": {"S": "x" * 200}}}) for n in range(45_000)]
    big = "\n".join(lines).encode()
    assert len(big) > 10_000_000
    s3.upload_fileobj(io.BytesIO(big), "files", "in/big.json")
    s3.put_object(Bucket="files", Key="in/small.json", Body=b'{"Item": {"id": {"S": "one more"}}}\n')
    assert s3.head_object(Bucket="files", Key="in/big.json")["ContentLength"] == len(big)
    part = s3.get_object(Bucket="files", Key="in/big.json", Range="bytes=2-5")["Body"].read()
    assert part == b"Item", part

    started = dynamodb.import_table(
        S3BucketSource={"S3Bucket": "files", "S3KeyPrefix": "in/"},
        InputFormat="DYNAMODB_JSON",
        TableCreationParameters={"TableName": "imported", **KEYS},
    )["ImportTableDescription"]
    assert started["ImportStatus"] == "IN_PROGRESS"
    tick(600)
    ended = dynamodb.describe_import(ImportArn=started["ImportArn"])["ImportTableDescription"]
    assert (ended["ImportStatus"], ended["ImportedItemCount"], ended["ErrorCount"]) == ("COMPLETED", 45_001, 0), ended

    dynamodb.update_continuous_backups(
        TableName="imported", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )
    arn = dynamodb.describe_table(TableName="imported")["Table"]["TableArn"]
    export = dynamodb.export_table_to_point_in_time(TableArn=arn, S3Bucket="files")["ExportDescription"]
    tick(600)
    export = dynamodb.describe_export(ExportArn=export["ExportArn"])["ExportDescription"]
    assert (export["ExportStatus"], export["ItemCount"]) == ("COMPLETED", 45_001), export
    summary = json.load(s3.get_object(Bucket="files", Key=export["ExportManifest"])["Body"])
    files = s3.get_object(Bucket="files", Key=summary["manifestFilesS3Key"])["Body"].read().splitlines()
    found = set()
    for entry in map(json.loads, files):
        item_file = s3.get_object(Bucket="files", Key=entry["dataFileS3Key"])
        assert item_file["ETag"].strip('"') == entry["etag"]
        found |= {json.loads(line)["Item"]["id"]["S"] for line in gzip.decompress(item_file["Body"].read()).splitlines()}
    assert len(found) == 45_001 and "one more" in found

    keys = [one["Key"] for page in s3.get_paginator("list_objects_v2").paginate(Bucket="files") for one in page["Contents"]]
    folders = s3.list_objects_v2(Bucket="files", Delimiter="/")["CommonPrefixes"]
    assert [one["Prefix"] for one in folders] == ["AWSDynamoDB/", "in/"]
    s3.delete_objects(Bucket="files", Delete={"Objects": [{"Key": key} for key in keys]})
    s3.delete_bucket(Bucket="files")
    try:
        s3.head_bucket(Bucket="files")
    except ClientError as refusal:
        assert refusal.response["ResponseMetadata"]["HTTPStatusCode"] == 404, refusal
    else:
        raise AssertionError("the bucket is still there")
    print("boto3 exported and imported", len(found), "items")


if __name__ == "__main__":
    main()
