"""What the views must show: the log folded anew, apart from the views, in bounded memory."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec

from hyperdock_common.checking.scratch import open_scratch
from hyperdock_common.events import RecordedEvent
from hyperdock_common.json_types import JsonObject
from hyperdock_common.projections import PROJECTIONS, Projection

_MOST_OPEN: Final = 2000
_LAYOUT: Final = """
    CREATE TABLE expected (
        view TEXT, key TEXT, first INTEGER, last INTEGER, document TEXT, PRIMARY KEY (view, key)
    ) WITHOUT ROWID
"""
_UPSERT: Final = "INSERT OR REPLACE INTO expected VALUES (?, ?, ?, ?, ?)"
_GET: Final = "SELECT first, last, document FROM expected WHERE view = ? AND key = ?"
_PAGE: Final = """
    SELECT key, first, last, document FROM expected WHERE view = ? AND key > ?
    ORDER BY key LIMIT ?
"""
_COUNT: Final = "SELECT count(*) FROM expected"

_decoder = msgspec.json.Decoder(JsonObject)


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """A document as the log has it, and the first and the last position that made it."""

    first: int
    last: int
    document: JsonObject


class Unfoldable(Exception):
    """Raised when an event does not fit the document that was folded before it."""


def fold_one(
    projection: Projection, before: JsonObject | None, record: RecordedEvent
) -> JsonObject:
    """The document after one more event.

    Raises:
        Unfoldable: the log is broken here.
    """
    try:
        return projection.fold(before, record)
    except (ValueError, KeyError, TypeError) as error:
        raise Unfoldable(f"{type(error).__name__}: {error}") from error


class ExpectedDocuments:
    """Folds a log, event by event, into documents that it keeps on disk.

    Attributes:
        position: up to which it is folded.
        unfoldable: the documents at which the log is broken, and how.
    """

    def __init__(self, projections: Sequence[Projection] = PROJECTIONS) -> None:
        self.position = 0
        self.unfoldable: dict[tuple[str, str], str] = {}
        self._projections = projections
        self._database = open_scratch(_LAYOUT)
        self._open: dict[tuple[str, str], Expected] = {}

    def add(self, record: RecordedEvent) -> None:
        """Folds one more event."""
        for projection in self._projections:
            for key in projection.keys(record.event):
                self._fold(projection, key, record)
        self.position = record.position
        if len(self._open) > _MOST_OPEN:
            self._store()

    def get(self, view: str, key: str) -> Expected | None:
        """One document."""
        if found := self._open.get((view, key)):
            return found
        row = self._database.execute(_GET, (view, key)).fetchone()
        return _expected(*row) if row else None

    def pages(self, view: str, size: int) -> Iterator[Mapping[str, Expected]]:
        """All documents of a view by key, some at a time."""
        self._store()
        last = ""
        while rows := self._database.execute(_PAGE, (view, last, size)).fetchall():
            yield {key: _expected(*row) for key, *row in rows}
            last = rows[-1][0]

    def count(self) -> int:
        """How many documents there are."""
        self._store()
        return int(self._database.execute(_COUNT).fetchone()[0])

    def close(self) -> None:
        """Drops everything."""
        self._database.close()

    def _fold(self, projection: Projection, key: str, record: RecordedEvent) -> None:
        name = (projection.schema.name, key)
        if name in self.unfoldable:
            return
        before = self.get(*name)
        try:
            document = fold_one(projection, before.document if before else None, record)
        except Unfoldable as error:
            self.unfoldable[name] = f"at position {record.position}: {error}"
            return
        first = before.first if before else record.position
        self._open[name] = Expected(first=first, last=record.position, document=document)

    def _store(self) -> None:
        rows = [
            (*name, each.first, each.last, msgspec.json.encode(each.document).decode())
            for name, each in self._open.items()
        ]
        self._database.execute("BEGIN")
        self._database.executemany(_UPSERT, rows)
        self._database.execute("COMMIT")
        self._open.clear()


def as_stored(document: JsonObject) -> JsonObject:
    """The document as a store gives it back: as JSON has it."""
    return _decoder.decode(msgspec.json.encode(document))


def _expected(first: int, last: int, text: str) -> Expected:
    return Expected(first=first, last=last, document=_decoder.decode(text))
