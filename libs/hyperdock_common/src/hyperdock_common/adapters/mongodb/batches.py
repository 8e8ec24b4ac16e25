"""How a batch of events stands in the database: one document, so that it is written as a whole.

Its `_id` is its first position: two writers that build on the same head collide there. Pages are
found by `last`, so that a page which begins inside a batch finds it without looking back.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from hyperdock_common.adapters.mongodb.connection import Document
from hyperdock_common.events import Envelope, RecordedEvent
from hyperdock_common.events.codec import decode_recorded, encode

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
    texts = (text for name in ("ids", "streams", "events") for text in document[name])
    size = sum(len(text.encode()) for text in texts)
    if len(batch) > LARGEST or size > _MOST_BYTES:
        raise ValueError(
            f"{len(batch)} events of {size} bytes are too much for one commit, which takes"
            f" {LARGEST} events and {_MOST_BYTES} bytes: append them in several"
        )
    return document


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
