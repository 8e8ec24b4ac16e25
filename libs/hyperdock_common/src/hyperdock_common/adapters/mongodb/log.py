"""The event log in MongoDB: one document per commit, which needs no transaction to be whole.

The `_id` of a commit is its first position: the fence against a second writer that builds on the
same head. A unique index on the events' ids refuses what is in the log already.
"""

import time
from collections.abc import Callable, Collection, Sequence
from itertools import islice
from typing import Final

from pymongo import IndexModel
from pymongo.errors import DuplicateKeyError
from pymongo.read_concern import ReadConcern

from hyperdock_common.adapters.mongodb.batches import (
    LARGEST,
    consecutive,
    records,
    to_document,
    windows,
)
from hyperdock_common.adapters.mongodb.connection import Document, MongoServer, translated
from hyperdock_common.adapters.mongodb.head import Head
from hyperdock_common.adapters.mongodb.indexes import Indexes
from hyperdock_common.adapters.mongodb.pulses import Pulses
from hyperdock_common.errors import AlreadyRecorded, Conflict, StorageUnavailable
from hyperdock_common.events import Envelope, RecordedEvent

_INDEXES: Final = (
    IndexModel("ids", unique=True),
    IndexModel("last"),
    IndexModel([("streams", 1), ("last", 1)]),
)
_ASKED_AT_ONCE: Final = 100


class MongoEventLog:
    """An `EventLog` in the collections `commits`, `pulses` and `counters` of a database."""

    def __init__(self, server: MongoServer, clock: Callable[[], float] = time.time) -> None:
        self._server = server
        self._clock = clock
        self._commits = server.database.get_collection(
            "commits", read_concern=ReadConcern("majority")
        )
        self._indexes = Indexes(server, self._commits, _INDEXES)
        self._head = Head(server, self._commits)
        self._pulses = Pulses(server, clock)

    def append(self, expected: int, batch: Sequence[Envelope]) -> Sequence[RecordedEvent]:
        """See `EventLog.append`; ValueError where the batch is empty or too much for a document."""
        commit = to_document(expected + 1, self._clock(), batch)
        with translated():
            outages = self._server.outages
            self._indexes(anew=expected == 0)
            if not self._head.is_at(expected) and (actual := self._head.find()) != expected:
                raise Conflict(expected, actual)
            if len(set(commit["ids"])) < len(batch):
                raise AlreadyRecorded("an event stands in the batch twice: it would be in the log")
            try:
                self._commits.insert_one(commit)
            except DuplicateKeyError as error:
                raise self._refusal(expected, commit) from error
            except BaseException:
                self._head.forget()  # nobody knows whether it was appended
                raise
        self._head.note(commit["last"], outages)
        return [
            RecordedEvent(position=position, recorded_at=commit["at"], envelope=envelope)
            for position, envelope in enumerate(batch, expected + 1)
        ]

    def read(
        self, after: int, limit: int = 500, *, stream: str | None = None
    ) -> Sequence[RecordedEvent]:
        """See `EventLog.read`."""
        at_most, after = max(limit, 0), max(after, 0)
        with translated():
            if stream is None:
                found = self._next_commits(after, at_most) if at_most else []
            else:
                found = self._commits_of(stream, after, at_most)
        return list(islice(records(found, after, stream), at_most))

    def head(self) -> int:
        """See `EventLog.head`."""
        with translated():
            return self._head.find()

    def known(self, event_ids: Collection[str]) -> set[str]:
        """See `EventLog.known`."""
        with translated():
            return self._known(event_ids)

    def find(self, event_id: str) -> RecordedEvent | None:
        """See `EventLog.find`."""
        with translated():
            commit = self._commits.find_one({"ids": event_id})
        if commit is None:
            return None
        before = int(commit["_id"]) + commit["ids"].index(event_id) - 1
        return next(records([commit], before))

    def append_pulses(self, batch: Sequence[Envelope], keep_seconds: float) -> None:
        """See `EventLog.append_pulses`."""
        self._pulses.append(batch, keep_seconds)

    def read_pulses(self, after: int, limit: int = 500) -> Sequence[RecordedEvent]:
        """See `EventLog.read_pulses`."""
        return self._pulses.read(after, limit)

    def _refusal(self, expected: int, commit: Document) -> Exception:
        """Why a commit was refused, by what most of the servers show of it now."""
        self._head.forget()
        actual = self._head.find()
        if actual != expected:
            return Conflict(expected, actual)
        if self._known(commit["ids"]):
            return AlreadyRecorded()
        return StorageUnavailable("MongoDB refuses a commit for one that it does not show yet")

    def _known(self, event_ids: Collection[str]) -> set[str]:
        asked = list(event_ids)
        known: set[str] = set()
        for start in range(0, len(asked), _ASKED_AT_ONCE):
            chunk = asked[start : start + _ASKED_AT_ONCE]
            for commit in self._commits.find({"ids": {"$in": chunk}}, {"ids": 1}):
                known.update(commit["ids"])
        return known.intersection(asked)

    def _next_commits(self, after: int, limit: int) -> list[Document]:
        """Enough commits for a page, found by where they end."""
        run = self._run(after, after + limit)
        if not run:  # the head is here, or a commit that is longer than the page
            beyond = {"last": {"$gt": after + limit, "$lte": after + LARGEST}}
            return consecutive(self._commits.find(beyond).sort("last").limit(1), after)
        end = run[-1]["last"]
        if end < after + limit:
            run += self._commits.find({"_id": end + 1})
        return run

    def _run(self, after: int, to: int) -> list[Document]:
        """The commits that end here; looked for again where one before them was not seen yet."""
        for _ in range(2):
            found = list(self._commits.find({"last": {"$gt": after, "$lte": to}}))
            run = consecutive(found, after)
            if run or not found:
                return run
        raise StorageUnavailable(f"the log has a hole behind position {after}")

    def _commits_of(self, stream: str, after: int, limit: int) -> list[Document]:
        """Commits with events of a stream, enough for a page."""
        found: list[Document] = []
        for low, high in windows(after, self._head.find()):
            within = {"streams": stream, "last": {"$gt": low, "$lte": high}}
            found += self._commits.find(within).sort("last").limit(limit)
            if len(found) >= limit:
                break
        return found
