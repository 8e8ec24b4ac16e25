"""Which logs MongoDB holds, how one of them is removed, and what became of it.

Logs are listed from an index that has all that is told of a block but its bytes: to look through
them reads none of these. A removal is noted before the first block goes, so it can be completed.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any, Final

from pymongo import IndexModel
from pymongo.collection import Collection
from pymongo.errors import DuplicateKeyError

from hyperdock_common.adapters.mongodb.connection import Document, MongoServer, translated
from hyperdock_common.adapters.mongodb.indexes import Indexes
from hyperdock_common.ports.artifacts import KeptLog, RemovedLog

_TOLD: Final = [("_id", 1), ("length", 1), ("changed", 1)]
_FIELDS: Final = {"_id": 1, "length": 1, "changed": 1}
_PAGE: Final = 500
_AT_ONCE: Final = 200


class LogRemovals:
    """What there is of logs, and what was removed."""

    def __init__(self, server: MongoServer, blocks: Collection[Document], notes: str) -> None:
        self._blocks = blocks
        self._notes = server.database[notes]
        self._indexes = Indexes(server, blocks, [IndexModel(_TOLD, name="told")])

    def all(self) -> Iterator[KeptLog]:
        """See `KeptLogs.logs`."""
        with translated():
            self._indexes()
            found = self._blocks.find({}, _FIELDS, sort=[("_id", 1)], hint="told", batch_size=_PAGE)
            with found:
                for key, blocks in groupby(found, key=_key_of):
                    if (log := _log(key, blocks)) is not None:
                        yield log

    def remove(self, key: str, reason: str, at: float) -> RemovedLog | None:
        """See `KeptLogs.remove_log`. The first block goes last: of several processes, for one."""
        within = {"_id": {"$gte": f"{key}/", "$lt": f"{key}0"}}  # 0 is what follows the slash
        blocks = list(self._blocks.find(within, {"length": 1}))
        if not blocks:
            return None
        removed = RemovedLog(
            size=sum(each["length"] for each in blocks), removed_at=at, reason=reason
        )
        removed = self._note(key, removed)
        first, *others = sorted(each["_id"] for each in blocks)
        for start in range(0, len(others), _AT_ONCE):
            self._blocks.delete_many({"_id": {"$in": others[start : start + _AT_ONCE]}})
        is_ours = self._blocks.delete_one({"_id": first}).deleted_count == 1
        return removed if is_ours else None

    def find(self, key: str) -> RemovedLog | None:
        """See `KeptLogs.removed_log`."""
        note = self._notes.find_one({"_id": key})
        return None if note is None else _removed(note)

    def _note(self, key: str, removed: RemovedLog) -> RemovedLog:
        """The note that stands: the first one that was made."""
        try:
            self._notes.insert_one(
                {
                    "_id": key,
                    "size": removed.size,
                    "removed_at": removed.removed_at,
                    "reason": removed.reason,
                }
            )
        except DuplicateKeyError:
            return self.find(key) or removed
        return removed


def _key_of(block: Document) -> str:
    return str(block["_id"]).rpartition("/")[0]


def _log(key: str, blocks: Iterator[Document]) -> KeptLog | None:
    """One log, from what its blocks tell; None where their names are not of our making."""
    told: Sequence[Any] = [(each.get("length") or 0, each.get("changed")) for each in blocks]
    trial_id, _, rest = key.partition("/")
    job_id, _, attempt = rest.partition("/")
    size = sum(length for length, _ in told)
    if not (attempt.isascii() and attempt.isdecimal() and size):
        return None
    return KeptLog(
        trial_id=trial_id,
        job_id=job_id,
        attempt=int(attempt),
        size=size,
        changed_at=max((changed for _, changed in told if changed is not None), default=None),
    )


def _removed(note: Document) -> RemovedLog:
    return RemovedLog(size=note["size"], removed_at=note["removed_at"], reason=note["reason"])
