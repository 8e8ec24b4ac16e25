"""The event log in MongoDB: one document per commit, which needs no transaction to be whole.

The `_id` of a commit is its first position: the fence against a second writer that builds on the
same head. A unique index on the events' ids refuses what is in the log already.
Commits that were made before there were versions and a chain stay without.
"""

import threading
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice, takewhile
from typing import Final

from pymongo import IndexModel
from pymongo.errors import DuplicateKeyError
from pymongo.read_concern import ReadConcern

from hyperdock_common.adapters.log_tail import LogTail
from hyperdock_common.adapters.mongodb.archive import Archive
from hyperdock_common.adapters.mongodb.batches import (
    LARGEST,
    commits_of,
    consecutive,
    records,
    stored_events,
    to_commit,
    windows,
    windows_back,
)
from hyperdock_common.adapters.mongodb.connection import Document, MongoServer, translated
from hyperdock_common.adapters.mongodb.head import Head
from hyperdock_common.adapters.mongodb.indexes import Indexes, unindexed
from hyperdock_common.adapters.mongodb.pulses import Pulses
from hyperdock_common.errors import (
    AlreadyRecorded,
    Conflict,
    NotAsRecorded,
    StorageUnavailable,
)
from hyperdock_common.events import Envelope, RecordedEvent
from hyperdock_common.ports import ArchiveMark, StoredEvent

_INDEXES: Final = (
    IndexModel("ids", unique=True),
    IndexModel("last"),
    IndexModel([("streams", 1), ("last", 1)]),
)
_ASKED_AT_ONCE: Final = 100


class MongoEventLog:
    """An `EventLog` and `StoredLog` in a database.

    Its collections: `commits`; `pulses` and `counters`; `archive` and `archived_streams`.
    """

    def __init__(self, server: MongoServer, clock: Callable[[], float] = time.time) -> None:
        self._server = server
        self._clock = clock
        self._commits = server.database.get_collection(
            "commits", read_concern=ReadConcern("majority")
        )
        self._indexes = Indexes(server, self._commits, _INDEXES)
        self._archive = Archive(server, self._commits)
        self._head = Head(server, self._commits, self._archive)
        self._pulses = Pulses(server, clock)
        self._appending = threading.Lock()  # the tail is for one thread at a time
        self._tail = LogTail(self._link_at, self._version_of)
        self._tail_outages = -1

    def append(self, expected: int, batch: Sequence[Envelope]) -> Sequence[RecordedEvent]:
        """See `EventLog.append`; ValueError where the batch is empty or too much for a document."""
        now = self._clock()
        with self._in_place(expected):
            facts = self._tail.grow(expected, now, batch)
            if len({each.event_id for each in facts}) < len(facts):
                raise AlreadyRecorded("an event stands in the batch twice: it would be in the log")
            self._insert(expected, facts)
        return [
            RecordedEvent(position=position, recorded_at=now, envelope=envelope)
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
                if not found or found[0].get("gone", 0) > after:
                    self._archive.refuse_archived(after)
            else:
                found = self._commits_of(stream, after, at_most)
                self._archive.refuse_archived(after, stream)
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

    def append_pulses(
        self, batch: Sequence[Envelope], keep_seconds: float, keep_count: int | None = None
    ) -> None:
        """See `EventLog.append_pulses`."""
        self._pulses.append(batch, keep_seconds, keep_count)

    def read_pulses(self, after: int, limit: int = 500) -> Sequence[RecordedEvent]:
        """See `EventLog.read_pulses`."""
        return self._pulses.read(after, limit)

    def stored(self, after: int, limit: int = 500) -> Sequence[StoredEvent]:
        """See `StoredLog.stored`."""
        if limit <= 0:
            return []
        with translated():
            after = max(after, self._archive.position())
            within = {"last": {"$gt": after, "$lte": after + limit}}
            found = list(self._commits.find(within))
            if len(consecutive(found, after)) < len(found):
                found = list(self._commits.find(within))  # an append may have been under way
            if not found:
                behind = {"last": {"$gt": after}}
                found = list(self._commits.find(behind).sort("last").limit(1))
        facts = sorted(stored_events(found, after), key=lambda each: each.position)
        if len(facts) <= limit:
            return facts
        last = facts[limit - 1].position
        return list(takewhile(lambda each: each.position <= last, facts))

    def unindexed(self, facts: Sequence[StoredEvent]) -> Sequence[StoredEvent]:
        """See `StoredLog.unindexed`."""
        with translated():
            return unindexed(self._commits, facts)

    def restore(self, batch: Sequence[StoredEvent]) -> None:
        """See `StoredLog.restore`; facts that were recorded at one time become one commit."""
        if not batch:
            return
        before = batch[0].position - 1
        with self._in_place(before):
            facts = self._tail.regrow(before, batch)
            for commit in commits_of(facts):
                self._insert(commit[0].position - 1, commit)

    def archived(self) -> ArchiveMark | None:
        """See `StoredLog.archived`."""
        with translated():
            return self._archive.mark()

    def forget(self, mark: ArchiveMark) -> None:
        """See `StoredLog.forget`. A commit that the mark cuts goes with the next archive."""
        with translated():
            if self._archive.position() < mark.position:
                if mark.position >= self._head.find():
                    problem = f"position {mark.position} cannot go: the log's last fact must stay"
                    raise ValueError(problem)
                if self._link_at(mark.position) != mark.chain:
                    problem = "the archive's hash is not the one that the log has"
                    raise NotAsRecorded(mark.position, problem)
                self._archive.note(mark)
            self._archive.drop(mark.position)

    @contextmanager
    def _in_place(self, expected: int) -> Iterator[None]:
        """Lets one thread append, if the head is where it is expected."""
        with self._appending, translated():
            try:
                outages = self._server.outages
                self._indexes(anew=expected == 0)
                if not self._head.is_at(expected) and (actual := self._head.find()) != expected:
                    raise Conflict(expected, actual)
                if outages != self._tail_outages or not expected:
                    self._tail.forget()
                self._tail_outages = outages
                yield
            except BaseException:
                self._tail.forget()
                raise

    def _insert(self, expected: int, facts: Sequence[StoredEvent]) -> None:
        commit = to_commit(facts)
        try:
            self._commits.insert_one(commit)
        except DuplicateKeyError as error:
            raise self._refusal(expected, commit) from error
        except BaseException:
            self._head.forget()  # nobody knows whether it was appended
            raise
        self._tail.note(facts)
        self._head.note(commit["last"], self._tail_outages)

    def _link_at(self, position: int) -> bytes | None:
        found = self._ending_at_or_behind(position)
        at = (each for each in stored_events(found, position - 1) if each.position == position)
        fact = next(at, None)
        return None if fact is None else fact.chain

    def _ending_at_or_behind(self, position: int) -> list[Document]:
        within = {"last": {"$gte": position, "$lt": position + LARGEST}, "_id": {"$lte": position}}
        return list(self._commits.find(within).limit(1))

    def _version_of(self, stream: str, head: int) -> int:
        """How many facts a stream has had. The archive is asked last: what went is there."""
        if self._commits.find_one({"streams": stream}, {"_id": 1}) is None:
            return self._archive.stream_end(stream)[0]
        said = self._said_version(stream, head)
        while said is None:
            before, until = self._archive.stream_end(stream)
            count = before + self._count_of(stream, until, head)
            if self._archive.stream_end(stream) == (before, until):  # else some went meanwhile
                said = count
        return said

    def _said_version(self, stream: str, head: int) -> int | None:
        for low, high in windows_back(head):
            within = {"streams": stream, "last": {"$gt": low, "$lte": high}}
            if found := list(self._commits.find(within, {"streams": 1, "versions": 1})):
                newest = max(found, key=lambda each: int(each["_id"]))
                pairs = zip(newest["streams"], newest.get("versions", ()), strict=False)
                said = [version for each, version in pairs if each == stream]
                return said[-1] if said and isinstance(said[-1], int) else None
        return None

    def _count_of(self, stream: str, after: int, head: int) -> int:
        count = 0
        for low, high in windows(after, head + LARGEST):
            within = {"streams": stream, "last": {"$gt": low, "$lte": high}}
            for commit in self._commits.find(within, {"streams": 1}):
                places = enumerate(commit["streams"], int(commit["_id"]))
                count += sum(each == stream and place > after for place, each in places)
        return count

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
        self._archive.refuse_archived(after)
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
