"""The logs in MongoDB: blocks of 64 KiB, each found by its own `_id`, all but the last one full.

A block says when it was written last; those of earlier releases do not. What became of a removed
log stands in a collection of its own.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from itertools import count
from typing import Final

from pymongo import ReplaceOne
from pymongo.collection import Collection

from hyperdock_common.adapters.mongodb.connection import Document
from hyperdock_common.adapters.mongodb.log_removals import LogRemovals

BLOCK: Final = 64 * 1024
_AT_ONCE: Final = 16


class ArtifactLogs:
    """The blocks of all attempts' logs."""

    def __init__(
        self,
        blocks: Collection[Document],
        removed: LogRemovals,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._blocks = blocks
        self._removed = removed
        self._clock = clock

    def append(self, key: str, offset: int, chunk: bytes) -> None:
        """Puts a chunk where it belongs; what is there already is written over.

        Whether the log was removed is asked only where nothing is found of it.

        Raises:
            ValueError: there would be a hole before it.
        """
        if not chunk and offset == 0:
            return
        first, inside = divmod(offset, BLOCK)
        last = (offset + max(1, len(chunk)) - 1) // BLOCK
        follows_block = inside == 0 and first > 0
        held = self._read(key, range(first - follows_block, last + 1))
        if not held and self._removed.find(key) is not None:
            return
        if follows_block and len(held.get(first - 1, b"")) < BLOCK:
            raise self._hole(key, offset)
        old = b"".join(held.get(number, b"") for number in range(first, last + 1))
        if len(old) < inside:
            raise self._hole(key, offset)
        self._write(key, first, old, old[:inside] + chunk + old[inside + len(chunk) :])

    def read(self, key: str, offset: int, limit: int) -> bytes:
        """At most `limit` bytes from `offset`."""
        if offset < 0 or limit <= 0:
            return b""
        first, inside = divmod(offset, BLOCK)
        missing = inside + limit
        pieces = []
        for data in self._in_order(key, first, (offset + limit - 1) // BLOCK):
            pieces.append(data[:missing])
            missing -= len(data)
        return b"".join(pieces)[inside:]

    def _write(self, key: str, first: int, old: bytes, new: bytes) -> None:
        """Writes the blocks from number `first` on that are to change, the earlier ones first.

        Never a shorter one over a longer one: a write that was given up may still arrive.
        """
        writes = []
        for begin in range(0, len(new), BLOCK):
            data = new[begin : begin + BLOCK]
            if data != old[begin : begin + BLOCK]:
                block = {"_id": f"{key}/{first + begin // BLOCK}", "length": len(data)}
                no_longer = {"_id": block["_id"], "length": {"$lte": len(data)}}
                block |= {"changed": self._clock(), "data": data}
                writes.append(ReplaceOne(no_longer, block, upsert=True))
        if writes:
            self._blocks.bulk_write(writes)

    def _in_order(self, key: str, first: int, last: int) -> Iterator[bytes]:
        """The blocks up to the last one that is wanted, or to the log's end."""
        for begin in range(first, last + 1, _AT_ONCE):
            numbers = range(begin, min(begin + _AT_ONCE, last + 1))
            held = self._read(key, numbers)
            for number in numbers:
                data = held.get(number, b"")
                yield data
                if len(data) < BLOCK:
                    return

    def _hole(self, key: str, offset: int) -> ValueError:
        return ValueError(f"the log ends at {self._end(key)}, a chunk cannot stand at {offset}")

    def _end(self, key: str) -> int:
        end = 0
        for begin in count(0, _AT_ONCE):
            ids = [f"{key}/{number}" for number in range(begin, begin + _AT_ONCE)]
            lengths = [
                each["length"] for each in self._blocks.find({"_id": {"$in": ids}}, {"length": 1})
            ]
            end += sum(lengths)
            if end < (begin + _AT_ONCE) * BLOCK:
                break
        return end

    def _read(self, key: str, numbers: range) -> Mapping[int, bytes]:
        ids = {f"{key}/{number}": number for number in numbers}
        found = self._blocks.find({"_id": {"$in": list(ids)}})
        return {ids[each["_id"]]: bytes(each["data"]) for each in found}
