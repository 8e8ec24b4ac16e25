"""The past of one trial: its documents at any moment, folded from its own events alone.

Folds never change a document but make a new one. So a state is no more than a list of documents,
and the states that are kept on the way share all that did not change between them. From the last
one before a moment it is never far to the moment: neither onwards, as a film goes, nor back.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from threading import Lock
from typing import Final, TypeAlias

import msgspec

from hyperdock_common.events import RecordedEvent
from hyperdock_common.json_types import JsonObject
from hyperdock_common.ports import EventLog
from hyperdock_common.projections import PROJECTIONS, workers
from hyperdock_gateway.moments.patience import NotTogether, Patience

OF_TRIALS: Final = tuple(each for each in PROJECTIONS if each.schema is not workers.SCHEMA)
"""The views whose documents each belong to one trial, and follow from its events."""

BETWEEN: Final = 1_000
"""Events from one state that is kept to the next, while there are not too many states."""
MOST_STATES: Final = 48
_PAGE: Final = 500
_UNTOLD: Final = 400  # bytes of an event that was upcast


class TooLong(Exception):
    """Raised when a trial is too long to be kept in memory."""


Texts: TypeAlias = Mapping[str, dict[str, tuple[JsonObject, str]]]
"""By view and key: a document, and what it is as JSON."""


@dataclass(frozen=True, slots=True)
class TrialState:
    """A trial's documents by view and key, at a position.

    Attributes:
        size: the bytes of the events behind.
        texts: those that were asked for, of whatever state of the trial.
    """

    position: int
    documents: Mapping[str, Mapping[str, JsonObject]]
    size: int
    texts: Texts

    def text(self, view: str, key: str) -> str:
        """A document that is there, as the stores keep it."""
        document, known = self.documents[view][key], self.texts[view]
        kept, text = known.get(key, (None, ""))
        if kept is not document:
            text = msgspec.json.encode(document).decode()
            known[key] = document, text
        return text


class TrialPast:
    """The states of one trial. Thread safe: who asks while somebody folds waits for that."""

    def __init__(self, log: EventLog, trial_id: str, most: int) -> None:
        self._log = log
        self._stream = f"trial-{trial_id}"
        self._most = most
        self._lock = Lock()
        self._states = [_nothing()]

    @property
    def size(self) -> int:
        """The bytes of the events of its last state."""
        return self._states[-1].size

    def at(self, position: int, patience: Patience) -> TrialState:
        """The trial at a position.

        Raises:
            TooLong: its events have more bytes than are to be kept.
            NotTogether: it takes too long; the next one to ask goes on where this one stopped.
        """
        with patience.holding(self._lock, position, lambda: self._states[-1].position):
            before = self._states[bisect_right(self._states, position, key=_position) - 1]
            return before if before.position == position else self._from(before, position, patience)

    def _from(self, before: TrialState, position: int, patience: Patience) -> TrialState:
        page = self._page(before.position, position)
        found = self._folded(before, page, position, patience) if page else before
        found = replace(found, position=position)
        self._keep(found)
        return found

    def _folded(
        self, before: TrialState, page: Sequence[RecordedEvent], position: int, patience: Patience
    ) -> TrialState:
        fold, kept = _Fold(before), 0
        while page:
            for record in page:
                fold.add(record)
            if fold.size > self._most:
                raise TooLong
            page = self._page(fold.position, position)
            if page and patience.is_over:
                self._keep(fold.state())
                raise NotTogether(position, fold.position)
            if page and fold.added - kept >= BETWEEN:
                self._keep(fold.state())
                kept = fold.added
        return fold.state()

    def _page(self, after: int, to: int) -> list[RecordedEvent]:
        found = self._log.read(after, min(_PAGE, to - after), stream=self._stream)
        return [each for each in found if each.position <= to]

    def _keep(self, state: TrialState) -> None:
        """Keeps a state, and lets go of the one that is the easiest to make again."""
        states = self._states
        place = bisect_right(states, state.position, key=_position)
        states.insert(place, state)
        if len(states) > MOST_STATES:
            others = [each for each in range(1, len(states) - 1) if each != place]
            del states[
                min(others, key=lambda each: states[each + 1].position - states[each - 1].position)
            ]


class _Fold:
    """Goes on from a state, without touching it."""

    def __init__(self, before: TrialState) -> None:
        self._before = before
        self._documents = {view: dict(each) for view, each in before.documents.items()}
        self.position = before.position
        self.size = before.size
        self.added = 0

    def add(self, record: RecordedEvent) -> None:
        for projection in OF_TRIALS:
            for key in projection.keys(record.event):
                documents = self._documents[projection.schema.name]
                documents[key] = projection.fold(documents.get(key), record)
        self.position = record.position
        self.size += len(record.envelope.wire or b"") or _UNTOLD
        self.added += 1

    def state(self) -> TrialState:
        """What it is now."""
        documents = {view: dict(each) for view, each in self._documents.items()}
        return TrialState(self.position, documents, self.size, self._before.texts)


def _nothing() -> TrialState:
    views = [each.schema.name for each in OF_TRIALS]
    return TrialState(0, {view: {} for view in views}, 0, {view: {} for view in views})


def _position(state: TrialState) -> int:
    return state.position
