"""One pass over the log for all views: read, fold, and write behind, in bounded memory.

A batch is written while the next one is read and folded. Whatever stops the pass costs these two:
the views' positions say from where it goes on.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final, TypeAlias

from hyperdock_common.errors import DecodeError
from hyperdock_common.events import RecordedEvent
from hyperdock_common.ports import EventLog, ViewStore
from hyperdock_common.projections import Projection
from hyperdock_common.rebuilding.batch import Batch, Documents
from hyperdock_common.rebuilding.garbage import uncollected
from hyperdock_common.rebuilding.stopped import RebuildStopped

Tell: TypeAlias = Callable[[int, int], None]
"""Called with the position that is reached and the one that is to be reached."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Amounts:
    """How much is held in memory; twice, as one batch is written while the next one is folded.

    Attributes:
        page: events that are read at once.
        events: in a batch at most.
        documents: in a batch, and those that one page changes.
    """

    page: int = 1_000
    events: int = 50_000
    documents: int = 8_000


USUAL: Final = Amounts()
"""For logs of any length."""


def silent(_position: int, _head: int) -> None:
    """Tells nothing."""


def fold_on(
    projections: Sequence[Projection],
    views: ViewStore,
    log: EventLog,
    *,
    to: int | None = None,
    tell: Tell = silent,
    amounts: Amounts = USUAL,
) -> int:
    """Folds the log into the views from where they stand, up to `to` or the log's end.

    Returns:
        The position that they show then.

    Raises:
        RebuildStopped: an event is missing, unknown to this release, or cannot be folded.
        ViewSwitched: the views are not there any more.
        StorageUnavailable: the log or the views do not answer.
    """
    batch = Batch(projections, views)
    with (
        uncollected() as collect,
        ThreadPoolExecutor(1, thread_name_prefix="views-writer") as threads,
    ):
        writing: Future[None] | None = None
        end = log.head() if to is None else min(to, log.head())
        head, begun = end, batch.position
        tell(begun, head)
        while records := _next(log, batch.position, to, amounts.page):
            _refuse_hole(batch.position, records)
            batch.add(records)
            head = max(head, batch.position)
            if len(batch) >= amounts.documents or batch.position - begun >= amounts.events:
                _await(writing)
                writing = threads.submit(_save, views, batch.take_out(), batch.position)
                begun = batch.position
                collect()
            tell(batch.position, head)
        if batch.position < end:
            raise _missing(batch.position + 1)
        _await(writing)
        _save(views, batch.take_out(), batch.position)
    return batch.position


def _next(log: EventLog, after: int, to: int | None, size: int) -> Sequence[RecordedEvent]:
    limit = size if to is None else min(size, to - after)
    try:
        return log.read(after, limit) if limit > 0 else ()
    except DecodeError as error:
        raise RebuildStopped(
            f"this release does not know an event: {error.reason}",
            "fold anew by the release that recorded it; the live views are as they were",
        ) from error


def _refuse_hole(after: int, records: Sequence[RecordedEvent]) -> None:
    if records[-1].position > after + len(records):
        there = {each.position for each in records}
        raise _missing(next(at for at in range(after + 1, max(there)) if at not in there))


def _missing(position: int) -> RebuildStopped:
    return RebuildStopped(
        f"the event at position {position} is missing from the log",
        "`hyperdock events verify` says more; the live views are as they were",
    )


def _save(views: ViewStore, documents: Documents, position: int) -> None:
    for view, changed in documents.items():
        views.save(view, changed, position)


def _await(writing: Future[None] | None) -> None:
    if writing is not None:
        writing.result()
