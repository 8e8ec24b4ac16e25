"""Whether any event id stands in the log twice, in bounded memory however long the log is."""

from collections.abc import Iterator
from contextlib import closing
from hashlib import blake2b
from typing import Final

from hyperdock_common.checking.scratch import open_scratch

_BATCH: Final = 1000
_DOUBLED: Final = """
    SELECT min(position), max(position) FROM ids GROUP BY digest HAVING count(*) > 1
    ORDER BY min(position)
"""


class EventIds:
    """Takes in ids with their positions, kept as digests on disk; tells which came again."""

    def __init__(self) -> None:
        self._database = open_scratch("CREATE TABLE ids (digest BLOB, position INTEGER)")
        self._batch: list[tuple[bytes, int]] = []

    def add(self, event_id: str, position: int) -> None:
        """One more."""
        self._batch.append((blake2b(event_id.encode(), digest_size=16).digest(), position))
        if len(self._batch) >= _BATCH:
            self._store()

    def doubled(self) -> Iterator[tuple[int, int]]:
        """The first and the last position of each id that stands in the log more than once."""
        self._store()
        with closing(self._database.execute(_DOUBLED)) as found:
            yield from found

    def close(self) -> None:
        """Drops everything."""
        self._database.close()

    def _store(self) -> None:
        self._database.execute("BEGIN")
        self._database.executemany("INSERT INTO ids VALUES (?, ?)", self._batch)
        self._database.execute("COMMIT")
        self._batch.clear()
