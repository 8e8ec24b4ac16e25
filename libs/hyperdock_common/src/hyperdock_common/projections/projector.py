"""Folds recorded events into the views: live, after a crash and in a rebuild by the same code."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeAlias

from hyperdock_common.errors import StorageUnavailable, ViewSwitched
from hyperdock_common.events import Event, RecordedEvent
from hyperdock_common.json_types import JsonObject
from hyperdock_common.ports import EventLog, ViewSchema, ViewStore

Keys: TypeAlias = Callable[[Event], tuple[str, ...]]
Fold: TypeAlias = Callable[[Mapping[str, Any] | None, RecordedEvent], dict[str, Any]]
Read: TypeAlias = Callable[[int, int], Sequence[RecordedEvent]]

_BATCH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Projection:
    """A pure fold over events: which documents an event changes, and how.

    Attributes:
        events: the classes of the events that may change any: the others' keys need not be asked.
    """

    schema: ViewSchema
    events: tuple[type[Event], ...]
    keys: Keys
    fold: Fold


def project(projection: Projection, views: ViewStore, records: Iterable[RecordedEvent]) -> None:
    """Folds those of `records` that the view has not seen; safe to repeat, wherever it stopped.

    A save that stopped half-way left documents that are ahead of the view's position: what such a
    document holds already is passed over.

    Raises:
        ViewSwitched: the documents are not those of the view any more.
        StorageUnavailable: the views do not answer.
    """
    name = projection.schema.name
    position = views.position(name)
    fresh = [record for record in records if record.position > position]
    if not fresh:
        return
    try:
        documents = _folded(projection, views, fresh)
    except StorageUnavailable:
        raise
    except Exception:
        views.folded(name, ())  # those from before a switch may be wrong, or gone
        raise
    views.save(name, documents, fresh[-1].position)


def _folded(
    projection: Projection, views: ViewStore, fresh: Sequence[RecordedEvent]
) -> dict[str, JsonObject]:
    """The documents that events change, as they are then."""
    name = projection.schema.name
    touched = [(record, projection.keys(record.event)) for record in fresh]
    names = sorted({key for _, keys in touched for key in keys})
    held = views.folded(name, names) if names else {}
    documents: dict[str, JsonObject] = {}
    for record, keys in touched:
        for key in keys:
            before = held.get(key)
            if before is not None and before.position >= record.position:
                continue
            document = documents.get(key, before.document if before else None)
            documents[key] = projection.fold(document, record)
    return documents


def keep_up(
    projections: Sequence[Projection],
    views: ViewStore,
    log: EventLog,
    records: Sequence[RecordedEvent],
    head: int,
) -> None:
    """Folds what was just appended, up to the log's head, which is `head`.

    A view that is further behind is caught up from the log: it was switched to other documents,
    and those knew less than the ones before.
    """
    before = head - len(records)
    for projection in projections:
        position = views.position(projection.schema.name)
        if position == head:
            continue
        if position < before:
            _fold_all(projection, views, log.read)
            continue
        try:
            project(projection, views, records)
        except ViewSwitched:
            _fold_all(projection, views, log.read)


def catch_up(projections: Sequence[Projection], views: ViewStore, log: EventLog) -> None:
    """Brings every view up to the log's head; one that is ahead of it is folded anew.

    A view is ahead where the log is another one, or was put back from a copy.
    """
    head = log.head()
    for projection in projections:
        if views.position(projection.schema.name) > head:
            views.clear(projection.schema.name)
        _fold_all(projection, views, log.read)


def catch_up_pulses(projection: Projection, views: ViewStore, log: EventLog) -> None:
    """Brings a view of pulses up to the newest pulse."""
    _fold_all(projection, views, log.read_pulses)


def _fold_all(projection: Projection, views: ViewStore, read: Read) -> None:
    while records := read(views.position(projection.schema.name), _BATCH):
        with suppress(ViewSwitched):  # the position says where the other one is
            project(projection, views, records)
