"""boto3 against the reference server: the same walk as walkthrough.sh, through the resource and the client
interface, with the waiters that programs use.

    conformance/clients/walkthrough-boto3.sh

`ENDPOINT` names the server. It fails with an AssertionError that names the line."""

import datetime
import json
import os
import time
import urllib.request
from decimal import Decimal

import boto3
from boto3.dynamodb.types import TypeDeserializer
from botocore.config import Config
from botocore.exceptions import ClientError

ENDPOINT = os.environ["ENDPOINT"]
SETTINGS = {
    "endpoint_url": ENDPOINT,
    "region_name": "us-west-2",
    "aws_access_key_id": "lookback",
    "aws_secret_access_key": "lookback",
    # Wrong requests shall reach the server, once.
    "config": Config(retries={"total_max_attempts": 1}, parameter_validation=False),
}
SOON = {"Delay": 1, "MaxAttempts": 30}


def move_clock(seconds: float) -> float:
    """Lets time pass on the server and answers what its clock shows then."""
    body = json.dumps({"advance_s": seconds}).encode()
    with urllib.request.urlopen(f"{ENDPOINT}/_lookback/clock", data=body) as answer:
        return json.load(answer)["now"]


def refused(error: str, call, **arguments):
    """Requires a call to fail with this error and HTTP status 400."""
    try:
        call(**arguments)
    except ClientError as refusal:
        assert refusal.response["Error"]["Code"] == error, refusal
        assert refusal.response["ResponseMetadata"]["HTTPStatusCode"] == 400, refusal
    else:
        raise AssertionError(f"expected {error}")


def backup_becomes(client, arn: str, status: str):
    """There is no waiter for backups: polls as programs do."""
    for _ in range(600):
        found = client.describe_backup(BackupArn=arn)["BackupDescription"]["BackupDetails"]["BackupStatus"]
        if found == status:
            return
        time.sleep(0.1)
    raise AssertionError(f"the backup stayed {found}")


def main():
    client = boto3.client("dynamodb", **SETTINGS)
    resource = boto3.resource("dynamodb", **SETTINGS)

    table = resource.create_table(
        TableName="MusicCollection",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[
            {"AttributeName": "Artist", "AttributeType": "S"},
            {"AttributeName": "SongTitle", "AttributeType": "S"},
        ],
        KeySchema=[
            {"AttributeName": "Artist", "KeyType": "HASH"},
            {"AttributeName": "SongTitle", "KeyType": "RANGE"},
        ],
    )
    assert table.table_status == "CREATING"
    client.get_waiter("table_exists").wait(TableName="MusicCollection", WaiterConfig=SOON)
    items = [
        {"Artist": "Acme Band", "SongTitle": f"Song {number:02}", "Price": Decimal("1.10"), "Tags": {"a", "b"}}
        for number in range(30)
    ]
    with table.batch_writer() as batch:
        for item in items:
            batch.put_item(Item=item)

    answer = client.create_backup(TableName="MusicCollection", BackupName="MusicCollectionBackup")
    headers = answer["ResponseMetadata"]["HTTPHeaders"]
    assert headers["content-type"] == "application/x-amz-json-1.0", headers
    assert "x-amz-crc32" in headers, headers
    assert len(answer["ResponseMetadata"]["RequestId"]) == 52, answer
    details = answer["BackupDetails"]
    assert set(details) == {
        "BackupArn", "BackupName", "BackupSizeBytes", "BackupStatus", "BackupType", "BackupCreationDateTime",
    }, details  # fmt: skip
    assert (details["BackupStatus"], details["BackupType"]) == ("CREATING", "USER"), details
    assert isinstance(details["BackupCreationDateTime"], datetime.datetime), details
    arn = details["BackupArn"]
    assert arn.startswith(table.table_arn + "/backup/"), arn
    backup_becomes(client, arn, "AVAILABLE")

    pages = client.get_paginator("list_backups").paginate(TableName="MusicCollection")
    assert [summary["BackupArn"] for page in pages for summary in page["BackupSummaries"]] == [arn]

    # Later writes do not reach the backup.
    table.put_item(Item={"Artist": "Nobody", "SongTitle": "After the backup"})
    table.delete()
    client.get_waiter("table_not_exists").wait(TableName="MusicCollection", WaiterConfig=SOON)
    refused("ResourceNotFoundException", client.describe_table, TableName="MusicCollection")
    refused("TableNotFoundException", client.create_backup, TableName="MusicCollection", BackupName="TooLate")

    now = move_clock(40 * 86400)
    assert now > details["BackupCreationDateTime"].timestamp() + 40 * 86400, now

    answer = client.restore_table_from_backup(TargetTableName="MusicRestored", BackupArn=arn)
    summary = answer["TableDescription"]["RestoreSummary"]
    assert summary["SourceBackupArn"] == arn and summary["RestoreInProgress"] is True, summary
    again = {"TargetTableName": "MusicRestored", "BackupArn": arn}
    refused("TableInUseException", client.restore_table_from_backup, **again)
    client.get_waiter("table_exists").wait(TableName="MusicRestored", WaiterConfig=SOON)
    refused("TableAlreadyExistsException", client.restore_table_from_backup, **again)
    restored = []
    for page in client.get_paginator("scan").paginate(TableName="MusicRestored", PaginationConfig={"PageSize": 7}):
        restored.extend(page["Items"])
    read = TypeDeserializer().deserialize
    found = [{name: read(value) for name, value in item.items()} for item in restored]
    assert sorted(found, key=lambda item: item["SongTitle"]) == items, found

    # Shape violations reach the server, because the client's own checks are off.
    refused("ValidationException", client.create_backup, TableName="MusicRestored", BackupName="b!")
    refused("ValidationException", client.create_backup, TableName="MusicRestored")

    # Another account and another region see nothing of this.
    for change in ({"aws_access_key_id": "somebody-else"}, {"region_name": "eu-west-1"}):
        other = boto3.client("dynamodb", **{**SETTINGS, **change})
        assert other.list_tables()["TableNames"] == [], change
        assert other.list_backups()["BackupSummaries"] == [], change

    assert client.delete_backup(BackupArn=arn)["BackupDescription"]["BackupDetails"]["BackupStatus"] == "DELETED"
    refused("BackupNotFoundException", client.describe_backup, BackupArn=arn)
    print("The boto3 walk-through passed")


if __name__ == "__main__":
    main()
