"""Indexes that are made by whoever writes first, and again where the database came back empty.

And, for the log, whether they lead to what is stored.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from pymongo import IndexModel
from pymongo.collection import Collection

from hyperdock_common.adapters.mongodb.batches import LARGEST
from hyperdock_common.adapters.mongodb.connection import Document, MongoServer
from hyperdock_common.ports import StoredEvent

_ASKED_AT_ONCE: Final = 100


class Indexes:
    """The indexes of one collection. Call it before a write, inside `translated`."""

    def __init__(
        self, server: MongoServer, collection: Collection[Document], wanted: Sequence[IndexModel]
    ) -> None:
        self._server = server
        self._collection = collection
        self._wanted = list(wanted)
        self._made_at: int | None = None

    def __call__(self, *, anew: bool = False) -> None:
        """Makes them if a connection broke since they were made, or if told to; else does nothing.

        Readers do not call it: they may lack the right, and an empty collection needs none.
        """
        outages = self._server.outages
        if self._wanted and (anew or self._made_at != outages):
            self._collection.create_indexes(self._wanted)
            self._made_at = outages


def unindexed(commits: Collection[Document], facts: Sequence[StoredEvent]) -> Sequence[StoredEvent]:
    """Of facts that are in commits, those that are not found by their id or in their stream."""
    if not facts:
        return []
    low, high = min(each.position for each in facts), max(each.position for each in facts)
    near = {"last": {"$gte": low, "$lt": high + LARGEST}}
    by_id = set(_found(commits, "ids", (each.event_id for each in facts), {}))
    by_stream = set(_found(commits, "streams", {each.stream for each in facts}, near))
    return [
        fact
        for fact in facts
        if (fact.event_id, fact.position) not in by_id
        or (fact.stream, fact.position) not in by_stream
    ]


def _found(
    commits: Collection[Document], field: str, names: Iterable[str], within: Document
) -> Iterator[tuple[Any, int]]:
    """What commits with one of these names list there, and at which position."""
    asked = list(names)
    for start in range(0, len(asked), _ASKED_AT_ONCE):
        some = {field: {"$in": asked[start : start + _ASKED_AT_ONCE]}, **within}
        for commit in commits.find(some, {field: 1}):
            for position, name in enumerate(commit[field], int(commit["_id"])):
                yield name, position
