"""Pulses in a collection of their own: numbered, not waited for, and trimmed by age and number."""

import time
from collections.abc import Callable, Sequence
from itertools import islice
from typing import Final

from pymongo import IndexModel, ReturnDocument, WriteConcern

from hyperdock_common.adapters.mongodb.batches import LARGEST, records, to_document, windows
from hyperdock_common.adapters.mongodb.connection import Document, MongoServer, translated
from hyperdock_common.adapters.mongodb.indexes import Indexes
from hyperdock_common.events import Envelope, RecordedEvent

_COUNTER: Final = {"_id": "pulses"}
_UNHURRIED: Final = WriteConcern(w=1, j=False)


class Pulses:
    """The newest heartbeats of all. A crash of the server may cost the last of them."""

    def __init__(self, server: MongoServer, clock: Callable[[], float] = time.time) -> None:
        database = server.database
        self._batches = database.get_collection("pulses", write_concern=_UNHURRIED)
        self._counters = database.get_collection("counters", write_concern=_UNHURRIED)
        self._indexes = Indexes(server, self._batches, [IndexModel("last"), IndexModel("at")])
        self._clock = clock
        self._trimmed_at: float | None = None
        self._last = 0
        self._trimmed_to = 0

    def append(
        self, batch: Sequence[Envelope], keep_seconds: float, keep_count: int | None = None
    ) -> None:
        """See `EventLog.append_pulses`."""
        now = self._clock()
        with translated():
            self._indexes()
            for start in range(0, len(batch), LARGEST):
                part = batch[start : start + LARGEST]
                first = self._take_numbers(len(part))
                self._batches.insert_one(to_document(first, now, part))
                self._last = first + len(part) - 1
            self._trim(now, keep_seconds)
            if keep_count is not None:
                self._trim_many(keep_count)

    def read(self, after: int, limit: int) -> Sequence[RecordedEvent]:
        """See `EventLog.read_pulses`."""
        with translated():
            counter = self._counters.find_one(_COUNTER)
            for low, high in windows(after, counter["last"] if counter else 0):
                within = {"last": {"$gt": low, "$lte": high}}
                if found := list(self._batches.find(within).sort("last").limit(max(limit, 0))):
                    return list(islice(records(found, after), max(limit, 0)))
        return []

    def _take_numbers(self, count: int) -> int:
        """The first of so many numbers that are taken for good."""
        counter: Document | None = self._counters.find_one_and_update(
            _COUNTER,
            {"$inc": {"last": count}},
            upsert=True,
            return_document=ReturnDocument.AFTER,
        )
        return int(counter["last"]) - count + 1 if counter else 1

    def _trim(self, now: float, keep_seconds: float) -> None:
        """Not at each append: an old pulse does no harm for a while."""
        if self._trimmed_at is None or now - self._trimmed_at >= keep_seconds / 10:
            self._batches.delete_many({"at": {"$lt": now - keep_seconds}})
            self._trimmed_at = now

    def _trim_many(self, keep_count: int) -> None:
        """Likewise: once a tenth more than that may be there."""
        too_old = self._last - keep_count
        if too_old > self._trimmed_to + keep_count // 10:
            self._batches.delete_many({"last": {"$lte": too_old}})
            self._trimmed_to = too_old
