"""How a batch of events stands in the database: one document, so that it is written as a whole.

Its `_id` is its first position: two writers that build on the same head collide there. Pages are
found by `last`, so that a page which begins inside a batch finds it without looking back.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from hyperdock_common.adapters.mongodb.connection import Document
from hyperdock_common.events import Envelope, RecordedEvent
from hyperdock_common.events.codec import decode_recorded, encode
from hyperdock_common.ports import StoredEvent

LARGEST: Final = 2_000
"""Events in a batch. Readers rely on it: behind a position the next batch ends within so many."""

_MOST_BYTES: Final = 14 * 1024 * 1024  # a document takes 16 MiB
_FIRST_WINDOW: Final = 1_000


def to_document(first: int, at: float, batch: Sequence[Envelope]) -> Document:
    """The document of a batch that begins at the position `first`.

    Raises:
        ValueError: it is empty or more than one document takes.
    """
    if not batch:
        raise ValueError("an append needs at least one event")
    document: Document = {
        "_id": first,
        "last": first + len(batch) - 1,
        "at": at,
        "ids": [each.event_id for each in batch],
        "streams": [each.stream for each in batch],
        "events": [encode(each).decode() for each in batch],
    }
    _refuse_too_much(document)
    return document


def to_commit(facts: Sequence[StoredEvent]) -> Document:
    """The document of facts that were recorded at the same time, with versions and chain.

    Raises:
        ValueError: they are more than one document takes.
    """
    document: Document = {
        "_id": facts[0].position,
        "last": facts[-1].position,
        "at": facts[0].recorded_at,
        "ids": [each.event_id for each in facts],
        "streams": [each.stream for each in facts],
        "events": [each.body.decode() for each in facts],
        "versions": [each.version for each in facts],
        "chains": [each.chain for each in facts],
    }
    _refuse_too_much(document)
    return document


def commits_of(facts: Iterable[StoredEvent]) -> Iterator[list[StoredEvent]]:
    """The facts by commits: as many as were recorded at one time and fit one document."""
    commit: list[StoredEvent] = []
    size = 0
    for fact in facts:
        more = len(fact.event_id.encode()) + len(fact.stream.encode()) + len(fact.body)
        at_once = not commit or fact.recorded_at == commit[0].recorded_at
        if not at_once or len(commit) == LARGEST or size + more > _MOST_BYTES:
            yield commit
            commit, size = [], 0
        commit.append(fact)
        size += more
    if commit:
        yield commit


def records(
    documents: Iterable[Document], after: int, stream: str | None = None
) -> Iterator[RecordedEvent]:
    """The events of batches behind a position, of one stream if named.

    Raises:
        DecodeError: an event is unknown to this release.
    """
    for document in documents:
        for place, text in enumerate(document["events"]):
            position = document["_id"] + place
            if position > after and stream in (None, document["streams"][place]):
                yield decode_recorded(position, document["at"], text.encode())


def stored_events(documents: Iterable[Document], after: int) -> Iterator[StoredEvent]:
    """What batches hold behind a position, right or wrong, in no order but their own."""
    for document in documents:
        at = document.get("at")
        for place, text in enumerate(document.get("events", ())):
            position = int(document["_id"]) + place
            if position > after:
                version = _at(document, "versions", place)
                chain = _at(document, "chains", place)
                yield StoredEvent(
                    position=position,
                    recorded_at=float(at) if isinstance(at, int | float) else math.nan,
                    event_id=str(_at(document, "ids", place)),
                    stream=str(_at(document, "streams", place)),
                    version=version if isinstance(version, int | None) else -1,
                    body=str(text).encode(errors="replace"),
                    chain=bytes(chain) if isinstance(chain, bytes) else None,
                )


def consecutive(documents: Iterable[Document], after: int) -> list[Document]:
    """Those that follow `after` and each other without a hole, in order.

    A search that runs beside an append may see a batch and not yet the one before it.
    """
    run: list[Document] = []
    end = after
    for document in sorted(documents, key=lambda each: int(each["_id"])):
        if document["_id"] > end + 1:
            break
        run.append(document)
        end = document["last"]
    return run


def windows(after: int, end: int) -> Iterator[tuple[int, int]]:
    """Ranges from `after` to `end`, each twice as wide as the one before.

    A search for what may be rare asks window by window: none reads the whole collection, and few
    are needed.
    """
    width = _FIRST_WINDOW
    while after < end:
        yield after, min(after + width, end)
        after += width
        width *= 2


def windows_back(end: int) -> Iterator[tuple[int, int]]:
    """Ranges from `end` to the beginning, each twice as wide as the one behind it."""
    width = _FIRST_WINDOW
    while end > 0:
        yield max(end - width, 0), end
        end -= width
        width *= 2


def _refuse_too_much(document: Document) -> None:
    texts = (text for name in ("ids", "streams", "events") for text in document[name])
    size, count = sum(len(text.encode()) for text in texts), len(document["ids"])
    if count > LARGEST or size > _MOST_BYTES:
        raise ValueError(
            f"{count} events of {size} bytes are too much for one commit, which takes"
            f" {LARGEST} events and {_MOST_BYTES} bytes: append them in several"
        )


def _at(document: Document, name: str, place: int) -> Any:
    """A member of a list that may be missing or too short."""
    values = document.get(name)
    return values[place] if isinstance(values, list) and place < len(values) else None
