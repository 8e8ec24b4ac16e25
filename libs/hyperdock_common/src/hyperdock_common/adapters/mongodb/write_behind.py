"""Views that are written behind the back of the one who folds, who need not wait for the database.

For the single writer of a database's views: what it folded is seen at once by itself, and by
everybody else a moment later, when a thread has written it. What piles up meanwhile is written
together, each document once: the database has better things to do, above all the log. A crash loses
nothing that the log does not have: the views are then behind, and are folded on from where they
stand.
"""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec
import structlog

from hyperdock_common.adapters.mongodb.view_overlay import Overlay
from hyperdock_common.adapters.view_hold import Hold
from hyperdock_common.errors import StorageUnavailable, ViewSwitched
from hyperdock_common.json_types import Json, JsonObject
from hyperdock_common.ports.views import Condition, Field, Folded, Page, ViewStore

_log = structlog.get_logger()

_FLUSHED_WITHIN: Final = 30.0
_CLOSED_WITHIN: Final = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much is kept, and how long is waited.

    Attributes:
        unwritten: documents; beyond them a save waits until some are written.
        kept: written documents of each view, so that folding need not read them.
        patience: seconds that a save waits before it gives up.
        pause: seconds between two tries of a store that does not answer.
        breath: seconds that a document waits for others to be written with it.
        many: unwritten documents that do not wait any more.
        bare: seconds that a position waits for documents, if there are none with it.
    """

    unwritten: int = 10_000
    kept: int = 2_000
    patience: float = 10.0
    pause: float = 1.0
    breath: float = 0.03
    many: int = 500
    bare: float = 0.25


class WriteBehindViews:
    """A `ViewStore` over another one that nobody else saves to. One thread saves, any may read.

    Documents belong to it once they are saved, and are not changed any more. Where a view is
    switched to another generation, what is unwritten and remembered of it is dropped: it may be
    what was wrong. Who folds is told, and finds the position of the other one.
    """

    def __init__(self, views: ViewStore, limits: Limits | None = None) -> None:
        self._views = views
        self._limits = limits or Limits()
        self._overlays: dict[str, Overlay] = {}
        self._hold = Hold()
        self._changed = threading.Condition()
        self._flushing = 0
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def problem(self) -> str | None:
        """Why the store does not take what is to be written; None while it does."""
        with self._changed:
            return self._problem()

    def position(self, view: str) -> int:
        """See `ViewStore.position`."""
        return self._overlay(view).position

    def save(self, view: str, documents: Mapping[str, JsonObject], position: int) -> None:
        """See `ViewStore.save`; others see it a little later.

        Raises:
            StorageUnavailable: too much is unwritten and nothing of it could be written for a
                while; nothing of this was saved.
        """
        overlay = self._overlay(view)
        with self._changed:
            self._hold.on(view, overlay)
            if position <= overlay.position:
                return
            self._make_room(len(documents.keys() - overlay.unwritten.keys()))
            for key, each in documents.items():
                overlay.unwritten[key] = Folded(position=position, document=each)
            overlay.position = position
            self._run()
            self._changed.notify_all()

    def folded(self, view: str, keys: Sequence[str]) -> Mapping[str, Folded]:
        """See `ViewStore.folded`."""
        overlay = self._overlay(view)
        with self._changed:
            self._hold.on(view, overlay)
            known = {key: found for key in keys if (found := overlay.find(key)) is not None}
        missing = [key for key in keys if key not in known]
        if keys and not missing:
            return known
        try:
            read = self._views.folded(view, missing)
        except ViewSwitched:
            self._forget(view, overlay)
            self._hold.let_go(view)
            raise
        with self._changed:
            overlay.keep(read, self._limits.kept)  # maybe not all: they are told all the same
            return {**known, **{key: overlay.raised(each) for key, each in read.items()}}

    def get(self, view: str, key: str) -> JsonObject | None:
        """See `ViewStore.get`."""
        return self.get_many(view, [key]).get(key)

    def get_many(self, view: str, keys: Sequence[str]) -> Mapping[str, JsonObject]:
        """See `ViewStore.get_many`."""
        known, missing = self._known(view, keys)
        return {**known, **self._views.get_many(view, missing)} if missing else known

    def texts(self, view: str, keys: Sequence[str]) -> Mapping[str, str]:
        """See `ViewStore.texts`."""
        known, missing = self._known(view, keys)
        texts = {key: msgspec.json.encode(each).decode() for key, each in known.items()}
        return {**texts, **self._views.texts(view, missing)} if missing else texts

    def page(
        self,
        view: str,
        *,
        where: Mapping[str, Json] | None = None,
        conditions: Sequence[Condition] = (),
        sort: Field,
        descending: bool = False,
        limit: int = 100,
        cursor: str | None = None,
    ) -> Page:
        """See `ViewStore.page`; waits until everything is written."""
        self.flush()
        return self._views.page(
            view,
            where=where,
            conditions=conditions,
            sort=sort,
            descending=descending,
            limit=limit,
            cursor=cursor,
        )

    def clear(self, view: str) -> None:
        """See `ViewStore.clear`."""
        with self._changed:
            overlay = self._overlays.pop(view, None)
            self._hold.let_go(view)
            self._await(lambda: overlay is None or not overlay.is_busy, self._limits.patience)
        self._views.clear(view)

    def flush(self, timeout: float = _FLUSHED_WITHIN) -> None:
        """Returns when everything that was saved until now is written.

        Raises:
            StorageUnavailable: it is not, after so many seconds.
        """
        with self._changed:
            awaited = [(view, each, each.position) for view, each in self._overlays.items()]
            self._flushing += 1
            self._changed.notify_all()
            try:
                self._await(lambda: all(self._is_done(*each) for each in awaited), timeout)
            finally:
                self._flushing -= 1

    def drop(self) -> None:
        """Forgets all that is unwritten or remembered: the writer has lost its place."""
        with self._changed:
            self._overlays = {}
            self._hold.let_go()
            self._changed.notify_all()

    def close(self, timeout: float = _CLOSED_WITHIN) -> None:
        """Writes what it can in so many seconds; the rest will be folded from the log again."""
        try:
            self.flush(timeout)
        except StorageUnavailable as error:
            _log.warning("views_left_unwritten", reason=str(error))
        self._stop.set()
        with self._changed:
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join(timeout)

    def _known(
        self, view: str, keys: Sequence[str]
    ) -> tuple[Mapping[str, JsonObject], Sequence[str]]:
        """What need not be read, and the keys of what has to be."""
        overlay = self._overlay(view)
        with self._changed:
            known = {key: found.document for key in keys if (found := overlay.find(key))}
        return known, [key for key in keys if key not in known]

    def _overlay(self, view: str) -> Overlay:
        if (overlay := self._overlays.get(view)) is None:
            position = self._views.position(view)
            with self._changed:
                fresh = Overlay(position=position, written=position)
                overlay = self._overlays.setdefault(view, fresh)
        return overlay

    def _is_done(self, view: str, overlay: Overlay, position: int) -> bool:
        """Whether so much is written, or nothing of it will ever be."""
        return overlay.written >= position or self._overlays.get(view) is not overlay

    def _forget(self, view: str, overlay: Overlay) -> None:
        """The view was switched: what was folded on the other documents is not to be kept."""
        with self._changed:
            if self._overlays.get(view) is overlay:
                del self._overlays[view]
            overlay.unwritten, overlay.writing, overlay.is_busy = {}, {}, False
            self._changed.notify_all()
        _log.info("view_switched", view=view)

    def _make_room(self, count: int) -> None:
        most = self._limits.unwritten
        self._await(
            lambda: not self._unwritten() or self._unwritten() + count <= most,
            self._limits.patience,
        )

    def _unwritten(self) -> int:
        return sum(len(each.unwritten) + len(each.writing) for each in self._overlays.values())

    def _problem(self) -> str | None:
        return next((each.problem for each in self._overlays.values() if each.problem), None)

    def _await(self, condition: Callable[[], bool], timeout: float) -> None:
        if not self._changed.wait_for(condition, timeout):
            why = self._problem() or "the store is too slow"
            raise StorageUnavailable(f"{self._unwritten()} documents wait for the views: {why}")

    def _run(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._write, name="views-writer", daemon=True)
            self._thread.start()

    def _write(self) -> None:
        """Writes view after view for as long as there is something, and waits for more."""
        while not self._stop.is_set():
            for view, overlay in self._take_due():
                self._write_one(view, overlay)

    def _take_due(self) -> list[tuple[str, Overlay]]:
        """What is to be written now, after a moment in which more may have come."""
        with self._changed:
            self._changed.wait_for(lambda: self._stop.is_set() or self._is_behind())
            self._changed.wait_for(self._is_in_a_hurry, self._limits.breath)
            bare = 0.0 if self._flushing else self._limits.bare
            return [(name, each) for name, each in self._overlays.items() if each.is_due(bare)]

    def _is_behind(self) -> bool:
        return any(each.is_behind for each in self._overlays.values())

    def _is_in_a_hurry(self) -> bool:
        return self._stop.is_set() or self._flushing > 0 or self._unwritten() >= self._limits.many

    def _write_one(self, view: str, overlay: Overlay) -> None:
        with self._changed:
            if self._overlays.get(view) is not overlay:  # dropped or cleared meanwhile
                return
            position = overlay.position
            overlay.is_busy = True
            overlay.writing, overlay.unwritten = overlay.unwritten, {}
        try:
            problem = self._save(view, overlay.writing, position)
        except ViewSwitched:
            self._forget(view, overlay)
            return
        with self._changed:
            if problem is None:
                overlay.keep(overlay.writing, self._limits.kept)
                overlay.written, overlay.written_at = position, time.monotonic()
            else:
                overlay.unwritten = {**overlay.writing, **overlay.unwritten}
            overlay.writing = {}
            overlay.is_busy, overlay.problem = False, problem
            self._changed.notify_all()
        if problem is not None:
            self._stop.wait(self._limits.pause)

    def _save(self, view: str, documents: Mapping[str, Folded], position: int) -> str | None:
        """Writes, or tells why not: whatever it was, it is tried again.

        Raises:
            ViewSwitched: it is not to be tried again.
        """
        try:
            plain = {key: each.document for key, each in documents.items()}
            self._views.save(view, plain, position)
        except ViewSwitched:
            raise
        except Exception as error:  # noqa: BLE001  the thread must go on
            _log.warning("views_not_written", view=view, reason=str(error), remedy="trying again")
            return str(error) or type(error).__name__
        return None
