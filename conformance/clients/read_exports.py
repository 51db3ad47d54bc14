"""Reads exports as programs do, with nothing but boto3, gzip, json and base64: a full export, an incremental one, and the table
that follows from both. Then the same instant in Ion, through the package amazon.ion.

    conformance/clients/read-exports.sh

`ENDPOINT` names the server: DynamoDB, S3 and the clock. `PLACES` names a file for the places of the exports, one
s3:// address on each line: full, incremental, later, the same in Ion. It fails with an AssertionError that names the line."""

import base64
import gzip
import json
import os
import time
import urllib.request
from collections.abc import Mapping
from decimal import Decimal

import boto3
from amazon.ion import simpleion
from boto3.dynamodb.types import Binary, TypeDeserializer
from botocore.config import Config

ENDPOINT = os.environ["ENDPOINT"]
SETTINGS = {
    "endpoint_url": ENDPOINT,
    "region_name": "us-west-2",
    "aws_access_key_id": "lookback",
    "aws_secret_access_key": "lookback",
}
BUCKET = "nightly-exports"
TABLE = "MusicCollection"
MINUTE = 60

dynamodb = boto3.client("dynamodb", **SETTINGS)
s3 = boto3.client("s3", config=Config(s3={"addressing_style": "path"}), **SETTINGS)
value_of = TypeDeserializer().deserialize


def let_pass(seconds: float) -> float:
    """Lets time pass on the server and answers what its clock shows then."""
    body = json.dumps({"advance_s": seconds}).encode()
    with urllib.request.urlopen(f"{ENDPOINT}/_lookback/clock", data=body) as answer:
        return json.load(answer)["now"]


def get(key: str) -> bytes:
    return s3.get_object(Bucket=BUCKET, Key=key)["Body"].read()


def export(**request) -> dict:
    """Exports, waits until the export is over, and answers its description."""
    arn = dynamodb.export_table_to_point_in_time(S3Bucket=BUCKET, S3Prefix="music", **request)
    arn = arn["ExportDescription"]["ExportArn"]
    for _ in range(200):
        described = dynamodb.describe_export(ExportArn=arn)["ExportDescription"]
        if described["ExportStatus"] != "IN_PROGRESS":
            assert described["ExportStatus"] == "COMPLETED", described
            return described
        let_pass(30)
        time.sleep(0.05)
    raise AssertionError(f"the export does not end: {described}")


def data_files(described: dict):
    """The bytes of each data file, decompressed, and how many records it says it has."""
    summary = json.loads(get(described["ExportManifest"]))
    files = [json.loads(line) for line in get(summary["manifestFilesS3Key"]).splitlines()]
    assert sum(file["itemCount"] for file in files) == summary["itemCount"] == described["ItemCount"]
    for file in files:
        yield gzip.decompress(get(file["dataFileS3Key"])), file["itemCount"]


def records(described: dict):
    for data, count in data_files(described):
        lines = [json.loads(line) for line in data.splitlines()]
        assert len(lines) == count, (len(lines), count)
        yield from lines


def with_bytes(value: dict) -> dict:
    """An attribute value of a file as boto3 has it of the wire: bytes instead of base64."""
    [(kind, inside)] = value.items()
    if kind == "B":
        inside = base64.b64decode(inside, validate=True)
    elif kind == "BS":
        inside = [base64.b64decode(one, validate=True) for one in inside]
    elif kind == "L":
        inside = [with_bytes(one) for one in inside]
    elif kind == "M":
        inside = {name: with_bytes(one) for name, one in inside.items()}
    return {kind: inside}


def plain(item: dict) -> dict:
    """An item of a file."""
    return {name: value_of(with_bytes(value)) for name, value in item.items()}


def key_of(item: dict):
    return (item["Artist"], item["SongTitle"])


def rebuilt(described: dict) -> dict:
    """The table that a full export holds."""
    items = [plain(record["Item"]) for record in records(described)]
    table = {key_of(item): item for item in items}
    assert len(table) == len(items), "a key is there twice"
    return table


def applied(table: dict, described: dict) -> dict:
    """The table with the records of an incremental export applied."""
    table = dict(table)
    for record in records(described):
        key = key_of(plain(record["Keys"]))
        if "OldImage" in record:
            assert plain(record["OldImage"]) == table.get(key), key
        if "NewImage" in record:
            table[key] = plain(record["NewImage"])
        else:
            table.pop(key, None)
    return table


def scanned() -> dict:
    pages = dynamodb.get_paginator("scan").paginate(TableName=TABLE, ConsistentRead=True)
    read = [item for page in pages for item in page["Items"]]
    items = [{name: value_of(value) for name, value in item.items()} for item in read]
    return {key_of(item): item for item in items}


def from_ion(value):
    """A value as boto3 would give it."""
    marks = [mark.text for mark in getattr(value, "ion_annotations", ())]
    if isinstance(value, Mapping):
        return {str(name): from_ion(inside) for name, inside in value.items()}
    if isinstance(value, (list, tuple)):
        inside = [from_ion(one) for one in value]
        assert marks in ([], ["$dynamodb_SS"], ["$dynamodb_NS"], ["$dynamodb_BS"]), marks
        return set(inside) if marks else inside
    assert not marks, marks
    if value is None or type(value).__name__ == "IonPyNull":
        return None
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Decimal):
        return Decimal(value)
    if isinstance(value, bytes):
        return Binary(bytes(value))
    assert type(value).__name__ in ("bool", "IonPyBool"), type(value)
    return bool(value)


def rebuilt_from_ion(described: dict) -> dict:
    items = []
    for data, count in data_files(described):
        found = simpleion.loads(data, single_value=False) if data else []
        assert len(found) == count, (len(found), count)
        items.extend(from_ion(record["Item"]) for record in found)
    return {key_of(item): item for item in items}


def song(number: int, plays: int) -> dict:
    return {
        "Artist": {"S": f"Band \"{number % 7}\" ü"},
        "SongTitle": {"S": f"Song {number:03}"},
        "Plays": {"N": str(plays)},
        "Price": {"N": "1.05"},
        "Views": {"N": "600000"},
        "Cover": {"B": bytes([0, 255, number])},
        "Live": {"BOOL": number % 2 == 0},
        "Label": {"NULL": True},
        "Tags": {"SS": ["a\n", "b'"]},
        "Years": {"NS": ["1999", "2.5", "1000"]},
        "Prints": {"BS": [b"x", b"y"]},
        "Notes": {"L": [{"S": "tab\t"}, {"N": "0"}, {"M": {"in ner": {"L": []}}}]},
    }


def put(numbers, plays: int):
    for number in numbers:
        dynamodb.put_item(TableName=TABLE, Item=song(number, plays))


def main():
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "us-west-2"})
    dynamodb.create_table(
        TableName=TABLE,
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
    dynamodb.get_waiter("table_exists").wait(TableName=TABLE, WaiterConfig={"Delay": 1, "MaxAttempts": 30})
    arn = dynamodb.describe_table(TableName=TABLE)["Table"]["TableArn"]
    recovery = {"PointInTimeRecoveryEnabled": True}
    dynamodb.update_continuous_backups(TableName=TABLE, PointInTimeRecoverySpecification=recovery)

    put(range(100), 1)
    before = scanned()
    begin = int(let_pass(10 * MINUTE))
    let_pass(10 * MINUTE)
    put(range(20, 60), 2)
    put(range(100, 130), 1)
    for number in range(50, 70):
        key = {name: song(number, 0)[name] for name in ("Artist", "SongTitle")}
        dynamodb.delete_item(TableName=TABLE, Key=key)
    after = scanned()
    end = int(let_pass(20 * MINUTE))
    let_pass(10 * MINUTE)
    put(range(5), 9)
    let_pass(10 * MINUTE)

    full = export(TableArn=arn, ExportTime=begin)
    table = rebuilt(full)
    assert table == before, "the full export is not the table"
    period = {"ExportFromTime": begin, "ExportToTime": end}
    for view in ("NEW_IMAGE", "NEW_AND_OLD_IMAGES"):
        changes = export(
            TableArn=arn,
            ExportType="INCREMENTAL_EXPORT",
            IncrementalExportSpecification={**period, "ExportViewType": view},
        )
        assert changes["ItemCount"] == 80, changes
        assert applied(table, changes) == after, f"the table of the full and the incremental export, {view}"
    later = export(TableArn=arn, ExportTime=end)
    assert rebuilt(later) == after, "the later full export is not the table"
    in_ion = export(TableArn=arn, ExportTime=end, ExportFormat="ION")
    assert rebuilt_from_ion(in_ion) == after, "the Ion export holds other items"

    with open(os.environ["PLACES"], "w") as places:
        for described in (full, changes, later, in_ion):
            folder = described["ExportManifest"].removesuffix("/manifest-summary.json")
            places.write(f"s3://{BUCKET}/{folder}\n")
    print(f"Read {len(before)} items, {changes['ItemCount']} changes and {len(after)} later items, these in Ion, too")


if __name__ == "__main__":
    main()
