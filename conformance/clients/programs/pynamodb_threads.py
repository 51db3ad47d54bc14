"""PynamoDB against the reference server: a forum with threads and messages, indexes, versions, expiry, batches,
transactions, pages.

    conformance/clients/program.sh pynamodb_threads

`ENDPOINT` names the server. It fails with an AssertionError that names the line."""

import json
import os
import urllib.request
from datetime import datetime, timedelta, timezone

from pynamodb.attributes import (
    BinaryAttribute,
    BooleanAttribute,
    JSONAttribute,
    ListAttribute,
    MapAttribute,
    NumberAttribute,
    TTLAttribute,
    UnicodeAttribute,
    UnicodeSetAttribute,
    UTCDateTimeAttribute,
    VersionAttribute,
)
from pynamodb.exceptions import (
    DeleteError,
    DoesNotExist,
    PutError,
    TableError,
    TransactWriteError,
    UpdateError,
)
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex, IncludeProjection, LocalSecondaryIndex
from pynamodb.models import Model
from pynamodb.transactions import TransactGet, TransactWrite

ENDPOINT = os.environ["ENDPOINT"]
REFUSED = "ConditionalCheckFailedException"


class Settings:
    host = ENDPOINT
    region = "us-west-2"
    aws_access_key_id = "lookback"
    aws_secret_access_key = "lookback"
    max_retry_attempts = 0


class Editor(MapAttribute):
    name = UnicodeAttribute()
    since = NumberAttribute(null=True)


class ViewsIndex(LocalSecondaryIndex):
    class Meta(Settings):
        index_name = "by-views"
        projection = AllProjection()

    forum = UnicodeAttribute(hash_key=True)
    views = NumberAttribute(range_key=True)


class AuthorIndex(GlobalSecondaryIndex):
    class Meta(Settings):
        index_name = "by-author"
        projection = IncludeProjection(["views"])
        read_capacity_units = 2
        write_capacity_units = 2

    author = UnicodeAttribute(hash_key=True)
    subject = UnicodeAttribute(range_key=True)


class Thread(Model):
    class Meta(Settings):
        table_name = "threads"
        read_capacity_units = 5
        write_capacity_units = 5

    forum = UnicodeAttribute(hash_key=True)
    subject = UnicodeAttribute(range_key=True)
    author = UnicodeAttribute(null=True)
    views = NumberAttribute(default=0)
    tags = UnicodeSetAttribute(null=True)
    posted = UTCDateTimeAttribute(null=True)
    sticky = BooleanAttribute(default=False)
    editors = ListAttribute(of=Editor, null=True)
    picture = BinaryAttribute(null=True, legacy_encoding=False)
    extra = JSONAttribute(null=True)
    expires = TTLAttribute(null=True)
    by_views = ViewsIndex()
    by_author = AuthorIndex()


class Counter(Model):
    """Locked optimistically."""

    class Meta(Settings):
        table_name = "counters"
        billing_mode = "PAY_PER_REQUEST"

    name = UnicodeAttribute(hash_key=True)
    value = NumberAttribute(default=0)
    version = VersionAttribute()


def move_clock(seconds):
    """Lets time pass on the server."""
    urllib.request.urlopen(f"{ENDPOINT}/_lookback/clock", data=json.dumps({"advance_s": seconds}).encode()).close()


def refused(error, code, call, *arguments, **options):
    """Requires a call to fail with this error of PynamoDB's and this code of the service's."""
    try:
        call(*arguments, **options)
    except error as refusal:
        assert refusal.cause_response_code == code, refusal
        return refusal
    raise AssertionError(f"expected {error.__name__}")


def connection():
    return Counter._get_connection().connection


def tables():
    assert not Thread.exists()
    Thread.create_table(wait=True)
    Counter.create_table(wait=True)
    description = Thread.describe_table()
    assert description["TableStatus"] == "ACTIVE", description
    assert description["ProvisionedThroughput"]["ReadCapacityUnits"] == 5, description
    assert [index["IndexName"] for index in description["LocalSecondaryIndexes"]] == ["by-views"], description
    (author,) = description["GlobalSecondaryIndexes"]
    assert author["Projection"] == {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["views"]}, author
    assert connection().list_tables()["TableNames"] == ["counters", "threads"]
    # Creating the table has switched expiry on.
    refused(TableError, "ValidationException", Thread.update_ttl, ignore_update_ttl_errors=False)


def items():
    posted = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=timezone.utc)
    thread = Thread(
        "rust",
        "Lifetimes",
        author="anna",
        views=7,
        tags={"help", "beginner"},
        posted=posted,
        editors=[Editor(name="ben", since=2020), Editor(name="eva")],
        picture=b"\x00\x01\xff",
        extra={"nested": [1, {"deep": None}]},
        expires=timedelta(days=1),
    )
    thread.save()
    found = Thread.get("rust", "Lifetimes", consistent_read=True)
    assert found.tags == {"help", "beginner"} and found.posted == posted, found
    assert [editor.name for editor in found.editors] == ["ben", "eva"] and found.editors[1].since is None
    assert found.picture == b"\x00\x01\xff" and found.extra == {"nested": [1, {"deep": None}]}
    assert found.sticky is False and found.expires == thread.expires.replace(microsecond=0), found.expires

    # What a condition refuses is not written.
    refused(PutError, REFUSED, Thread("rust", "Lifetimes").save, condition=Thread.subject.does_not_exist())
    found.update(
        actions=[
            Thread.views.add(3),
            Thread.sticky.set(True),
            Thread.tags.delete({"beginner"}),
            Thread.editors.set(Thread.editors.append([Editor(name="kim")])),
            Thread.extra.remove(),
        ],
        condition=(Thread.views == 7) & Thread.author.startswith("an") & Thread.tags.contains("help"),
    )
    assert found.views == 10 and found.tags == {"help"} and found.extra is None and len(found.editors) == 3, found
    found.update(actions=[Thread.editors[1]["name"].set("evi"), Thread.views.set(Thread.views + 1)])
    assert found.editors[1].name == "evi" and found.views == 11, found
    refused(UpdateError, REFUSED, found.update, actions=[Thread.views.set(0)], condition=Thread.views > 100)
    refused(DeleteError, REFUSED, found.delete, condition=Thread.sticky == False)  # noqa: E712
    found.refresh()
    assert found.views == 11
    found.delete(condition=Thread.author.is_in("anna", "otto") & Thread.views.between(11, 12))
    try:
        Thread.get("rust", "Lifetimes")
    except DoesNotExist:
        pass
    else:
        raise AssertionError("it was deleted")


def batches_and_pages():
    with Thread.batch_write() as batch:
        for number in range(60):
            batch.save(
                Thread(
                    "python" if number % 2 else "rust",
                    f"Subject {number:02}",
                    author=f"author-{number % 3}",
                    views=100 - number,
                )
            )
    keys = [("rust", f"Subject {number:02}") for number in range(0, 60, 2)] + [("rust", "None such")]
    assert len(list(Thread.batch_get(keys, consistent_read=True))) == 30
    assert len(list(Thread.batch_get(keys[:3], attributes_to_get=["subject"]))) == 3

    # A count of the whole table is what DescribeTable says, which is up to six hours old.
    assert Thread.count() == 0, Thread.count()
    move_clock(7 * 3600)
    assert Thread.count() == 60, Thread.count()
    assert Thread.count("rust") == 30, Thread.count("rust")
    assert Thread.count("rust", Thread.subject < "Subject 10") == 5
    between = Thread.query("rust", Thread.subject.between("Subject 10", "Subject 20"), consistent_read=True)
    assert [thread.subject for thread in between] == [f"Subject {number}" for number in range(10, 21, 2)]
    last = Thread.query("rust", scan_index_forward=False, limit=3)
    assert [thread.subject for thread in last] == ["Subject 58", "Subject 56", "Subject 54"]
    assert last.last_evaluated_key["subject"] == {"S": "Subject 54"}, last.last_evaluated_key
    rest = Thread.query("rust", scan_index_forward=False, last_evaluated_key=last.last_evaluated_key, page_size=4)
    assert len(list(rest)) == 27 and rest.last_evaluated_key is None

    filtered = Thread.query("rust", Thread.subject.startswith("Subject"), Thread.views <= 50, attributes_to_get=["views"])
    assert sorted(thread.views for thread in filtered) == list(range(42, 51, 2))
    assert [thread.views for thread in Thread.by_views.query("rust", ViewsIndex.views > 95)] == [96, 98, 100]
    by_author = list(Thread.by_author.query("author-1", Thread.subject.startswith("Subject 0")))
    assert [(thread.subject, thread.views, thread.forum) for thread in by_author] == [
        ("Subject 01", 99, "python"), ("Subject 04", 96, "rust"), ("Subject 07", 93, "python"),
    ], by_author  # fmt: skip
    assert Thread.by_author.count("author-0") == 20

    parts = [list(Thread.scan(segment=part, total_segments=4, page_size=5)) for part in range(4)]
    assert sorted(thread.subject for part in parts for thread in part) == [f"Subject {n:02}" for n in range(60)]
    assert len(list(Thread.scan((Thread.views > 90) | Thread.author.does_not_exist(), limit=100))) == 10
    assert len(list(Thread.scan(~Thread.subject.contains("5")))) == 60 - 15


def versions():
    counter = Counter("visits")
    counter.save()
    mine, yours = Counter.get("visits"), Counter.get("visits")
    assert mine.version == 1
    mine.update(actions=[Counter.value.add(1)])
    assert (mine.version, mine.value) == (2, 1)
    refused(UpdateError, REFUSED, yours.update, actions=[Counter.value.add(1)])
    refused(PutError, REFUSED, yours.save)
    yours.refresh()
    yours.value = 5
    yours.save()
    assert Counter.get("visits").version == 3


def transactions():
    Counter("left", value=10).save()
    Counter("right", value=0).save()
    left, right = Counter.get("left"), Counter.get("right")
    with TransactWrite(connection=connection(), client_request_token="move-3") as transaction:
        transaction.update(left, actions=[Counter.value.add(-3)], condition=Counter.value >= 3)
        transaction.update(right, actions=[Counter.value.add(3)])
        transaction.condition_check(Counter, "visits", condition=Counter.version == 3)
        transaction.save(Counter("log", value=3), condition=Counter.name.does_not_exist())
    with TransactGet(connection=connection()) as transaction:
        futures = [transaction.get(Counter, name) for name in ("left", "right", "log")]
    assert [future.get().value for future in futures] == [7, 3, 3]

    def too_much():
        with TransactWrite(connection=connection()) as transaction:
            transaction.update(left, actions=[Counter.value.add(-30)], condition=Counter.value >= 30)
            transaction.delete(Counter.get("log"))

    refusal = refused(TransactWriteError, "TransactionCanceledException", too_much)
    # PynamoDB sends deletions before updates.
    codes = [reason and reason.code for reason in refusal.cancellation_reasons]
    assert codes == [None, "ConditionalCheckFailed"], refusal.cancellation_reasons
    assert Counter.get("log").value == 3


def end():
    Thread.delete_table()
    Counter.delete_table()


def main():
    tables()
    items()
    batches_and_pages()
    versions()
    transactions()
    end()
    print("PynamoDB passed")


if __name__ == "__main__":
    main()
