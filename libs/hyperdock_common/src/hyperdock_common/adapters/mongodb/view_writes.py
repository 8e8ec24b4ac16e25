"""How rows of a view are written: many at once, and none over a newer one."""

from collections.abc import Sequence
from typing import Final, TypeAlias

from pymongo import InsertOne, ReplaceOne
from pymongo.collection import Collection
from pymongo.errors import BulkWriteError

from hyperdock_common.adapters.mongodb.connection import Document

Write: TypeAlias = InsertOne[Document] | ReplaceOne[Document]

_DUPLICATE_KEY: Final = 11000


def unless_newer(row: Document) -> ReplaceOne[Document]:
    """A newer row is not found by this and its key is taken: a duplicate, which is no mistake."""
    older = {"_id": row["_id"], "p": {"$lt": row["p"]}, "v": row["v"]}
    return ReplaceOne(older, row, upsert=True)


def write_all(collection: Collection[Document], writes: Sequence[Write]) -> list[int]:
    """Writes in any order; tells the places of those that found their key taken."""
    if not writes:
        return []
    try:
        collection.bulk_write(writes, ordered=False)
    except BulkWriteError as error:
        refused = error.details["writeErrors"]
        codes = {each["code"] for each in refused}
        if codes != {_DUPLICATE_KEY} or error.details["writeConcernErrors"]:
            raise
        return [each["index"] for each in refused]
    return []
