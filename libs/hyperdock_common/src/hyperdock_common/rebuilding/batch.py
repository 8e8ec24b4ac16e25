"""Some thousand events folded at once: each document is read and written once, whatever happens.

Between two batches the documents of the last one are remembered: what changed lately changes soon
again, and the last batch may still be on its way to the store.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from hyperdock_common.events import RecordedEvent
from hyperdock_common.events.codec import type_name
from hyperdock_common.json_types import JsonObject
from hyperdock_common.ports import Folded, ViewStore
from hyperdock_common.projections import Projection
from hyperdock_common.rebuilding.stopped import RebuildStopped

Documents: TypeAlias = Mapping[str, Mapping[str, JsonObject]]
"""By view and key."""

_Touch: TypeAlias = tuple[str, RecordedEvent]


@dataclass(slots=True)
class _View:
    """One view in a pass over the log.

    Attributes:
        position: up to where the store had it when the pass began.
        documents: as they are now, if an event of this batch changed them.
        recent: those of the batch before.
        ahead: up to where a document was folded, if that was beyond the view's position.
        touches: what the page at hand changes.
    """

    projection: Projection
    position: int
    documents: dict[str, JsonObject] = field(default_factory=dict)
    recent: dict[str, JsonObject] = field(default_factory=dict)
    ahead: dict[str, int] = field(default_factory=dict)
    touches: list[_Touch] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The view's name."""
        return self.projection.schema.name

    def unknown(self) -> list[str]:
        """The keys of the page whose documents are to be read; what is recent is taken up."""
        documents, recent = self.documents, self.recent
        missing = {key for key, _ in self.touches if key not in documents}
        known = missing & recent.keys()
        documents.update((key, recent[key]) for key in known)
        return sorted(missing - known)

    def take(self, found: Mapping[str, Folded], after: int) -> None:
        """Documents as the store has them, and those that know more than the page's beginning."""
        for key, each in found.items():
            self.documents[key] = each.document
            if each.position > after:
                self.ahead[key] = each.position

    def fold(self, after: int) -> None:
        """Folds the page behind `after`, but for what the store held already."""
        documents, fold = self.documents, self.projection.fold
        known = documents.get
        touches = self._fresh() if self.ahead or self.position > after else self.touches
        for key, record in touches:
            try:
                documents[key] = fold(known(key), record)
            except (ValueError, KeyError, TypeError) as error:
                raise _unfoldable(self.name, key, record, error) from error
        self.touches.clear()

    def _fresh(self) -> list[_Touch]:
        return [
            (key, record)
            for key, record in self.touches
            if record.position > max(self.position, self.ahead.get(key, 0))
        ]


class Batch:
    """Folds page after page, and gives what has changed."""

    def __init__(self, projections: Sequence[Projection], views: ViewStore) -> None:
        self._store = views
        self._views = [_View(each, views.position(each.schema.name)) for each in projections]
        self._interested = {
            event: [
                (view.projection.keys, view.touches.append)
                for view in self._views
                if event in view.projection.events
            ]
            for view in self._views
            for event in view.projection.events
        }
        self._is_stored = any(view.position for view in self._views)
        self.position = min((view.position for view in self._views), default=0)

    def __len__(self) -> int:
        return sum(len(view.documents) for view in self._views)

    def add(self, records: Sequence[RecordedEvent]) -> None:
        """Folds the next page of the log.

        Raises:
            RebuildStopped: an event does not fit what came before it.
            ViewSwitched: the views are not there any more.
            StorageUnavailable: a document could not be read.
        """
        interested = self._interested
        for record in records:
            event = record.envelope.event
            for keys, touch in interested.get(type(event), ()):
                for key in keys(event):
                    touch((key, record))
        for view in self._views:
            if view.touches:
                unknown = view.unknown()
                if unknown and self._is_stored:
                    view.take(self._store.folded(view.name, unknown), self.position)
                self._fold(view)
        self.position = records[-1].position

    def _fold(self, view: _View) -> None:
        try:
            view.fold(self.position)
        except RebuildStopped:
            self._store.folded(view.name, ())  # what was read may have been dropped
            raise

    def take_out(self) -> Documents:
        """What has changed since the last time; from now on it is only remembered."""
        self._is_stored = True
        taken = {view.name: view.documents for view in self._views}
        for view in self._views:
            view.recent, view.documents = view.documents, {}
            view.ahead = {key: at for key, at in view.ahead.items() if at > self.position}
        return taken


def _unfoldable(view: str, key: str, record: RecordedEvent, error: Exception) -> RebuildStopped:
    return RebuildStopped(
        f"the event at position {record.position} ({type_name(record.event)}) cannot be folded"
        f" into the view {view}, document {key}: {type(error).__name__}: {error}",
        "`hyperdock check` says what is wrong with the log",
    )
